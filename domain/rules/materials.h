#ifndef BANGFU_DOMAIN_RULES_MATERIALS_H_
#define BANGFU_DOMAIN_RULES_MATERIALS_H_

#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "bangfu/v1/archive.pb.h"
#include "domain/rules/finding.h"

namespace bangfu::domain {

// One paper that the checklist asks for.
struct DueMaterial {
  v1::MaterialKind kind;
  std::string person_id;  // member; the archive's id for the worker; empty for the household
  bool declaration_allowed = false;  // a declaration of no income may stand for it (A11)
};

// The papers that are due for `category` (R14–R22): M1–M5, M6 for migrant workers; M1 and M7 only for certificate
// holders, migrants included (A7); no M4 for marginal families. M2 and M3 for the worker and every member; nobody under
// 16 on `filed_on` owes an ID copy — the household registration is one paper for all, so M2 is due for persons of 16 and
// over (A10); minors (under 16) and students owe no M3 (A11). Order: by kind, then worker, then members in their order.
std::vector<DueMaterial> DueMaterials(const v1::Archive& archive, v1::HardshipCategory category);

// Checks the papers held against those due for `category`: one finding for each missing paper, naming the member, and
// for a contract that is not valid on the day of filing or a certificate that is not valid then or was not issued by a
// civil-affairs department of Hangzhou (A8; an issuer that is not stated passes).
Findings CheckMaterials(const v1::Archive& archive, v1::HardshipCategory category);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_RULES_MATERIALS_H_
