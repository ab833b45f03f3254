#include <algorithm>
#include <tuple>

#include "domain/policy/policy.h"
#include "domain/rules/materials.h"
#include "domain/text/civil_date.h"
#include "domain/timers/timer_duty.h"
#include "domain/timers/timers.h"

namespace bangfu::domain {
namespace {

using absl::CivilDay;

// The category by which papers are due (A9).
v1::HardshipCategory CategoryOf(const v1::Archive& archive) {
  return archive.determined_category() == v1::HARDSHIP_CATEGORY_UNSPECIFIED
             ? archive.claimed_category()
             : archive.determined_category();
}

// A paper with its days read.
struct ReadPaper {
  const v1::Material* record = nullptr;
  std::optional<CivilDay> started_on;   // first day of validity, or else of receipt
  std::optional<CivilDay> valid_until;  // nothing when open-ended
};

// Whether `material` can be the paper in question, as in CheckMaterials: a contract is the worker's
// (R20), a certificate the household's whosever it is, of Hangzhou when the issuer is stated (A8).
bool IsPaper(const v1::Material& material, v1::MaterialKind kind, const v1::Archive& archive) {
  if (material.kind() != kind || material.form() == v1::MATERIAL_FORM_NO_INCOME_DECLARATION) {
    return false;
  }
  return kind == v1::MATERIAL_KIND_LABOUR_CONTRACT
             ? material.person_id().empty() || material.person_id() == archive.id()
             : material.issuer().empty() || IsHangzhouCivilAffairs(material.issuer());
}

// Of the papers received by the day asked for the one that ends last, open-ended ones last of all.
ReadPaper LatestPaper(const CaseFacts& facts, v1::MaterialKind kind) {
  const auto rank = [](const ReadPaper& paper) {
    return std::make_tuple(!paper.valid_until, paper.valid_until, paper.started_on,
                           absl::string_view(paper.record->id()));
  };
  ReadPaper latest;
  for (const v1::Material& material : facts.archive.materials()) {
    if (!IsPaper(material, kind, facts.archive)) continue;
    const std::optional<CivilDay> received = ParseIsoDate(material.received_on());
    if (received && *received > facts.today()) continue;
    ReadPaper paper{&material, ParseIsoDate(material.valid_from()),
                    ParseIsoDate(material.valid_until())};
    // An end that cannot be read says nothing about the end.
    if (!paper.valid_until && !material.valid_until().empty()) continue;
    if (!paper.started_on) paper.started_on = received;
    if (latest.record == nullptr || rank(latest) < rank(paper)) latest = paper;
  }
  return latest;
}

// Whether the end of the paper is to be announced. A paper that had ended by the day of filing is
// an error of the papers (CheckMaterials) and not said twice.
bool IsAnnounced(const CaseFacts& facts, CivilDay valid_until) {
  if (facts.filed_on && valid_until < *facts.filed_on) return false;
  const std::optional<Setting<int>> days =
      facts.context.policy.ExpiryNoticeDays(facts.archive.unit(), facts.today());
  return facts.today() >= AddDays(valid_until, -(days ? days->value : kAssumedExpiryNoticeDays));
}

void AddPaper(const CaseFacts& facts, v1::MaterialKind paper_kind, v1::TimerKind timer_kind,
              Duties& duties) {
  const ReadPaper paper = LatestPaper(facts, paper_kind);
  if (paper.record == nullptr) return;
  Duty duty{timer_kind, v1::TIMER_START_PAPER, paper.record->id()};
  duty.started_on = paper.started_on;
  duty.last_day = paper.valid_until;
  if (duty.last_day) {
    duty.next_action = v1::NEXT_ACTION_RENEW_PAPER;
    if (facts.today() > *duty.last_day) duty.state = v1::TIMER_STATE_OVERDUE;
    if (IsAnnounced(facts, *duty.last_day)) duty.finding = v1::FINDING_CODE_PAPER_EXPIRES;
  }
  duties.push_back(duty);
}

}  // namespace

void AddContract(const CaseFacts& facts, Duties& duties) {
  // Holders of a certificate owe no contract, migrants included (A7).
  if (facts.ended || facts.archive.worker_type() != v1::WORKER_TYPE_MIGRANT ||
      CategoryOf(facts.archive) == v1::HARDSHIP_CATEGORY_CERTIFICATE_HOLDER) {
    return;
  }
  AddPaper(facts, v1::MATERIAL_KIND_LABOUR_CONTRACT, v1::TIMER_KIND_CONTRACT, duties);
}

void AddCertificate(const CaseFacts& facts, Duties& duties) {
  if (facts.ended || CategoryOf(facts.archive) != v1::HARDSHIP_CATEGORY_CERTIFICATE_HOLDER) {
    return;
  }
  AddPaper(facts, v1::MATERIAL_KIND_DIBAO_CERTIFICATE, v1::TIMER_KIND_CERTIFICATE, duties);
}

}  // namespace bangfu::domain
