#include "domain/life/step_check.h"

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/limits.h"
#include "domain/life/step.h"
#include "domain/life/step_actor.h"
#include "domain/life/withdrawal_check.h"
#include "domain/notice/public_notice.h"
#include "domain/policy/income.h"
#include "domain/record/field_values.h"
#include "domain/record/record_type.h"
#include "domain/rules/cause_decision.h"
#include "domain/rules/form.h"
#include "domain/rules/label.h"
#include "domain/rules/logic.h"
#include "domain/rules/materials.h"
#include "domain/rules/value_check.h"
#include "domain/text/normalize.h"
#include "domain/text/uuid.h"

namespace bangfu::domain {
namespace {

using v1::Archive;
using v1::Change;

constexpr char kLifeRule[] = "R39";
constexpr char kSignOffRule[] = "R89";
constexpr char kCategoryRule[] = "R88";
constexpr char kDifferingCategoryRule[] = "A9";
constexpr char kDeregistrationRule[] = "R50";
constexpr char kPackageField[] = "report_package";

// What the words of a step are and where they end up.
struct Words {
  absl::string_view rule;
  absl::string_view field;  // empty: none that is known before the step is taken
  Text label;
  bool required;
};

Words WordsFor(const Change& change) {
  switch (change.action_case()) {
    case Change::kReturn:
      return {kLifeRule, "return_reason", {"退回原因", "reason of return"}, true};
    case Change::kDeregister:
      return {
          kDeregistrationRule, "ending.opinion", {"注销原因", "reason of deregistration"}, true};
    case Change::kWithdraw:
      return {kLifeRule,
              "ending.opinion",
              {"退档原因", "reason of withdrawal"},
              change.withdraw().basis() == v1::WITHDRAWAL_BASIS_OTHER};
    case Change::kMergeInto:
      return {kLifeRule, "ending.opinion", {"合并原因", "reason of the merge"}, false};
    default:
      return {kLifeRule, "", {"意见", "opinion"}, false};
  }
}

// Checks one step, one method for each thing that can be wrong with it.
class StepCheck {
 public:
  StepCheck(const Case& c, const Change& change, const RuleContext& context)
      : case_(c),
        archive_(*c.archive),
        change_(change),
        context_(context),
        step_(StepLabel(change)) {}

  Findings Run() {
    if (!IsStep(change_)) {
      Add(kLifeRule, v1::FINDING_CODE_MALFORMED, "",
          Text{"这项变更不是办理步骤，请选择提交、审核、审批、退回、上报、退档、注销、合并或审定"
               "致困原因。",
               "this change is no step, choose submit, review, approve, return, report, withdraw, "
               "deregister, merge or decide on a cause"});
      return std::move(findings_);
    }
    const bool possible = CheckStatus();
    Append(findings_, CheckStepActor(archive_, change_, context_.orgs));
    CheckSigners();
    CheckWords();
    // What the step is about; whether it fits the archive is of interest only where it is possible.
    switch (change_.action_case()) {
      case Change::kSubmit:
        CheckContents();
        break;
      case Change::kApprove:
        CheckCategory();
        CheckContents();
        break;
      case Change::kReport:
        CheckPackage();
        break;
      case Change::kWithdraw:
        if (possible) {
          Append(findings_, CheckWithdrawalBasis(case_, change_.withdraw(), context_));
        }
        break;
      case Change::kMergeInto:
        CheckTarget();
        break;
      case Change::kDecideCause:
        if (possible) Append(findings_, CheckCauseDecision(archive_, change_.decide_cause()));
        break;
      default:
        break;
    }
    return std::move(findings_);
  }

 private:
  void Add(absl::string_view rule, v1::FindingCode code, absl::string_view field,
           const Text& text) {
    findings_.push_back(Error(rule, code, field, text));
  }

  bool CheckStatus() {
    if (StatusAllows(archive_, change_)) return true;
    const Text now = ValueLabel(*v1::ArchiveStatus_descriptor(), StatusOf(archive_));
    if (!IsLive(archive_.status())) {
      Add(kLifeRule, v1::FINDING_CODE_WRONG_STATUS, "status",
          Text{absl::StrCat("档案已终止（", now.zh, "），不能", step_.zh,
                            "；如需继续帮扶，请重新建档。"),
               absl::StrCat("the archive has ended (", now.en, "), so no ", step_.en,
                            " is possible; file the household again if help is still needed")});
      return false;
    }
    const Text possible = PossibleStatuses(change_);
    Add(kLifeRule, v1::FINDING_CODE_WRONG_STATUS, "status",
        Text{absl::StrCat("档案状态为“", now.zh, "”，不能", step_.zh, "；只有状态为“", possible.zh,
                          "”时才能", step_.zh, "，请刷新后再办理。"),
             absl::StrCat("the archive is ", now.en, ", so no ", step_.en,
                          " is possible; it is when the archive is: ", possible.en,
                          ". Refresh and try again")});
    return false;
  }

  void CheckSigners() {
    const std::string& person = change_.actor().person_id();
    if (person.empty()) {
      Add(kSignOffRule, v1::FINDING_CODE_NOT_PERMITTED, "",
          Text{"没有写明由谁签字，请登录后再办理。",
               "who signs is not stated, log in and try again"});
      return;
    }
    if (change_.has_review() || change_.has_approve()) {
      CheckSigner(archive_.handling(), Archive::kHandlingFieldNumber);
    }
    if (change_.has_approve()) CheckSigner(archive_.review(), Archive::kReviewFieldNumber);
  }

