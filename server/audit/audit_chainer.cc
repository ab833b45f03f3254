#include "server/audit/audit_chainer.h"

#include <utility>

#include "base/limits.h"
#include "server/audit/audit_head_file.h"

namespace bangfu::server {
namespace {

// Batches of one turn: what comes faster waits for the next.
constexpr int kMaxBatches = 1000;

}  // namespace

AuditChainer::AuditChainer(AuditStore& store, AuditChain chain, std::string head_file,
                           std::function<void(const absl::Status&)> on_error)
    : store_(store),
      chain_(std::move(chain)),
      head_file_(std::move(head_file)),
      on_error_(std::move(on_error)),
      thread_([this] { Run(); }) {}

AuditChainer::~AuditChainer() {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    stop_ = true;
  }
  stopped_.notify_all();
  thread_.join();
  if (absl::Status status = ChainAll(); !status.ok()) on_error_(status);
}

absl::Status AuditChainer::ChainAll() {
  for (int batch = 0; batch < kMaxBatches; ++batch) {
    const auto chained = store_.Chain(limits::kAuditChainBatch,
                                      [this](const AuditHead& head, absl::string_view entry) {
                                        return chain_.Link(head, entry);
                                      });
    if (!chained.ok()) return chained.status();
    if (chained->entries == 0) return absl::OkStatus();
    if (absl::Status status = WriteAuditHead(head_file_, chained->head); !status.ok())
      return status;
  }
  return absl::OkStatus();
}

void AuditChainer::Run() {
  std::unique_lock<std::mutex> lock(mutex_);
  while (!stop_) {
    lock.unlock();
    if (absl::Status status = ChainAll(); !status.ok()) on_error_(status);
    lock.lock();
    stopped_.wait_for(lock, absl::ToChronoNanoseconds(kChainInterval), [this] { return stop_; });
  }
}

}  // namespace bangfu::server
