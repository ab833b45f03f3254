#ifndef BANGFU_DOMAIN_RECORD_FIELD_VALUES_H_
#define BANGFU_DOMAIN_RECORD_FIELD_VALUES_H_

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "bangfu/v1/options.pb.h"
#include "google/protobuf/message.h"

namespace bangfu::domain {

// The set fields of a record as canonical text by path: what merges, conflicts and histories
// compare.
//
//   phone                       -> 13800000000          text, code number, fen, "true", UTC instant
//   secondary_causes            -> 2,5                  repeated scalar: one field as a whole
//   members[0190…]              -> ""                   presence of a list element, by its list key
//   members[0190…].name         -> 王某                  field of a list element
//   approval.person_id          -> u1                   field of a singular message
//
// A field at its proto3 default without presence is unset and absent. The list key of an element is
// in its path and not a field of its own; brackets and percent signs in a key are percent-encoded.
// Elements without a key are absent, of elements with the same key only the first one counts
// (CheckValues refuses both). Not part of it: unknown fields, lists of messages without a list key,
// maps, bytes and floating point numbers; records have none of these but the first.
using FieldValues = std::map<std::string, std::string>;

// An edit: value to set, or nullopt to clear.
using FieldEdits = std::map<std::string, std::optional<std::string>>;

// Reads all set fields of `record`.
FieldValues ReadFields(const google::protobuf::Message& record);

// Those of the fields that `paths` begin with: of "members[0190…].name" all of the list `members`.
FieldValues ReadFieldsOf(const google::protobuf::Message& record,
                         const std::vector<std::string>& paths);

// The edits that clear every set field of `record`, presences of elements included.
FieldEdits UnsetAll(const google::protobuf::Message& record);

// Who owns the set fields of `record`, as OwnerOfPath says it of their paths, its own id left out.
std::set<v1::Owner> OwnersOf(const google::protobuf::Message& record);

// The difference that turns `before` into `after`.
FieldEdits Difference(const FieldValues& before, const FieldValues& after);

// The values of `paths` in `values`: nullopt for those that are unset. A path of a presence
// ("members[id]") stands for the element with all its fields.
FieldEdits Select(const FieldValues& values, const std::vector<std::string>& paths);

// Writes `edits` into `record`. List elements that do not exist are added when their presence or a
// field of them is set, and removed when their presence is cleared, whatever else is said of them.
// Lists that are written to are put in the order of their keys, so that the result does not depend
// on the order of edits. A value that is the default of a field without presence clears it. Unknown
// fields stay. Errors: INVALID_ARGUMENT when a path does not exist in the record, stands for no
// value ("members", "approval"), or a text is not the canonical text of a value of its field; then
// `record` may be half written and must be thrown away.
absl::Status WriteFields(google::protobuf::Message& record, const FieldEdits& edits);

// The spec of the field at `path`, also of a container ("members", "members[id]", "approval");
// nullptr when there is no such path. For a field of a list element or of a nested message owner
// and sensitivity are the outer field's when those are stricter (server over center over filing
// side). Lives for ever.
const v1::FieldSpec* SpecOfPath(const google::protobuf::Descriptor& record, absl::string_view path);

// Owner of the field at `path`, as above; OWNER_SERVER when there is no such path.
v1::Owner OwnerOfPath(const google::protobuf::Descriptor& record, absl::string_view path);

// The language in which fields and values are shown.
enum class Language { kChinese, kEnglish };

// The label of the field at `path`, "家庭成员·成员姓名" or "household members · name of the
// member"; the path itself when it is not known.
std::string LabelOfPath(const google::protobuf::Descriptor& record, absl::string_view path,
                        Language language = Language::kChinese);

// The value of a path as people read it: code words instead of numbers, yuan instead of fen,
// instants in Asia/Shanghai, "有" or "present" for the presence of a list element. A text that is
// not a value of the field is returned as it is. Masked according to the sensitivity of the field
// when `masked`; a path that is not known is secret.
std::string DisplayValue(const google::protobuf::Descriptor& record, absl::string_view path,
                         absl::string_view value, bool masked,
                         Language language = Language::kChinese);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_RECORD_FIELD_VALUES_H_
