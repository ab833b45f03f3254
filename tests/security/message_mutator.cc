#include "tests/security/message_mutator.h"

#include <algorithm>
#include <limits>
#include <memory>
#include <utility>

#include "base/limits.h"

namespace bangfu::security {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr int kMaxDepth = 5;
constexpr int kFilled = 40;      // percent of the fields
constexpr int kDamaged = 25;     // percent of the messages
constexpr int kOversized = 1;    // percent of the damaged
constexpr uint64_t kMany = 300;  // elements of a list now and then
constexpr size_t kLongText = 100'000;

constexpr int64_t kNumbers[] = {0,
                                1,
                                -1,
                                2,
                                100,
                                1'000'000,
                                std::numeric_limits<int32_t>::max(),
                                std::numeric_limits<int32_t>::min(),
                                std::numeric_limits<int64_t>::max(),
                                std::numeric_limits<int64_t>::min(),
                                253'402'300'800,   // the year 10000, seconds
                                -62'135'596'801};  // before the year 1

constexpr const char* kTexts[] = {"",
                                  "' OR '1'='1",
                                  "'; DROP TABLE record; --",
                                  "%s%n%x",
                                  "../../../etc/passwd",
                                  "hz.*",
                                  "hz.fuyang | hz",
                                  "{1,2}",
                                  "\\x00",
                                  "00000000-0000-0000-0000-000000000000",
                                  "members[",
                                  "members[%5B].name",
                                  "members[x].identity_number",
                                  "\u202e\u0000陈",
                                  "９９９９",
                                  "-----BEGIN CERTIFICATE REQUEST-----\nAAAA\n-----END CERTIFICATE "
                                  "REQUEST-----\n"};

}  // namespace

std::string MessageMutator::Word() { return words_[Random(words_.size())]; }

int64_t MessageMutator::Number() {
  return Chance(70) ? kNumbers[Random(std::size(kNumbers))] : static_cast<int64_t>(random_());
}

std::string MessageMutator::Text(bool utf8) {
  if (Chance(60)) {
    const std::string word = Word();
    const bool is_text = std::all_of(word.begin(), word.end(), [](char c) { return c >= 0; });
    // Most of what is no text does not get past the parser.
    if (!utf8 || is_text || Chance(2)) return word;
  }
  if (Chance(60)) return kTexts[Random(std::size(kTexts))];
  if (Chance(5)) return std::string(kLongText, 'x');
  std::string text(Random(40), '\0');
  for (char& c : text) c = static_cast<char>(Random(utf8 ? 128 : 256));
  return text;
}

void MessageMutator::SetOne(Message& message, const FieldDescriptor& field, int depth) {
  const Reflection& reflection = *message.GetReflection();
  const bool is_list = field.is_repeated();
  const auto set = [&](auto setter, auto adder, auto value) {
    is_list ? (reflection.*adder)(&message, &field, value)
            : (reflection.*setter)(&message, &field, value);
  };
  switch (field.cpp_type()) {
    case FieldDescriptor::CPPTYPE_INT32:
      return set(&Reflection::SetInt32, &Reflection::AddInt32, static_cast<int32_t>(Number()));
    case FieldDescriptor::CPPTYPE_INT64:
      return set(&Reflection::SetInt64, &Reflection::AddInt64, Number());
    case FieldDescriptor::CPPTYPE_UINT32:
      return set(&Reflection::SetUInt32, &Reflection::AddUInt32, static_cast<uint32_t>(Number()));
    case FieldDescriptor::CPPTYPE_UINT64:
      return set(&Reflection::SetUInt64, &Reflection::AddUInt64, static_cast<uint64_t>(Number()));
    case FieldDescriptor::CPPTYPE_DOUBLE:
      return set(&Reflection::SetDouble, &Reflection::AddDouble, static_cast<double>(Number()));
    case FieldDescriptor::CPPTYPE_FLOAT:
      return set(&Reflection::SetFloat, &Reflection::AddFloat, static_cast<float>(Number()));
    case FieldDescriptor::CPPTYPE_BOOL:
      return set(&Reflection::SetBool, &Reflection::AddBool, Chance(50));
    case FieldDescriptor::CPPTYPE_ENUM:
      return set(&Reflection::SetEnumValue, &Reflection::AddEnumValue,
                 Chance(80) ? static_cast<int>(
                                  Random(static_cast<uint64_t>(field.enum_type()->value_count())))
                            : static_cast<int>(Number()));
    case FieldDescriptor::CPPTYPE_STRING: {
      std::string text = Text(field.type() == FieldDescriptor::TYPE_STRING);
      if (is_list) {
        reflection.AddString(&message, &field, std::move(text));
      } else {
        reflection.SetString(&message, &field, std::move(text));
      }
      return;
    }
    case FieldDescriptor::CPPTYPE_MESSAGE:
      if (depth < kMaxDepth) {
        Fill(is_list ? *reflection.AddMessage(&message, &field)
                     : *reflection.MutableMessage(&message, &field),
             depth + 1);
      }
      return;
  }
}

void MessageMutator::SetField(Message& message, const FieldDescriptor& field, int depth) {
  if (!field.is_repeated()) return SetOne(message, field, depth);
  const uint64_t count = depth == 0 && Chance(3) ? kMany : 1 + Random(3);
  for (uint64_t i = 0; i < count; ++i) SetOne(message, field, depth);
}

void MessageMutator::Fill(Message& message, int depth) {
  const auto& type = *message.GetDescriptor();
  for (int i = 0; i < type.field_count(); ++i) {
    if (depth == 0 || Chance(kFilled)) SetField(message, *type.field(i), depth);
  }
}

void MessageMutator::Alter(Message& message, int depth) {
  const Reflection& reflection = *message.GetReflection();
  const auto& type = *message.GetDescriptor();
  if (type.field_count() == 0) return;
  std::vector<const FieldDescriptor*> set;
  reflection.ListFields(message, &set);
  // Down into what is there, or here.
  if (!set.empty() && depth < kMaxDepth && Chance(70)) {
    const FieldDescriptor* field = set[Random(set.size())];
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      if (!field->is_repeated())
        return Alter(*reflection.MutableMessage(&message, field), depth + 1);
      const auto size = static_cast<uint64_t>(reflection.FieldSize(message, field));
      return Alter(
          *reflection.MutableRepeatedMessage(&message, field, static_cast<int>(Random(size))),
          depth + 1);
    }
  }
  const FieldDescriptor& field =
      *type.field(static_cast<int>(Random(static_cast<uint64_t>(type.field_count()))));
  Chance(25) ? reflection.ClearField(&message, &field) : SetField(message, field, depth);
}

