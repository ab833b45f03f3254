#include "domain/rules/materials.h"

#include <string>
#include <vector>

#include "domain/rules/sample_archive.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::domain {
namespace {

using sample::kArchiveId;
using sample::kSonId;
using sample::kWifeId;
using sample::Short;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;

// The papers due in short: "M2 wife", with " or declaration" where one is allowed.
std::vector<std::string> Due(const v1::Archive& archive, v1::HardshipCategory category) {
  std::vector<std::string> lines;
  for (const DueMaterial& due : DueMaterials(archive, category)) {
    std::string line = absl::StrCat("M", static_cast<int>(due.kind));
    if (due.person_id == archive.id()) {
      line += " worker";
    } else if (due.person_id == kWifeId) {
      line += " wife";
    } else if (due.person_id == kSonId) {
      line += " son";
    } else if (!due.person_id.empty()) {
      line += " " + due.person_id;
    }
    if (due.declaration_allowed) line += " or declaration";
    lines.push_back(line);
  }
  return lines;
}

TEST(DueMaterialsTest, ByCategoryAndWorkerType) {
  EXPECT_THAT(
      Due(sample::Staff(), v1::HARDSHIP_CATEGORY_OTHER),
      ElementsAre("M1", "M2 worker", "M2 wife", "M3 worker", "M3 wife or declaration", "M4", "M5"));
  EXPECT_THAT(Due(sample::Migrant(), v1::HARDSHIP_CATEGORY_TEMPORARY),
              ElementsAre("M1", "M2 worker", "M2 wife", "M3 worker", "M3 wife or declaration", "M4",
                          "M5", "M6 worker"));
  EXPECT_THAT(Due(sample::Migrant(), v1::HARDSHIP_CATEGORY_MARGINAL),
              ElementsAre("M1", "M2 worker", "M2 wife", "M3 worker", "M3 wife or declaration", "M5",
                          "M6 worker"));
  EXPECT_THAT(Due(sample::Migrant(), v1::HARDSHIP_CATEGORY_CERTIFICATE_HOLDER),
              ElementsAre("M1", "M7"));
  EXPECT_THAT(
      Due(sample::Staff(), v1::HARDSHIP_CATEGORY_UNSPECIFIED),
      ElementsAre("M1", "M2 worker", "M2 wife", "M3 worker", "M3 wife or declaration", "M4", "M5"));
}

TEST(DueMaterialsTest, SixteenOnTheDayOfFiling) {
  v1::Archive archive = sample::Staff();
  v1::Member& son = *archive.mutable_members(1);
  son.set_identity_number(sample::Number("33010219980311001"));  // 16 on the day after filing
  EXPECT_THAT(Due(archive, v1::HARDSHIP_CATEGORY_MARGINAL), Not(testing::Contains("M2 son")));
  son.set_identity_number(sample::Number("33010219980310001"));  // 16 on the day of filing
  EXPECT_THAT(Due(archive, v1::HARDSHIP_CATEGORY_MARGINAL),
              ElementsAre("M1", "M2 worker", "M2 wife", "M2 son", "M3 worker",
                          "M3 wife or declaration", "M3 son or declaration", "M5"));
  // Students owe an ID copy but no proof of income (A11).
  son.set_student(v1::YES_NO_YES);
  EXPECT_THAT(Due(archive, v1::HARDSHIP_CATEGORY_MARGINAL),
              ElementsAre("M1", "M2 worker", "M2 wife", "M2 son", "M3 worker",
                          "M3 wife or declaration", "M5"));
}

TEST(DueMaterialsTest, UnknownAgeCountsAsAdult) {
  v1::Archive archive = sample::Staff();
  archive.mutable_members(1)->set_identity_number("330102200403010031");
  EXPECT_THAT(Due(archive, v1::HARDSHIP_CATEGORY_OTHER), testing::Contains("M2 son"));
  archive = sample::Staff();
  archive.clear_filed_on();
  EXPECT_THAT(Due(archive, v1::HARDSHIP_CATEGORY_OTHER), testing::Contains("M2 son"));
}

TEST(DueMaterialsTest, BornAfterTheDayOfFilingOwesNothing) {
  v1::Archive archive = sample::Staff();
  archive.mutable_members(1)->set_identity_number(sample::Number("33010220140311001"));
  EXPECT_THAT(Due(archive, v1::HARDSHIP_CATEGORY_OTHER), Not(testing::Contains("M2 son")));
}

TEST(DueMaterialsTest, DeclarationOnlyWithoutIncome) {
  v1::Archive archive = sample::Staff();
  archive.mutable_members(0)->set_monthly_income_fen(1);
  archive.set_monthly_income_fen(0);
  EXPECT_THAT(
      Due(archive, v1::HARDSHIP_CATEGORY_MARGINAL),
      ElementsAre("M1", "M2 worker", "M2 wife", "M3 worker or declaration", "M3 wife", "M5"));
}

TEST(CheckMaterialsTest, CompletePapersPass) {
  for (const v1::HardshipCategory category :
       {v1::HARDSHIP_CATEGORY_CERTIFICATE_HOLDER, v1::HARDSHIP_CATEGORY_MARGINAL,
        v1::HARDSHIP_CATEGORY_ACCIDENT, v1::HARDSHIP_CATEGORY_TEMPORARY,
        v1::HARDSHIP_CATEGORY_OTHER}) {
    v1::Archive archive = sample::Migrant();
    sample::AddDueMaterials(archive, category);
    EXPECT_THAT(Short(CheckMaterials(archive, category)), IsEmpty())
        << v1::HardshipCategory_Name(category);
  }
}

TEST(CheckMaterialsTest, NamesEveryMissingPaperAndTheMemberMasked) {
  const Findings findings = CheckMaterials(sample::Migrant(), v1::HARDSHIP_CATEGORY_OTHER);
  const std::string wife = std::string("members[") + kWifeId + "]";
  ASSERT_THAT(
      Short(findings),
      ElementsAre("E MATERIAL_MISSING materials R15", "E MATERIAL_MISSING materials R16",
                  "E MATERIAL_MISSING materials R16 / " + wife, "E MATERIAL_MISSING materials R17",
                  "E MATERIAL_MISSING materials R17 / " + wife, "E MATERIAL_MISSING materials R18",
                  "E MATERIAL_MISSING materials R19", "E MATERIAL_MISSING materials R20"));
  EXPECT_THAT(findings[1].message_zh(), HasSubstr("户籍证明和身份证复印件——职工本人（陈"));
  EXPECT_THAT(findings[4].message_zh(), HasSubstr("收入证明——妻（陈"));
  EXPECT_THAT(findings[4].message_zh(), HasSubstr("无收入声明"));
  EXPECT_THAT(findings[3].message_zh(), Not(HasSubstr("无收入声明")));
  EXPECT_THAT(findings[4].message_zh(), Not(HasSubstr("陈阿大")));
  EXPECT_THAT(findings[4].message_en(), HasSubstr("wife"));
}

TEST(CheckMaterialsTest, SaysWhatIsToBeDoneAndForWhom) {
  const Findings missing = CheckMaterials(sample::Staff(), v1::HARDSHIP_CATEGORY_MARGINAL);
  ASSERT_EQ(missing.size(), 6u);  // M1, M2 of two, M3 of two, M5
  EXPECT_EQ(missing[1].member(), "");
  EXPECT_EQ(missing[2].member(), kWifeId);
  EXPECT_EQ(missing[4].member(), kWifeId);
  for (const v1::Finding& finding : missing) {
    EXPECT_EQ(finding.next_action(), v1::NEXT_ACTION_ADD_PAPER);
  }
  v1::Archive archive = sample::Staff();
  sample::AddDueMaterials(archive, v1::HARDSHIP_CATEGORY_CERTIFICATE_HOLDER);
  archive.mutable_materials(1)->set_valid_until("2014-03-09");
  archive.mutable_materials(1)->set_issuer("宁波市民政局");
  const Findings wrong = CheckMaterials(archive, v1::HARDSHIP_CATEGORY_CERTIFICATE_HOLDER);
  ASSERT_EQ(wrong.size(), 2u);
  EXPECT_EQ(wrong[0].next_action(), v1::NEXT_ACTION_RENEW_PAPER);
  EXPECT_EQ(wrong[1].next_action(), v1::NEXT_ACTION_ADD_PAPER);
}

TEST(CheckMaterialsTest, PaperOfAnotherPersonDoesNotCount) {
  v1::Archive archive = sample::Staff();
  sample::AddDueMaterials(archive, v1::HARDSHIP_CATEGORY_MARGINAL);
  archive.mutable_materials(2)->set_person_id(kArchiveId);  // the wife's M2
  EXPECT_THAT(
      Short(CheckMaterials(archive, v1::HARDSHIP_CATEGORY_MARGINAL)),
      ElementsAre(std::string("E MATERIAL_MISSING materials R16 / members[") + kWifeId + "]"));
}

TEST(CheckMaterialsTest, ProofOfCauseMayBelongToAMember) {
  v1::Archive archive = sample::Staff();
  sample::AddDueMaterials(archive, v1::HARDSHIP_CATEGORY_OTHER);
  for (v1::Material& material : *archive.mutable_materials()) {
    if (material.kind() == v1::MATERIAL_KIND_CAUSE_PROOF) material.set_person_id(kSonId);
  }
  EXPECT_THAT(Short(CheckMaterials(archive, v1::HARDSHIP_CATEGORY_OTHER)), IsEmpty());
}

TEST(CheckMaterialsTest, DeclarationStandsForIncomeProofOnly) {
  v1::Archive archive = sample::Staff();
  sample::AddDueMaterials(archive, v1::HARDSHIP_CATEGORY_MARGINAL);
  for (v1::Material& material : *archive.mutable_materials()) {
    if (material.person_id() == kWifeId) {
      material.set_form(v1::MATERIAL_FORM_NO_INCOME_DECLARATION);
    }
  }
  const std::string wife = std::string("members[") + kWifeId + "]";
  EXPECT_THAT(Short(CheckMaterials(archive, v1::HARDSHIP_CATEGORY_MARGINAL)),
              ElementsAre("E MATERIAL_MISSING materials R16 / " + wife));
  archive.mutable_members(0)->set_monthly_income_fen(100);
  EXPECT_THAT(Short(CheckMaterials(archive, v1::HARDSHIP_CATEGORY_MARGINAL)),
              ElementsAre("E MATERIAL_MISSING materials R16 / " + wife,
                          "E MATERIAL_MISSING materials R17 / " + wife));
}

TEST(CheckMaterialsTest, ContractIsValidOnTheDayOfFiling) {
  struct Term {
    const char* from;
    const char* until;
    bool valid;
  };
  for (const Term& term : {Term{"", "", true}, Term{"2014-03-10", "", true},
                           Term{"2014-03-11", "", false}, Term{"", "2014-03-10", true},
                           Term{"", "2014-03-09", false}, Term{"2013-01-01", "2014-12-31", true}}) {
    v1::Archive archive = sample::Migrant();
    sample::AddDueMaterials(archive, v1::HARDSHIP_CATEGORY_OTHER);
    v1::Material& contract = *archive.mutable_materials(archive.materials_size() - 1);
    ASSERT_EQ(contract.kind(), v1::MATERIAL_KIND_LABOUR_CONTRACT);
    contract.set_valid_from(term.from);
    contract.set_valid_until(term.until);
    const std::vector<std::string> passed;
    const std::vector<std::string> expired = {"E MATERIAL_EXPIRED materials[" + contract.id() +
                                              "].valid_until R20 / filed_on"};
    EXPECT_EQ(Short(CheckMaterials(archive, v1::HARDSHIP_CATEGORY_OTHER)),
              term.valid ? passed : expired)
        << term.from << " to " << term.until;
  }
}

TEST(CheckMaterialsTest, OneOfSeveralContractsIsEnoughAndTheLatestIsNamed) {
  v1::Archive archive = sample::Migrant();
  sample::AddDueMaterials(archive, v1::HARDSHIP_CATEGORY_OTHER);
  v1::Material& first = *archive.mutable_materials(archive.materials_size() - 1);
  first.set_valid_until("2012-12-31");
  v1::Material& second =
      sample::AddMaterial(archive, {v1::MATERIAL_KIND_LABOUR_CONTRACT, kArchiveId});
  second.set_valid_until("2013-12-31");
  EXPECT_THAT(
      Short(CheckMaterials(archive, v1::HARDSHIP_CATEGORY_OTHER)),
      ElementsAre("E MATERIAL_EXPIRED materials[" + second.id() + "].valid_until R20 / filed_on"));
  sample::AddMaterial(archive, {v1::MATERIAL_KIND_LABOUR_CONTRACT, ""});
  EXPECT_THAT(Short(CheckMaterials(archive, v1::HARDSHIP_CATEGORY_OTHER)), IsEmpty());
}

TEST(CheckMaterialsTest, ContractOfTheWifeIsNotTheWorkers) {
  v1::Archive archive = sample::Migrant();
  sample::AddDueMaterials(archive, v1::HARDSHIP_CATEGORY_OTHER);
  archive.mutable_materials(archive.materials_size() - 1)->set_person_id(kWifeId);
  EXPECT_THAT(Short(CheckMaterials(archive, v1::HARDSHIP_CATEGORY_OTHER)),
              ElementsAre("E MATERIAL_MISSING materials R20"));
}

TEST(CheckMaterialsTest, CertificateIsValidAndOfHangzhou) {
  constexpr v1::HardshipCategory kCategory = v1::HARDSHIP_CATEGORY_CERTIFICATE_HOLDER;
  v1::Archive archive = sample::Migrant();
  sample::AddDueMaterials(archive, kCategory);
  v1::Material& certificate = *archive.mutable_materials(1);
  const std::string path = "materials[" + certificate.id() + "]";
  certificate.set_issuer("富阳市民政局");
  certificate.set_valid_until("2014-03-10");
  EXPECT_THAT(Short(CheckMaterials(archive, kCategory)), IsEmpty());
  certificate.set_valid_until("2014-03-09");
  certificate.set_issuer("宁波市民政局");
  EXPECT_THAT(Short(CheckMaterials(archive, kCategory)),
              ElementsAre("E MATERIAL_EXPIRED " + path + ".valid_until R21 / filed_on",
                          "E MATERIAL_MISSING " + path + ".issuer A8"));
}

TEST(CheckMaterialsTest, Issuers) {
  for (const char* issuer :
       {"杭州市民政局", "浙江省杭州市民政局", "杭州市上城区民政局", "富阳市民政局", "富阳区民政局",
        "浙江省临安市民政局", " 桐庐县 民政局 ", "西湖区民政局"}) {
    EXPECT_TRUE(IsHangzhouCivilAffairs(issuer)) << issuer;
  }
  for (const char* issuer : {"宁波市民政局", "南昌市西湖区民政局", "杭州市总工会", "富阳市总工会",
                             "民政局", "绍兴市民政局"}) {
    EXPECT_FALSE(IsHangzhouCivilAffairs(issuer)) << issuer;
  }
}

}  // namespace
}  // namespace bangfu::domain
