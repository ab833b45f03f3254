#include "domain/rules/logic.h"

#include <algorithm>
#include <initializer_list>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "domain/rules/contract_term.h"
#include "domain/rules/elements.h"
#include "domain/rules/label.h"
#include "domain/rules/logic_dates.h"
#include "domain/text/civil_date.h"
#include "domain/text/identity_number.h"

namespace bangfu::domain {
namespace {

using v1::Archive;

constexpr char kLogicRule[] = "R28";
constexpr char kSecondaryCausesRule[] = "R85";
constexpr char kDistinctCausesRule[] = "A15";
constexpr char kContractTermRule[] = "A13";

bool IsOneOf(int value, std::initializer_list<int> values) {
  return std::find(values.begin(), values.end(), value) != values.end();
}

bool IsChild(v1::Relation relation) {
  return IsOneOf(relation, {v1::RELATION_SON, v1::RELATION_ADOPTED_SON, v1::RELATION_DAUGHTER,
                            v1::RELATION_ADOPTED_DAUGHTER});
}

bool IsSpouse(v1::Relation relation) {
  return IsOneOf(relation, {v1::RELATION_SPOUSE, v1::RELATION_HUSBAND, v1::RELATION_WIFE});
}

bool IsLinealRelative(v1::Relation relation) {
  return IsChild(relation) || IsSpouse(relation) ||
         IsOneOf(relation,
                 {v1::RELATION_GRANDSON, v1::RELATION_GRANDDAUGHTER, v1::RELATION_MATERNAL_GRANDSON,
                  v1::RELATION_MATERNAL_GRANDDAUGHTER, v1::RELATION_PARENT, v1::RELATION_FATHER,
                  v1::RELATION_MOTHER, v1::RELATION_STEPFATHER, v1::RELATION_STEPMOTHER,
                  v1::RELATION_GRANDFATHER, v1::RELATION_GRANDMOTHER,
                  v1::RELATION_MATERNAL_GRANDFATHER, v1::RELATION_MATERNAL_GRANDMOTHER});
}

bool IsRetired(v1::WorkStatus status) {
  return IsOneOf(status, {v1::WORK_STATUS_RETIRED, v1::WORK_STATUS_RETIRED_CADRE,
                          v1::WORK_STATUS_RETIRED_ILL, v1::WORK_STATUS_EARLY_RETIRED});
}

// Whether the paper's validity ends before it begins.
bool IsReversed(const v1::Material& material) {
  if (material.valid_from().empty() || material.valid_until().empty()) return false;
  const std::optional<absl::CivilDay> from = ParseIsoDate(material.valid_from());
  const std::optional<absl::CivilDay> until = ParseIsoDate(material.valid_until());
  return from && until && *from > *until;
}

// Checks one archive; one method for each field under which findings appear, in the order of the
// proto.
class LogicCheck {
 public:
  LogicCheck(const Archive& archive, absl::CivilDay today)
      : archive_(archive),
        today_(today),
        members_(InOrderOfId(archive.members())),
        number_(ReadIdentityNumber(archive.identity_number())),
        work_started_(ParseIsoDate(archive.work_started_on())) {}

  Findings Run() {
    CheckSex(archive_.sex(), number_, nullptr);
    CheckMaritalStatus();
    CheckHealth();
    CheckHukou();
    CheckWorkStatus();
    CheckWorkStarted();
    CheckContractTerm();
    CheckContractSigned();
    CheckZeroEmployment();
    CheckMembers();
    CheckMainCause();
    CheckSecondaryCauses();
    CheckMaterialDates();
    Append(findings_, CheckLifeDates(archive_));
    return std::move(findings_);
  }

 private:
  void Add(v1::Severity severity, absl::string_view rule, v1::FindingCode code,
           absl::string_view field, absl::string_view other_field, const Text& text) {
    v1::Finding finding = severity == v1::SEVERITY_WARNING ? Warning(rule, code, field, text)
                                                           : Error(rule, code, field, text);
    finding.set_other_field(std::string(other_field));
    const absl::string_view member = MemberOfPath(field);
    finding.set_member(std::string(member.empty() ? MemberOfPath(other_field) : member));
    finding.set_next_action(v1::NEXT_ACTION_CORRECT);
    findings_.push_back(std::move(finding));
  }

