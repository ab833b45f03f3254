#include <algorithm>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/time/civil_time.h"
#include "bangfu/v1/case_file.pb.h"
#include "domain/check/evaluate.h"
#include "domain/policy/policy.h"
#include "domain/policy/policy_file.h"
#include "domain/record/field_path.h"
#include "domain/record/field_values.h"
#include "domain/record/mask.h"
#include "domain/record/record_type.h"
#include "domain/rules/org_tree.h"
#include "domain/text/civil_date.h"
#include "domain/text/normalize.h"
#include "domain/text/uuid.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/protobuf/util/time_util.h"
#include "tests/fuzz/case_input.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/targets.h"

namespace bangfu::fuzz {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using google::protobuf::Timestamp;

constexpr absl::CivilDay kToday(2014, 6, 10);

template <typename Element>
bool HasDistinctIds(const google::protobuf::RepeatedPtrField<Element>& elements) {
  std::set<std::string> ids;
  return std::all_of(elements.begin(), elements.end(),
                     [&](const Element& element) { return ids.insert(element.id()).second; });
}

// Every list of messages in `message`, in the other order. False when an element's key is there
// twice: then the order may count.
bool ReverseLists(Message& message) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (!field->is_repeated()) {
      if (!ReverseLists(*reflection.MutableMessage(&message, field))) return false;
      continue;
    }
    std::set<std::string> keys;
    const int size = reflection.FieldSize(message, field);
    for (int i = 0; i < size; ++i) {
      Message& element = *reflection.MutableRepeatedMessage(&message, field, i);
      if (!keys.insert(domain::IdOf(element)).second || !ReverseLists(element)) return false;
    }
    for (int i = 0; i < size / 2; ++i) {
      reflection.SwapElements(&message, field, i, size - 1 - i);
    }
  }
  return true;
}

// Instants that no clock shows have no canonical text and are taken out.
void DropOddInstants(Message& message) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    if (field->cpp_type() != FieldDescriptor::CPPTYPE_MESSAGE) continue;
    if (domain::IsValue(*field)) {
      const auto& instant = static_cast<const Timestamp&>(reflection.GetMessage(message, field));
      constexpr int32_t kNanosPerSecond = 1'000'000'000;
      using google::protobuf::util::TimeUtil;
      if (instant.seconds() < TimeUtil::kTimestampMinSeconds ||
          instant.seconds() > TimeUtil::kTimestampMaxSeconds || instant.nanos() < 0 ||
          instant.nanos() >= kNanosPerSecond) {
        reflection.ClearField(&message, field);
      }
    } else if (field->is_repeated()) {
      for (int i = 0; i < reflection.FieldSize(message, field); ++i) {
        DropOddInstants(*reflection.MutableRepeatedMessage(&message, field, i));
      }
    } else {
      DropOddInstants(*reflection.MutableMessage(&message, field));
    }
  }
}

int Occurrences(absl::string_view text, absl::string_view part) {
  int count = 0;
  for (size_t at = text.find(part); at != absl::string_view::npos; at = text.find(part, at + 1)) {
    ++count;
  }
  return count;
}

// Identity numbers of the household that stand in their own field only: in a plain field they could
// be shown by right.
std::vector<std::string> Secrets(const v1::CaseFile& file) {
  const std::string bytes = file.SerializeAsString();
  std::vector<std::string> secrets = domain::PersonsOf(file.archive());
  secrets.erase(
      std::remove_if(secrets.begin(), secrets.end(),
                     [&](const std::string& secret) { return Occurrences(bytes, secret) != 1; }),
      secrets.end());
  return secrets;
}

void CheckFinding(const v1::Finding& finding) {
  FUZZ_CHECK(!finding.rule().empty());
  FUZZ_CHECK(v1::FindingCode_IsValid(finding.code()));
  FUZZ_CHECK(finding.code() != v1::FINDING_CODE_UNSPECIFIED);
  FUZZ_CHECK(finding.severity() == v1::SEVERITY_ERROR ||
             finding.severity() == v1::SEVERITY_WARNING);
  FUZZ_CHECK(!finding.message_zh().empty() && !finding.message_en().empty());
  FUZZ_CHECK(domain::IsValidUtf8(finding.SerializeAsString()) ||
             domain::IsValidUtf8(finding.message_zh()));
  FUZZ_CHECK(finding.member().empty() || domain::IsUuid(finding.member()));
  FUZZ_CHECK(finding.last_day().empty() || domain::ParseIsoDate(finding.last_day()));
}

std::vector<std::string> Evaluated(const v1::CaseFile& file) {
  static const domain::OrgTree& orgs = *new domain::OrgTree();
  static const domain::PolicyBook& policy =
      *new domain::PolicyBook(domain::PolicyBook::Build(domain::DefaultPolicySet(), orgs).value());
  std::vector<std::string> lines;
  for (const v1::Finding& finding :
       domain::Evaluate(domain::CaseOf(file), domain::RuleContext{orgs, policy, kToday})) {
    CheckFinding(finding);
    lines.push_back(finding.SerializeAsString());
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

void CheckRules(const v1::CaseFile& file) {
  const std::vector<std::string> lines = Evaluated(file);
  FUZZ_CHECK(Evaluated(file) == lines);
  for (const std::string& secret : Secrets(file)) {
    for (const std::string& line : lines) FUZZ_CHECK(!absl::StrContains(line, secret));
  }
  v1::CaseFile reversed = file;
  if (ReverseLists(reversed)) FUZZ_CHECK(Evaluated(reversed) == lines);
}

void CheckMask(const v1::CaseFile& file) {
  v1::Archive masked = file.archive();
  domain::MaskRecord(masked, kToday);
  const std::string bytes = masked.SerializeAsString();
  for (const std::string& secret : Secrets(file)) FUZZ_CHECK(!absl::StrContains(bytes, secret));
  // A masked identity number tells no age any more: the second mask may hide more, the third not.
  domain::MaskRecord(masked, kToday);
  const std::string twice = masked.SerializeAsString();
  domain::MaskRecord(masked, kToday);
  FUZZ_CHECK(masked.SerializeAsString() == twice);
}

// Reading all fields and writing them into an empty record makes the same record.
void CheckFields(const Message& record) {
  const domain::FieldValues values = domain::ReadFields(record);
  std::unique_ptr<Message> copy(record.New());
  FUZZ_CHECK(domain::WriteFields(*copy, domain::Difference({}, values)).ok());
  FUZZ_CHECK(domain::ReadFields(*copy) == values);
}

}  // namespace

void FuzzCaseFile(absl::string_view input) {
  v1::CaseFile file;
  if (!ReadCaseFile(input, file)) return;
  CheckRules(file);
  CheckMask(file);
  DropOddInstants(file);
  CheckFields(file.archive());
  for (const v1::AidEvent& aid : file.aid_events()) CheckFields(aid);
  for (const v1::Visit& visit : file.visits()) CheckFields(visit);
}

}  // namespace bangfu::fuzz
