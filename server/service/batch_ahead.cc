#include "server/service/batch_ahead.h"

#include <system_error>
#include <utility>

namespace bangfu::server {

BatchAhead::~BatchAhead() {
  if (begun_.valid()) {
    begun_.wait();
    node_.pages_ahead.release();
  }
  if (!thread_.joinable()) return;
  Hand(Task());
  thread_.join();
}

void BatchAhead::Begin(const Call& call, const std::string& cursor) {
  if (!node_.pages_ahead.try_acquire()) return;
  if (!StartThread()) return node_.pages_ahead.release();
  Task task([&store = node_.store, orgs = call.orgs, principal = call.principal, cursor,
             max_records = max_records_] {
    return FetchBatch(store, *orgs, principal, cursor, max_records);
  });
  begun_ = task.get_future();
  Hand(std::move(task));
}

BatchAhead::Batch BatchAhead::Take(const Call& call, const std::string& cursor) {
  if (!begun_.valid())
    return FetchBatch(node_.store, *call.orgs, call.principal, cursor, max_records_);
  Batch batch = begun_.get();
  node_.pages_ahead.release();
  return batch;
}

bool BatchAhead::StartThread() {
  if (thread_.joinable()) return true;
  try {
    thread_ = std::thread([this] { Run(); });
  } catch (const std::system_error&) {
    return false;
  }
  return true;
}

// Without a task the thread ends.
void BatchAhead::Hand(Task task) {
  {
    const std::lock_guard lock(mutex_);
    end_ = !task.valid();
    task_ = std::move(task);
  }
  handed_.notify_one();
}

void BatchAhead::Run() {
  while (true) {
    Task task;
    {
      std::unique_lock lock(mutex_);
      handed_.wait(lock, [this] { return end_ || task_.valid(); });
      if (end_) return;
      task = std::exchange(task_, Task());
    }
    task();
  }
}

}  // namespace bangfu::server
