#include "tests/bench/load/stalled_readers.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>

#include <algorithm>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "bangfu/v1/sync_service.grpc.pb.h"
#include "base/limits.h"
#include "tests/bench/load/families.h"

namespace bangfu::bench {
namespace {

constexpr int kSmallWindow = 65'535;  // bytes, the first window of HTTP/2

std::shared_ptr<v1::SyncService::Stub> LineOf(CityNode& city, const std::string& child) {
  const client::LinkCredentials credentials =
      city.world().CredentialsOf(child, kDistrict, scenario::NodeKind::kServer);
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = credentials.ca_pem;
  tls.pem_cert_chain = credentials.cert_pem;
  tls.pem_private_key = credentials.key_pem;
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_HTTP2_BDP_PROBE, 0);
  arguments.SetInt(GRPC_ARG_HTTP2_STREAM_LOOKAHEAD_BYTES, kSmallWindow);
  arguments.SetMaxReceiveMessageSize(limits::kMaxMessageBytes);
  return v1::SyncService::NewStub(
      grpc::CreateCustomChannel(city.node().address(), grpc::SslCredentials(tls), arguments));
}

}  // namespace

class StalledReaders::Pull {
 public:
  explicit Pull(std::shared_ptr<v1::SyncService::Stub> stub) : stub_(std::move(stub)) { Open(); }
  ~Pull() { Close(); }
  Pull(const Pull&) = delete;
  Pull& operator=(const Pull&) = delete;

  void Open() {
    Close();
    context_ = std::make_unique<grpc::ClientContext>();
    v1::PullRequest request;
    request.set_max_batch_records(limits::kMaxPullBatchRecords);
    reader_ = stub_->Pull(context_.get(), request);
    v1::PullResponse first;
    stalled_ = reader_->Read(&first);
  }
  bool stalled() const { return stalled_; }

 private:
  void Close() {
    if (reader_ == nullptr) return;
    context_->TryCancel();
    v1::PullResponse rest;
    while (reader_->Read(&rest)) {
    }
    reader_->Finish();
    reader_.reset();
  }

  const std::shared_ptr<v1::SyncService::Stub> stub_;
  std::unique_ptr<grpc::ClientContext> context_;
  std::unique_ptr<grpc::ClientReader<v1::PullResponse>> reader_;
  bool stalled_ = false;
};

StalledReaders::StalledReaders(CityNode& city, int count) {
  std::shared_ptr<v1::SyncService::Stub> line;
  for (int i = 0; i < count; ++i) {
    if (i % limits::kMaxPullsPerChild == 0) line = LineOf(city, absl::StrCat("stalled-", i));
    pulls_.push_back(std::make_unique<Pull>(line));
  }
}

StalledReaders::~StalledReaders() = default;

void StalledReaders::TryAgain() {
  for (const auto& pull : pulls_) {
    if (!pull->stalled()) pull->Open();
  }
}

int StalledReaders::stalled() const {
  return static_cast<int>(std::count_if(pulls_.begin(), pulls_.end(),
                                        [](const auto& pull) { return pull->stalled(); }));
}

}  // namespace bangfu::bench
