#ifndef BANGFU_DOMAIN_RECORD_FIELD_ACCESS_H_
#define BANGFU_DOMAIN_RECORD_FIELD_ACCESS_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/types/span.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace bangfu::domain {

// Reads one field of one message type as fast as code that names it: reflection takes about ten
// times as long, which counts where the rules look at every field of every archive of a city. The
// functions are generated from the descriptors when the program is built (record/codegen), so the
// fields are listed nowhere again. A function that does not fit the type of the field is nullptr;
// each requires a message of the type.
struct FieldAccess {
  using Message = google::protobuf::Message;

  const google::protobuf::FieldDescriptor* field;

  // Singular fields. Whole numbers, codes and booleans (0 and 1) are integers.
  const std::string& (*text)(const Message&) = nullptr;
  int64_t (*integer)(const Message&) = nullptr;
  const Message& (*message)(const Message&) = nullptr;  // the default instance when unset
  // Messages and fields with presence: whether it is set.
  bool (*has)(const Message&) = nullptr;

  // Repeated fields.
  int (*size)(const Message&) = nullptr;
  const std::string& (*text_at)(const Message&, int) = nullptr;
  int64_t (*integer_at)(const Message&, int) = nullptr;
  const Message& (*message_at)(const Message&, int) = nullptr;
};

// All fields of `type` in the order of the proto. `type` is a record (archive, aid event, visit) or
// a message within one; empty for every other type. Lives for ever.
absl::Span<const FieldAccess> AccessToFields(const google::protobuf::Descriptor& type);

// Access to one field of such a message. Requires that AccessToFields of its message is not empty.
inline const FieldAccess& AccessTo(const google::protobuf::FieldDescriptor& field) {
  return AccessToFields(*field.containing_type())[static_cast<size_t>(field.index())];
}

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_RECORD_FIELD_ACCESS_H_
