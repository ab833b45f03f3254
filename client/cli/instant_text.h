#ifndef BANGFU_CLIENT_CLI_INSTANT_TEXT_H_
#define BANGFU_CLIENT_CLI_INSTANT_TEXT_H_

#include <string>

#include "absl/time/time.h"
#include "client/cli/output.h"
#include "google/protobuf/timestamp.pb.h"

// Instants as the command line shows them.
namespace bangfu::client {

// "2014-03-12 09:00:00" in Hangzhou.
std::string InstantText(absl::Time time);
std::string InstantText(const google::protobuf::Timestamp& timestamp);

// RFC 3339 in UTC for programs; null for an instant that never was or never will be.
Json InstantJson(absl::Time time);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_INSTANT_TEXT_H_
