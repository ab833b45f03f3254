#ifndef BANGFU_DOMAIN_RULES_RULE_CATALOGUE_H_
#define BANGFU_DOMAIN_RULES_RULE_CATALOGUE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "bangfu/v1/rule.pb.h"

namespace bangfu::domain {

// One sentence of the notice, or a reading of it.
struct Rule {
  std::string number;  // "R14", "A9"
  const v1::RuleSpec* spec = nullptr;
};

// All of them, R before A, by number. Read from the proto (enum RuleNumber).
const std::vector<Rule>& AllRules();

// nullptr when there is no such number.
const Rule* FindRule(absl::string_view number);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_RULES_RULE_CATALOGUE_H_
