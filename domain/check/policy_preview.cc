#include "domain/check/policy_preview.h"

#include <set>
#include <tuple>
#include <utility>

#include "absl/strings/string_view.h"
#include "domain/check/evaluate.h"

namespace bangfu::domain {
namespace {

// What makes two findings the same one.
using Key = std::tuple<absl::string_view, v1::FindingCode, v1::Severity, absl::string_view,
                       absl::string_view, absl::string_view, absl::string_view>;

Key KeyOf(const v1::Finding& finding) {
  return {finding.rule(),        finding.code(),   finding.severity(), finding.field(),
          finding.other_field(), finding.member(), finding.last_day()};
}

// The findings of `from` that `other` does not hold, each as often as it holds it less.
Findings Without(const Findings& from, const Findings& other) {
  std::multiset<Key> matched;
  for (const v1::Finding& finding : other) matched.insert(KeyOf(finding));
  Findings rest;
  for (const v1::Finding& finding : from) {
    const auto match = matched.find(KeyOf(finding));
    if (match == matched.end()) {
      rest.push_back(finding);
    } else {
      matched.erase(match);
    }
  }
  return rest;
}

}  // namespace

std::vector<PolicyEffect> PreviewPolicy(absl::Span<const Case> cases, const RuleContext& before,
                                        const RuleContext& after) {
  std::vector<PolicyEffect> effects;
  for (const Case& c : cases) {
    const Findings old_findings = Evaluate(c, before);
    const Findings new_findings = Evaluate(c, after);
    PolicyEffect effect{c.archive, Without(new_findings, old_findings),
                        Without(old_findings, new_findings)};
    if (effect.added.empty() && effect.removed.empty()) continue;
    effects.push_back(std::move(effect));
  }
  return effects;
}

}  // namespace bangfu::domain
