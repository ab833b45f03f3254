#include <algorithm>
#include <cstring>
#include <iterator>
#include <random>
#include <string>

#include "bangfu/v1/case_file.pb.h"
#include "domain/codes/field_spec.h"
#include "domain/text/normalize.h"
#include "tests/fuzz/case_input.h"
#include "tests/fuzz/targets.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

namespace bangfu::fuzz {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr int kMaxElements = 8;    // a mutation adds elements up to here
constexpr int kMaxSteps = 4;       // changes of one mutation
constexpr size_t kMaxGrowth = 16;  // bytes that a text may grow at once

// Values near the limits that the rules look at; the fuzzer's own mutations seldom make them.
constexpr const char* kDates[] = {"2014-06-10", "2014-06-11", "2013-06-10", "2012-02-29",
                                  "2013-08-31", "2014-02-28", "1800-01-01", "9999-12-31",
                                  "2014-02-30", "2014-03-03", "2014-03-09", "2014-03-10"};
constexpr const char* kIdentityNumbers[] = {"11010519491231002X", "440524188001010014",
                                            "33010219700501001X", "330104197903035000",
                                            "110105491231002"};
constexpr const char* kUuids[] = {
    "01900000-0000-7000-8000-000000000001", "01900000-0000-7000-8000-00000000000a",
    "01900000-0000-7000-8000-00000000000b", "01900000-0000-7000-8000-00000000000c"};
constexpr const char* kOrgs[] = {"hz", "hz.gongye", "hz.gongye.xiangjiao", "hz.fuyang.fuchun"};
constexpr const char* kTexts[] = {
    "members.name", "main_cause", "monthly_income_fen", "２３００元",       "2,300", "杭州市民政局",
    "13805710000",  "陈建国",     "4111111111111111",   "工业橡胶20130006", "　",    ""};
constexpr int64_t kNumbers[] = {0,         1,         -1,         6,          7,
                                120,       121,       162500,     INT32_MAX,  INT32_MIN,
                                INT64_MAX, INT64_MIN, 9999999999, 10000000000};

class CaseMutator {
 public:
  explicit CaseMutator(unsigned seed) : random_(seed) {}

  void Mutate(Message& message) {
    const Descriptor& descriptor = *message.GetDescriptor();
    const FieldDescriptor& field = *descriptor.field(Below(descriptor.field_count()));
    if (field.is_repeated()) {
      MutateList(message, field);
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      const Reflection& reflection = *message.GetReflection();
      if (OneIn(8)) {
        reflection.ClearField(&message, &field);
      } else {
        Mutate(*reflection.MutableMessage(&message, &field));
      }
    } else {
      MutateValue(message, field);
    }
  }

  int Below(int limit) { return std::uniform_int_distribution<int>(0, limit - 1)(random_); }

 private:
  bool OneIn(int n) { return Below(n) == 0; }

  template <typename Array>
  auto AnyOf(const Array& values) {
    return values[Below(static_cast<int>(std::size(values)))];
  }

  void MutateList(Message& message, const FieldDescriptor& field) {
    const Reflection& reflection = *message.GetReflection();
    const int size = reflection.FieldSize(message, &field);
    if (size > 0 && OneIn(6)) {
      reflection.SwapElements(&message, &field, Below(size), size - 1);
      if (OneIn(2)) reflection.RemoveLast(&message, &field);
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_ENUM) {
      if (size < kMaxElements) reflection.AddEnumValue(&message, &field, Code(*field.enum_type()));
    } else if (field.cpp_type() == FieldDescriptor::CPPTYPE_MESSAGE) {
      const bool add = size == 0 || (size < kMaxElements && OneIn(4));
      Message* element = add ? reflection.AddMessage(&message, &field)
                             : reflection.MutableRepeatedMessage(&message, &field, Below(size));
      if (add && size > 0) {
        element->CopyFrom(reflection.GetRepeatedMessage(message, &field, Below(size)));
      }
      Mutate(*element);
    }
  }

  void MutateValue(Message& message, const FieldDescriptor& field) {
    const Reflection& reflection = *message.GetReflection();
    if (OneIn(8)) {
      reflection.ClearField(&message, &field);
      return;
    }
    switch (field.cpp_type()) {
      case FieldDescriptor::CPPTYPE_STRING:
        reflection.SetString(&message, &field, Text(field, reflection.GetString(message, &field)));
        break;
      case FieldDescriptor::CPPTYPE_INT32:
        reflection.SetInt32(&message, &field, static_cast<int32_t>(AnyOf(kNumbers)));
        break;
      case FieldDescriptor::CPPTYPE_INT64:
        reflection.SetInt64(&message, &field, AnyOf(kNumbers));
        break;
      case FieldDescriptor::CPPTYPE_BOOL:
        reflection.SetBool(&message, &field, OneIn(2));
        break;
      case FieldDescriptor::CPPTYPE_ENUM:
        reflection.SetEnumValue(&message, &field, Code(*field.enum_type()));
        break;
      default:
        break;
    }
  }

  // A code of the list, now and then the one that follows the last.
  int Code(const EnumDescriptor& list) {
    const int index = Below(list.value_count() + 1);
    return index < list.value_count() ? list.value(index)->number() : list.value_count() + 1;
  }

  std::string Text(const FieldDescriptor& field, const std::string& before) {
    if (OneIn(3)) return Mutated(before);
    switch (domain::SpecOf(field).format()) {
      case v1::FORMAT_DATE:
        return AnyOf(kDates);
      case v1::FORMAT_IDENTITY_NUMBER:
        return AnyOf(kIdentityNumbers);
      case v1::FORMAT_UUID:
        return AnyOf(kUuids);
      case v1::FORMAT_ORG:
        return AnyOf(kOrgs);
      default:
        return AnyOf(kTexts);
    }
  }

  static std::string Mutated(std::string text) {
    const size_t size = text.size();
    text.resize(size + kMaxGrowth);
    text.resize(LLVMFuzzerMutate(reinterpret_cast<uint8_t*>(text.data()), size, text.size()));
    // A record holds UTF-8 only; anything else would not even be parsed.
    return domain::IsValidUtf8(text) ? text : domain::NormalizeText(text);
  }

  std::minstd_rand random_;
};

}  // namespace

size_t MutateCaseFile(uint8_t* bytes, size_t size, size_t max_size, unsigned seed) {
  v1::CaseFile file;
  if (!ReadCaseFile(absl::string_view(reinterpret_cast<const char*>(bytes), size), file)) {
    return LLVMFuzzerMutate(bytes, size, max_size);
  }
  CaseMutator mutator(seed);
  for (int step = mutator.Below(kMaxSteps); step >= 0; --step) mutator.Mutate(file);
  const std::string mutated = file.SerializeAsString();
  if (mutated.size() > max_size) return size;
  std::memcpy(bytes, mutated.data(), mutated.size());
  return mutated.size();
}

}  // namespace bangfu::fuzz
