#include "domain/record/mask.h"

#include <cstddef>
#include <optional>
#include <vector>

#include "domain/codes/field_spec.h"
#include "domain/record/field_path.h"
#include "domain/text/bank_card.h"
#include "domain/text/civil_date.h"
#include "domain/text/identity_number.h"
#include "domain/text/phone.h"

namespace bangfu::domain {
namespace {

using google::protobuf::Descriptor;
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

// Whether the message describes a minor, or somebody of whom nobody can tell.
bool MayBeMinor(const Message& message, absl::CivilDay today) {
  const Descriptor& descriptor = *message.GetDescriptor();
  for (int i = 0; i < descriptor.field_count(); ++i) {
    const FieldDescriptor* field = descriptor.field(i);
    if (field->is_repeated() || field->type() != FieldDescriptor::TYPE_STRING ||
        SpecOf(*field).format() != v1::FORMAT_IDENTITY_NUMBER) {
      continue;
    }
    const auto facts = ReadIdentityNumber(message.GetReflection()->GetString(message, field));
    if (!facts.has_value()) return true;
    const std::optional<int> age = AgeOn(facts->birth_date, today);
    return !age.has_value() || *age < kAdultAge;
  }
  return true;
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

void Hide(Message& message, const FieldDescriptor* field) {
  const Reflection& reflection = *message.GetReflection();
  const bool is_text = field->type() == FieldDescriptor::TYPE_STRING && !field->is_repeated();
  if (is_text && !reflection.GetString(message, field).empty()) {
    reflection.SetString(&message, field, kHiddenText);
  } else {
    reflection.ClearField(&message, field);
  }
}

class Masking {
 public:
  explicit Masking(absl::CivilDay today) : today_(today) {}

  // Masks the fields that are sensitive, or `all`.
  void Mask(Message& message, bool all) const {
    std::vector<const FieldDescriptor*> fields;
    message.GetReflection()->ListFields(message, &fields);
    std::optional<bool> minor;  // read before the identity number is masked
    for (const FieldDescriptor* field : fields) {
      if (SpecOf(*field).hidden_of_minors() && !minor.has_value())
        minor = MayBeMinor(message, today_);
    }
    for (const FieldDescriptor* field : fields) {
      const v1::FieldSpec& spec = SpecOf(*field);
      const bool sensitive = all || spec.sensitivity() != v1::SENSITIVITY_PLAIN;
      if (spec.hidden_of_minors() && *minor) {
        Hide(message, field);
      } else if (field->cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE && !IsValue(*field)) {
        MaskWithin(message, field, sensitive);
      } else if (sensitive && field->type() == FieldDescriptor::TYPE_STRING) {
        MaskTexts(message, field);
      } else if (sensitive) {
        message.GetReflection()->ClearField(&message, field);
      }
    }
  }

 private:
  void MaskWithin(Message& message, const FieldDescriptor* field, bool all) const {
    const Reflection& reflection = *message.GetReflection();
    if (!field->is_repeated()) {
      Mask(*reflection.MutableMessage(&message, field), all);
      return;
    }
    const int size = reflection.FieldSize(message, field);
    for (int i = 0; i < size; ++i)
      Mask(*reflection.MutableRepeatedMessage(&message, field, i), all);
  }

  const absl::CivilDay today_;
};

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

void MaskRecord(Message& record, absl::CivilDay today) {
  record.DiscardUnknownFields();
  Masking(today).Mask(record, false);
}

}  // namespace bangfu::domain
