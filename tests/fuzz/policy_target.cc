#include <string>

#include "absl/strings/string_view.h"
#include "domain/policy/policy.h"
#include "domain/policy/policy_file.h"
#include "domain/rules/finding.h"
#include "domain/rules/org_tree.h"
#include "domain/text/civil_date.h"
#include "google/protobuf/util/json_util.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/targets.h"

namespace bangfu::fuzz {
namespace {

// What a policy says is found at its own org on its own day.
void CheckLookups(const domain::PolicyBook& book, const v1::Policy& policy) {
  const auto day = domain::ParseIsoDate(policy.effective_from());
  FUZZ_CHECK(day.has_value());
  FUZZ_CHECK(book.DibaoLine(policy.org(), *day).has_value() || policy.dibao_line_yuan().empty());
  FUZZ_CHECK(book.DeregistrationDays(policy.org(), *day).has_value() ||
             !policy.has_deregistration_days());
  FUZZ_CHECK(book.ExpiryNoticeDays(policy.org(), *day).has_value() ||
             !policy.has_expiry_notice_days());
  book.CampaignOf(policy.org(), *day);
}

}  // namespace

void FuzzPolicyFile(absl::string_view input) {
  const auto set = domain::ParsePolicySet(input);
  if (!set.ok()) return;
  std::string json;
  FUZZ_CHECK(google::protobuf::util::MessageToJsonString(*set, &json).ok());
  const auto again = domain::ParsePolicySet(json);
  FUZZ_CHECK(again.ok() && again->SerializeAsString() == set->SerializeAsString());

  const domain::OrgTree orgs;
  const auto book = domain::PolicyBook::Build(*set, orgs);
  FUZZ_CHECK(book.ok() != domain::HasErrors(domain::CheckPolicySet(*set, orgs)));
  if (!book.ok()) return;
  for (const v1::Policy& policy : set->policies()) CheckLookups(*book, policy);
}

}  // namespace bangfu::fuzz
