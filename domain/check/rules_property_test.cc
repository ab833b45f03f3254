#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <iterator>
#include <random>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "bangfu/v1/aid_event.pb.h"
#include "bangfu/v1/visit.pb.h"
#include "domain/check/evaluate.h"
#include "domain/codes/field_spec.h"
#include "domain/policy/policy.h"
#include "domain/policy/policy_file.h"
#include "domain/rules/case.h"
#include "domain/rules/form.h"
#include "domain/rules/logic.h"
#include "domain/rules/materials.h"
#include "domain/rules/org_tree.h"
#include "domain/rules/sample_archive.h"
#include "domain/text/civil_date.h"
#include "domain/text/uuid.h"
#include "gtest/gtest.h"

// What must hold of the rules whatever the record is. Each run takes another seed and prints it;
// BANGFU_SEED repeats one.
namespace bangfu::domain {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;
using sample::kToday;

constexpr int kRounds = 400;           // records of each property
constexpr int kMaxRandomElements = 5;  // elements of a random list

uint64_t Seed() {
  static const uint64_t seed = [] {
    const char* given = std::getenv("BANGFU_SEED");
    const uint64_t value = given != nullptr ? std::strtoull(given, nullptr, 10)
                                            : static_cast<uint64_t>(std::random_device()());
    std::cout << "BANGFU_SEED=" << value << "\n";
    return value;
  }();
  return seed;
}

class RandomRecord {
 public:
  explicit RandomRecord(uint64_t seed) : random_(seed) {}

  int Below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }

  // Sets a random part of the fields to good, odd and broken values.
  void Fill(Message& message) {
    const Reflection& reflection = *message.GetReflection();
    for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
      const FieldDescriptor* field = message.GetDescriptor()->field(i);
      if (Below(4) == 0) continue;
      const int count = field->is_repeated() ? Below(kMaxRandomElements + 1) : 1;
      for (int n = 0; n < count; ++n) FillField(message, reflection, field);
    }
  }

  template <typename List>
  void Shuffle(List& list) {
    for (int i = static_cast<int>(list.size()) - 1; i > 0; --i) {
      std::iter_swap(list.begin() + i, list.begin() + Below(i + 1));
    }
  }

 private:
  void FillField(Message& message, const Reflection& reflection, const FieldDescriptor* field) {
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        reflection.SetString(&message, field, Text(SpecOf(*field)));
        break;
      case FieldDescriptor::CPPTYPE_INT64: {
        const int64_t amounts[] = {0, 1, -1, 162500, INT64_MAX, INT64_MIN};
        reflection.SetInt64(&message, field, amounts[Below(6)]);
        break;
      }
      case FieldDescriptor::CPPTYPE_INT32:
        reflection.SetInt32(&message, field, Below(1000) - 5);
        break;
      case FieldDescriptor::CPPTYPE_ENUM: {
        const int number = Below(field->enum_type()->value_count() + 1) - (Below(20) == 0 ? 5 : 0);
        if (field->is_repeated()) {
          reflection.AddEnumValue(&message, field, number);
        } else {
          reflection.SetEnumValue(&message, field, number);
        }
        break;
      }
      case FieldDescriptor::CPPTYPE_MESSAGE:
        Fill(*(field->is_repeated() ? reflection.AddMessage(&message, field)
                                    : reflection.MutableMessage(&message, field)));
        break;
      default:
        break;
    }
  }

  std::string Text(const v1::FieldSpec& spec) {
    if (Below(8) == 0) return Odd();
    switch (spec.format()) {
      case v1::FORMAT_DATE:
        return absl::StrCat(1950 + Below(70), "-0", 1 + Below(9), "-", 10 + Below(22));
      case v1::FORMAT_IDENTITY_NUMBER:
        return sample::Number(absl::StrCat("330102", 1930 + Below(90), "0", 1 + Below(9), "1",
                                           Below(10), 100 + Below(900)));
      case v1::FORMAT_UUID:
        return sample::Uuid(Below(6));
      default:
        return spec.format() == v1::FORMAT_ORG ? "hz.gongye.xiangjiao" : "陈建国";
    }
  }

  std::string Odd() {
    const std::string odd[] = {"",
                               " ",
                               "　",
                               std::string(1, '\0'),
                               "330104197903035000",
                               "110105491231002",
                               "2014-02-30",
                               "9999-12-31",
                               "members[x].id",
                               "]",
                               std::string(3000, 'x'),
                               "\xF0\xA0\xAE\xB7",
                               "13800000000",
                               "4111111111111112"};
    return odd[Below(static_cast<int>(std::size(odd)))];
  }

  std::mt19937_64 random_;
};

