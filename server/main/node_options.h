#ifndef BANGFU_SERVER_MAIN_NODE_OPTIONS_H_
#define BANGFU_SERVER_MAIN_NODE_OPTIONS_H_

#include <string>

#include "absl/time/time.h"
#include "base/limits.h"

namespace bangfu::server {

// How a node is set up: flags of `serve`, or the same names in its configuration file.
struct NodeOptions {
  std::string data_dir;  // everything the node keeps, and its private PostgreSQL
  std::string listen = "127.0.0.1:7443";
  std::string tls;            // folder with ca.pem, node.pem, node.key
  std::string enroll_listen;  // address for nodes that want to join; empty: none
  std::string
      enroll_address;      // as they dial it; empty: name of the certificate, port of the former
  std::string ca;          // folder of the city's certificate authority; at the root only
  std::string master_key;  // file of the key that wraps the data keys; empty: in the data folder
  std::string database;    // PostgreSQL of one's own; empty for the private one
  std::string
      orgs;  // org tree (JSON of bangfu.v1.OrgTree); a node with an upstream may leave it out
  std::string policy;    // policy data (JSON of bangfu.v1.PolicySet); may be left out
  std::string upstream;  // address of the parent node
  int upstream_interval_seconds = 30;
  int verify_interval_seconds =  // between comparisons with the parent's digest; 0: never
      static_cast<int>(absl::ToInt64Seconds(limits::kVerifyInterval));
  int stall_after_seconds =  // until a backlog that does not move is reported
      static_cast<int>(absl::ToInt64Seconds(limits::kStallAfter));
  std::string metrics;  // address for Prometheus; empty: none
  std::string clock;    // RFC 3339 start of a shifted clock, for demonstrations only
};

// Where the master key is.
inline std::string MasterKeyFile(const NodeOptions& options) {
  return options.master_key.empty() ? options.data_dir + "/keys/master.key" : options.master_key;
}

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_MAIN_NODE_OPTIONS_H_
