#ifndef BANGFU_DOMAIN_RULES_LOGIC_DATES_H_
#define BANGFU_DOMAIN_RULES_LOGIC_DATES_H_

#include "bangfu/v1/archive.pb.h"
#include "domain/rules/finding.h"

namespace bangfu::domain {

// The days of the life of a case in their order (R28), part of CheckLogic: a new cause is reported
// from the establishment on (R52) and decided from the report on (R53); the archive is reported and
// ended from the establishment on: errors. Established, and the paper checked, from the filing on:
// warnings, for the filing date of an old archive is often that of a later form. Days that are not
// stated or no days take no part.
Findings CheckLifeDates(const v1::Archive& archive);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_RULES_LOGIC_DATES_H_