  void Warn(absl::string_view field, absl::string_view other_field, const Text& text) {
    Add(v1::SEVERITY_WARNING, kLogicRule, v1::FINDING_CODE_LOGIC, field, other_field, text);
  }

  // `member` is nullptr for the worker.
  void CheckSex(v1::Sex sex, const std::optional<IdentityFacts>& number, const v1::Member* member) {
    if (!number || !IsOneOf(sex, {v1::SEX_MALE, v1::SEX_FEMALE})) return;
    if ((sex == v1::SEX_MALE) == (number->sex == Sex::kMale)) return;
    const std::string path = member == nullptr ? "" : MemberPath(*member);
    Text label = ArchiveLabel(Archive::kSexFieldNumber);
    if (member != nullptr) {
      const Text person = MemberLabel(*member);
      label = Text{absl::StrCat(person.zh, "·", label.zh), absl::StrCat(person.en, ": ", label.en)};
    }
    Add(v1::SEVERITY_ERROR, kLogicRule, v1::FINDING_CODE_SEX_MISMATCH, absl::StrCat(path, "sex"),
        absl::StrCat(path, "identity_number"),
        Text{absl::StrCat(label.zh, "：与身份证号不一致，请对照身份证核对这两项。"),
             absl::StrCat(label.en,
                          ": does not agree with the identity number, check both against the "
                          "card")});
  }

  // What paths of the member's fields begin with.
  static std::string MemberPath(const v1::Member& member) {
    return absl::StrCat(ElementPath("members", member.id()), ".");
  }

  void CheckMaritalStatus() {
    const bool spouse = HasMember(IsSpouse);
    if (archive_.marital_status() == v1::MARITAL_STATUS_MARRIED && !spouse) {
      Warn("marital_status", "members",
           Text{"婚姻状况为已婚，但家庭成员中没有配偶，请核对婚姻状况和家庭成员。",
                "marital status is married, but the household members have no spouse: check both"});
    }
    if (archive_.marital_status() == v1::MARITAL_STATUS_SINGLE && spouse) {
      Warn("marital_status", "members",
           Text{"婚姻状况为未婚，但家庭成员中有配偶，请核对婚姻状况和家庭成员。",
                "marital status is single, but the household members have a spouse: check both"});
    }
  }

  // The health status is masked: the text must not tell it.
  void CheckHealth() {
    if (archive_.health_status() != v1::HEALTH_STATUS_GOOD) return;
    WarnAboutCause("health_status", v1::HARDSHIP_CAUSE_OWN_ILLNESS,
                   "健康状况与致困原因“本人大病”不符，请核对健康状况和致困原因。",
                   "health status does not fit the cause of own serious illness: check "
                   "health status and causes");
  }

  void CheckHukou() {
    if (archive_.worker_type() != v1::WORKER_TYPE_MIGRANT ||
        archive_.hukou_type() != v1::HUKOU_TYPE_NON_AGRICULTURAL) {
      return;
    }
    Warn("hukou_type", "worker_type",
         Text{"人员类别为农民工，但户口类型为非农业，请核对户口类型和职工/农民工。",
              "the worker is a migrant worker, but the household registration type is "
              "non-agricultural: check both"});
  }

  void CheckWorkStatus() {
    if (archive_.work_status() != v1::WORK_STATUS_ON_POST) return;
    WarnAboutCause("work_status", v1::HARDSHIP_CAUSE_UNEMPLOYMENT,
                   "致困原因有下岗失业，但工作状态为在岗，请核对工作状态和致困原因。",
                   "lay-off or unemployment is a cause, but work status is on post: check "
                   "work status and causes");
  }

  void WarnAboutCause(absl::string_view field, v1::HardshipCause cause, absl::string_view zh,
                      absl::string_view en) {
    const auto& secondary = archive_.secondary_causes();
    const bool is_main = archive_.main_cause() == cause;
    if (!is_main && std::find(secondary.begin(), secondary.end(), cause) == secondary.end()) return;
    Warn(field, is_main ? "main_cause" : "secondary_causes",
         Text{std::string(zh), std::string(en)});
  }

