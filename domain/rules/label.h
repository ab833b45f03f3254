#ifndef BANGFU_DOMAIN_RULES_LABEL_H_
#define BANGFU_DOMAIN_RULES_LABEL_H_

#include <string>

#include "absl/strings/string_view.h"
#include "bangfu/v1/archive.pb.h"
#include "base/error.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace bangfu::domain {

// The words by which findings speak of fields and persons, from the descriptors. Names of persons
// appear masked only.

// Label of a field, "身份证号"; its proto name when it has none.
Text FieldLabel(const google::protobuf::FieldDescriptor& field);

// Label of a field of the archive.
Text ArchiveLabel(int field_number);

// Label of an element of a list: that of the list, with the masked name when the element is a
// person, "家庭成员（王*）".
Text ElementLabel(const google::protobuf::FieldDescriptor& list,
                  const google::protobuf::Message& element);

// The worker as the papers name him or her, "职工本人（王*）", and a member, "儿子（王*）".
Text WorkerLabel(const v1::Archive& archive);
Text MemberLabel(const v1::Member& member);

// Label of a value of a code list in both languages.
Text ValueLabel(const google::protobuf::EnumDescriptor& list, int number);

// All values of a code list, for messages that tell which are possible.
Text ValueLabels(const google::protobuf::EnumDescriptor& list);

// UUID of the member in the path of a field, "0190…" in "members[0190…].sex"; empty when the path
// is about no member.
absl::string_view MemberOfPath(absl::string_view path);

// Path of a list element, "members[0190…]". A key that is no UUID is left out: "members[]".
std::string ElementPath(absl::string_view list, absl::string_view key);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_RULES_LABEL_H_