const PolicyBook& Policy() {
  static const PolicyBook* const kBook = [] {
    auto book = PolicyBook::Build(DefaultPolicySet(), OrgTree());
    return new PolicyBook(*std::move(book));
  }();
  return *kBook;
}

// A random household with its aid events and visits, as records that are stored: ids are distinct.
struct RandomCase {
  v1::Archive archive;
  std::vector<v1::AidEvent> aid_events;
  std::vector<v1::Visit> visits;

  explicit RandomCase(RandomRecord& random)
      : aid_events(static_cast<size_t>(random.Below(kMaxRandomElements))),
        visits(static_cast<size_t>(random.Below(kMaxRandomElements))) {
    random.Fill(archive);
    for (v1::AidEvent& event : aid_events) random.Fill(event);
    for (v1::Visit& visit : visits) random.Fill(visit);
  }

  Case View() const {
    Case view;
    view.archive = &archive;
    for (const v1::AidEvent& event : aid_events) view.aid_events.push_back(&event);
    for (const v1::Visit& visit : visits) view.visits.push_back(&visit);
    return view;
  }
};

std::vector<std::string> Evaluated(const Case& view) {
  const OrgTree orgs;
  std::vector<std::string> texts;
  for (const v1::Finding& finding : Evaluate(view, RuleContext{orgs, Policy(), kToday})) {
    EXPECT_FALSE(finding.rule().empty()) << finding.ShortDebugString();
    EXPECT_NE(finding.code(), v1::FINDING_CODE_UNSPECIFIED) << finding.ShortDebugString();
    EXPECT_NE(finding.severity(), v1::SEVERITY_UNSPECIFIED) << finding.ShortDebugString();
    EXPECT_FALSE(finding.message_zh().empty()) << finding.ShortDebugString();
    EXPECT_FALSE(finding.message_en().empty()) << finding.ShortDebugString();
    EXPECT_TRUE(finding.member().empty() || IsUuid(finding.member())) << finding.ShortDebugString();
    EXPECT_TRUE(finding.last_day().empty() || ParseIsoDate(finding.last_day()).has_value())
        << finding.ShortDebugString();
    texts.push_back(finding.SerializeAsString());
  }
  return texts;
}

std::vector<std::string> Sorted(std::vector<std::string> texts) {
  std::sort(texts.begin(), texts.end());
  return texts;
}

std::vector<std::string> Everything(const v1::Archive& archive) {
  Findings findings = CheckValues(archive, kToday);
  Append(findings, CheckRequired(archive));
  Append(findings, CheckLogic(archive, kToday));
  for (int category = 0; category < v1::HardshipCategory_ARRAYSIZE; ++category) {
    Append(findings, CheckMaterials(archive, static_cast<v1::HardshipCategory>(category)));
  }
  std::vector<std::string> texts;
  for (const v1::Finding& finding : findings) {
    EXPECT_FALSE(finding.rule().empty());
    EXPECT_NE(finding.code(), v1::FINDING_CODE_UNSPECIFIED);
    EXPECT_NE(finding.severity(), v1::SEVERITY_UNSPECIFIED);
    EXPECT_FALSE(finding.message_zh().empty());
    EXPECT_FALSE(finding.message_en().empty());
    texts.push_back(finding.SerializeAsString());
  }
  return texts;
}

// Makes the ids of a list distinct, as they are in a record that is stored.
template <typename List>
void GiveIds(List& list) {
  int count = 100;
  for (auto& element : list) element.set_id(sample::Uuid(count++));
}

TEST(RulesPropertyTest, NoRecordBreaksTheRulesOrMissesItsText) {
  RandomRecord random(Seed());
  for (int round = 0; round < kRounds; ++round) {
    v1::Archive archive;
    random.Fill(archive);
    Everything(archive);
    v1::AidEvent event;
    random.Fill(event);
    CheckRequired(event);
    CheckValues(event, kToday);
    v1::Visit visit;
    random.Fill(visit);
    CheckRequired(visit);
    CheckValues(visit, kToday);
    ASSERT_FALSE(HasFailure()) << "BANGFU_SEED=" << Seed() << " round " << round;
  }
}