  // The day from which the worker may work; nothing without a valid identity number.
  std::optional<absl::CivilDay> WorkingAgeDay() const {
    if (!number_) return std::nullopt;
    return AddMonths(number_->birth_date, kWorkingAge * 12);
  }

  void CheckOfWorkingAge(const std::optional<absl::CivilDay>& day, int field_number) {
    const std::optional<absl::CivilDay> first = WorkingAgeDay();
    if (!day || !first || *day >= *first) return;
    const Text label = ArchiveLabel(field_number);
    Add(v1::SEVERITY_ERROR, kLogicRule, v1::FINDING_CODE_DATE_ORDER,
        Archive::descriptor()->FindFieldByNumber(field_number)->name(), "identity_number",
        Text{absl::StrCat(label.zh, "：早于年满", kWorkingAge, "周岁，请核对该日期和身份证号。"),
             absl::StrCat(label.en, ": lies before the age of ", kWorkingAge,
                          ", check this date and the identity number")});
  }

  void CheckWorkStarted() {
    CheckOfWorkingAge(work_started_, Archive::kWorkStartedOnFieldNumber);
    const absl::CivilDay filed = ParseIsoDate(archive_.filed_on()).value_or(today_);
    if (!work_started_ || *work_started_ <= filed) return;
    Add(v1::SEVERITY_ERROR, kLogicRule, v1::FINDING_CODE_DATE_ORDER, "work_started_on", "filed_on",
        Text{"参加工作时间：晚于填报日期，请核对这两个日期。",
             "start of work: lies after the day of filing, check both dates"});
  }

  void CheckContractTerm() {
    const int months = archive_.contract_months();
    const v1::ContractTerm stated = archive_.contract_term();
    if (stated == v1::CONTRACT_TERM_UNSPECIFIED || !archive_.has_contract_months() ||
        months < kMinContractMonths || months > kMaxContractMonths) {
      return;
    }
    const v1::ContractTerm due = ContractTermOfMonths(months);
    if (stated == due) return;
    const Text word = ValueLabel(*v1::ContractTerm_descriptor(), due);
    Add(v1::SEVERITY_ERROR, kContractTermRule, v1::FINDING_CODE_CONTRACT_TERM_MISMATCH,
        "contract_term", "contract_months",
        Text{absl::StrCat("合同期限：与合同月数不符，", months, "个月应为“", word.zh,
                          "”，请对照劳动合同更正其中一项。"),
             absl::StrCat("contract term: does not fit the contract's ", months,
                          " months, which are \"", word.en,
                          "\": correct one of them against the contract")});
  }

  void CheckContractSigned() {
    const std::optional<absl::CivilDay> signed_on = ParseIsoDate(archive_.contract_signed_on());
    CheckOfWorkingAge(signed_on, Archive::kContractSignedOnFieldNumber);
    const std::optional<absl::CivilDay> filed = ParseIsoDate(archive_.filed_on());
    if (signed_on && filed && *signed_on > *filed) {
      Add(v1::SEVERITY_ERROR, kLogicRule, v1::FINDING_CODE_DATE_ORDER, "contract_signed_on",
          "filed_on",
          Text{"劳动合同签订时间：晚于填报日期，请核对这两个日期。",
               "contract signed on: lies after the day of filing, check both dates"});
    }
    if (!signed_on || !work_started_ || *signed_on >= *work_started_) return;
    Add(v1::SEVERITY_WARNING, kLogicRule, v1::FINDING_CODE_DATE_ORDER, "contract_signed_on",
        "work_started_on",
        Text{"劳动合同签订时间：早于参加工作时间，请核对这两个日期。",
             "contract signed on: lies before the start of work, check both dates"});
  }