  void CheckSigner(const v1::SignOff& earlier, int field_number) {
    if (earlier.person_id() != change_.actor().person_id()) return;
    const Text label = ArchiveLabel(field_number);
    Add(kSignOffRule, v1::FINDING_CODE_SAME_SIGNER,
        Archive::descriptor()->FindFieldByNumber(field_number)->name(),
        Text{absl::StrCat("您已在这份档案上签过“", label.zh,
                          "”，经办、审核、审批须为三人，请由他人", step_.zh, "。"),
             absl::StrCat("you have signed this archive before (", label.en,
                          "); handling, review and approval are three people: leave the ", step_.en,
                          " to somebody else")});
  }

  void CheckWords() {
    const std::string& text = WordsOf(change_);
    const Words words = WordsFor(change_);
    if (NormalizeText(text).empty()) {
      if (!words.required) return;
      const bool back = change_.has_return_();
      Add(words.rule, v1::FINDING_CODE_REASON_MISSING, words.field,
          Text{absl::StrCat(words.label.zh, "：必填，请写明",
                            back ? "需要补充的内容。" : "具体原因。"),
               absl::StrCat(words.label.en, ": is required, tell ",
                            back ? "what is to be supplemented" : "why")});
      return;
    }
    const auto problem = CheckTextValue(v1::FORMAT_TEXT, text, limits::kMaxCharactersOfReason,
                                        DateRange::kAny, context_.today);
    if (!problem) return;
    Add(words.rule, problem->code, words.field,
        Text{absl::StrCat(words.label.zh, "：", problem->text.zh, "。"),
             absl::StrCat(words.label.en, ": ", problem->text.en)});
  }

  void CheckCategory() {
    const v1::HardshipCategory category = change_.approve().determined_category();
    if (category == v1::HARDSHIP_CATEGORY_UNSPECIFIED || !v1::HardshipCategory_IsValid(category)) {
      Add(kCategoryRule,
          category == v1::HARDSHIP_CATEGORY_UNSPECIFIED ? v1::FINDING_CODE_REQUIRED_MISSING
                                                        : v1::FINDING_CODE_UNKNOWN_CODE,
          "determined_category",
          Text{"认定困难类别：审批时必须从五个类别中选定一个。",
               "determined category: approval has to choose one of the five categories"});
      return;
    }
    if (category == archive_.claimed_category()) return;
    const auto& list = *v1::HardshipCategory_descriptor();
    const Text determined = ValueLabel(list, category);
    const Text claimed = ValueLabel(list, archive_.claimed_category());
    v1::Finding finding =
        Warning(kDifferingCategoryRule, v1::FINDING_CODE_CATEGORY_DIFFERS, "determined_category",
                Text{absl::StrCat("认定类别为“", determined.zh, "”，与申报的“", claimed.zh,
                                  "”不同；材料按认定类别重新核对，不齐的退回补充。"),
                     absl::StrCat("the determined category is ", determined.en, ", claimed was ",
                                  claimed.en,
                                  "; papers are checked for the determined one, and the archive is "
                                  "returned when some are missing")});
    finding.set_other_field("claimed_category");
    findings_.push_back(std::move(finding));
  }

  void CheckContents() {
    Append(findings_, CheckValues(archive_, context_.today));
    Append(findings_, CheckRequired(archive_));
    Append(findings_, CheckLogic(archive_, context_.today));
    if (change_.has_submit()) {
      Append(findings_, CheckIncome(archive_, context_));
      Append(findings_, CheckMaterials(archive_, archive_.claimed_category()));
    } else {
      // Certificate holders are what the center says now, not what was claimed.
      Archive determined = archive_;
      determined.set_determined_category(change_.approve().determined_category());
      Append(findings_, CheckIncome(determined, context_));
    }
    Append(findings_, CheckPublicNotice(archive_, context_.today));
  }

  void CheckPackage() {
    const std::string& package = change_.report().package();
    if (NormalizeText(package).empty()) {
      Add(kLifeRule, v1::FINDING_CODE_REQUIRED_MISSING, kPackageField,
          Text{"上报批次：必填，请写明由哪个上报批次报送。",
               "report package: is required, name the package that carried the archive"});
      return;
    }
    const v1::FieldSpec& spec = *SpecOfPath(*Archive::descriptor(), kPackageField);
    const auto problem = CheckTextValue(spec.format(), package, spec.max_characters(),
                                        DateRange::kAny, context_.today);
    if (!problem) return;
    Add(kLifeRule, problem->code, kPackageField,
        Text{absl::StrCat(spec.label_zh(), "：", problem->text.zh, "。"),
             absl::StrCat(spec.label_en(), ": ", problem->text.en)});
  }

  void CheckTarget() {
    const std::string& target = change_.merge_into().archive_id();
    if (IsUuid(target) && target != archive_.id()) return;
    Add(kLifeRule, v1::FINDING_CODE_MALFORMED, "merged_into",
        Text{"合并到：请选择要保留的另一份档案。",
             "merged into: choose the other archive, the one that stays"});
  }

  const Case& case_;
  const Archive& archive_;
  const Change& change_;
  const RuleContext& context_;
  const Text step_;
  Findings findings_;
};

}  // namespace

Findings CheckStep(const Case& c, const Change& change, const RuleContext& context) {
  return StepCheck(c, change, context).Run();
}

}  // namespace bangfu::domain
