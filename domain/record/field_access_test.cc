#include "domain/record/field_access.h"

#include <gtest/gtest.h>

#include <set>
#include <string>

#include "bangfu/v1/aid_event.pb.h"
#include "bangfu/v1/archive.pb.h"
#include "bangfu/v1/change.pb.h"
#include "bangfu/v1/visit.pb.h"

namespace bangfu::domain {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Sets every field of `message` to a value of its own, two of each list.
void Fill(Message& message, int& next) {
  const Reflection& reflection = *message.GetReflection();
  for (int i = 0; i < message.GetDescriptor()->field_count(); ++i) {
    const FieldDescriptor* field = message.GetDescriptor()->field(i);
    const bool list = field->is_repeated();
    for (int n = 0; n < (list ? 2 : 1); ++n) {
      ++next;
      switch (field->cpp_type()) {
        case FieldDescriptor::CPPTYPE_STRING:
          list ? reflection.AddString(&message, field, std::to_string(next))
               : reflection.SetString(&message, field, std::to_string(next));
          break;
        case FieldDescriptor::CPPTYPE_INT32:
          reflection.SetInt32(&message, field, next);
          break;
        case FieldDescriptor::CPPTYPE_INT64:
          reflection.SetInt64(&message, field, next);
          break;
        case FieldDescriptor::CPPTYPE_ENUM:
          list ? reflection.AddEnumValue(&message, field, next)
               : reflection.SetEnumValue(&message, field, next);
          break;
        case FieldDescriptor::CPPTYPE_MESSAGE:
          Fill(*(list ? reflection.AddMessage(&message, field)
                      : reflection.MutableMessage(&message, field)),
               next);
          break;
        default:
          FAIL() << field->full_name();
      }
    }
  }
}

int64_t Integer(const Message& message, const FieldDescriptor* field) {
  const Reflection& reflection = *message.GetReflection();
  switch (field->cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return reflection.GetInt32(message, field);
    case FieldDescriptor::CPPTYPE_INT64:
      return reflection.GetInt64(message, field);
    default:
      return reflection.GetEnumValue(message, field);
  }
}

void ExpectAgrees(const Message& message);

void ExpectSingularAgrees(const Message& message, const FieldAccess& access) {
  const Reflection& reflection = *message.GetReflection();
  const FieldDescriptor* field = access.field;
  ASSERT_EQ(access.size, nullptr);
  ASSERT_EQ(access.has != nullptr, field->has_presence());
  if (access.has != nullptr) {
    EXPECT_EQ(access.has(message), reflection.HasField(message, field));
  }
  if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
    EXPECT_EQ(access.text(message), reflection.GetString(message, field));
  } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
    ASSERT_EQ(&access.message(message), &reflection.GetMessage(message, field));
    if (reflection.HasField(message, field)) ExpectAgrees(access.message(message));
  } else {
    EXPECT_EQ(access.integer(message), Integer(message, field));
  }
}

void ExpectRepeatedAgrees(const Message& message, const FieldAccess& access) {
  const Reflection& reflection = *message.GetReflection();
  const FieldDescriptor* field = access.field;
  ASSERT_EQ(access.has, nullptr);
  ASSERT_EQ(access.size(message), reflection.FieldSize(message, field));
  for (int i = 0; i < access.size(message); ++i) {
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_STRING) {
      EXPECT_EQ(access.text_at(message, i), reflection.GetRepeatedString(message, field, i));
    } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      ASSERT_EQ(&access.message_at(message, i), &reflection.GetRepeatedMessage(message, field, i));
      ExpectAgrees(access.message_at(message, i));
    } else {
      EXPECT_EQ(access.integer_at(message, i), reflection.GetRepeatedEnumValue(message, field, i));
    }
  }
}

// Every field reads as by reflection.
void ExpectAgrees(const Message& message) {
  const Descriptor& type = *message.GetDescriptor();
  const auto fields = AccessToFields(type);
  ASSERT_EQ(fields.size(), static_cast<size_t>(type.field_count())) << type.full_name();
  for (int i = 0; i < type.field_count(); ++i) {
    const FieldAccess& access = fields[static_cast<size_t>(i)];
    ASSERT_EQ(access.field, type.field(i));
    SCOPED_TRACE(access.field->full_name());
    if (access.field->is_repeated()) {
      ExpectRepeatedAgrees(message, access);
    } else {
      ExpectSingularAgrees(message, access);
    }
  }
}

TEST(AccessToFieldsTest, ReadsWhatReflectionReads) {
  int next = 0;
  v1::Archive archive;
  ExpectAgrees(archive);
  Fill(archive, next);
  ExpectAgrees(archive);
  v1::AidEvent aid;
  ExpectAgrees(aid);
  Fill(aid, next);
  ExpectAgrees(aid);
  v1::Visit visit;
  ExpectAgrees(visit);
  Fill(visit, next);
  ExpectAgrees(visit);
}

TEST(AccessToFieldsTest, KnowsRecordsOnly) {
  EXPECT_TRUE(AccessToFields(*v1::Change::descriptor()).empty());
}

}  // namespace
}  // namespace bangfu::domain
