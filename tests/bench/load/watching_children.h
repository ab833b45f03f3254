#ifndef BANGFU_TESTS_BENCH_LOAD_WATCHING_CHILDREN_H_
#define BANGFU_TESTS_BENCH_LOAD_WATCHING_CHILDREN_H_

#include <grpcpp/client_context.h>
#include <grpcpp/support/client_callback.h>

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <thread>

#include "bangfu/v1/sync_service.grpc.pb.h"
#include "client/transport/grpc_server_link.h"
#include "client/transport/link_credentials.h"

namespace bangfu::bench {

// A child that only holds a watch, on a connection of its own. It has no thread, so that a thousand
// of them cost the machine little beside the server. Calls come from gRPC's threads, one at a time.
class WatchingChild final : private grpc::ClientReadReactor<v1::WatchResponse> {
 public:
  WatchingChild(const std::string& address, const client::LinkCredentials& credentials,
                std::function<void()> on_more);
  // Ends the watch.
  ~WatchingChild() override;

  // Whether the server has answered, with its first word or with an end.
  bool answered() const { return answered_; }
  // Whether the stream has ended by itself.
  bool ended() const { return ended_; }

 private:
  void OnReadDone(bool ok) override;
  void OnDone(const grpc::Status& status) override;

  const std::function<void()> on_more_;
  const std::unique_ptr<v1::SyncService::Stub> stub_;
  grpc::ClientContext context_;
  const v1::WatchRequest request_;
  v1::WatchResponse news_;
  std::atomic<bool> answered_{false};
  std::atomic<bool> ended_{false};
};

// A child that pulls when it is told, as the shipped desktop does, in a thread of its own.
class PullingChild {
 public:
  // `on_record` gets the id of each record that comes.
  PullingChild(std::unique_ptr<client::GrpcServerLink> line, std::function<void()> on_more,
               std::function<void(const std::string&)> on_record);
  ~PullingChild();

  bool ended() const { return ended_; }

 private:
  void Run();
  absl::Status Pull();

  const std::unique_ptr<client::GrpcServerLink> line_;
  const std::function<void()> on_more_;
  const std::function<void(const std::string&)> on_record_;
  std::string cursor_;
  std::atomic<bool> ended_{false};
  std::thread thread_;
};

}  // namespace bangfu::bench

#endif  // BANGFU_TESTS_BENCH_LOAD_WATCHING_CHILDREN_H_
