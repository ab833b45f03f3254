#include "tests/bench/load/watching_children.h"

#include <grpcpp/create_channel.h>
#include <grpcpp/security/credentials.h>
#include <grpcpp/support/channel_arguments.h>

#include <utility>

#include "base/limits.h"

namespace bangfu::bench {
namespace {

std::shared_ptr<grpc::Channel> OwnConnection(const std::string& address,
                                             const client::LinkCredentials& credentials) {
  grpc::SslCredentialsOptions tls;
  tls.pem_root_certs = credentials.ca_pem;
  tls.pem_cert_chain = credentials.cert_pem;
  tls.pem_private_key = credentials.key_pem;
  grpc::ChannelArguments arguments;
  arguments.SetInt(GRPC_ARG_USE_LOCAL_SUBCHANNEL_POOL, 1);
  arguments.SetInt(GRPC_ARG_ENABLE_RETRIES, 0);
  return grpc::CreateCustomChannel(address, grpc::SslCredentials(tls), arguments);
}

}  // namespace

WatchingChild::WatchingChild(const std::string& address, const client::LinkCredentials& credentials,
                             std::function<void()> on_more)
    : on_more_(std::move(on_more)),
      stub_(v1::SyncService::NewStub(OwnConnection(address, credentials))) {
  stub_->async()->Watch(&context_, &request_, this);
  StartRead(&news_);
  StartCall();
}

WatchingChild::~WatchingChild() {
  context_.TryCancel();
  ended_.wait(false);
}

void WatchingChild::OnReadDone(bool ok) {
  answered_ = true;
  if (!ok) return;
  if (news_.more()) on_more_();
  StartRead(&news_);
}

void WatchingChild::OnDone(const grpc::Status& /*status*/) {
  answered_ = true;
  ended_ = true;
  ended_.notify_all();
}

PullingChild::PullingChild(std::unique_ptr<client::GrpcServerLink> line,
                           std::function<void()> on_more,
                           std::function<void(const std::string&)> on_record)
    : line_(std::move(line)),
      on_more_(std::move(on_more)),
      on_record_(std::move(on_record)),
      thread_([this] { Run(); }) {}

PullingChild::~PullingChild() {
  line_->Cancel();
  thread_.join();
}

void PullingChild::Run() {
  if (line_->Handshake({}).ok() && Pull().ok()) {
    // It ends when the line is cancelled; anything else shows in ended().
    line_
        ->Watch(cursor_,
                [this] {
                  on_more_();
                  return Pull();
                })
        .IgnoreError();
  }
  ended_ = true;
}

absl::Status PullingChild::Pull() {
  return line_->Pull(cursor_, [this](const v1::PullResponse& batch) {
    for (const v1::Record& record : batch.records()) on_record_(record.id());
    cursor_ = batch.next_cursor();
    return absl::OkStatus();
  });
}

}  // namespace bangfu::bench