std::string MessageMutator::Damaged(std::string bytes) {
  if (!Chance(kDamaged)) return bytes;
  if (Chance(kOversized)) {
    bytes.append(static_cast<size_t>(limits::kMaxMessageBytes) + Random(1'000'000), '\x7f');
    return bytes;
  }
  for (uint64_t n = 1 + Random(4); n > 0; --n) {
    const size_t at = bytes.empty() ? 0 : Random(bytes.size());
    switch (Random(4)) {
      case 0:
        bytes.resize(at);
        break;
      case 1:
        if (!bytes.empty()) bytes[at] = static_cast<char>(Random(256));
        break;
      case 2:
        bytes.insert(at, std::string(1 + Random(8), static_cast<char>(Random(256))));
        break;
      default:
        bytes.insert(at, "\xff\xff\xff\xff\x0f");  // a long length
    }
  }
  return bytes;
}

std::string MessageMutator::Make(const google::protobuf::Descriptor& type) {
  const std::unique_ptr<Message> message(
      google::protobuf::MessageFactory::generated_factory()->GetPrototype(&type)->New());
  Fill(*message, 0);
  return Damaged(message->SerializePartialAsString());
}

std::string MessageMutator::Mutate(const Message& message) {
  const std::unique_ptr<Message> altered(message.New());
  altered->CopyFrom(message);
  for (uint64_t n = Random(4); n > 0; --n) Alter(*altered, 0);
  return Damaged(altered->SerializePartialAsString());
}

}  // namespace bangfu::security
