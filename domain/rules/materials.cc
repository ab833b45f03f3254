#include "domain/rules/materials.h"

#include <algorithm>
#include <optional>
#include <tuple>

#include "absl/container/inlined_vector.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/strings/strip.h"
#include "absl/time/civil_time.h"
#include "absl/types/span.h"
#include "domain/rules/elements.h"
#include "domain/rules/label.h"
#include "domain/text/civil_date.h"
#include "domain/text/identity_number.h"
#include "domain/text/normalize.h"

namespace bangfu::domain {
namespace {

using v1::Archive;
using v1::Material;

constexpr char kIssuerRule[] = "A8";

// Districts, county-level cities and counties of Hangzhou since 2014, without their class: it
// changed (富阳市, 富阳区).
constexpr absl::string_view kDivisions[] = {"上城", "下城", "江干", "拱墅", "西湖",
                                            "滨江", "萧山", "余杭", "桐庐", "淳安",
                                            "建德", "富阳", "临安", "临平", "钱塘"};

// The rule that asks for a kind of paper, R15 (M1) to R21 (M7).
absl::string_view RuleOf(v1::MaterialKind kind) {
  switch (kind) {
    case v1::MATERIAL_KIND_APPLICATION_FORM:
      return "R15";
    case v1::MATERIAL_KIND_HOUSEHOLD_AND_ID_COPIES:
      return "R16";
    case v1::MATERIAL_KIND_INCOME_PROOF:
      return "R17";
    case v1::MATERIAL_KIND_CAUSE_PROOF:
      return "R18";
    case v1::MATERIAL_KIND_PUBLICITY_CERTIFICATE:
      return "R19";
    case v1::MATERIAL_KIND_LABOUR_CONTRACT:
      return "R20";
    case v1::MATERIAL_KIND_DIBAO_CERTIFICATE:
      return "R21";
    default:
      return "R14";
  }
}

bool IsPersonal(v1::MaterialKind kind) {
  return kind == v1::MATERIAL_KIND_HOUSEHOLD_AND_ID_COPIES ||
         kind == v1::MATERIAL_KIND_INCOME_PROOF;
}

bool HasTerm(v1::MaterialKind kind) {
  return kind == v1::MATERIAL_KIND_LABOUR_CONTRACT || kind == v1::MATERIAL_KIND_DIBAO_CERTIFICATE;
}

bool IsMinor(const v1::Member& member, const std::optional<absl::CivilDay>& filed) {
  const auto number = ReadIdentityNumber(member.identity_number());
  if (!filed || !number) return false;
  // Somebody born after the day of filing has no age on it.
  return AgeOn(number->birth_date, *filed).value_or(0) < kAdultAge;
}

// A DueMaterial that points at the archive.
struct Due {
  v1::MaterialKind kind;
  absl::string_view person_id = "";
  bool declaration_allowed = false;
};
using Dues = absl::InlinedVector<Due, 16>;

bool Satisfies(const Material& material, const Due& due, const Archive& archive) {
  if (material.kind() != due.kind) return false;
  if (material.form() == v1::MATERIAL_FORM_NO_INCOME_DECLARATION && !due.declaration_allowed) {
    return false;
  }
  if (due.kind == v1::MATERIAL_KIND_LABOUR_CONTRACT) {
    return material.person_id().empty() || material.person_id() == archive.id();
  }
  return !IsPersonal(due.kind) || material.person_id() == due.person_id;
}

bool IsValidOn(const Material& material, const std::optional<absl::CivilDay>& day) {
  if (!day) return true;
  const std::optional<absl::CivilDay> from = ParseIsoDate(material.valid_from());
  const std::optional<absl::CivilDay> until = ParseIsoDate(material.valid_until());
  return (!from || *from <= *day) && (!until || *day <= *until);
}

bool IsIssuedWell(const Material& material) {
  return material.kind() != v1::MATERIAL_KIND_DIBAO_CERTIFICATE || material.issuer().empty() ||
         IsHangzhouCivilAffairs(material.issuer());
}

std::string PersonPath(const Due& due, const Archive& archive) {
  return due.person_id.empty() || due.person_id == archive.id()
             ? ""
             : ElementPath("members", due.person_id);
}

// "户籍证明和身份证复印件——儿子（王*）".
Text DueLabel(const Due& due, const Archive& archive) {
  const Text kind = ValueLabel(*v1::MaterialKind_descriptor(), due.kind);
  if (!IsPersonal(due.kind)) return kind;
  const auto member =
      std::find_if(archive.members().begin(), archive.members().end(),
                   [&](const v1::Member& one) { return one.id() == due.person_id; });
  const Text person =
      member == archive.members().end() ? WorkerLabel(archive) : MemberLabel(*member);
  return Text{absl::StrCat(kind.zh, "——", person.zh), absl::StrCat(kind.en, ", ", person.en)};
}

v1::Finding Missing(const Due& due, const Archive& archive) {
  const Text label = DueLabel(due, archive);
  v1::Finding finding = Error(
      RuleOf(due.kind), v1::FINDING_CODE_MATERIAL_MISSING, "materials",
      Text{
          absl::StrCat("缺少材料：", label.zh,
                       due.declaration_allowed ? "（可用无收入声明代替），请补充。" : "，请补充。"),
          absl::StrCat("a paper is missing: ", label.en,
                       due.declaration_allowed ? " (a declaration of no income will do); add it"
                                               : "; add it")});
  finding.set_other_field(PersonPath(due, archive));
  finding.set_member(std::string(MemberOfPath(finding.other_field())));
  finding.set_next_action(v1::NEXT_ACTION_ADD_PAPER);
  return finding;
}

v1::Finding NotValid(const Material& material) {
  const Text kind = ValueLabel(*v1::MaterialKind_descriptor(), material.kind());
  v1::Finding finding =
      Error(RuleOf(material.kind()), v1::FINDING_CODE_MATERIAL_EXPIRED,
            absl::StrCat(ElementPath("materials", material.id()), ".valid_until"),
            Text{absl::StrCat(kind.zh, "：在填报日期不在有效期内，请补充当日有效的材料。"),
                 absl::StrCat(kind.en,
                              ": is not valid on the day of filing, add one that was valid then")});
  finding.set_other_field("filed_on");
  finding.set_next_action(v1::NEXT_ACTION_RENEW_PAPER);
  return finding;
}

v1::Finding WrongIssuer(const Material& material) {
  const Text kind = ValueLabel(*v1::MaterialKind_descriptor(), material.kind());
  v1::Finding finding =
      Error(kIssuerRule, v1::FINDING_CODE_MATERIAL_MISSING,
            absl::StrCat(ElementPath("materials", material.id()), ".issuer"),
            Text{absl::StrCat(kind.zh, "：发证机关应为杭州市民政部门，请补充其颁发的证件。"),
                 absl::StrCat(kind.en,
                              ": must be issued by a civil-affairs department of Hangzhou, add "
                              "such a certificate")});
  finding.set_next_action(v1::NEXT_ACTION_ADD_PAPER);
  return finding;
}

Dues DuePapers(const Archive& archive, v1::HardshipCategory category) {
  Dues due = {{v1::MATERIAL_KIND_APPLICATION_FORM}};
  if (category == v1::HARDSHIP_CATEGORY_CERTIFICATE_HOLDER) {
    due.push_back({v1::MATERIAL_KIND_DIBAO_CERTIFICATE});
    return due;
  }
  const std::optional<absl::CivilDay> filed = ParseIsoDate(archive.filed_on());
  std::vector<const v1::Member*> adults = InOrderOfId(archive.members());
  adults.erase(std::remove_if(adults.begin(), adults.end(),
                              [&](const v1::Member* member) { return IsMinor(*member, filed); }),
               adults.end());
  due.push_back({v1::MATERIAL_KIND_HOUSEHOLD_AND_ID_COPIES, archive.id()});
  for (const v1::Member* member : adults) {
    due.push_back({v1::MATERIAL_KIND_HOUSEHOLD_AND_ID_COPIES, member->id()});
  }
  due.push_back({v1::MATERIAL_KIND_INCOME_PROOF, archive.id(), archive.monthly_income_fen() == 0});
  for (const v1::Member* member : adults) {
    if (member->student() == v1::YES_NO_YES) continue;
    due.push_back(
        {v1::MATERIAL_KIND_INCOME_PROOF, member->id(), member->monthly_income_fen() == 0});
  }
  if (category != v1::HARDSHIP_CATEGORY_MARGINAL) {
    due.push_back({v1::MATERIAL_KIND_CAUSE_PROOF});
  }
  due.push_back({v1::MATERIAL_KIND_PUBLICITY_CERTIFICATE});
  if (archive.worker_type() == v1::WORKER_TYPE_MIGRANT) {
    due.push_back({v1::MATERIAL_KIND_LABOUR_CONTRACT, archive.id()});
  }
  return due;
}

// The paper that ends last; open-ended ones last of all, then by id.
const Material* Latest(absl::Span<const Material* const> papers) {
  const auto rank = [](const Material* paper) {
    return std::make_tuple(paper->valid_until().empty(), absl::string_view(paper->valid_until()),
                           absl::string_view(paper->id()));
  };
  return *std::max_element(papers.begin(), papers.end(),
                           [&](const Material* a, const Material* b) { return rank(a) < rank(b); });
}

}  // namespace

bool IsHangzhouCivilAffairs(absl::string_view issuer) {
  const std::string key = CodeKey(issuer);
  if (!absl::StrContains(key, "民政")) return false;
  if (absl::StrContains(key, "杭州")) return true;
  absl::string_view local = key;
  absl::ConsumePrefix(&local, "浙江省");
  return std::any_of(
      std::begin(kDivisions), std::end(kDivisions),
      [local](absl::string_view division) { return absl::StartsWith(local, division); });
}

std::vector<DueMaterial> DueMaterials(const v1::Archive& archive, v1::HardshipCategory category) {
  std::vector<DueMaterial> materials;
  for (const Due& due : DuePapers(archive, category)) {
    materials.push_back({due.kind, std::string(due.person_id), due.declaration_allowed});
  }
  return materials;
}

Findings CheckMaterials(const v1::Archive& archive, v1::HardshipCategory category) {
  const std::optional<absl::CivilDay> filed = ParseIsoDate(archive.filed_on());
  const auto is_in_order = [&](const Material& material) {
    return !HasTerm(material.kind()) || (IsValidOn(material, filed) && IsIssuedWell(material));
  };
  Findings findings;
  for (const Due& due : DuePapers(archive, category)) {
    absl::InlinedVector<const Material*, 4> held;
    bool in_order = false;
    for (const Material& material : archive.materials()) {
      if (!Satisfies(material, due, archive)) continue;
      held.push_back(&material);
      in_order = is_in_order(material);
      if (in_order) break;
    }
    if (in_order) continue;
    if (held.empty()) {
      findings.push_back(Missing(due, archive));
      continue;
    }
    const Material& latest = *Latest(held);
    if (!IsValidOn(latest, filed)) findings.push_back(NotValid(latest));
    if (!IsIssuedWell(latest)) findings.push_back(WrongIssuer(latest));
  }
  return findings;
}

}  // namespace bangfu::domain
