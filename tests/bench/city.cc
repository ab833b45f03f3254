#include "tests/bench/city.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "domain/codes/code_list.h"
#include "domain/policy/policy_file.h"
#include "domain/rules/sample_archive.h"
#include "domain/text/civil_date.h"
#include "tests/bench/person.h"

namespace bangfu::bench {
namespace {

using domain::sample::Uuid;
using v1::Archive;
using v1::CaseFile;
using v1::Member;

constexpr int kIdsPerHousehold = 100;
constexpr int kAidEvents = 5;
constexpr int kVisits = 2;
constexpr int kFenPerYuan = 100;
void Sign(v1::SignOff& sign_off, const char* person, const char* org, absl::CivilDay day) {
  sign_off.set_person_id(person);
  sign_off.set_person_name("李某");
  sign_off.set_org(org);
  const absl::Time noon = absl::FromCivil(absl::CivilHour(day) + 12, domain::ShanghaiTimeZone());
  sign_off.mutable_signed_time()->set_seconds(absl::ToUnixSeconds(noon));
}

// One household while it is made.
class HouseholdBuilder {
 public:
  explicit HouseholdBuilder(int number) : number_(number), archive_(*file_.mutable_archive()) {}

  CaseFile Build() {
    AddWorker();
    AddMembers();
    AddPapers();
    AddPosting();
    Transcribe();
    Establish();
    for (int n = 0; n < kAidEvents; ++n) AddAid(absl::CivilDay(2014, 2, 10) + n * 21);
    for (int n = 0; n < kVisits; ++n) AddVisit(absl::CivilDay(2014, 3, 5) + n * 60);
    return std::move(file_);
  }

 private:
  std::string NextId() { return Uuid(number_ * kIdsPerHousehold + ids_++); }

  void AddWorker() {
    archive_ = domain::sample::Staff();
    archive_.clear_members();
    archive_.set_id(NextId());
    archive_.set_name(Name(number_));
    archive_.set_identity_number(IdentityNumber(number_, 1965, /*male=*/true));
    archive_.set_phone(absl::StrCat("138", absl::Dec(number_ % 100'000'000, absl::kZeroPad8)));
    archive_.set_address(absl::StrCat("杭州市拱墅区湖墅南路", number_ % 900 + 1, "号",
                                      number_ % 30 + 1, "幢", number_ % 6 + 1, "0", number_ % 4 + 1,
                                      "室"));
    archive_.set_bank_card(BankCard(number_));
    archive_.set_monthly_income_fen((1200 + number_ % 400) * kFenPerYuan);
    archive_.set_hardship_expense_fen((20'000 + number_ % 10'000) * kFenPerYuan);
    archive_.set_hardship_description(
        "本人在岗，收入较低，父母年迈，儿子在杭州上大学，学费和生活费全靠工资，家庭生活困难。");
    archive_.set_filed_on("2014-01-10");
    archive_.set_determined_category(archive_.claimed_category());
  }

  void AddMember(v1::Relation relation, v1::Sex sex, int year, int name) {
    Member& member = *archive_.add_members();
    member.set_id(NextId());
    member.set_name(Name(number_ + name));
    member.set_relation(relation);
    member.set_sex(sex);
    member.set_political_status(v1::POLITICAL_STATUS_MASSES);
    member.set_identity_number(IdentityNumber(number_, year, sex == v1::SEX_MALE));
    member.set_monthly_income_fen(number_ % 50 * kFenPerYuan);
  }

  void AddMembers() {
    AddMember(v1::RELATION_WIFE, v1::SEX_FEMALE, 1967, 1);
    AddMember(v1::RELATION_SON, v1::SEX_MALE, 1994, 20);
    AddMember(v1::RELATION_FATHER, v1::SEX_MALE, 1938, 30);
    AddMember(v1::RELATION_MOTHER, v1::SEX_FEMALE, 1940, 41);
  }

  void AddPapers() {
    for (const domain::DueMaterial& due :
         domain::DueMaterials(archive_, archive_.claimed_category())) {
      v1::Material& material = domain::sample::AddMaterial(archive_, due);
      material.set_id(NextId());
      material.set_received_on(due.kind == v1::MATERIAL_KIND_PUBLICITY_CERTIFICATE ? "2014-01-24"
                                                                                   : "2014-01-10");
    }
  }

  void AddPosting() {
    v1::Posting& posting = *archive_.add_postings();
    posting.set_id(NextId());
    posting.set_posted_from("2014-01-13");
    posting.set_posted_until("2014-01-21");
    posting.set_place("单位公告栏");
    posting.set_unit_phone("0571-87161079");
  }

