#include "domain/rules/form.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "domain/codes/field_spec.h"
#include "domain/record/field_path.h"
#include "domain/rules/form_plan.h"
#include "domain/rules/label.h"
#include "domain/rules/value_check.h"
#include "domain/text/normalize.h"

namespace bangfu::domain {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr char kDefaultRule[] = "R28";
// A message about a code lists the words of the form when there are no more than these.
constexpr int kMaxListedCodes = 15;  // words

// Whether a text that begins with `first` has something to see, without looking at the rest: a
// visible ASCII character, or a byte with which U+4000 to U+9FFF begin.
bool BeginsVisibly(char first) {
  const auto byte = static_cast<unsigned char>(first);
  return absl::ascii_isgraph(byte) || (byte >= 0xE4 && byte <= 0xE9);
}

bool IsEmptyText(absl::string_view text) {
  return text.empty() || (!BeginsVisibly(text.front()) && NormalizeText(text).empty());
}

std::string KeyOf(const Message& element, const FieldDescriptor* key) {
  return key == nullptr ? "" : element.GetReflection()->GetString(element, key);
}

// Whether each key is greater than the one before, as in every record that is stored.
bool IsInOrder(const Message& message, const FieldPlan& list) {
  if (list.key == nullptr) return true;
  const int size = list.access->size(message);
  for (int i = 1; i < size; ++i) {
    if (list.key->text(list.access->message_at(message, i - 1)) >=
        list.key->text(list.access->message_at(message, i))) {
      return false;
    }
  }
  return true;
}

bool AllHaveKeys(const Message& message, const FieldPlan& list) {
  const int size = list.access->size(message);
  for (int i = 0; i < size; ++i) {
    if (IsEmptyText(list.key->text(list.access->message_at(message, i)))) return false;
  }
  return true;
}

// Elements in the order of their keys, so that findings do not depend on the order in the record.
std::vector<const Message*> SortedElements(const Message& message, const FieldPlan& list) {
  std::vector<const Message*> elements;
  for (int i = 0; i < list.access->size(message); ++i) {
    elements.push_back(&list.access->message_at(message, i));
  }
  if (list.key == nullptr) return elements;
  std::stable_sort(elements.begin(), elements.end(), [&list](const Message* a, const Message* b) {
    return list.key->text(*a) < list.key->text(*b);
  });
  return elements;
}

// Where a message stands in its record: nothing for the record itself, else the field that holds it
// and the message around that. Words are made only when there is something to report.
struct Place {
  const Place* outer = nullptr;
  const FieldDescriptor* field = nullptr;
  const Message* message = nullptr;
};

// What paths of fields in this place begin with, "members[0190…].".
std::string PathOf(const Place* place) {
  if (place == nullptr) return "";
  const FieldDescriptor& field = *place->field;
  return absl::StrCat(PathOf(place->outer),
                      field.is_repeated()
                          ? ElementPath(field.name(), KeyOf(*place->message, ListKeyOf(field)))
                          : field.name(),
                      ".");
}

// What labels of fields in this place begin with, "家庭成员（王*）·".
Text LabelOf(const Place* place) {
  if (place == nullptr) return Text{};
  const Text outer = LabelOf(place->outer);
  const Text own = ElementLabel(*place->field, *place->message);
  return Text{absl::StrCat(outer.zh, own.zh, "·"), absl::StrCat(outer.en, own.en, ": ")};
}

std::string RuleOf(const FieldDescriptor& field, const Place* place) {
  const std::string& rule = SpecOf(field).rule();
  if (!rule.empty()) return rule;
  return place == nullptr ? kDefaultRule : RuleOf(*place->field, place->outer);
}

// One way of looking at the fields of a record; the walk is common to both checks.
class FieldVisitor {
 public:
  virtual ~FieldVisitor() = default;

  Findings Run(const Message& record, const MessagePlan& plan) {
    Walk(record, plan, nullptr);
    return std::move(findings_);
  }

 protected:
  void Add(const FieldDescriptor& field, const Place* place, absl::string_view path,
           const ValueProblem& problem) {
    const Text outer = LabelOf(place);
    const Text label = FieldLabel(field);
    const Text text{absl::StrCat(outer.zh, label.zh, "：", problem.text.zh, "。"),
                    absl::StrCat(outer.en, label.en, ": ", problem.text.en)};
    const std::string whole = absl::StrCat(PathOf(place), path);
    const std::string rule = RuleOf(field, place);
    v1::Finding finding = problem.severity == v1::SEVERITY_WARNING
                              ? Warning(rule, problem.code, whole, text)
                              : Error(rule, problem.code, whole, text);
    finding.set_member(std::string(MemberOfPath(whole)));
    // Nobody but the center and the server writes the other fields.
    finding.set_next_action(SpecOf(field).owner() == v1::OWNER_FILING ? v1::NEXT_ACTION_CORRECT
                                                                      : v1::NEXT_ACTION_LOOK_INTO);
    findings_.push_back(std::move(finding));
  }