  void CheckZeroEmployment() {
    if (archive_.zero_employment_household() != v1::YES_NO_YES) return;
    constexpr char kField[] = "zero_employment_household";
    if (archive_.work_status() == v1::WORK_STATUS_ON_POST) {
      Warn(kField, "work_status",
           Text{"填为零就业家庭，但工作状态为在岗，请核对这两项。",
                "zero-employment household, but work status is on post: check both"});
    }
    if (archive_.monthly_income_fen() > 0 && !IsRetired(archive_.work_status())) {
      Warn(kField, "monthly_income_fen",
           Text{"填为零就业家庭，但本人有月收入，请核对这两项。",
                "zero-employment household, but the worker has a monthly income: check both"});
    }
    for (const v1::Member* member : members_) {
      const bool employed = member->employed() == v1::YES_NO_YES;
      if (!employed && member->monthly_income_fen() <= 0) continue;
      const Text label = MemberLabel(*member);
      const std::string path = ElementPath("members", member->id());
      if (employed) {
        Warn(kField, absl::StrCat(path, ".employed"),
             Text{absl::StrCat("填为零就业家庭，但", label.zh, "已就业，请核对这两项。"),
                  absl::StrCat("zero-employment household, but ", label.en,
                               " is employed: check both")});
      } else {
        Warn(kField, absl::StrCat(path, ".monthly_income_fen"),
             Text{absl::StrCat("填为零就业家庭，但", label.zh, "有月收入，请核对这两项。"),
                  absl::StrCat("zero-employment household, but ", label.en,
                               " has a monthly income: check both")});
      }
    }
  }

  // False when all valid numbers are written in their normal form and differ, as is the rule:
  // then nobody is in the household twice.
  bool MayRepeatPersons() const {
    absl::InlinedVector<absl::string_view, 8> numbers;
    const auto add = [&numbers](absl::string_view number) {
      if (ReadNormalIdentityNumber(number)) {
        numbers.push_back(number);
        return true;
      }
      return !ReadIdentityNumber(number).has_value();
    };
    if (!add(archive_.identity_number())) return true;
    for (const v1::Member* member : members_) {
      if (!add(member->identity_number())) return true;
    }
    std::sort(numbers.begin(), numbers.end());
    return std::adjacent_find(numbers.begin(), numbers.end()) != numbers.end();
  }

  void CheckMembers() {
    const bool may_repeat = MayRepeatPersons();
    std::map<std::string, std::string> seen;  // where each person was seen first
    if (may_repeat) {
      const auto worker = ParseIdentityNumber(archive_.identity_number());
      if (worker.ok()) seen.emplace(worker->number, "identity_number");
    }
    for (const v1::Member* member : members_) {
      CheckSex(member->sex(), ReadIdentityNumber(member->identity_number()), member);
      if (may_repeat) CheckSeen(*member, seen);
    }
  }

  void CheckSeen(const v1::Member& member, std::map<std::string, std::string>& seen) {
    const auto number = ParseIdentityNumber(member.identity_number());
    if (!number.ok()) return;
    const std::string path = absl::StrCat(MemberPath(member), "identity_number");
    const auto [first, fresh] = seen.emplace(number->number, path);
    if (fresh) return;
    const Text label = MemberLabel(member);
    Add(v1::SEVERITY_ERROR, kLogicRule, v1::FINDING_CODE_MEMBER_REPEATED, path, first->second,
        Text{
            absl::StrCat(label.zh, "·身份证号：与本户另一人相同，请对照身份证核对，重复的请删去。"),
            absl::StrCat(label.en,
                         ": identity number of another person of the household, check it "
                         "against the card or remove who is there twice")});
  }

  bool HasMember(bool (*is)(v1::Relation)) const {
    return std::any_of(members_.begin(), members_.end(),
                       [is](const v1::Member* member) { return is(member->relation()); });
  }

