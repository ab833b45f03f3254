#ifndef BANGFU_DOMAIN_RULES_FORM_PLAN_H_
#define BANGFU_DOMAIN_RULES_FORM_PLAN_H_

#include <vector>

#include "bangfu/v1/options.pb.h"
#include "base/error.h"
#include "domain/record/field_access.h"
#include "domain/rules/value_check.h"
#include "google/protobuf/descriptor.h"

namespace bangfu::domain {

struct MessagePlan;

// What the form has to check of one field, worked out from its options once: the checks look at
// hundreds of fields of each archive.
struct FieldPlan {
  enum class Kind {
    kText,    // `format`, `max_characters`, `range`
    kNumber,  // from `least` to `most`
    kAmount,
    kCode,  // a value of the enum; 1 to `most` are for sure
    kList,  // of messages, `inside` each; at most `most`
    kGroup  // of fields, `inside`
  };

  const FieldAccess* access;
  Kind kind;
  v1::RequiredFor required_for = v1::REQUIRED_FOR_UNSPECIFIED;
  v1::Format format = v1::FORMAT_UNSPECIFIED;
  DateRange range = DateRange::kAny;
  int max_characters = 0;
  int least = 0;
  int most = 0;
  const Text* unit = nullptr;  // of a number, "个月"
  const MessagePlan* inside = nullptr;
  const FieldAccess* key = nullptr;  // of the elements of a list; nullptr when they have none

  const google::protobuf::FieldDescriptor& field() const { return *access->field; }
};

// The fields of one message type, in the order of the proto.
struct MessagePlan {
  std::vector<FieldPlan> values;             // whose values are checked, and containers of such
  std::vector<FieldPlan> required;           // that somebody has to fill in, and containers of such
  const FieldAccess* worker_type = nullptr;  // the field that states it
};

// The plan of a record (archive, aid event, visit) or a message within one; an empty plan for every
// other type. Lives for ever.
const MessagePlan& PlanOf(const google::protobuf::Descriptor& type);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_RULES_FORM_PLAN_H_
