#ifndef BANGFU_DOMAIN_RULES_MATERIALS_H_
#define BANGFU_DOMAIN_RULES_MATERIALS_H_

#include <string>
#include <vector>

#include "bangfu/v1/archive.pb.h"
#include "domain/rules/finding.h"

namespace bangfu::domain {

// Age below which a person owes neither an ID copy (A10) nor a proof of income (A11).
inline constexpr int kAdultAge = 16;  // completed years on the day of filing

// One paper that the checklist asks for.
struct DueMaterial {
  v1::MaterialKind kind;
  std::string person_id;  // member; the archive's id for the worker; empty for the household
  bool declaration_allowed = false;  // a declaration of no income may stand for it (A11)

  friend bool operator==(const DueMaterial&, const DueMaterial&) = default;
};

// The papers that are due for `category` (R14–R22): M1–M5, M6 for migrant workers; M1 and M7 only
// for certificate holders, migrants included (A7); no M4 for marginal families. M2 and M3 for the
// worker and every member; nobody under 16 on `filed_on` owes an ID copy — the household
// registration is one paper for all, so M2 is due for persons of 16 and over (A10); minors (under
// 16) and students owe no M3 (A11). The worker always owes both. A declaration of no income is
// allowed to whoever has no monthly income. A person without a valid identity number counts as
// adult, and so does everybody while `filed_on` is not stated. Order: by kind, then worker, then
// members by id.
std::vector<DueMaterial> DueMaterials(const v1::Archive& archive, v1::HardshipCategory category);

// Checks the papers held against those due for `category`: one error for each missing paper, naming
// the member (masked), and for a contract that is not valid on the day of filing or a certificate
// that is not valid then or was not issued by a civil-affairs department of Hangzhou (A8; an issuer
// that is not stated passes). Of several contracts or certificates one that is in order is enough;
// when none is, the one that ends last is reported. What is missing is to be added, what was not
// valid to be renewed (next_action).
//
// Papers of a person count for that person only; a contract without a person is the worker's; those
// of the household (M1, M4, M5, M7) count whosever they are. A declaration of no income stands for
// M3 where it is allowed and for nothing else.
Findings CheckMaterials(const v1::Archive& archive, v1::HardshipCategory category);

// Whether `issuer` is a civil-affairs department of Hangzhou (A8): names 民政 and Hangzhou, or
// begins with a district or county of it, with or without the province ("浙江省富阳市民政局").
bool IsHangzhouCivilAffairs(absl::string_view issuer);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_RULES_MATERIALS_H_
