#include "domain/life/withdrawal_check.h"

#include <algorithm>
#include <string>

#include "absl/strings/str_cat.h"
#include "domain/rules/label.h"
#include "domain/timers/timers.h"

namespace bangfu::domain {
namespace {

constexpr char kBasisField[] = "withdrawal_basis";
constexpr char kNoAidRule[] = "R49";
constexpr char kNoNewCauseRule[] = "R52";

v1::Finding WrongBasis(v1::FindingCode code) {
  const Text bases = ValueLabels(*v1::WithdrawalBasis_descriptor());
  return Error("R49", code, kBasisField,
               Text{absl::StrCat("退档依据：必须选定一项：", bases.zh, "。"),
                    absl::StrCat("basis of the withdrawal: choose one of: ", bases.en)});
}

// ISO day; empty when the timer does not run for this archive.
std::string LastDayOf(const Case& c, const RuleContext& context, v1::TimerKind kind) {
  std::string last_day;
  for (const v1::Timer& timer : TimersOf(c, context)) {
    // ISO days sort as text.
    if (timer.kind() == kind) last_day = std::max(last_day, timer.last_day());
  }
  return last_day;
}

}  // namespace

Findings CheckWithdrawalBasis(const Case& c, const v1::Withdraw& withdraw,
                              const RuleContext& context) {
  const v1::WithdrawalBasis basis = withdraw.basis();
  if (basis == v1::WITHDRAWAL_BASIS_UNSPECIFIED) {
    return {WrongBasis(v1::FINDING_CODE_REQUIRED_MISSING)};
  }
  if (!v1::WithdrawalBasis_IsValid(basis)) return {WrongBasis(v1::FINDING_CODE_UNKNOWN_CODE)};
  if (basis == v1::WITHDRAWAL_BASIS_OTHER || IsDue(c, context, basis)) return {};

  const bool no_aid = basis == v1::WITHDRAWAL_BASIS_NO_AID;
  const std::string last_day =
      LastDayOf(c, context, no_aid ? v1::TIMER_KIND_AID_OF_THE_YEAR : v1::TIMER_KIND_NEW_CAUSE);
  const Text label = ValueLabel(*v1::WithdrawalBasis_descriptor(), basis);
  v1::Finding finding = Error(
      no_aid ? kNoAidRule : kNoNewCauseRule, v1::FINDING_CODE_BASIS_MISSING, kBasisField,
      last_day.empty()
          ? Text{absl::StrCat("退档依据“", label.zh, "”不适用于这份档案，请选择其他依据。"),
                 absl::StrCat("the basis \"", label.en,
                              "\" does not apply to this archive, choose another one")}
          : Text{absl::StrCat("退档依据“", label.zh, "”尚不成立：期限最后一日为 ", last_day,
                              "，次日起仍未办理的才能以此退档。"),
                 absl::StrCat("the basis \"", label.en, "\" does not hold yet: the last day is ",
                              last_day, ", withdraw on a day after it")});
  finding.set_last_day(last_day);
  return {finding};
}

}  // namespace bangfu::domain
