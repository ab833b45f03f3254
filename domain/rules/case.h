#ifndef BANGFU_DOMAIN_RULES_CASE_H_
#define BANGFU_DOMAIN_RULES_CASE_H_

#include <vector>

#include "absl/time/civil_time.h"
#include "bangfu/v1/aid_event.pb.h"
#include "bangfu/v1/archive.pb.h"
#include "bangfu/v1/case_file.pb.h"
#include "bangfu/v1/visit.pb.h"

namespace bangfu::domain {

class OrgTree;
class PolicyBook;

// All records of one household, as the rules see them. Points at records that others own.
struct Case {
  const v1::Archive* archive = nullptr;         // never nullptr when handed to a rule
  std::vector<const v1::AidEvent*> aid_events;  // in any order
  std::vector<const v1::Visit*> visits;         // in any order
};

// The records in `file`, which must outlive the result.
Case CaseOf(const v1::CaseFile& file);

// What rules need to know besides the records. The same on a desktop without a line and on the
// city's node.
struct RuleContext {
  const OrgTree& orgs;  // without orgs: nothing that depends on a unit's place is checked
  const PolicyBook& policy;
  absl::CivilDay today;  // the day as of which is asked, in Asia/Shanghai
};

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_RULES_CASE_H_