  // Looks at all fields of one message.
  virtual void Walk(const Message& message, const MessagePlan& plan, const Place* place) = 0;

  void WalkElements(const Message& message, const FieldPlan& list, const Place* place) {
    const size_t before = findings_.size();
    const int size = list.access->size(message);
    for (int i = 0; i < size; ++i) {
      WalkInside(list.access->message_at(message, i), list, place);
    }
    // Sorting costs more than looking, and seldom is there something to be told in order.
    if (findings_.size() == before || IsInOrder(message, list)) return;
    findings_.resize(before);
    for (const Message* element : SortedElements(message, list)) WalkInside(*element, list, place);
  }

  void WalkGroup(const Message& message, const FieldPlan& group, const Place* place) {
    if (group.access->has(message)) WalkInside(group.access->message(message), group, place);
  }

 private:
  void WalkInside(const Message& message, const FieldPlan& container, const Place* place) {
    const Place inside{place, &container.field(), &message};
    Walk(message, *container.inside, &inside);
  }

  Findings findings_;
};

class ValueVisitor final : public FieldVisitor {
 public:
  explicit ValueVisitor(absl::CivilDay today) : today_(today) {}

 private:
  void Walk(const Message& message, const MessagePlan& plan, const Place* place) override {
    for (const FieldPlan& field : plan.values) {
      switch (field.kind) {
        case FieldPlan::Kind::kText:
          VisitTexts(message, field, place);
          break;
        case FieldPlan::Kind::kCode:
          VisitCodes(message, field, place);
          break;
        case FieldPlan::Kind::kNumber:
          VisitNumber(message, field, place);
          break;
        case FieldPlan::Kind::kAmount:
          VisitAmount(message, field, place);
          break;
        case FieldPlan::Kind::kList:
          VisitList(message, field, place);
          WalkElements(message, field, place);
          break;
        case FieldPlan::Kind::kGroup:
          WalkGroup(message, field, place);
          break;
      }
    }
  }

  void VisitTexts(const Message& message, const FieldPlan& plan, const Place* place) {
    if (plan.access->text != nullptr) {
      const std::string& text = plan.access->text(message);
      if (!IsRightAtSight(text, plan)) VisitText(text, plan, place);
      return;
    }
    const int size = plan.access->size(message);
    for (int i = 0; i < size; ++i) VisitText(plan.access->text_at(message, i), plan, place);
  }

  bool IsRightAtSight(const std::string& text, const FieldPlan& plan) const {
    return text.empty() ||
           IsPlainlyRight(plan.format, text, plan.max_characters, plan.range, today_);
  }

  void VisitText(const std::string& text, const FieldPlan& plan, const Place* place) {
    if (IsEmptyText(text)) return;
    if (const auto problem =
            CheckTextValue(plan.format, text, plan.max_characters, plan.range, today_)) {
      Add(plan.field(), place, plan.field().name(), *problem);
    }
  }

  void VisitNumber(const Message& message, const FieldPlan& plan, const Place* place) {
    const int64_t number = plan.access->integer(message);
    const bool stated = plan.access->has == nullptr ? number != 0 : plan.access->has(message);
    if (!stated || (number >= plan.least && number <= plan.most)) return;
    if (const auto problem =
            CheckNumber(number, plan.least, plan.most, plan.unit->zh, plan.unit->en)) {
      Add(plan.field(), place, plan.field().name(), *problem);
    }
  }

  void VisitAmount(const Message& message, const FieldPlan& plan, const Place* place) {
    // An amount that is not stated reads as 0, which is right.
    if (const auto problem = CheckAmount(plan.access->integer(message))) {
      Add(plan.field(), place, plan.field().name(), *problem);
    }
  }

  void VisitCodes(const Message& message, const FieldPlan& plan, const Place* place) {
    if (plan.access->integer != nullptr) {
      const int64_t number = plan.access->integer(message);
      if (number != 0) VisitCode(number, plan, place);
      return;
    }
    const int size = plan.access->size(message);
    for (int i = 0; i < size; ++i) VisitCode(plan.access->integer_at(message, i), plan, place);
  }

  // 0 stands for an empty field, so as an item of a list it is no code either.
  void VisitCode(int64_t number, const FieldPlan& plan, const Place* place) {
    if (number >= 1 && number <= plan.most) return;
    const FieldDescriptor& field = plan.field();
    const auto& list = *field.enum_type();
    if (number != 0 && list.FindValueByNumber(static_cast<int>(number)) != nullptr) return;
    Text text{"代码不在代码表中，请重新选择", "the code is not in the list, choose it again"};
    if (list.value_count() - 1 <= kMaxListedCodes) {
      const Text labels = ValueLabels(list);
      absl::StrAppend(&text.zh, "：", labels.zh);
      absl::StrAppend(&text.en, ": ", labels.en);
    }
    Add(field, place, field.name(),
        ValueProblem{v1::FINDING_CODE_UNKNOWN_CODE, v1::SEVERITY_ERROR, text});
  }