TEST(RulesPropertyTest, OrderOfMembersAndPapersDoesNotMatter) {
  RandomRecord random(Seed());
  for (int round = 0; round < kRounds; ++round) {
    v1::Archive archive;
    random.Fill(archive);
    GiveIds(*archive.mutable_members());
    GiveIds(*archive.mutable_materials());
    v1::Archive shuffled = archive;
    random.Shuffle(*shuffled.mutable_members());
    random.Shuffle(*shuffled.mutable_materials());
    ASSERT_EQ(Everything(archive), Everything(shuffled))
        << "BANGFU_SEED=" << Seed() << " round " << round;
  }
}

TEST(RulesPropertyTest, NoCaseBreaksTheEvaluationOrMissesItsText) {
  RandomRecord random(Seed());
  for (int round = 0; round < kRounds; ++round) {
    const RandomCase random_case(random);
    const std::vector<std::string> once = Evaluated(random_case.View());
    ASSERT_EQ(Evaluated(random_case.View()), once)
        << "BANGFU_SEED=" << Seed() << " round " << round;
    ASSERT_FALSE(HasFailure()) << "BANGFU_SEED=" << Seed() << " round " << round;
  }
}

TEST(RulesPropertyTest, EvaluationDoesNotDependOnAnyOrder) {
  RandomRecord random(Seed());
  for (int round = 0; round < kRounds; ++round) {
    RandomCase random_case(random);
    v1::Archive& archive = random_case.archive;
    GiveIds(*archive.mutable_members());
    GiveIds(*archive.mutable_materials());
    GiveIds(*archive.mutable_postings());
    GiveIds(*archive.mutable_objections());
    GiveIds(*archive.mutable_cause_reports());
    GiveIds(*archive.mutable_paper_values());
    GiveIds(random_case.aid_events);
    GiveIds(random_case.visits);
    const std::vector<std::string> before = Evaluated(random_case.View());
    random.Shuffle(*archive.mutable_members());
    random.Shuffle(*archive.mutable_materials());
    random.Shuffle(*archive.mutable_postings());
    random.Shuffle(*archive.mutable_objections());
    random.Shuffle(*archive.mutable_cause_reports());
    random.Shuffle(*archive.mutable_paper_values());
    ASSERT_EQ(Evaluated(random_case.View()), before)
        << "BANGFU_SEED=" << Seed() << " round " << round;
    Case view = random_case.View();
    random.Shuffle(view.aid_events);
    random.Shuffle(view.visits);
    ASSERT_EQ(Sorted(Evaluated(view)), Sorted(before))
        << "BANGFU_SEED=" << Seed() << " round " << round;
  }
}

TEST(RulesPropertyTest, AMissingPaperThatIsAddedIsMissingNoMore) {
  RandomRecord random(Seed());
  for (int round = 0; round < kRounds; ++round) {
    v1::Archive archive;
    random.Fill(archive);
    archive.set_id(sample::Uuid(99));
    GiveIds(*archive.mutable_members());
    GiveIds(*archive.mutable_materials());
    const auto category = static_cast<v1::HardshipCategory>(1 + random.Below(5));
    for (const DueMaterial& due : DueMaterials(archive, category)) {
      const std::vector<std::string> before = sample::Short(CheckMaterials(archive, category));
      sample::AddMaterial(archive, due);
      const std::vector<std::string> after = sample::Short(CheckMaterials(archive, category));
      const std::set<std::string> known(before.begin(), before.end());
      for (const std::string& finding : after) {
        ASSERT_EQ(known.count(finding), 1u)
            << finding << " BANGFU_SEED=" << Seed() << " round " << round;
      }
      ASSERT_LE(after.size(), before.size());
    }
    ASSERT_TRUE(CheckMaterials(archive, category).empty())
        << "BANGFU_SEED=" << Seed() << " round " << round;
  }
}

TEST(RulesPropertyTest, SecretValuesAppearInNoText) {
  RandomRecord random(Seed());
  for (int round = 0; round < kRounds; ++round) {
    RandomCase random_case(random);
    v1::Archive& archive = random_case.archive;
    std::vector<std::string> texts = Everything(archive);
    for (std::string& text : Evaluated(random_case.View())) texts.push_back(std::move(text));
    std::set<std::string> secrets = {archive.identity_number(), archive.bank_card()};
    for (const v1::Member& member : archive.members()) secrets.insert(member.identity_number());
    for (const v1::PaperValue& value : archive.paper_values()) secrets.insert(value.text());
    for (const std::string& secret : secrets) {
      if (secret.size() < 12) continue;
      for (const std::string& text : texts) {
        ASSERT_EQ(text.find(secret), std::string::npos)
            << "BANGFU_SEED=" << Seed() << " round " << round;
      }
    }
  }
}

}  // namespace
}  // namespace bangfu::domain
