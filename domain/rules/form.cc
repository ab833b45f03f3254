#include "domain/rules/form.h"

#include <algorithm>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "domain/codes/field_spec.h"
#include "domain/record/field_path.h"
#include "domain/rules/contract_term.h"
#include "domain/rules/label.h"
#include "domain/rules/value_check.h"
#include "domain/text/normalize.h"

namespace bangfu::domain {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr char kDefaultRule[] = "R28";
constexpr absl::string_view kPastDateSuffix = "_on";
// A message about a code lists the words of the form when there are no more than these.
constexpr int kMaxListedCodes = 15;  // words

// Elements of the lists of one archive.
constexpr int kMaxPostings = 20;
constexpr int kMaxObjections = 100;
constexpr int kMaxCauseReports = 100;
constexpr int kMaxPaperValues = 500;

// A visible ASCII character at the beginning decides without normalising the text.
bool IsEmptyText(absl::string_view text) {
  if (text.empty()) return true;
  if (absl::ascii_isgraph(static_cast<unsigned char>(text.front()))) return false;
  return NormalizeText(text).empty();
}

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

std::string KeyOf(const Message& element, const FieldDescriptor* key) {
  return key == nullptr ? "" : element.GetReflection()->GetString(element, key);
}

// Elements in the order of their keys, so that findings do not depend on the order in the record.
std::vector<const Message*> SortedElements(const Message& message, const FieldDescriptor& list) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const Message*> elements;
  for (int i = 0; i < reflection.FieldSize(message, &list); ++i) {
    elements.push_back(&reflection.GetRepeatedMessage(message, &list, i));
  }
  const FieldDescriptor* key = ListKeyOf(list);
  std::stable_sort(elements.begin(), elements.end(), [key](const Message* a, const Message* b) {
    return KeyOf(*a, key) < KeyOf(*b, key);
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

// One way of looking at every field of a record; the walk is common to both checks.
class FieldVisitor {
 public:
  virtual ~FieldVisitor() = default;

  // Looks at one field of `message` itself; returns whether to go on into its messages.
  virtual bool Visit(const Message& message, const FieldDescriptor& field, const Place* place) = 0;

  Findings Run(const Message& record) {
    Walk(record, nullptr);
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

 private:
  void Walk(const Message& message, const Place* place) {
    const Reflection& reflection = *message.GetReflection();
    const Descriptor& descriptor = *message.GetDescriptor();
    for (int i = 0; i < descriptor.field_count(); ++i) {
      const FieldDescriptor& field = *descriptor.field(i);
      if (!Visit(message, field, place)) continue;
      if (field.cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
      if (field.is_repeated()) {
        for (const Message* element : SortedElements(message, field)) {
          const Place inside{place, &field, element};
          Walk(*element, &inside);
        }
      } else if (IsGroup(field) && reflection.HasField(message, &field)) {
        const Message& group = reflection.GetMessage(message, &field);
        const Place inside{place, &field, &group};
        Walk(group, &inside);
      }
    }
  }

  Findings findings_;
};

class ValueVisitor final : public FieldVisitor {
 public:
  explicit ValueVisitor(absl::CivilDay today) : today_(today) {}

  bool Visit(const Message& message, const FieldDescriptor& field, const Place* place) override {
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        VisitTexts(message, field, place);
        break;
      case FieldDescriptor::CPPTYPE_INT64:
        VisitAmount(message, field, place);
        break;
      case FieldDescriptor::CPPTYPE_INT32:
        VisitNumber(message, field, place);
        break;
      case FieldDescriptor::CPPTYPE_ENUM:
        VisitCodes(message, field, place);
        break;
      case FieldDescriptor::CPPTYPE_MESSAGE:
        if (field.is_repeated()) VisitList(message, field, place);
        break;
      default:
        break;
    }
    return true;
  }

 private:
  void VisitTexts(const Message& message, const FieldDescriptor& field, const Place* place) {
    const Reflection& reflection = *message.GetReflection();
    if (!field.is_repeated()) {
      VisitText(reflection.GetString(message, &field), field, place);
      return;
    }
    for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
      VisitText(reflection.GetRepeatedString(message, &field, i), field, place);
    }
  }

  void VisitText(const std::string& text, const FieldDescriptor& field, const Place* place) {
    if (IsEmptyText(text)) return;
    const v1::FieldSpec& spec = SpecOf(field);
    const int most =
        spec.max_characters() > 0 ? spec.max_characters() : limits::kMaxCharactersOfText;
    const DateRange range =
        absl::EndsWith(field.name(), kPastDateSuffix) ? DateRange::kPast : DateRange::kAny;
    if (const auto problem = CheckTextValue(spec.format(), text, most, range, today_)) {
      Add(field, place, field.name(), *problem);
    }
  }

  void VisitNumber(const Message& message, const FieldDescriptor& field, const Place* place) {
    const Reflection& reflection = *message.GetReflection();
    if (field.is_repeated() || !reflection.HasField(message, &field)) return;
    const int number = reflection.GetInt32(message, &field);
    std::optional<ValueProblem> problem;
    if (IsField(field, v1::Archive::descriptor(), v1::Archive::kContractMonthsFieldNumber)) {
      problem = CheckNumber(number, kMinContractMonths, kMaxContractMonths, "个月", "months");
    } else if (IsField(field, v1::PaperValue::descriptor(),
                       v1::PaperValue::kMemberRowFieldNumber)) {
      problem = CheckNumber(number, 0, limits::kMaxMembers, "行", "rows");
    }
    if (problem) Add(field, place, field.name(), *problem);
  }

  void VisitAmount(const Message& message, const FieldDescriptor& field, const Place* place) {
    if (field.is_repeated() || SpecOf(field).format() != v1::FORMAT_MONEY) return;
    const Reflection& reflection = *message.GetReflection();
    if (!reflection.HasField(message, &field)) return;
    if (const auto problem = CheckAmount(reflection.GetInt64(message, &field))) {
      Add(field, place, field.name(), *problem);
    }
  }

  void VisitCodes(const Message& message, const FieldDescriptor& field, const Place* place) {
    const Reflection& reflection = *message.GetReflection();
    if (!field.is_repeated()) {
      const int number = reflection.GetEnumValue(message, &field);
      if (number != 0) VisitCode(number, field, place);
      return;
    }
    for (int i = 0; i < reflection.FieldSize(message, &field); ++i) {
      VisitCode(reflection.GetRepeatedEnumValue(message, &field, i), field, place);
    }
  }

  // 0 stands for an empty field, so as an item of a list it is no code either.
  void VisitCode(int number, const FieldDescriptor& field, const Place* place) {
    const auto& list = *field.enum_type();
    if (number != 0 && list.FindValueByNumber(number) != nullptr) return;
    Text text{"代码不在代码表中，请重新选择", "the code is not in the list, choose it again"};
    if (list.value_count() - 1 <= kMaxListedCodes) {
      const Text labels = ValueLabels(list);
      absl::StrAppend(&text.zh, "：", labels.zh);
      absl::StrAppend(&text.en, ": ", labels.en);
    }
    Add(field, place, field.name(),
        ValueProblem{v1::FINDING_CODE_UNKNOWN_CODE, v1::SEVERITY_ERROR, text});
  }

  void VisitList(const Message& message, const FieldDescriptor& list, const Place* place) {
    const int most = MaxElements(list);
    if (message.GetReflection()->FieldSize(message, &list) > most) {
      Add(list, place, list.name(),
          ValueProblem{v1::FINDING_CODE_TOO_LARGE, v1::SEVERITY_ERROR,
                       Text{absl::StrCat("超过", most, "项，请删减"),
                            absl::StrCat("more than ", most, " entries, remove some")}});
    }
    const FieldDescriptor* key_field = ListKeyOf(list);
    if (key_field == nullptr) return;
    std::set<std::string> seen;
    for (const Message* element : SortedElements(message, list)) {
      const std::string key = KeyOf(*element, key_field);
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
v1::WorkerType WorkerTypeOf(const Message& record) {
  const Descriptor& descriptor = *record.GetDescriptor();
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const FieldDescriptor& field = *descriptor.field(i);
    if (field.is_repeated() || field.enum_type() != v1::WorkerType_descriptor()) continue;
    return static_cast<v1::WorkerType>(record.GetReflection()->GetEnumValue(record, &field));
  }
  return v1::WORKER_TYPE_UNSPECIFIED;
}

class RequiredVisitor final : public FieldVisitor {
 public:
  explicit RequiredVisitor(v1::WorkerType worker_type) : worker_type_(worker_type) {}

  bool Visit(const Message& message, const FieldDescriptor& field, const Place* place) override {
    const v1::FieldSpec& spec = SpecOf(field);
    if (spec.owner() != v1::OWNER_FILING) return false;
    if (IsRequired(spec.required_for()) && IsMissing(message, field)) {
      Add(field, place, field.name(),
          ValueProblem{v1::FINDING_CODE_REQUIRED_MISSING, v1::SEVERITY_ERROR, Demand(field)});
    }
    return true;
  }

 private:
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

  static bool IsMissing(const Message& message, const FieldDescriptor& field) {
    const Reflection& reflection = *message.GetReflection();
    if (field.is_repeated()) return reflection.FieldSize(message, &field) == 0;
    if (field.cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      return IsEmptyText(reflection.GetString(message, &field));
    }
    return !reflection.HasField(message, &field);
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
  return ValueVisitor(today).Run(record);
}

Findings CheckRequired(const Message& record) {
  return RequiredVisitor(WorkerTypeOf(record)).Run(record);
}

}  // namespace bangfu::domain
