#ifndef BANGFU_SERVER_CLUSTER_CLUSTER_SETTINGS_H_
#define BANGFU_SERVER_CLUSTER_CLUSTER_SETTINGS_H_

#include <cstdint>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace bangfu::server {

struct ClusterSettings {
  std::string socket_folder;
  std::string cluster_name;
  unsigned max_connections = 0;
  unsigned max_prepared_transactions = 0;
  bool durable = true;
};

// Command line arguments ("-c", "name=value", …) for settings that must hold whatever the
// configuration file says: reachability, durability, and keeping personal data out of the log.
std::vector<std::string> EnforcedSettings(const ClusterSettings& settings);

// Text appended once to postgresql.conf of a new cluster: settings an operator may change there.
// `memory_bytes` is the machine's.
std::string InitialConfiguration(uint64_t memory_bytes);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_CLUSTER_CLUSTER_SETTINGS_H_
