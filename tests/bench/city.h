#ifndef BANGFU_TESTS_BENCH_CITY_H_
#define BANGFU_TESTS_BENCH_CITY_H_

#include "absl/time/civil_time.h"
#include "bangfu/v1/case_file.pb.h"
#include "domain/policy/policy.h"
#include "domain/rules/case.h"
#include "domain/rules/org_tree.h"

namespace bangfu::bench {

// Households of a fictional city about which the rules have nothing to say: established archives
// with four members, all 13 papers that are due, a posting, the paper transcribed (29 values), five
// aid events and two visits. All differ: persons, telephone, card, address and amounts.
class City {
 public:
  City();

  // Household `number`, from 0; the same for the same number.
  v1::CaseFile Household(int number) const;

  // What the rules are asked with.
  domain::RuleContext Context() const { return {orgs_, policy_, kToday}; }

  static constexpr absl::CivilDay kToday = absl::CivilDay(2014, 6, 10);

 private:
  domain::OrgTree orgs_;
  domain::PolicyBook policy_;
};

}  // namespace bangfu::bench

#endif  // BANGFU_TESTS_BENCH_CITY_H_
