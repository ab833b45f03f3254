#ifndef BANGFU_SERVER_MAIN_OPERATOR_CALL_H_
#define BANGFU_SERVER_MAIN_OPERATOR_CALL_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "client/transport/identity_link.h"

namespace CLI {
class App;
}

namespace bangfu::server {

// Where the operator's commands find the running node.
struct OperatorOptions {
  std::string data_dir;  // of the node: knows its address
  std::string tls;       // folder with the node's own certificate, which makes the operator
  std::string address;   // host:port; empty: as the node noted in its data folder
};

// --data, --tls, --address.
void AddOperatorOptions(CLI::App& command, OperatorOptions& options);

// A line to the running node with its own certificate (docs/identity.md, "The operator").
// Errors: FAILED_PRECONDITION the node does not run, or never did with this data folder; those of
//         LoadBundle.
absl::StatusOr<std::unique_ptr<client::IdentityLink>> ConnectAsOperator(
    const OperatorOptions& options);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_MAIN_OPERATOR_CALL_H_
