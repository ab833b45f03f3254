#ifndef BANGFU_DOMAIN_RECORD_VALUE_TEXT_H_
#define BANGFU_DOMAIN_RECORD_VALUE_TEXT_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace bangfu::domain {

// The canonical text of the value field `field` (IsValue) of `message`: texts as they are, whole
// numbers in decimal, codes by their number, "true" or "false", instants as RFC 3339 in UTC. The
// items of a repeated field are joined with
// ",", in which "," and "\" within a text are preceded by "\" and an empty text is "\0".
std::string ValueText(const google::protobuf::Message& message,
                      const google::protobuf::FieldDescriptor& field);

// Gives the field the value whose canonical text is `text`. False, and then the field may hold
// anything, when there is no such value: not UTF-8, not a number, out of range, or written in
// another way ("007", "+1").
bool SetValueText(google::protobuf::Message& message,
                  const google::protobuf::FieldDescriptor& field, absl::string_view text);

// The items of the canonical text of a repeated field.
std::vector<std::string> SplitItems(absl::string_view text);

// The instant whose canonical text is `text`.
std::optional<absl::Time> ParseInstant(absl::string_view text);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_RECORD_VALUE_TEXT_H_