  void Write(int row, const char* field, std::string text) {
    v1::PaperValue& value = *archive_.add_paper_values();
    value.set_id(NextId());
    value.set_member_row(row);
    value.set_field(field);
    value.set_text(std::move(text));
  }

  static std::string Yuan(int64_t fen) { return absl::StrCat(fen / kFenPerYuan); }

  // As whoever reads the form types it.
  void Transcribe() {
    Write(0, "monthly_income_fen", Yuan(archive_.monthly_income_fen()));
    Write(0, "other_yearly_income_fen", Yuan(archive_.other_yearly_income_fen()));
    Write(0, "hardship_expense_fen", Yuan(archive_.hardship_expense_fen()));
    Write(0, "main_cause",
          domain::CodeLabel(*v1::HardshipCause_descriptor(), archive_.main_cause()));
    Write(0, "secondary_causes",
          domain::CodeLabel(*v1::HardshipCause_descriptor(), archive_.secondary_causes(0)));
    for (int row = 1; row <= archive_.members_size(); ++row) {
      const Member& member = archive_.members(row - 1);
      Write(row, "name", member.name());
      Write(row, "relation", domain::CodeLabel(*v1::Relation_descriptor(), member.relation()));
      Write(row, "sex", domain::CodeLabel(*v1::Sex_descriptor(), member.sex()));
      Write(row, "political_status",
            domain::CodeLabel(*v1::PoliticalStatus_descriptor(), member.political_status()));
      Write(row, "identity_number", member.identity_number());
      Write(row, "monthly_income_fen", Yuan(member.monthly_income_fen()));
    }
    archive_.set_paper_checked_on("2014-01-25");
  }

  void Establish() {
    Sign(*archive_.mutable_handling(), "u1", "hz.gongye.xiangjiao", absl::CivilDay(2014, 1, 26));
    Sign(*archive_.mutable_review(), "u2", "hz.gongye", absl::CivilDay(2014, 1, 28));
    Sign(*archive_.mutable_approval(), "u3", "hz.fuwu", absl::CivilDay(2014, 2, 1));
    archive_.set_status(v1::ARCHIVE_STATUS_ESTABLISHED);
    archive_.set_established_on("2014-02-01");
    archive_.set_number(
        absl::StrCat("工业橡胶2014", absl::Dec(number_ % 9999 + 1, absl::kZeroPad4)));
  }

  static void Enter(google::protobuf::Timestamp& time, absl::CivilDay day) {
    time.set_seconds(absl::ToUnixSeconds(absl::FromCivil(day + 2, domain::ShanghaiTimeZone())));
  }

  void AddAid(absl::CivilDay day) {
    v1::AidEvent& aid = *file_.add_aid_events();
    aid.set_id(NextId());
    aid.set_archive_id(archive_.id());
    aid.set_aided_on(domain::FormatDate(day));
    aid.set_kind(v1::AID_KIND_LIVING);
    aid.set_amount_fen((500 + number_ % 500) * kFenPerYuan);
    aid.set_content("生活补助");
    aid.set_provider("hz.gongye");
    Enter(*aid.mutable_entered_time(), day);
  }

  void AddVisit(absl::CivilDay day) {
    v1::Visit& visit = *file_.add_visits();
    visit.set_id(NextId());
    visit.set_archive_id(archive_.id());
    visit.set_visited_on(domain::FormatDate(day));
    visit.set_visitors("李某、周某");
    visit.set_notes("生活稳定，儿子在校。");
    visit.set_still_eligible(v1::YES_NO_YES);
    Enter(*visit.mutable_entered_time(), day);
  }

  const int number_;
  int ids_ = 0;
  CaseFile file_;
  Archive& archive_;
};

v1::OrgTree Orgs() {
  v1::OrgTree tree;
  const auto add = [&tree](const char* id, const char* name, v1::OrgKind kind) {
    v1::Org& org = *tree.add_orgs();
    org.set_id(id);
    org.set_name(name);
    org.set_kind(kind);
  };
  add("hz", "杭州市总工会", v1::ORG_KIND_CITY);
  add("hz.fuwu", "市职工服务中心", v1::ORG_KIND_SERVICE_CENTER);
  add("hz.gongye", "工业工会", v1::ORG_KIND_INDUSTRY);
  add("hz.gongye.xiangjiao", "橡胶集团", v1::ORG_KIND_ENTERPRISE);
  return tree;
}

}  // namespace

City::City()
    : orgs_(domain::OrgTree::Build(Orgs()).value()),
      policy_(domain::PolicyBook::Build(domain::DefaultPolicySet(), domain::OrgTree()).value()) {}

CaseFile City::Household(int number) const { return HouseholdBuilder(number).Build(); }

}  // namespace bangfu::bench
