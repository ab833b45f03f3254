#ifndef BANGFU_DOMAIN_RULES_CONTRACT_TERM_H_
#define BANGFU_DOMAIN_RULES_CONTRACT_TERM_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "bangfu/v1/codes.pb.h"

namespace bangfu::domain {

// Terms that are taken for real; note 7 ends at ten years and calls everything beyond open-ended.
inline constexpr int kMinContractMonths = 1;
inline constexpr int kMaxContractMonths = 600;

// The word of note 7 for a term in months (R74, A13): up to 6 半年内, 7–18 半年至一年, 19–30 两年,
// 31–42 三年, 43–54 四年, 55–120 五年以上, beyond 无固定期限. Unspecified below kMinContractMonths.
v1::ContractTerm ContractTermOfMonths(int months);

// A term as a register states it.
struct StatedContractTerm {
  v1::ContractTerm term;
  std::optional<int> months;  // kMinContractMonths..kMaxContractMonths; nothing when open-ended

  friend bool operator==(const StatedContractTerm&, const StatedContractTerm&) = default;
};

// Reads a term that is no word of note 7 (FindCode knows those): "12个月", "36月", "3年", "一年半",
// "1.5年", "两年零六个月", "固定期限3年", "无固定期限"; and first and last day,
// "2013.1.1-2015.12.31", "2013年1月1日至2015年12月31日". The months of two days are counted from
// the first; days over a full number count as a month, the same day of the last month does not:
// 2013-01-01 to 2015-12-31 and to 2016-01-01 are 36 months, to 2016-01-02 37. Nothing when it is
// anything else, a number without a unit, or a term outside kMinContractMonths..kMaxContractMonths.
std::optional<StatedContractTerm> ParseContractTerm(absl::string_view text);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_RULES_CONTRACT_TERM_H_
