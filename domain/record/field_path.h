#ifndef BANGFU_DOMAIN_RECORD_FIELD_PATH_H_
#define BANGFU_DOMAIN_RECORD_FIELD_PATH_H_

#include <optional>
#include <string>

#include "absl/container/inlined_vector.h"
#include "absl/strings/string_view.h"
#include "google/protobuf/descriptor.h"

namespace bangfu::domain {

// One field on the way from a record to a value.
struct PathStep {
  const google::protobuf::FieldDescriptor* field = nullptr;
  std::optional<std::string> key;  // of the list element; never empty
};
using FieldPath = absl::InlinedVector<PathStep, 2>;

// Resolves a path of field_values.h. Nothing when a field does not exist, a list element has no
// key, something follows a value, or the text is not a path. Paths of containers ("members",
// "approval") resolve as well.
std::optional<FieldPath> ParsePath(const google::protobuf::Descriptor& record,
                                   absl::string_view path);

// The field by which elements of the list `field` are matched; nullptr when `field` is not such a
// list.
const google::protobuf::FieldDescriptor* ListKeyOf(const google::protobuf::FieldDescriptor& field);

// True for a field that is one value: texts, whole numbers, booleans, codes, instants, and lists of
// all but the last.
bool IsValue(const google::protobuf::FieldDescriptor& field);

// True for a singular message that is a group of fields, not a value.
bool IsGroup(const google::protobuf::FieldDescriptor& field);

// A key as it is written between the brackets. Keys that are not UUIDs are never stored, but they
// can be sent: brackets and percent signs are percent-encoded, so that no key can be taken for
// another path.
std::string EscapeKey(absl::string_view key);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_RECORD_FIELD_PATH_H_
