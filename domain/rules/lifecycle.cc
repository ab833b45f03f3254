#include "domain/rules/lifecycle.h"

#include <algorithm>
#include <initializer_list>
#include <memory>
#include <string>
#include <utility>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "base/limits.h"
#include "domain/record/field_values.h"
#include "domain/record/record_type.h"
#include "domain/rules/form.h"
#include "domain/rules/label.h"
#include "domain/rules/logic.h"
#include "domain/rules/materials.h"
#include "domain/rules/value_check.h"
#include "domain/text/civil_date.h"
#include "domain/text/normalize.h"

namespace bangfu::domain {
namespace {

using google::protobuf::Message;
using v1::Archive;
using v1::Change;

constexpr char kLifeRule[] = "R39";
constexpr char kSignOffRule[] = "R89";
constexpr char kCategoryRule[] = "R88";
constexpr char kApprovalOfTiersRule[] = "A33";
// Papers that the reason of a return names one by one; the findings name all.
constexpr size_t kMaxPapersInReason = 4;

v1::ArchiveStatus StatusOf(const Archive& archive) {
  return archive.status() == v1::ARCHIVE_STATUS_UNSPECIFIED ? v1::ARCHIVE_STATUS_DRAFT
                                                            : archive.status();
}

bool IsTierA(const Archive& archive) {
  return archive.tier() == v1::TIER_UNSPECIFIED || archive.tier() == v1::TIER_A;
}

Text StepLabel(const Change& change) {
  switch (change.action_case()) {
    case Change::kSubmit:
      return Text{"提交", "submission"};
    case Change::kReview:
      return Text{"审核", "review"};
    case Change::kApprove:
      return Text{"审批", "approval"};
    default:
      return Text{"退回", "return"};
  }
}

// The statuses in which a step is possible.
std::initializer_list<v1::ArchiveStatus> StatusesOf(const Change& change) {
  static constexpr std::initializer_list<v1::ArchiveStatus> kSubmit = {v1::ARCHIVE_STATUS_DRAFT,
                                                                       v1::ARCHIVE_STATUS_RETURNED};
  static constexpr std::initializer_list<v1::ArchiveStatus> kReview = {
      v1::ARCHIVE_STATUS_SUBMITTED};
  static constexpr std::initializer_list<v1::ArchiveStatus> kApprove = {
      v1::ARCHIVE_STATUS_REVIEWED};
  static constexpr std::initializer_list<v1::ArchiveStatus> kReturn = {
      v1::ARCHIVE_STATUS_SUBMITTED, v1::ARCHIVE_STATUS_REVIEWED, v1::ARCHIVE_STATUS_ESTABLISHED};
  switch (change.action_case()) {
    case Change::kSubmit:
      return kSubmit;
    case Change::kReview:
      return kReview;
    case Change::kApprove:
      return kApprove;
    default:
      return kReturn;
  }
}

bool StatusAllows(const Archive& archive, const Change& change) {
  const std::initializer_list<v1::ArchiveStatus> statuses = StatusesOf(change);
  return std::find(statuses.begin(), statuses.end(), StatusOf(archive)) != statuses.end();
}

// What the actor says with the step: an opinion, or the reason of a return.
const std::string& WordsOf(const Change& change) {
  switch (change.action_case()) {
    case Change::kSubmit:
      return change.submit().opinion();
    case Change::kReview:
      return change.review().opinion();
    case Change::kApprove:
      return change.approve().opinion();
    default:
      return change.return_().reason();
  }
}

// Checks one step, one method for each thing that can be wrong with it.
class StepCheck {
 public:
  StepCheck(const Archive& archive, const Change& change, const OrgTree& orgs, absl::CivilDay today)
      : archive_(archive), change_(change), orgs_(orgs), today_(today), step_(StepLabel(change)) {}

