// The descriptors are the only list of fields and codes: what the options of a new field or code
// must say is checked here, for all records at once.
#include <gtest/gtest.h>

#include <map>
#include <set>
#include <string>
#include <vector>

#include "bangfu/v1/aid_event.pb.h"
#include "bangfu/v1/archive.pb.h"
#include "bangfu/v1/visit.pb.h"
#include "domain/codes/word_key.h"

namespace bangfu::domain {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;

bool IsInstant(const Descriptor& message) {
  return message.well_known_type() == Descriptor::WELLKNOWNTYPE_TIMESTAMP;
}

// `message` and all messages within it.
void Collect(const Descriptor& message, std::set<const Descriptor*>& messages) {
  if (IsInstant(message) || !messages.insert(&message).second) return;
  for (int i = 0; i < message.field_count(); ++i) {
    if (const Descriptor* inner = message.field(i)->message_type()) Collect(*inner, messages);
  }
}

std::vector<const FieldDescriptor*> RecordFields() {
  std::set<const Descriptor*> messages;
  Collect(*v1::Archive::descriptor(), messages);
  Collect(*v1::AidEvent::descriptor(), messages);
  Collect(*v1::Visit::descriptor(), messages);
  EXPECT_GE(messages.size(), 6u);  // with Member, Material and SignOff
  std::vector<const FieldDescriptor*> fields;
  for (const Descriptor* message : messages) {
    for (int i = 0; i < message->field_count(); ++i) fields.push_back(message->field(i));
  }
  return fields;
}

std::set<const EnumDescriptor*> CodeLists() {
  std::set<const EnumDescriptor*> lists;
  for (const FieldDescriptor* field : RecordFields()) {
    if (field->enum_type() != nullptr) lists.insert(field->enum_type());
  }
  return lists;
}

const v1::FieldSpec& Spec(const FieldDescriptor& field) {
  return field.options().GetExtension(v1::spec);
}

TEST(RecordFieldsTest, AreDescribed) {
  for (const FieldDescriptor* field : RecordFields()) {
    SCOPED_TRACE(field->full_name());
    EXPECT_FALSE(Spec(*field).label_zh().empty());
    EXPECT_FALSE(Spec(*field).label_en().empty());
    EXPECT_NE(Spec(*field).owner(), v1::OWNER_UNSPECIFIED);
    EXPECT_NE(Spec(*field).sensitivity(), v1::SENSITIVITY_UNSPECIFIED);
    if (field->type() == FieldDescriptor::TYPE_STRING) {
      EXPECT_NE(Spec(*field).format(), v1::FORMAT_UNSPECIFIED);
    }
  }
}

TEST(RecordFieldsTest, AreOfTypesThatMergesKnow) {
  const std::set<FieldDescriptor::Type> types = {
      FieldDescriptor::TYPE_STRING, FieldDescriptor::TYPE_INT32, FieldDescriptor::TYPE_INT64,
      FieldDescriptor::TYPE_BOOL,   FieldDescriptor::TYPE_ENUM,  FieldDescriptor::TYPE_MESSAGE};
  for (const FieldDescriptor* field : RecordFields()) {
    SCOPED_TRACE(field->full_name());
    EXPECT_EQ(types.count(field->type()), 1u);
    EXPECT_FALSE(field->is_map());
    EXPECT_EQ(field->real_containing_oneof(), nullptr);
  }
}

TEST(RecordFieldsTest, ListsOfMessagesHaveAPlainTextKey) {
  for (const FieldDescriptor* field : RecordFields()) {
    if (!field->is_repeated() || field->message_type() == nullptr) continue;
    SCOPED_TRACE(field->full_name());
    int keys = 0;
    for (int i = 0; i < field->message_type()->field_count(); ++i) {
      const FieldDescriptor& key = *field->message_type()->field(i);
      if (!Spec(key).list_key()) continue;
      ++keys;
      EXPECT_EQ(key.type(), FieldDescriptor::TYPE_STRING);
      EXPECT_EQ(Spec(key).sensitivity(), v1::SENSITIVITY_PLAIN) << "masked keys would collide";
    }
    EXPECT_EQ(keys, 1);
  }
}

TEST(RecordFieldsTest, AmountsCanBeZeroAndAreWholeFen) {
  for (const FieldDescriptor* field : RecordFields()) {
    if (Spec(*field).format() != v1::FORMAT_MONEY) continue;
    SCOPED_TRACE(field->full_name());
    EXPECT_EQ(field->type(), FieldDescriptor::TYPE_INT64);
    EXPECT_TRUE(field->has_presence()) << "no income and income not stated differ";
  }
}

TEST(RecordFieldsTest, ColumnHeadersAreUniqueInARecord) {
  for (const Descriptor* record : {v1::Archive::descriptor(), v1::Member::descriptor(),
                                   v1::AidEvent::descriptor(), v1::Visit::descriptor()}) {
    std::map<std::string, std::string> fields;
    for (int i = 0; i < record->field_count(); ++i) {
      const FieldDescriptor& field = *record->field(i);
      std::vector<std::string> headers(Spec(field).aliases().begin(), Spec(field).aliases().end());
      headers.push_back(Spec(field).label_zh());
      for (const std::string& header : headers) {
        const auto [known, added] = fields.emplace(WordKey(header), field.full_name());
        EXPECT_TRUE(added) << header << " of " << field.full_name() << " and " << known->second;
      }
    }
  }
}

TEST(CodeListsTest, ValuesAreDescribed) {
  ASSERT_FALSE(CodeLists().empty());
  for (const EnumDescriptor* list : CodeLists()) {
    for (int i = 0; i < list->value_count(); ++i) {
      const auto& value = *list->value(i);
      SCOPED_TRACE(value.full_name());
      const v1::ValueSpec& spec = value.options().GetExtension(v1::value);
      EXPECT_EQ(spec.label_zh().empty(), value.number() == 0);
      EXPECT_EQ(spec.label_en().empty(), value.number() == 0);
    }
  }
}

TEST(CodeListsTest, WordsAreUniqueInAList) {
  for (const EnumDescriptor* list : CodeLists()) {
    std::map<std::string, std::string> values;
    for (int i = 0; i < list->value_count(); ++i) {
      const v1::ValueSpec& spec = list->value(i)->options().GetExtension(v1::value);
      std::vector<std::string> words(spec.aliases().begin(), spec.aliases().end());
      words.insert(words.end(), spec.misprints().begin(), spec.misprints().end());
      if (!spec.label_zh().empty()) words.push_back(spec.label_zh());
      if (!spec.code().empty()) words.push_back(spec.code());
      for (const std::string& word : words) {
        ASSERT_FALSE(WordKey(word).empty()) << list->value(i)->full_name();
        const auto [known, added] = values.emplace(WordKey(word), list->value(i)->full_name());
        EXPECT_TRUE(added) << word << " of " << list->value(i)->full_name() << " and "
                           << known->second;
      }
    }
  }
}

}  // namespace
}  // namespace bangfu::domain
