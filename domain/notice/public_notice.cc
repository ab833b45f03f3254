#include "domain/notice/public_notice.h"

#include <algorithm>
#include <string>
#include <tuple>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "domain/rules/elements.h"
#include "domain/rules/label.h"
#include "domain/text/civil_date.h"
#include "domain/text/normalize.h"

namespace bangfu::domain {
namespace {

using absl::CivilDay;
using v1::Archive;
using v1::Material;
using v1::Objection;
using v1::Posting;

constexpr char kPostingRule[] = "R91";
constexpr char kCertificateRule[] = "R92";
constexpr char kObjectionRule[] = "R99";
constexpr char kRejectedRule[] = "A25";

struct Period {
  std::optional<CivilDay> from;
  std::optional<CivilDay> until;
};

Period PeriodOf(const Posting& posting) {
  return {ParseIsoDate(posting.posted_from()), ParseIsoDate(posting.posted_until())};
}

// Both ends counted (A24).
bool IsLongEnough(const Period& period) {
  return period.from && period.until && *period.until - *period.from + 1 >= kMinPostingDays;
}

std::string PostingPath(const Posting& posting, absl::string_view field) {
  return absl::StrCat(ElementPath("postings", posting.id()), ".", field);
}

std::string ObjectionPath(const Objection& objection, absl::string_view field) {
  return absl::StrCat(ElementPath("objections", objection.id()), ".", field);
}

// The postings of an archive in the order of their ids.
using Postings = std::vector<const Posting*>;

// Of several with the same id the first; nullptr when there is none.
const Posting* FindPosting(const Postings& postings, absl::string_view id) {
  const auto found = std::lower_bound(postings.begin(), postings.end(), id,
                                      [](const Posting* posting, absl::string_view sought) {
                                        return absl::string_view(posting->id()) < sought;
                                      });
  return found != postings.end() && (*found)->id() == id ? *found : nullptr;
}

// The posting that began last by `today`, or else the one that begins first. Those without a first
// day come last in either case.
const Posting* PostingThatCounts(const Archive& archive, CivilDay today) {
  const Posting* begun = nullptr;
  const Posting* planned = nullptr;
  const Posting* undated = nullptr;
  const auto is_later = [](const Posting& a, const Posting& b) {
    // ISO 8601 days sort like their texts.
    return std::tie(a.posted_from(), a.posted_until(), a.id()) >
           std::tie(b.posted_from(), b.posted_until(), b.id());
  };
  for (const Posting& posting : archive.postings()) {
    const std::optional<CivilDay> from = ParseIsoDate(posting.posted_from());
    if (!from) {
      if (undated == nullptr || is_later(posting, *undated)) undated = &posting;
    } else if (*from <= today) {
      if (begun == nullptr || is_later(posting, *begun)) begun = &posting;
    } else if (planned == nullptr || is_later(*planned, posting)) {
      planned = &posting;
    }
  }
  return begun != nullptr ? begun : planned != nullptr ? planned : undated;
}

// The state as far as it is known on `today`.
v1::ObjectionState StateOn(const Objection& objection, CivilDay today) {
  const std::optional<CivilDay> resolved = ParseIsoDate(objection.resolved_on());
  if (resolved && *resolved > today) return v1::OBJECTION_STATE_OPEN;
  switch (objection.state()) {
    case v1::OBJECTION_STATE_UPHELD:
    case v1::OBJECTION_STATE_REJECTED:
    case v1::OBJECTION_STATE_RETRACTED:
      return objection.state();
    default:
      return v1::OBJECTION_STATE_OPEN;
  }
}

// Whether the objection hinders a certificate on the posting that counts, as of `today`.
bool Stands(const Postings& postings, const Objection& objection, const Posting& counts,
            CivilDay today) {
  const std::optional<CivilDay> raised = ParseIsoDate(objection.raised_on());
  if (raised && *raised > today) return false;
  const Posting* about = FindPosting(postings, objection.posting_id());
  const std::optional<CivilDay> until = PeriodOf(about == nullptr ? counts : *about).until;
  if (raised && until && *raised > *until) return false;  // a complaint
  const v1::ObjectionState state = StateOn(objection, today);
  if (state == v1::OBJECTION_STATE_RETRACTED) return false;
  if (state == v1::OBJECTION_STATE_OPEN) return true;
  const std::optional<CivilDay> from = PeriodOf(counts).from;
  if (raised && from && *from > *raised) return false;  // posted anew
  return state == v1::OBJECTION_STATE_UPHELD ||
         NormalizeText(objection.center_resolution()).empty();
}

v1::Finding StandingObjection(const Objection& objection, const Posting& counts, CivilDay today) {
  const auto finding = [&](absl::string_view rule, v1::NextAction next, const Text& text) {
    v1::Finding result =
        Error(rule, v1::FINDING_CODE_OBJECTION_STANDS, ObjectionPath(objection, "state"), text);
    result.set_other_field(ElementPath("postings", counts.id()));
    result.set_next_action(next);
    return result;
  };
  switch (StateOn(objection, today)) {
    case v1::OBJECTION_STATE_UPHELD:
      return finding(kCertificateRule, v1::NEXT_ACTION_POST,
                     Text{"公示异议成立，不能出具“无异议”的公示证明：请更正档案后重新公示。",
                          "an objection was upheld, so no certificate of \"no objection\" can be "
                          "issued: correct the archive and post it again"});
    case v1::OBJECTION_STATE_REJECTED:
      return finding(
          kRejectedRule, v1::NEXT_ACTION_POST,
          Text{"公示异议由单位认定不成立，尚不能出具公示证明：请重新公示，或由市职工服务"
               "中心记录处理意见。",
               "the unit rejected an objection as unfounded, which is not enough for the "
               "certificate: post again, or let the service center record its "
               "resolution"});
    default:
      return finding(kCertificateRule, v1::NEXT_ACTION_ANSWER_OBJECTION,
                     Text{"公示异议尚未处理，不能出具公示证明：请先处理异议。",
                          "an objection is open, so the certificate cannot be issued: answer the "
                          "objection first"});
  }
}

// `period` has both days in order, or lacks one.
v1::Finding TooShort(const Posting& posting, const Period& period) {
  std::string until_zh = "。";
  std::string until_en;
  if (period.from) {
    const std::string least = FormatDate(AddDays(*period.from, kMinPostingDays - 1));
    until_zh = absl::StrCat("，至少到", least, "。");
    until_en = absl::StrCat(", until ", least, " at least");
  }
  v1::Finding finding = Error(
      kPostingRule, v1::FINDING_CODE_POSTING_TOO_SHORT, PostingPath(posting, "posted_until"),
      Text{absl::StrCat("公示期应连续不少于", kMinPostingDays,
                        "天，首尾两天都计入：请延长公示期或重新公示", until_zh),
           absl::StrCat("a posting lasts at least ", kMinPostingDays,
                        " days in a row, both ends counted: prolong it or post again", until_en)});
  finding.set_other_field(PostingPath(posting, "posted_from"));
  finding.set_next_action(v1::NEXT_ACTION_POST);
  return finding;
}

v1::Finding NotOver(const Posting& posting, CivilDay first_possible) {
  const std::string day = FormatDate(first_possible);
  v1::Finding finding =
      Error(kCertificateRule, v1::FINDING_CODE_CERTIFICATE_TOO_EARLY,
            PostingPath(posting, "posted_until"),
            Text{absl::StrCat("公示期未满，", day, "起方可出具公示证明。"),
                 absl::StrCat("the posting is not over: the certificate can be issued from ", day,
                              " on")});
  finding.set_next_action(v1::NEXT_ACTION_AWAIT_END_OF_POSTING);
  return finding;
}

v1::Finding NotPosted() {
  v1::Finding finding =
      Error(kPostingRule, v1::FINDING_CODE_CERTIFICATE_TOO_EARLY, "postings",
            Text{absl::StrCat("尚未公示，不能出具公示证明：请先公示至少", kMinPostingDays, "天。"),
                 absl::StrCat("nothing was posted, so the certificate cannot be issued: post the "
                              "notice for at least ",
                              kMinPostingDays, " days first")});
  finding.set_next_action(v1::NEXT_ACTION_POST);
  return finding;
}

// `counts` is the one that counts on `today`: one that was too short is cured by posting again.
void CheckPosting(const Posting& posting, const Posting* counts, CivilDay today,
                  Findings& findings) {
  const Period period = PeriodOf(posting);
  // An empty or unreadable day is reported by CheckRequired or CheckValues.
  if (!period.from || !period.until) return;
  if (*period.until < *period.from) {
    v1::Finding finding =
        Error(kPostingRule, v1::FINDING_CODE_DATE_ORDER, PostingPath(posting, "posted_until"),
              Text{"公示期止早于公示期起，请核对这两个日期。",
                   "the posting ends before it begins, check both days"});
    finding.set_other_field(PostingPath(posting, "posted_from"));
    finding.set_next_action(v1::NEXT_ACTION_CORRECT);
    findings.push_back(std::move(finding));
  } else if (!IsLongEnough(period) && (&posting == counts || *period.from > today)) {
    findings.push_back(TooShort(posting, period));
  }
}

void AddObjectionError(v1::FindingCode code, std::string field, std::string other_field,
                       const Text& text, Findings& findings) {
  v1::Finding finding = Error(kObjectionRule, code, field, text);
  finding.set_other_field(std::move(other_field));
  finding.set_next_action(v1::NEXT_ACTION_CORRECT);
  findings.push_back(std::move(finding));
}

void CheckObjection(const Postings& postings, const Objection& objection, CivilDay today,
                    Findings& findings) {
  const std::optional<CivilDay> raised = ParseIsoDate(objection.raised_on());
  if (raised && *raised > today) return;
  const Posting* posting = FindPosting(postings, objection.posting_id());
  if (posting == nullptr && !objection.posting_id().empty()) {
    AddObjectionError(v1::FINDING_CODE_NOT_FOUND, ObjectionPath(objection, "posting_id"),
                      "postings",
                      Text{"异议所针对的公示不存在，请选择本档案的一次公示。",
                           "the posting that the objection is about does not exist, choose one of "
                           "this archive"},
                      findings);
  }
  if (!raised) return;
  if (posting != nullptr) {
    const std::optional<CivilDay> from = PeriodOf(*posting).from;
    if (from && *raised < *from) {
      AddObjectionError(v1::FINDING_CODE_DATE_ORDER, ObjectionPath(objection, "raised_on"),
                        PostingPath(*posting, "posted_from"),
                        Text{"异议的提出日期早于公示期起，请核对这两个日期。",
                             "the objection was raised before the posting began, check both days"},
                        findings);
    }
  }
  const std::optional<CivilDay> resolved = ParseIsoDate(objection.resolved_on());
  if (resolved && *resolved < *raised) {
    AddObjectionError(v1::FINDING_CODE_DATE_ORDER, ObjectionPath(objection, "resolved_on"),
                      ObjectionPath(objection, "raised_on"),
                      Text{"异议的处理日期早于提出日期，请核对这两个日期。",
                           "the objection was resolved before it was raised, check both days"},
                      findings);
  }
}

// The certificate held on `today`, of several the one received last; nullptr when none is.
const Material* CertificateHeld(const Archive& archive, CivilDay today) {
  const Material* held = nullptr;
  for (const Material& material : archive.materials()) {
    if (material.kind() != v1::MATERIAL_KIND_PUBLICITY_CERTIFICATE) continue;
    const std::optional<CivilDay> received = ParseIsoDate(material.received_on());
    if (received && *received > today) continue;
    if (held == nullptr || std::tie(material.received_on(), material.id()) >
                               std::tie(held->received_on(), held->id())) {
      held = &material;
    }
  }
  return held;
}

v1::Finding TooEarly(const std::string& certificate, const Posting& posting) {
  v1::Finding finding =
      Error(kCertificateRule, v1::FINDING_CODE_CERTIFICATE_TOO_EARLY, certificate,
            Text{"公示证明早于公示期满或异议处理完毕：请核对日期，或在公示期满且无异议后重新出具。",
                 "the publicity certificate is older than the end of the posting or of an "
                 "objection to it: check the day, or issue it anew once the posting is over and no "
                 "objection stands"});
  finding.set_other_field(PostingPath(posting, "posted_until"));
  finding.set_next_action(v1::NEXT_ACTION_ISSUE_CERTIFICATE);
  return finding;
}

// Whether the certificate, which may be issued from `first_possible` on, was received before it
// could be. A day that is not stated says nothing.
bool IsTooEarly(const Archive& archive, const Material& certificate, CivilDay first_possible) {
  const std::optional<CivilDay> received = ParseIsoDate(certificate.received_on());
  // On that day an objection may have been open that was settled since.
  return received &&
         (*received < first_possible || !MayIssueCertificate(archive, *received).may_issue);
}

void CheckCertificate(const Archive& archive, const Material& certificate, CivilDay today,
                      Findings& findings) {
  CertificateVerdict verdict = MayIssueCertificate(archive, today);
  const std::string path = absl::StrCat(ElementPath("materials", certificate.id()), ".received_on");
  for (v1::Finding& hindrance : verdict.hindrances) {
    if (hindrance.code() == v1::FINDING_CODE_CERTIFICATE_TOO_EARLY) {
      findings.push_back(TooEarly(path, *verdict.posting));
    } else if (hindrance.code() != v1::FINDING_CODE_POSTING_TOO_SHORT) {  // CheckPosting said it
      hindrance.set_other_field(path);
      findings.push_back(std::move(hindrance));
    }
  }
  if (verdict.may_issue && IsTooEarly(archive, certificate, *verdict.first_possible)) {
    findings.push_back(TooEarly(path, *verdict.posting));
  }
}

}  // namespace

CertificateVerdict MayIssueCertificate(const Archive& archive, CivilDay today) {
  CertificateVerdict verdict;
  verdict.posting = PostingThatCounts(archive, today);
  if (verdict.posting == nullptr) {
    verdict.hindrances.push_back(NotPosted());
    return verdict;
  }
  const Period period = PeriodOf(*verdict.posting);
  if (!IsLongEnough(period)) verdict.hindrances.push_back(TooShort(*verdict.posting, period));
  if (!archive.objections().empty()) {
    const Postings postings = InOrderOfId(archive.postings());
    for (const Objection* objection : InOrderOfId(archive.objections())) {
      if (Stands(postings, *objection, *verdict.posting, today)) {
        verdict.hindrances.push_back(StandingObjection(*objection, *verdict.posting, today));
      }
    }
  }
  if (!IsLongEnough(period)) return verdict;
  const CivilDay first_possible = AddDays(*period.until, 1);
  if (verdict.hindrances.empty()) verdict.first_possible = first_possible;
  if (today < first_possible) {
    verdict.hindrances.push_back(NotOver(*verdict.posting, first_possible));
  }
  verdict.may_issue = verdict.hindrances.empty();
  return verdict;
}

v1::NextAction AfterPosting(const Archive& archive, CivilDay today) {
  const CertificateVerdict verdict = MayIssueCertificate(archive, today);
  if (!verdict.may_issue) return verdict.hindrances.front().next_action();
  const Material* certificate = CertificateHeld(archive, today);
  return certificate == nullptr || IsTooEarly(archive, *certificate, *verdict.first_possible)
             ? v1::NEXT_ACTION_ISSUE_CERTIFICATE
             : v1::NEXT_ACTION_UNSPECIFIED;
}

Findings CheckPublicNotice(const Archive& archive, CivilDay today) {
  Findings findings;
  if (archive.postings().empty() && archive.objections().empty()) return findings;
  const Postings postings = InOrderOfId(archive.postings());
  const Posting* counts = PostingThatCounts(archive, today);
  for (const Posting* posting : postings) CheckPosting(*posting, counts, today, findings);
  for (const Objection* objection : InOrderOfId(archive.objections())) {
    CheckObjection(postings, *objection, today, findings);
  }
  const Material* certificate =
      archive.postings().empty() ? nullptr : CertificateHeld(archive, today);
  if (certificate != nullptr) CheckCertificate(archive, *certificate, today, findings);
  return findings;
}

}  // namespace bangfu::domain
