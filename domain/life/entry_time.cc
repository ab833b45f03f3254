#include "domain/life/entry_time.h"

namespace bangfu::domain {

using google::protobuf::FieldDescriptor;
using google::protobuf::Timestamp;

void SetEnteredTime(google::protobuf::Message& record, const Timestamp& entered) {
  constexpr char kEnteredField[] = "entered_time";
  const FieldDescriptor* field = record.GetDescriptor()->FindFieldByName(kEnteredField);
  if (field == nullptr || field->message_type() != Timestamp::descriptor()) return;
  record.GetReflection()->MutableMessage(&record, field)->CopyFrom(entered);
}

}  // namespace bangfu::domain