  void CheckMainCause() {
    if (archive_.main_cause() == v1::HARDSHIP_CAUSE_CHILD_EDUCATION && !HasMember(IsChild)) {
      Add(v1::SEVERITY_ERROR, kLogicRule, v1::FINDING_CODE_LOGIC, "main_cause", "members",
          Text{"主要致困原因为子女上学，但家庭成员中没有子女，请补充家庭成员或更正致困原因。",
               "the main cause is the education of children, but the household members have no "
               "child: add the member or correct the cause"});
    }
    if (archive_.main_cause() == v1::HARDSHIP_CAUSE_RELATIVE_ILLNESS &&
        !HasMember(IsLinealRelative)) {
      Add(v1::SEVERITY_ERROR, kLogicRule, v1::FINDING_CODE_LOGIC, "main_cause", "members",
          Text{"主要致困原因为供养直系亲属大病，但家庭成员中没有配偶或直系亲属，请补充家庭成员或"
               "更正致困原因。",
               "the main cause is the illness of a dependent relative, but the household members "
               "have neither a spouse nor a lineal relative: add the member or correct the cause"});
    }
  }

  // Whether no secondary cause is the main one or another one.
  bool AreCausesDistinct() const {
    const auto& causes = archive_.secondary_causes();
    if (causes.size() > kMaxSecondaryCauses) return false;
    for (int i = 0; i < causes.size(); ++i) {
      if (causes[i] == archive_.main_cause()) return false;
      if (std::find(causes.begin(), causes.begin() + i, causes[i]) != causes.begin() + i) {
        return false;
      }
    }
    return true;
  }

  void CheckSecondaryCauses() {
    constexpr char kField[] = "secondary_causes";
    if (archive_.secondary_causes_size() > kMaxSecondaryCauses) {
      Add(v1::SEVERITY_ERROR, kSecondaryCausesRule, v1::FINDING_CODE_TOO_MANY_CAUSES, kField, "",
          Text{absl::StrCat("次要致困原因：最多", kMaxSecondaryCauses, "项，请删减。"),
               absl::StrCat("secondary causes: at most ", kMaxSecondaryCauses, ", remove some")});
    }
    if (AreCausesDistinct()) return;
    std::set<int> seen;
    std::set<int> repeated;
    for (const int cause : archive_.secondary_causes()) {
      if (cause != 0 && !seen.insert(cause).second) repeated.insert(cause);
    }
    if (seen.count(archive_.main_cause()) > 0) {
      AddCause(v1::FINDING_CODE_CAUSE_EQUALS_MAIN, archive_.main_cause(), "main_cause",
               "与主要致困原因相同，请删去", "is the main cause already, remove it");
    }
    for (const int cause : repeated) {
      AddCause(v1::FINDING_CODE_CAUSE_REPEATED, cause, "", "重复，请只保留一项",
               "is named twice, keep one");
    }
  }

  void AddCause(v1::FindingCode code, int cause, absl::string_view other_field,
                absl::string_view zh, absl::string_view en) {
    const Text label = ValueLabel(*v1::HardshipCause_descriptor(), cause);
    Add(v1::SEVERITY_ERROR, kDistinctCausesRule, code, "secondary_causes", other_field,
        Text{absl::StrCat("次要致困原因：", label.zh, zh, "。"),
             absl::StrCat("secondary causes: ", label.en, " ", en)});
  }

  void CheckMaterialDates() {
    if (std::none_of(archive_.materials().begin(), archive_.materials().end(), IsReversed)) return;
    for (const v1::Material* material : InOrderOfId(archive_.materials())) {
      if (!IsReversed(*material)) continue;
      const std::string path = ElementPath("materials", material->id());
      const Text kind = ValueLabel(*v1::MaterialKind_descriptor(), material->kind());
      Add(v1::SEVERITY_ERROR, kLogicRule, v1::FINDING_CODE_DATE_ORDER,
          absl::StrCat(path, ".valid_until"), absl::StrCat(path, ".valid_from"),
          Text{absl::StrCat(kind.zh, "：有效期止早于有效期起，请核对这两个日期。"),
               absl::StrCat(kind.en, ": valid until a day before valid from, check both dates")});
    }
  }

  const Archive& archive_;
  const absl::CivilDay today_;
  const std::vector<const v1::Member*> members_;
  const std::optional<IdentityFacts> number_;
  const std::optional<absl::CivilDay> work_started_;
  Findings findings_;
};

}  // namespace

Findings CheckLogic(const v1::Archive& archive, absl::CivilDay today) {
  return LogicCheck(archive, today).Run();
}

}  // namespace bangfu::domain