  Findings Run() {
    if (!IsStep(change_)) {
      Add(kLifeRule, v1::FINDING_CODE_MALFORMED, "",
          Text{"这项变更不是办理步骤，请选择提交、审核、审批或退回。",
               "this change is no step, choose submit, review, approve or return"});
      return std::move(findings_);
    }
    CheckStatus();
    CheckActor();
    CheckSigners();
    CheckWords();
    CheckCategory();
    CheckContents();
    return std::move(findings_);
  }

 private:
  void Add(absl::string_view rule, v1::FindingCode code, absl::string_view field,
           const Text& text) {
    findings_.push_back(Error(rule, code, field, text));
  }

  void CheckStatus() {
    if (StatusAllows(archive_, change_)) return;
    const auto& list = *v1::ArchiveStatus_descriptor();
    const Text now = ValueLabel(list, StatusOf(archive_));
    Text possible;
    for (const v1::ArchiveStatus status : StatusesOf(change_)) {
      const Text label = ValueLabel(list, status);
      absl::StrAppend(&possible.zh, possible.zh.empty() ? "" : "、", label.zh);
      absl::StrAppend(&possible.en, possible.en.empty() ? "" : ", ", label.en);
    }
    Add(kLifeRule, v1::FINDING_CODE_WRONG_STATUS, "status",
        Text{absl::StrCat("档案状态为“", now.zh, "”，不能", step_.zh, "；只有状态为“", possible.zh,
                          "”时才能", step_.zh, "，请刷新后再办理。"),
             absl::StrCat("the archive is ", now.en, ", so no ", step_.en,
                          " is possible; it is when the archive is: ", possible.en,
                          ". Refresh and try again")});
  }

  void CheckActor() {
    const v1::Org* filing_union =
        orgs_.Find(archive_.unit()) == nullptr ? nullptr : orgs_.UnionOf(archive_.unit());
    if (filing_union == nullptr) {
      Add(kLifeRule, v1::FINDING_CODE_OUT_OF_SCOPE, "unit",
          Text{"单位工会：不在组织名录中，或不属于任何区县、产业工会；请重新选择单位，或由市总工会"
               "补充名录。",
               "filing unit: is not in the dictionary of orgs or under no district or industry "
               "union; choose it again or have the city union complete the dictionary"});
      return;
    }
    if (MayAct(filing_union->id())) return;
    Add(change_.has_approve() ? (IsTierA(archive_) ? kCategoryRule : kApprovalOfTiersRule)
                              : kLifeRule,
        v1::FINDING_CODE_NOT_PERMITTED, "", WhoMayAct());
  }

  bool MayAct(const std::string& filing_union) const {
    const std::string& actor = change_.actor().org();
    const std::string& owner = archive_.tier() == v1::TIER_C ? archive_.unit() : filing_union;
    switch (change_.action_case()) {
      case Change::kSubmit:
        return IsWithin(actor, owner);
      case Change::kReview:
        return IsTierA(archive_) ? actor == owner : IsWithin(actor, owner);
      case Change::kApprove:
        return IsTierA(archive_) ? orgs_.IsServiceCenter(actor) : actor == owner;
      default:
        return actor == owner || orgs_.IsServiceCenter(actor);
    }
  }

  Text WhoMayAct() const {
    Text who = archive_.tier() == v1::TIER_C
                   ? Text{"建档单位工会", "the filing unit itself"}
                   : Text{"建档单位所属的区县、产业工会",
                          "the district or industry union of the filing unit"};
    if (change_.has_submit() && archive_.tier() != v1::TIER_C) {
      who = Text{"建档单位或其所属的区县、产业工会",
                 "the filing unit or its district or industry union"};
    } else if (change_.has_approve() && IsTierA(archive_)) {
      who = Text{"市职工服务中心", "the service center"};
    } else if (change_.has_return_()) {
      absl::StrAppend(&who.zh, "或市职工服务中心");
      absl::StrAppend(&who.en, " or the service center");
    }
    return Text{
        absl::StrCat("您所在的单位不能对这份档案进行", step_.zh, "，请由", who.zh, "办理。"),
        absl::StrCat("your org may not take the step ", step_.en, " on this archive, leave it to ",
                     who.en)};
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
    const std::string& words = WordsOf(change_);
    const Text label =
        change_.has_return_() ? Text{"退回原因", "reason of return"} : Text{"意见", "opinion"};
    if (NormalizeText(words).empty()) {
      if (!change_.has_return_()) return;
      Add(kLifeRule, v1::FINDING_CODE_REASON_MISSING, "return_reason",
          Text{"退回原因：必填，请写明需要补充的内容。",
               "reason of return: is required, tell what is to be supplemented"});
      return;
    }
    const auto problem = CheckTextValue(v1::FORMAT_TEXT, words, limits::kMaxCharactersOfReason,
                                        DateRange::kAny, today_);
    if (!problem) return;
    Add(kLifeRule, problem->code, change_.has_return_() ? "return_reason" : "",
        Text{absl::StrCat(label.zh, "：", problem->text.zh, "。"),
             absl::StrCat(label.en, ": ", problem->text.en)});
  }

