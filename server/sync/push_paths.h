#ifndef BANGFU_SERVER_SYNC_PUSH_PATHS_H_
#define BANGFU_SERVER_SYNC_PUSH_PATHS_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "bangfu/v1/change.pb.h"
#include "google/protobuf/descriptor.h"

namespace bangfu::server {

// The changed_fields of a put.
struct ChangedPaths {
  std::vector<std::string> known;    // values, and presence of list elements
  std::vector<std::string> unknown;  // fields of a newer program
  bool malformed = false;            // there is one that is neither
};

ChangedPaths SplitPaths(const google::protobuf::Descriptor& record, const v1::Put& put);

// List elements that a put is inside of, "members[id]", without those that it adds or removes.
std::vector<std::string> ElementsWithin(const v1::Put& put);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_PUSH_PATHS_H_
