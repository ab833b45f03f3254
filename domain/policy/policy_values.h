#ifndef BANGFU_DOMAIN_POLICY_POLICY_VALUES_H_
#define BANGFU_DOMAIN_POLICY_POLICY_VALUES_H_

#include <cstddef>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "bangfu/v1/policy.pb.h"
#include "domain/text/money.h"
#include "domain/text/parsed.h"

namespace bangfu::domain {

// The numbers that a policy can set; part of policy.h.
enum class PolicyNumber {
  kDibaoLine,             // fen per person and month
  kTierAStandard,         // fen per person and month
  kTierBStandard,         // fen per person and month
  kDecemberSharePercent,  // percent of a year's filings
  kDecemberMinFilings,    // filings of a year
  kDeregistrationDays,    // days
  kExpiryNoticeDays,      // days
};
inline constexpr size_t kPolicyNumbers = 7;

// How one of them is written. Amounts are texts in yuan, everything else is a whole number.
struct PolicyNumberSpec {
  PolicyNumber number;
  int field;         // number of the field in v1::Policy
  const char* rule;  // of the notice
  bool is_amount;
  int min;  // smallest whole number accepted
  int max;  // largest whole number accepted
  const char* label_zh;
  const char* label_en;
};

// All of them, in the order of PolicyNumber.
extern const PolicyNumberSpec kPolicyNumberSpecs[kPolicyNumbers];

// Name of the field, "dibao_line_yuan".
const std::string& FieldName(const PolicyNumberSpec& spec);

// Whether `policy` sets the number at all.
bool Sets(const v1::Policy& policy, const PolicyNumberSpec& spec);

// The number that `policy` sets, in the unit of PolicyNumber. Requires Sets(). Only amounts can be
// written wrongly; ranges are not looked at.
Parsed<int64_t, MoneyError> ReadNumber(const v1::Policy& policy, const PolicyNumberSpec& spec);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_POLICY_POLICY_VALUES_H_
