// Properties that must hold for any two archives. The archives are random, the seed is printed.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "bangfu/v1/archive.pb.h"
#include "domain/record/field_values.h"
#include "google/protobuf/timestamp.pb.h"
#include "google/protobuf/unknown_field_set.h"

namespace bangfu::domain {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr int kRounds = 300;
constexpr int kKeys = 6;            // so few that two archives share some
constexpr int kUnknownField = 900;  // no record has it

class RandomArchives {
 public:
  explicit RandomArchives(uint32_t seed) : random_(seed) {}

  v1::Archive Next() {
    v1::Archive archive;
    Fill(archive, nullptr);
    return archive;
  }

  int Below(int end) { return std::uniform_int_distribution<int>(0, end - 1)(random_); }
  bool Chance(double p) { return std::bernoulli_distribution(p)(random_); }

 private:
  // Sets about half of the fields, whatever they are; `key` is left alone.
  void Fill(Message& message, const FieldDescriptor* key) {
    for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
      const FieldDescriptor* field = message.GetDescriptor()->field(i);
      if (field == key || Chance(0.5)) continue;
      if (field->is_repeated()) {
        FillList(message, field);
      } else {
        FillSingular(message, field);
      }
    }
  }

  void FillList(Message& message, const FieldDescriptor* field) {
    const Reflection& reflection = *message.GetReflection();
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      for (int n = Below(4); n > 0; --n) reflection.AddEnumValue(&message, field, Below(9));
      return;
    }
    const FieldDescriptor* key = field->message_type()->FindFieldByName("id");
    std::vector<int> keys;
    for (int k = 0; k < kKeys; ++k) {
      if (Chance(0.5)) keys.push_back(k);
    }
    std::shuffle(keys.begin(), keys.end(), random_);
    for (const int k : keys) {
      Message* element = reflection.AddMessage(&message, field);
      element->GetReflection()->SetString(element, key, absl::StrCat("key-", k));
      Fill(*element, key);
    }
  }

  void FillSingular(Message& message, const FieldDescriptor* field) {
    const Reflection& reflection = *message.GetReflection();
    switch (field->cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        return reflection.SetString(&message, field, absl::StrCat("文,字\\", Below(3)));
      case FieldDescriptor::CPPTYPE_INT32:
        return reflection.SetInt32(&message, field, Below(3));
      case FieldDescriptor::CPPTYPE_INT64:
        return reflection.SetInt64(&message, field, Below(3) - 1);
      case FieldDescriptor::CPPTYPE_BOOL:
        return reflection.SetBool(&message, field, Chance(0.5));
      case FieldDescriptor::CPPTYPE_ENUM:
        return reflection.SetEnumValue(&message, field, Below(200));
      case FieldDescriptor::CPPTYPE_MESSAGE:
        return FillMessage(*reflection.MutableMessage(&message, field));
      default:
        FAIL() << field->full_name();
    }
  }

  void FillMessage(Message& message) {
    if (message.GetDescriptor()->well_known_type() == Descriptor::WELLKNOWNTYPE_TIMESTAMP) {
      auto& instant = static_cast<google::protobuf::Timestamp&>(message);
      instant.set_seconds(Below(2'000'000'000) - 500'000'000);
      instant.set_nanos(Chance(0.5) ? 0 : Below(1'000'000'000));
      return;
    }
    Fill(message, nullptr);
  }

  std::mt19937 random_;
};

class FieldValuesPropertyTest : public ::testing::Test {
 protected:
  FieldValuesPropertyTest() {
    // BANGFU_SEED repeats a run that failed.
    const char* given = std::getenv("BANGFU_SEED");
    if (given == nullptr || !absl::SimpleAtoi(given, &seed_)) seed_ = std::random_device()();
    std::cout << "BANGFU_SEED=" << seed_ << std::endl;
  }

  uint32_t seed_ = 0;
};

TEST_F(FieldValuesPropertyTest, TheDifferenceTurnsOneArchiveIntoTheOther) {
  RandomArchives archives(seed_);
  for (int round = 0; round < kRounds; ++round) {
    const v1::Archive a = archives.Next();
    const v1::Archive b = archives.Next();
    v1::Archive written = a;
    const auto status = WriteFields(written, Difference(ReadFields(a), ReadFields(b)));
    ASSERT_TRUE(status.ok()) << status;
    ASSERT_EQ(ReadFields(written), ReadFields(b)) << "round " << round;
  }
}

TEST_F(FieldValuesPropertyTest, AnArchiveIsTheSumOfItsFields) {
  RandomArchives archives(seed_);
  for (int round = 0; round < kRounds; ++round) {
    const FieldValues values = ReadFields(archives.Next());
    v1::Archive written;
    ASSERT_TRUE(WriteFields(written, Difference({}, values)).ok());
    ASSERT_EQ(ReadFields(written), values);
    ASSERT_TRUE(WriteFields(written, Difference(values, {})).ok());
    ASSERT_TRUE(written.SerializeAsString().empty()) << "clearing leaves nothing behind";
  }
}

// The place of an edit: all edits of one list element belong together, any others do not.
std::string PlaceOf(const std::string& path) { return path.substr(0, path.find(']')); }

TEST_F(FieldValuesPropertyTest, DisjointEditsGiveTheSameBytesInAnyOrder) {
  RandomArchives archives(seed_);
  for (int round = 0; round < kRounds; ++round) {
    const v1::Archive a = archives.Next();
    const FieldEdits all = Difference(ReadFields(a), ReadFields(archives.Next()));
    std::map<std::string, bool> is_first;
    FieldEdits first;
    FieldEdits second;
    for (const auto& edit : all) {
      const bool to_first =
          is_first.try_emplace(PlaceOf(edit.first), archives.Chance(0.5)).first->second;
      (to_first ? first : second).insert(edit);
    }
    v1::Archive one = a;
    ASSERT_TRUE(WriteFields(one, first).ok());
    ASSERT_TRUE(WriteFields(one, second).ok());
    v1::Archive other = a;
    ASSERT_TRUE(WriteFields(other, second).ok());
    ASSERT_TRUE(WriteFields(other, first).ok());
    v1::Archive together = a;
    ASSERT_TRUE(WriteFields(together, all).ok());
    ASSERT_EQ(one.SerializeAsString(), other.SerializeAsString()) << "round " << round;
    ASSERT_EQ(one.SerializeAsString(), together.SerializeAsString()) << "round " << round;
  }
}

void AddUnknown(Message& message, const std::string& bytes) {
  message.GetReflection()->MutableUnknownFields(&message)->AddLengthDelimited(kUnknownField, bytes);
}

std::string UnknownOf(const Message& message) {
  std::string bytes;
  message.GetReflection()->GetUnknownFields(message).SerializeToString(&bytes);
  return bytes;
}

TEST_F(FieldValuesPropertyTest, UnknownFieldsStayByteForByte) {
  RandomArchives archives(seed_);
  for (int round = 0; round < kRounds; ++round) {
    v1::Archive archive = archives.Next();
    const FieldValues before = ReadFields(archive);
    AddUnknown(archive, "archive");
    AddUnknown(*archive.mutable_approval(), "approval");
    for (v1::Member& member : *archive.mutable_members()) AddUnknown(member, member.id());
    ASSERT_EQ(ReadFields(archive), before) << "unknown fields are not part of the values";

    const v1::Archive target = archives.Next();
    ASSERT_TRUE(WriteFields(archive, Difference(before, ReadFields(target))).ok());
    ASSERT_EQ(ReadFields(archive), ReadFields(target));

    v1::Archive expected;
    AddUnknown(expected, "archive");
    ASSERT_EQ(UnknownOf(archive), UnknownOf(expected));
    v1::SignOff approval;
    AddUnknown(approval, "approval");
    ASSERT_EQ(UnknownOf(archive.approval()), UnknownOf(approval));
    for (const v1::Member& member : archive.members()) {
      v1::Member kept;
      if (before.count(absl::StrCat("members[", member.id(), "]")) > 0) {
        AddUnknown(kept, member.id());
      }
      ASSERT_EQ(UnknownOf(member), UnknownOf(kept));
    }
  }
}

}  // namespace
}  // namespace bangfu::domain