  void VisitList(const Message& message, const FieldPlan& plan, const Place* place) {
    const FieldDescriptor& list = plan.field();
    const int size = plan.access->size(message);
    if (size > plan.most) {
      Add(list, place, list.name(),
          ValueProblem{v1::FINDING_CODE_TOO_LARGE, v1::SEVERITY_ERROR,
                       Text{absl::StrCat("超过", plan.most, "项，请删减"),
                            absl::StrCat("more than ", plan.most, " entries, remove some")}});
    }
    if (size == 0 || plan.key == nullptr) return;
    if (IsInOrder(message, plan) && AllHaveKeys(message, plan)) return;
    std::set<std::string> seen;
    for (const Message* element : SortedElements(message, plan)) {
      const std::string& key = plan.key->text(*element);
      if (IsEmptyText(key)) {
        AddMalformed(list, place, key, "有一项没有标识，请由程序生成",
                     "an entry has no id, let the program make it");
      } else if (!seen.insert(key).second) {
        AddMalformed(list, place, key, "标识重复，请删去其中一项",
                     "the id is there twice, remove one of the entries");
      }
    }
  }

  void AddMalformed(const FieldDescriptor& list, const Place* place, absl::string_view key,
                    absl::string_view zh, absl::string_view en) {
    Add(list, place, ElementPath(list.name(), key),
        ValueProblem{v1::FINDING_CODE_MALFORMED, v1::SEVERITY_ERROR,
                     Text{std::string(zh), std::string(en)}});
  }

  const absl::CivilDay today_;
};

// The worker type that the record states, whichever field holds it.
v1::WorkerType WorkerTypeOf(const Message& record, const MessagePlan& plan) {
  if (plan.worker_type == nullptr) return v1::WORKER_TYPE_UNSPECIFIED;
  return static_cast<v1::WorkerType>(plan.worker_type->integer(record));
}

class RequiredVisitor final : public FieldVisitor {
 public:
  explicit RequiredVisitor(v1::WorkerType worker_type) : worker_type_(worker_type) {}

 private:
  void Walk(const Message& message, const MessagePlan& plan, const Place* place) override {
    for (const FieldPlan& field : plan.required) {
      if (IsRequired(field.required_for) && IsMissing(message, field)) {
        Add(field.field(), place, field.field().name(),
            ValueProblem{v1::FINDING_CODE_REQUIRED_MISSING, v1::SEVERITY_ERROR,
                         Demand(field.field())});
      }
      if (field.inside == nullptr) continue;
      if (field.kind == FieldPlan::Kind::kList) {
        WalkElements(message, field, place);
      } else {
        WalkGroup(message, field, place);
      }
    }
  }

  bool IsRequired(v1::RequiredFor required_for) const {
    switch (required_for) {
      case v1::REQUIRED_FOR_ALL:
        return true;
      case v1::REQUIRED_FOR_STAFF:
        return worker_type_ == v1::WORKER_TYPE_STAFF;
      case v1::REQUIRED_FOR_MIGRANT:
        return worker_type_ == v1::WORKER_TYPE_MIGRANT;
      default:
        return false;
    }
  }

  static bool IsMissing(const Message& message, const FieldPlan& plan) {
    const FieldAccess& access = *plan.access;
    if (access.size != nullptr) return access.size(message) == 0;
    if (access.text != nullptr) return IsEmptyText(access.text(message));
    return access.has != nullptr ? !access.has(message) : access.integer(message) == 0;
  }

  static Text Demand(const FieldDescriptor& field) {
    const v1::RequiredFor required_for = SpecOf(field).required_for();
    Text text{"必填，请填写", "is required, fill it in"};
    if (required_for == v1::REQUIRED_FOR_STAFF) {
      text = Text{"职工必填，请填写", "is required of staff workers, fill it in"};
    } else if (required_for == v1::REQUIRED_FOR_MIGRANT) {
      text = Text{"农民工必填，请填写", "is required of migrant workers, fill it in"};
    }
    const auto* list = field.enum_type();
    if (list != nullptr && list->value_count() - 1 <= kMaxListedCodes) {
      const Text labels = ValueLabels(*list);
      absl::StrAppend(&text.zh, "：", labels.zh);
      absl::StrAppend(&text.en, ": ", labels.en);
    }
    return text;
  }

  const v1::WorkerType worker_type_;
};

}  // namespace

Findings CheckValues(const Message& record, absl::CivilDay today) {
  return ValueVisitor(today).Run(record, PlanOf(*record.GetDescriptor()));
}

Findings CheckRequired(const Message& record) {
  const MessagePlan& plan = PlanOf(*record.GetDescriptor());
  return RequiredVisitor(WorkerTypeOf(record, plan)).Run(record, plan);
}

}  // namespace bangfu::domain
