#include "domain/rules/rule_catalogue.h"

#include <algorithm>

#include "absl/strings/strip.h"
#include "google/protobuf/descriptor.h"

namespace bangfu::domain {
namespace {

constexpr char kValuePrefix[] = "RULE_NUMBER_";

// The values are declared in the order of the numbers.
std::vector<Rule> RulesOfTheProto() {
  const google::protobuf::EnumDescriptor& numbers = *v1::RuleNumber_descriptor();
  std::vector<Rule> rules;
  rules.reserve(static_cast<size_t>(numbers.value_count()));
  for (int i = 0; i < numbers.value_count(); ++i) {
    const google::protobuf::EnumValueDescriptor& value = *numbers.value(i);
    if (value.number() == v1::RULE_NUMBER_UNSPECIFIED) continue;
    rules.push_back({std::string(absl::StripPrefix(value.name(), kValuePrefix)),
                     &value.options().GetExtension(v1::rule)});
  }
  return rules;
}

}  // namespace

const std::vector<Rule>& AllRules() {
  static const auto* const rules = new std::vector<Rule>(RulesOfTheProto());
  return *rules;
}

const Rule* FindRule(absl::string_view number) {
  const std::vector<Rule>& rules = AllRules();
  const auto found = std::find_if(rules.begin(), rules.end(), [number](const Rule& candidate) {
    return candidate.number == number;
  });
  return found == rules.end() ? nullptr : &*found;
}

}  // namespace bangfu::domain
