#include "domain/life/step.h"

#include <cstdint>

#include "absl/strings/str_cat.h"
#include "domain/rules/label.h"

namespace bangfu::domain {
namespace {

using v1::Archive;
using v1::Change;

constexpr uint32_t Bit(v1::ArchiveStatus status) { return 1U << static_cast<uint32_t>(status); }

constexpr uint32_t kDraft = Bit(v1::ARCHIVE_STATUS_DRAFT);
constexpr uint32_t kSubmitted = Bit(v1::ARCHIVE_STATUS_SUBMITTED);
constexpr uint32_t kReviewed = Bit(v1::ARCHIVE_STATUS_REVIEWED);
constexpr uint32_t kEstablished = Bit(v1::ARCHIVE_STATUS_ESTABLISHED);
constexpr uint32_t kReturned = Bit(v1::ARCHIVE_STATUS_RETURNED);
constexpr uint32_t kReported = Bit(v1::ARCHIVE_STATUS_REPORTED);
constexpr uint32_t kLive = kDraft | kSubmitted | kReviewed | kEstablished | kReturned | kReported;

struct StepFacts {
  Change::ActionCase action;
  const char* zh;
  const char* en;
  uint32_t statuses;
  bool once_established = false;  // of the returned, only those that had been established
};

constexpr StepFacts kSteps[] = {
    {Change::kSubmit, "提交", "submission", kDraft | kReturned},
    {Change::kReview, "审核", "review", kSubmitted},
    {Change::kApprove, "审批", "approval", kReviewed},
    {Change::kReturn, "退回", "return", kSubmitted | kReviewed | kEstablished | kReported},
    {Change::kReport, "上报", "report", kEstablished},
    {Change::kWithdraw, "退档", "withdrawal", kEstablished | kReported | kReturned, true},
    {Change::kDeregister, "注销", "deregistration", kLive},
    {Change::kMergeInto, "合并", "merge", kLive},
    {Change::kDecideCause, "审定致困原因", "decision on a cause", kEstablished | kReported},
};

const StepFacts* FactsOf(const Change& change) {
  for (const StepFacts& facts : kSteps) {
    if (facts.action == change.action_case()) return &facts;
  }
  return nullptr;
}

bool Contains(uint32_t statuses, v1::ArchiveStatus status) {
  return v1::ArchiveStatus_IsValid(status) && (statuses & Bit(status)) != 0;
}

}  // namespace

bool IsStep(const Change& change) { return FactsOf(change) != nullptr; }

Text StepLabel(const Change& change) {
  const StepFacts* facts = FactsOf(change);
  return facts == nullptr ? Text{} : Text{facts->zh, facts->en};
}

const std::string& WordsOf(const Change& change) {
  switch (change.action_case()) {
    case Change::kSubmit:
      return change.submit().opinion();
    case Change::kReview:
      return change.review().opinion();
    case Change::kApprove:
      return change.approve().opinion();
    case Change::kWithdraw:
      return change.withdraw().reason();
    case Change::kDeregister:
      return change.deregister().reason();
    case Change::kMergeInto:
      return change.merge_into().reason();
    case Change::kDecideCause:
      return change.decide_cause().opinion();
    default:
      return change.return_().reason();  // empty unless it is a return
  }
}

v1::ArchiveStatus StatusOf(const Archive& archive) {
  return archive.status() == v1::ARCHIVE_STATUS_UNSPECIFIED ? v1::ARCHIVE_STATUS_DRAFT
                                                            : archive.status();
}

bool IsTierA(const Archive& archive) {
  return archive.tier() == v1::TIER_UNSPECIFIED || archive.tier() == v1::TIER_A;
}

bool StatusAllows(const Archive& archive, const Change& change) {
  const StepFacts* facts = FactsOf(change);
  const v1::ArchiveStatus status = StatusOf(archive);
  if (facts == nullptr || !Contains(facts->statuses, status)) return false;
  return !facts->once_established || status != v1::ARCHIVE_STATUS_RETURNED ||
         !archive.established_on().empty();
}

Text PossibleStatuses(const Change& change) {
  Text possible;
  const StepFacts* facts = FactsOf(change);
  if (facts == nullptr) return possible;
  const auto& list = *v1::ArchiveStatus_descriptor();
  for (int i = 0; i < list.value_count(); ++i) {
    const auto status = static_cast<v1::ArchiveStatus>(list.value(i)->number());
    if (!Contains(facts->statuses, status)) continue;
    const Text label = ValueLabel(list, status);
    const bool once_established = facts->once_established && status == v1::ARCHIVE_STATUS_RETURNED;
    absl::StrAppend(&possible.zh, possible.zh.empty() ? "" : "、", label.zh,
                    once_established ? "（曾建档）" : "");
    absl::StrAppend(&possible.en, possible.en.empty() ? "" : ", ", label.en,
                    once_established ? " after its establishment" : "");
  }
  return possible;
}

}  // namespace bangfu::domain
