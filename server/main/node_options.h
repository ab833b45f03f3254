#ifndef BANGFU_SERVER_MAIN_NODE_OPTIONS_H_
#define BANGFU_SERVER_MAIN_NODE_OPTIONS_H_

#include <string>

namespace bangfu::server {

// How a node is set up: flags of `serve`, or the same names in its configuration file.
struct NodeOptions {
  std::string data_dir;  // everything the node keeps, and its private PostgreSQL
  std::string listen = "127.0.0.1:7443";
  std::string tls;       // folder with ca.pem, node.pem, node.key
  std::string database;  // PostgreSQL of one's own; empty for the private one
  std::string
      orgs;  // org tree (JSON of bangfu.v1.OrgTree); a node with an upstream may leave it out
  std::string policy;    // policy data (JSON of bangfu.v1.PolicySet); may be left out
  std::string upstream;  // address of the parent node
  int upstream_interval_seconds = 30;
  std::string clock;  // RFC 3339 start of a shifted clock, for demonstrations only
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_MAIN_NODE_OPTIONS_H_
