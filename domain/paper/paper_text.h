#ifndef BANGFU_DOMAIN_PAPER_PAPER_TEXT_H_
#define BANGFU_DOMAIN_PAPER_PAPER_TEXT_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "domain/record/field_access.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace bangfu::domain {

// What a text on paper says as a value of `field`, read as an import reads it (R31): codes by their
// words, lists in any order, money and identity numbers as people write them, names without blanks.
// The form is that of ValueText, so that two readings are equal exactly when they say the same;
// empty for a blank. Nothing when the text cannot be read.
std::optional<std::string> ReadPaperText(const google::protobuf::FieldDescriptor& field,
                                         absl::string_view text);

// The value of `field` in `message` in the same form; empty when it is not stated.
std::string ComparableValue(const google::protobuf::Message& message,
                            const google::protobuf::FieldDescriptor& field);

// Whether `text` spells the value of `field` in `message` in the plainest way. Then the two
// readings are equal; otherwise they may be all the same. Much cheaper than reading: most papers
// are transcribed in these words.
bool SpellsValue(const google::protobuf::Message& message, const FieldAccess& field,
                 const std::string& text);

// Whether `message` states `field` at all.
bool IsStated(const google::protobuf::Message& message, const FieldAccess& field);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_PAPER_PAPER_TEXT_H_
