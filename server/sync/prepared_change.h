#ifndef BANGFU_SERVER_SYNC_PREPARED_CHANGE_H_
#define BANGFU_SERVER_SYNC_PREPARED_CHANGE_H_

#include <memory>
#include <string>

#include "absl/time/time.h"
#include "bangfu/v1/change.pb.h"
#include "domain/rules/finding.h"
#include "google/protobuf/message.h"

namespace bangfu::server {

// A change after everything that can be said about it without the store: done before the
// transaction begins.
struct PreparedChange {
  const v1::Change* change = nullptr;
  std::string digest;                                 // of the change without base_revision
  std::unique_ptr<google::protobuf::Message> theirs;  // parsed body of a put; nullptr for a step
  absl::Time entry_time;                              // never after the time of receipt (A23)
  domain::Findings findings;                          // errors: refused
};

// Checks form and size, parses the body of a put and checks its values (R57 ff.). `change` must
// outlive the result.
PreparedChange Prepare(const v1::Change& change, absl::Time received);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_PREPARED_CHANGE_H_
