#include "domain/rules/form_plan.h"

#include <algorithm>
#include <map>
#include <memory>
#include <optional>

#include "absl/strings/match.h"
#include "bangfu/v1/aid_event.pb.h"
#include "bangfu/v1/archive.pb.h"
#include "bangfu/v1/visit.pb.h"
#include "base/limits.h"
#include "domain/codes/field_spec.h"
#include "domain/record/field_path.h"
#include "domain/rules/contract_term.h"

namespace bangfu::domain {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using Plans = std::map<const Descriptor*, std::unique_ptr<const MessagePlan>>;

constexpr absl::string_view kPastDateSuffix = "_on";

// Elements of the lists of one archive.
constexpr int kMaxPostings = 20;
constexpr int kMaxObjections = 100;
constexpr int kMaxCauseReports = 100;
constexpr int kMaxPaperValues = 500;

// Most elements of a list of `list`'s type in one archive, so that a record stays within
// limits::kMaxRecordBytes.
int MaxElements(const FieldDescriptor& list) {
  const Descriptor* element = list.message_type();
  if (element == v1::Member::descriptor()) return limits::kMaxMembers;
  if (element == v1::Posting::descriptor()) return kMaxPostings;
  if (element == v1::Objection::descriptor()) return kMaxObjections;
  if (element == v1::CauseReport::descriptor()) return kMaxCauseReports;
  if (element == v1::PaperValue::descriptor()) return kMaxPaperValues;
  return limits::kMaxMaterials;
}

bool IsField(const FieldDescriptor& field, const Descriptor* message, int number) {
  return field.containing_type() == message && field.number() == number;
}

// The last of the numbers 0, 1, 2 … that are all values of the list.
int LastInSequence(const EnumDescriptor& list) {
  int last = 0;
  while (list.FindValueByNumber(last + 1) != nullptr) ++last;
  return last;
}

class PlanBuilder {
 public:
  explicit PlanBuilder(Plans& plans) : plans_(plans) {}

  const MessagePlan& Build(const Descriptor& type) {
    const auto known = plans_.find(&type);
    if (known != plans_.end()) return *known->second;
    auto plan = std::make_unique<MessagePlan>();
    for (const FieldAccess& access : AccessToFields(type)) Add(access, *plan);
    return *plans_.emplace(&type, std::move(plan)).first->second;
  }

 private:
  void Add(const FieldAccess& access, MessagePlan& plan) {
    const FieldDescriptor& field = *access.field;
    if (!field.is_repeated() && field.enum_type() == v1::WorkerType_descriptor() &&
        plan.worker_type == nullptr) {
      plan.worker_type = &access;
    }
    FieldPlan base{&access, FieldPlan::Kind::kText};
    const v1::FieldSpec& spec = SpecOf(field);
    base.required_for = spec.required_for();
    base.format = spec.format();
    const std::optional<FieldPlan> checked = Checked(base, spec);
    if (checked) plan.values.push_back(*checked);

    // Fields that the server or the center writes are not asked for, nor is what they contain.
    if (spec.owner() != v1::OWNER_FILING) return;
    const bool contains =
        checked && checked->inside != nullptr && !checked->inside->required.empty();
    if (contains || base.required_for != v1::REQUIRED_FOR_UNSPECIFIED) {
      plan.required.push_back(checked.value_or(base));
    }
  }

  // `plan` with what is to be checked of the value; nothing when all values are right.
  std::optional<FieldPlan> Checked(FieldPlan plan, const v1::FieldSpec& spec) {
    const FieldDescriptor& field = plan.field();
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        plan.max_characters =
            spec.max_characters() > 0 ? spec.max_characters() : limits::kMaxCharactersOfText;
        plan.range =
            absl::EndsWith(field.name(), kPastDateSuffix) ? DateRange::kPast : DateRange::kAny;
        return plan;
      case FieldDescriptor::CPPTYPE_INT64:
        plan.kind = FieldPlan::Kind::kAmount;
        if (field.is_repeated() || plan.format != v1::FORMAT_MONEY) return std::nullopt;
        return plan;
      case FieldDescriptor::CPPTYPE_INT32:
        return CheckedNumber(plan);
      case FieldDescriptor::CPPTYPE_ENUM:
        plan.kind = FieldPlan::Kind::kCode;
        plan.most = LastInSequence(*field.enum_type());
        return plan;
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return CheckedContainer(plan);
      default:
        return std::nullopt;
    }
  }

  static std::optional<FieldPlan> CheckedNumber(FieldPlan plan) {
    plan.kind = FieldPlan::Kind::kNumber;
    if (IsField(plan.field(), v1::Archive::descriptor(), v1::Archive::kContractMonthsFieldNumber)) {
      plan.least = kMinContractMonths;
      plan.most = kMaxContractMonths;
      static const auto& months = *new Text{"个月", "months"};
      plan.unit = &months;
      return plan;
    }
    if (IsField(plan.field(), v1::PaperValue::descriptor(),
                v1::PaperValue::kMemberRowFieldNumber)) {
      plan.most = limits::kMaxMembers;
      static const auto& rows = *new Text{"行", "rows"};
      plan.unit = &rows;
      return plan;
    }
    return std::nullopt;
  }

  std::optional<FieldPlan> CheckedContainer(FieldPlan plan) {
    const FieldDescriptor& field = plan.field();
    if (!field.is_repeated() && !IsGroup(field)) return std::nullopt;
    plan.inside = &Build(*field.message_type());
    plan.kind = field.is_repeated() ? FieldPlan::Kind::kList : FieldPlan::Kind::kGroup;
    if (!field.is_repeated()) return plan;
    plan.most = MaxElements(field);
    if (const FieldDescriptor* key = ListKeyOf(field)) {
      plan.key = &AccessToFields(*field.message_type())[static_cast<size_t>(key->index())];
    }
    return plan;
  }

  Plans& plans_;
};

Plans AllPlans() {
  Plans plans;
  PlanBuilder builder(plans);
  builder.Build(*v1::Archive::descriptor());
  builder.Build(*v1::AidEvent::descriptor());
  builder.Build(*v1::Visit::descriptor());
  return plans;
}

}  // namespace

const MessagePlan& PlanOf(const Descriptor& type) {
  static const auto& plans = *new Plans(AllPlans());
  static const auto& nothing = *new MessagePlan();
  const auto found = plans.find(&type);
  return found == plans.end() ? nothing : *found->second;
}

}  // namespace bangfu::domain
