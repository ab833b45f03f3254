#include "domain/rules/evaluate.h"

#include "domain/rules/form.h"
#include "domain/rules/income.h"
#include "domain/rules/logic.h"
#include "domain/rules/materials.h"
#include "domain/rules/paper_comparison.h"
#include "domain/rules/public_notice.h"
#include "domain/rules/timers.h"

namespace bangfu::domain {

Findings Evaluate(const Case& c, const RuleContext& context) {
  const v1::Archive& archive = *c.archive;
  Findings findings = CheckValues(archive, context.today);
  Append(findings, CheckRequired(archive));
  Append(findings, CheckLogic(archive, context.today));
  const v1::HardshipCategory category =
      archive.determined_category() != v1::HARDSHIP_CATEGORY_UNSPECIFIED
          ? archive.determined_category()
          : archive.claimed_category();
  Append(findings, CheckMaterials(archive, category));
  Append(findings, CheckPaper(archive));
  Append(findings, CheckPublicNotice(archive, context.today));
  Append(findings, CheckIncome(archive, context));
  for (const v1::AidEvent* aid : c.aid_events) {
    Append(findings, CheckValues(*aid, context.today));
    Append(findings, CheckRequired(*aid));
  }
  for (const v1::Visit* visit : c.visits) {
    Append(findings, CheckValues(*visit, context.today));
    Append(findings, CheckRequired(*visit));
  }
  Append(findings, CheckTimers(c, context));
  return findings;
}

}  // namespace bangfu::domain
