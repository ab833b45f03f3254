#ifndef BANGFU_TESTS_CHAOS_FAULTY_LINE_H_
#define BANGFU_TESTS_CHAOS_FAULTY_LINE_H_

#include <grpcpp/server.h>

#include <functional>
#include <memory>
#include <string>

#include "bangfu/v1/sync_service.pb.h"
#include "tests/chaos/scenario.h"

namespace bangfu::chaos {

// How often a push meets with what, in percent; at most 100 in all.
struct PushFaults {
  int lose_request = 0;  // it does not arrive
  int lose_answer = 0;   // it arrives, the child does not hear of it
  int twice = 0;         // it arrives twice, the child hears of the second
  int late = 0;          // the child hears nothing, and it arrives after later ones
  int delay = 0;         // it arrives late, and the child waits
};

// A line between a child and its node: a gRPC server with TLS towards the child and a client with
// the child's certificate towards the node. It can be cut, and can spoil pushes. Thread-safe.
class FaultyLine {
 public:
  // The child's certificate is that of (`child`, `org`); `server` is the address of the node.
  FaultyLine(World& world, const std::string& child, const std::string& org, NodeKind kind,
             const std::string& server);
  ~FaultyLine();  // late pushes have arrived then

  const std::string& address() const { return address_; }

  void SetFaults(const PushFaults& faults);
  // Calls under way break off, new ones fail, until Heal.
  void Cut();
  void Heal();
  // Only watches are cut.
  void CutWatches();
  void HealWatches();
  // What the node says of its protocol version is replaced; 0 for what it says.
  void SetServerVersion(int version);
  // Is called with every push that passes.
  void OnPush(std::function<void(const v1::PushRequest&)> on_push);
  // Waits until no push is on its way late.
  void WaitForLatePushes();

  int64_t pushes() const;
  int64_t spoilt() const;          // pushes that met with a fault
  int64_t spoilt_changes() const;  // changes in them

 private:
  class Services;
  std::unique_ptr<Services> services_;
  std::unique_ptr<grpc::Server> server_;
  std::string address_;
};

}  // namespace bangfu::chaos

#endif  // BANGFU_TESTS_CHAOS_FAULTY_LINE_H_