  void CheckCategory() {
    if (!change_.has_approve()) return;
    const v1::HardshipCategory category = change_.approve().determined_category();
    if (category != v1::HARDSHIP_CATEGORY_UNSPECIFIED && v1::HardshipCategory_IsValid(category)) {
      return;
    }
    Add(kCategoryRule,
        category == v1::HARDSHIP_CATEGORY_UNSPECIFIED ? v1::FINDING_CODE_REQUIRED_MISSING
                                                      : v1::FINDING_CODE_UNKNOWN_CODE,
        "determined_category",
        Text{"认定困难类别：审批时必须从五个类别中选定一个。",
             "determined category: approval has to choose one of the five categories"});
  }

  void CheckContents() {
    if (!change_.has_submit() && !change_.has_approve()) return;
    Append(findings_, CheckValues(archive_, today_));
    Append(findings_, CheckRequired(archive_));
    Append(findings_, CheckLogic(archive_, today_));
    if (change_.has_submit()) {
      Append(findings_, CheckMaterials(archive_, archive_.claimed_category()));
    }
  }

  const Archive& archive_;
  const Change& change_;
  const OrgTree& orgs_;
  const absl::CivilDay today_;
  const Text step_;
  Findings findings_;
};

v1::SignOff SignOffOf(const Change& change) {
  v1::SignOff sign_off;
  sign_off.set_person_id(change.actor().person_id());
  sign_off.set_person_name(change.actor().person_name());
  sign_off.set_org(change.actor().org());
  if (change.has_entry_time()) *sign_off.mutable_signed_time() = change.entry_time();
  sign_off.set_opinion(WordsOf(change));
  return sign_off;
}

// Short enough for the field, however many papers are missing.
std::string ReasonOfMissing(v1::HardshipCategory category, const Findings& findings) {
  std::string reason = absl::StrCat(
      "认定类别为“", ValueLabel(*v1::HardshipCategory_descriptor(), category).zh, "”，材料不齐：");
  for (size_t i = 0; i < std::min(findings.size(), kMaxPapersInReason); ++i) {
    absl::StrAppend(&reason, findings[i].message_zh());
  }
  if (findings.size() > kMaxPapersInReason) {
    absl::StrAppend(&reason, "等，共", findings.size(), "项。");
  }
  return reason;
}

StepResult TakeApproval(Archive& archive, const Change& change, absl::CivilDay today) {
  StepResult result;
  const v1::HardshipCategory category = change.approve().determined_category();
  archive.set_determined_category(category);
  result.findings = CheckMaterials(archive, category);
  if (HasErrors(result.findings)) {
    archive.set_status(v1::ARCHIVE_STATUS_RETURNED);
    archive.set_return_reason(ReasonOfMissing(category, result.findings));
    return result;
  }
  archive.set_status(v1::ARCHIVE_STATUS_ESTABLISHED);
  *archive.mutable_approval() = SignOffOf(change);
  if (archive.established_on().empty()) archive.set_established_on(FormatDate(today));
  result.needs_number = IsTierA(archive) && archive.number().empty();
  return result;
}

absl::Status DoesNotFit(const Text& text) {
  return UserError(absl::StatusCode::kInvalidArgument, text);
}

absl::Status PreviewPut(Message& record, const Change& change) {
  const absl::StatusOr<std::unique_ptr<Message>> put =
      ParseRecord(change.record_type(), change.put().record());
  if (!put.ok()) return put.status();
  const FieldValues values = ReadFields(**put);
  FieldEdits edits;
  if (change.put().changed_fields_size() == 0) {
    edits = Difference(FieldValues(), values);
  } else {
    edits = Select(values,
                   {change.put().changed_fields().begin(), change.put().changed_fields().end()});
  }
  // A failed write leaves its record half written, so it works on a copy.
  const std::unique_ptr<Message> written(record.New());
  written->CopyFrom(record);
  if (absl::Status status = WriteFields(*written, edits); !status.ok()) return status;
  if (IdOf(*written).empty()) SetId(*written, change.record_id());
  record.GetReflection()->Swap(&record, written.get());
  return absl::OkStatus();
}

absl::Status PreviewStep(Message& record, const Change& change, absl::CivilDay today) {
  auto* archive = google::protobuf::DynamicCastToGenerated<Archive>(&record);
  if (archive == nullptr || !StatusAllows(*archive, change)) {
    const Text step = StepLabel(change);
    return DoesNotFit(Text{
        absl::StrCat("这条记录目前不能", step.zh, "，请刷新后再办理"),
        absl::StrCat("no ", step.en, " is possible on this record now, refresh and try again")});
  }
  if (!change.has_approve()) TakeStep(*archive, change, today);
  return absl::OkStatus();
}

}  // namespace

bool IsStep(const Change& change) {
  return change.has_submit() || change.has_review() || change.has_approve() || change.has_return_();
}

bool IsFixed(const v1::Archive& archive, absl::string_view path) {
  if (archive.status() == v1::ARCHIVE_STATUS_UNSPECIFIED ||
      archive.status() == v1::ARCHIVE_STATUS_DRAFT ||
      archive.status() == v1::ARCHIVE_STATUS_RETURNED) {
    return false;
  }
  const v1::FieldSpec* spec = SpecOfPath(*v1::Archive::descriptor(), path);
  return spec != nullptr && spec->fixed_by_submission();
}

Findings CheckStep(const Archive& archive, const Change& change, const OrgTree& orgs,
                   absl::CivilDay today) {
  return StepCheck(archive, change, orgs, today).Run();
}

StepResult TakeStep(Archive& archive, const Change& change, absl::CivilDay today) {
  switch (change.action_case()) {
    case Change::kSubmit:
      archive.set_status(v1::ARCHIVE_STATUS_SUBMITTED);
      *archive.mutable_handling() = SignOffOf(change);
      archive.clear_review();
      archive.clear_approval();
      break;
    case Change::kReview:
      archive.set_status(v1::ARCHIVE_STATUS_REVIEWED);
      *archive.mutable_review() = SignOffOf(change);
      break;
    case Change::kApprove:
      return TakeApproval(archive, change, today);
    case Change::kReturn:
      archive.set_status(v1::ARCHIVE_STATUS_RETURNED);
      archive.set_return_reason(WordsOf(change));
      break;
    default:
      break;
  }
  return StepResult{};
}

absl::Status Preview(Message& record, const Change& change, absl::CivilDay today) {
  const std::unique_ptr<Message> type = NewRecord(change.record_type());
  const std::string id = IdOf(record);
  if (type == nullptr || type->GetDescriptor() != record.GetDescriptor() ||
      (!id.empty() && id != change.record_id())) {
    return DoesNotFit(Text{"这项变更属于另一条记录，请重新同步",
                           "the change is about another record, sync again"});
  }
  if (change.has_put()) return PreviewPut(record, change);
  if (IsStep(change)) return PreviewStep(record, change, today);
  return DoesNotFit(
      Text{"这项变更没有内容，请重新填写", "the change does nothing, enter it again"});
}

}  // namespace bangfu::domain
