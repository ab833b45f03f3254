#ifndef BANGFU_DOMAIN_RULES_SAMPLE_ARCHIVE_H_
#define BANGFU_DOMAIN_RULES_SAMPLE_ARCHIVE_H_

#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "bangfu/v1/archive.pb.h"
#include "domain/rules/finding.h"
#include "domain/rules/materials.h"
#include "domain/text/identity_number.h"

// Fictional records in perfect order, and short names for findings; for tests only.
namespace bangfu::domain::sample {

inline constexpr absl::CivilDay kToday(2014, 3, 10);
inline constexpr char kArchiveId[] = "01900000-0000-7000-8000-000000000001";
inline constexpr char kWifeId[] = "01900000-0000-7000-8000-00000000000a";
inline constexpr char kSonId[] = "01900000-0000-7000-8000-00000000000b";

// UUIDs that differ in their last digits.
inline std::string Uuid(int number) {
  return absl::StrCat("01900000-0000-7000-8000-", absl::Dec(number, absl::kZeroPad12));
}

// An identity number from its first 17 digits.
inline std::string Number(absl::string_view first17) {
  return absl::StrCat(first17, std::string(1, ComputeCheckDigit(first17)));
}

inline v1::Member& AddMember(v1::Archive& archive, absl::string_view id, v1::Relation relation,
                             v1::Sex sex, absl::string_view first17) {
  v1::Member& member = *archive.add_members();
  member.set_id(std::string(id));
  member.set_name("陈阿大");
  member.set_relation(relation);
  member.set_sex(sex);
  member.set_political_status(v1::POLITICAL_STATUS_MASSES);
  member.set_identity_number(Number(first17));
  member.set_monthly_income_fen(0);
  return member;
}

inline v1::Material& AddMaterial(v1::Archive& archive, const DueMaterial& due) {
  v1::Material& material = *archive.add_materials();
  material.set_id(Uuid(1000 + archive.materials_size()));
  material.set_kind(due.kind);
  material.set_person_id(due.person_id);
  material.set_form(v1::MATERIAL_FORM_COPY);
  material.set_received_on("2014-03-01");
  return material;
}

// Adds every paper that is due for `category`.
inline void AddDueMaterials(v1::Archive& archive, v1::HardshipCategory category) {
  for (const DueMaterial& due : DueMaterials(archive, category)) AddMaterial(archive, due);
}

// A married staff worker, born 1970-05-01, at work since 1990, with a wife and a son of 10; no
// papers yet.
inline v1::Archive Staff() {
  v1::Archive archive;
  archive.set_id(kArchiveId);
  archive.set_unit("hz.gongye.xiangjiao");
  archive.set_worker_type(v1::WORKER_TYPE_STAFF);
  archive.set_name("陈建国");
  archive.set_ethnicity(v1::ETHNICITY_HAN);
  archive.set_sex(v1::SEX_MALE);
  archive.set_identity_number(Number("33010219700501001"));
  archive.set_political_status(v1::POLITICAL_STATUS_MASSES);
  archive.set_marital_status(v1::MARITAL_STATUS_MARRIED);
  archive.set_housing_type(v1::HOUSING_TYPE_RENTED);
  archive.set_health_status(v1::HEALTH_STATUS_GOOD);
  archive.set_hukou_type(v1::HUKOU_TYPE_NON_AGRICULTURAL);
  archive.set_medical_insurance(v1::MEDICAL_INSURANCE_URBAN_EMPLOYEE);
  archive.set_hukou_location("浙江省杭州市");
  archive.set_work_status(v1::WORK_STATUS_ON_POST);
  archive.set_model_worker_type(v1::MODEL_WORKER_TYPE_NONE);
  archive.set_work_started_on("1990-07-12");
  archive.set_phone("13805710000");
  archive.set_address("杭州市拱墅区某某路1号");
  archive.set_monthly_income_fen(162500);
  archive.set_other_yearly_income_fen(0);
  archive.set_hardship_expense_fen(3000000);
  archive.set_main_cause(v1::HARDSHIP_CAUSE_CHILD_EDUCATION);
  archive.add_secondary_causes(v1::HARDSHIP_CAUSE_LOW_INCOME);
  archive.set_bank("杭州银行");
  archive.set_bank_branch("武林支行");
  archive.set_bank_card("4111111111111111");
  archive.set_claimed_category(v1::HARDSHIP_CATEGORY_OTHER);
  archive.set_tier(v1::TIER_A);
  archive.set_filed_on("2014-03-10");
  AddMember(archive, kWifeId, v1::RELATION_WIFE, v1::SEX_FEMALE, "33010219720601002");
  AddMember(archive, kSonId, v1::RELATION_SON, v1::SEX_MALE, "33010220040301003");
  return archive;
}

// The same as a migrant worker.
inline v1::Archive Migrant() {
  v1::Archive archive = Staff();
  archive.set_worker_type(v1::WORKER_TYPE_MIGRANT);
  archive.set_hukou_type(v1::HUKOU_TYPE_AGRICULTURAL);
  archive.clear_work_status();
  archive.clear_model_worker_type();
  archive.set_contract_term(v1::CONTRACT_TERM_TWO_YEARS);
  archive.set_contract_signed_on("2013-08-01");
  return archive;
}

// A finding in short: "E BAD_DATE filed_on R11", with " / other_field" when there is one.
inline std::string Short(const v1::Finding& finding) {
  const absl::string_view code = v1::FindingCode_Name(finding.code());
  return absl::StrCat(finding.severity() == v1::SEVERITY_ERROR ? "E " : "W ",
                      code.substr(sizeof("FINDING_CODE_") - 1), " ", finding.field(), " ",
                      finding.rule(), finding.other_field().empty() ? "" : " / ",
                      finding.other_field());
}

inline std::vector<std::string> Short(const Findings& findings) {
  std::vector<std::string> lines;
  for (const v1::Finding& finding : findings) lines.push_back(Short(finding));
  return lines;
}

}  // namespace bangfu::domain::sample

#endif  // BANGFU_DOMAIN_RULES_SAMPLE_ARCHIVE_H_
