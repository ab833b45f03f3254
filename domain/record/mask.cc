#include "domain/record/mask.h"

#include <cstddef>
#include <vector>

#include "domain/codes/field_spec.h"
#include "domain/record/field_path.h"
#include "domain/text/bank_card.h"
#include "domain/text/identity_number.h"
#include "domain/text/phone.h"

namespace bangfu::domain {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

// Whether a byte of UTF-8 begins a character.
bool BeginsCharacter(char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }

std::string MaskName(absl::string_view name) {
  std::string masked;
  size_t characters = 0;
  for (const char byte : name) {
    if (BeginsCharacter(byte) && ++characters > 1) masked.push_back('*');
    if (characters <= 1) masked.push_back(byte);
  }
  return characters > 1 ? masked : kHiddenText;
}

void MaskMessage(Message& message, bool all);

void MaskMessages(Message& message, const FieldDescriptor* field, bool all) {
  const Reflection& reflection = *message.GetReflection();
  if (!field->is_repeated()) {
    MaskMessage(*reflection.MutableMessage(&message, field), all);
    return;
  }
  const int size = reflection.FieldSize(message, field);
  for (int i = 0; i < size; ++i) {
    MaskMessage(*reflection.MutableRepeatedMessage(&message, field, i), all);
  }
}

void MaskTexts(Message& message, const FieldDescriptor* field) {
  const Reflection& reflection = *message.GetReflection();
  const v1::Format format = SpecOf(*field).format();
  if (!field->is_repeated()) {
    reflection.SetString(&message, field, MaskText(format, reflection.GetString(message, field)));
    return;
  }
  const int size = reflection.FieldSize(message, field);
  for (int i = 0; i < size; ++i) {
    const std::string text = reflection.GetRepeatedString(message, field, i);
    reflection.SetRepeatedString(&message, field, i, MaskText(format, text));
  }
}

// Masks the fields that are sensitive, or `all`.
void MaskMessage(Message& message, bool all) {
  const Reflection& reflection = *message.GetReflection();
  std::vector<const FieldDescriptor*> fields;
  reflection.ListFields(message, &fields);
  for (const FieldDescriptor* field : fields) {
    const bool sensitive = all || SpecOf(*field).sensitivity() != v1::SENSITIVITY_PLAIN;
    if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !IsValue(*field)) {
      MaskMessages(message, field, sensitive);
    } else if (sensitive && field->type() == FieldDescriptor::TYPE_STRING) {
      MaskTexts(message, field);
    } else if (sensitive) {
      reflection.ClearField(&message, field);
    }
  }
}

}  // namespace

std::string MaskText(v1::Format format, absl::string_view text) {
  if (text.empty()) return std::string();
  switch (format) {
    case v1::FORMAT_IDENTITY_NUMBER:
      return MaskIdentityNumber(text);
    case v1::FORMAT_PHONE:
      return MaskPhone(text);
    case v1::FORMAT_BANK_CARD:
      return MaskBankCard(text);
    case v1::FORMAT_PERSON_NAME:
      return MaskName(text);
    default:
      return kHiddenText;
  }
}

void MaskRecord(Message& record) {
  record.DiscardUnknownFields();
  MaskMessage(record, false);
}

}  // namespace bangfu::domain
