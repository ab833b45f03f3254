#include "tests/security/sentences.h"

#include <iterator>

namespace bangfu::security {
namespace {

using domain::Permission;
using domain::Place;

constexpr Permission kYes = Permission::kAllowed;
constexpr Permission kWithReason = Permission::kAllowedWithReason;
constexpr Permission kNo = Permission::kDenied;

// The words of the sentences.
bool Handles(const Cell& c) { return c.role == v1::ROLE_HANDLER; }
bool Reviews(const Cell& c) { return c.role == v1::ROLE_REVIEWER; }
bool Approves(const Cell& c) { return c.role == v1::ROLE_APPROVER; }
bool Reports(const Cell& c) { return c.role == v1::ROLE_REPORTER; }
bool Audits(const Cell& c) { return c.role == v1::ROLE_AUDITOR; }
bool Administers(const Cell& c) { return c.role == v1::ROLE_ADMINISTRATOR; }
bool WorksOnCases(const Cell& c) { return Handles(c) || Reviews(c) || Approves(c); }

bool IsUnit(const Cell& c) { return c.place == Place::kUnit; }
bool IsUnion(const Cell& c) { return c.place == Place::kUnion; }
bool IsCenter(const Cell& c) { return c.place == Place::kCenter; }
bool IsCityOffice(const Cell& c) { return c.place == Place::kCityOffice; }
bool IsOther(const Cell& c) { return c.place == Place::kOther; }
bool IsOfTheUnion(const Cell& c) { return IsUnit(c) || IsUnion(c) || c.place == Place::kBetween; }

bool IsA(const Cell& c) { return c.tier == v1::TIER_A || c.tier == v1::TIER_UNSPECIFIED; }
bool IsB(const Cell& c) { return c.tier == v1::TIER_B; }
bool IsC(const Cell& c) { return c.tier == v1::TIER_C; }

bool IsAsRecord(const Cell& c) { return c.owner == v1::OWNER_UNSPECIFIED; }
bool Does(const Cell& c, v1::Action action) { return c.action == action && IsAsRecord(c); }
bool WritesField(const Cell& c) {
  return c.action == v1::ACTION_CREATE || c.action == v1::ACTION_EDIT;
}
bool Corrects(const Cell& c) { return c.action == v1::ACTION_EDIT; }
bool IsFilingField(const Cell& c) { return c.owner == v1::OWNER_FILING; }
bool IsCenterField(const Cell& c) { return c.owner == v1::OWNER_CENTER; }
bool Sees(const Cell& c) { return Does(c, v1::ACTION_LIST) || Does(c, v1::ACTION_READ); }
bool Unmasks(const Cell& c) { return Does(c, v1::ACTION_UNMASK); }
bool Submits(const Cell& c) { return Does(c, v1::ACTION_SUBMIT); }
bool SignsReview(const Cell& c) { return Does(c, v1::ACTION_REVIEW); }
bool SignsApproval(const Cell& c) { return Does(c, v1::ACTION_APPROVE); }
bool EndsOrDecides(const Cell& c) {
  return Does(c, v1::ACTION_WITHDRAW) || Does(c, v1::ACTION_DECIDE_CAUSE);
}
bool Returns(const Cell& c) { return Does(c, v1::ACTION_RETURN); }

bool ChangesAnArchive(const Cell& c) {
  switch (c.action) {
    case v1::ACTION_CREATE:
    case v1::ACTION_EDIT:
    case v1::ACTION_SUBMIT:
    case v1::ACTION_REVIEW:
    case v1::ACTION_APPROVE:
    case v1::ACTION_RETURN:
    case v1::ACTION_REPORT:
    case v1::ACTION_WITHDRAW:
    case v1::ACTION_DEREGISTER:
    case v1::ACTION_MERGE:
    case v1::ACTION_DECIDE_CAUSE:
    case v1::ACTION_RESOLVE_CONFLICT:
      return true;
    default:
      return false;
  }
}

bool IsAboutARecord(const Cell& c) {
  return ChangesAnArchive(c) || c.action == v1::ACTION_LIST || c.action == v1::ACTION_READ ||
         c.action == v1::ACTION_UNMASK || c.action == v1::ACTION_PREVIEW_MOVE;
}

const Sentence kSentences[] = {
    // Who sees.
    {"R12", "the city union and its protection department read everything", Mood::kMay, kYes,
     [](const Cell& c) { return Sees(c) && IsCityOffice(c) && !Administers(c) && c.role != 0; }},
    {"R12", "whoever works on cases there sees also what is masked, with a reason", Mood::kMay,
     kWithReason, [](const Cell& c) { return Unmasks(c) && IsCityOffice(c) && WorksOnCases(c); }},
    {"R35", "the electronic archive is the responsibility of both levels: both read it", Mood::kMay,
     kYes,
     [](const Cell& c) {
       return Sees(c) && (IsOfTheUnion(c) || IsCenter(c)) && !Administers(c) && c.role != 0;
     }},
    {"R35", "whoever works on cases at either level sees what is masked, with a reason", Mood::kMay,
     kWithReason,
     [](const Cell& c) {
       return Unmasks(c) && (IsOfTheUnion(c) || IsCenter(c)) && WorksOnCases(c);
     }},
    {"R39", "who reports to the national system needs whole numbers, with a reason", Mood::kMay,
     kWithReason, [](const Cell& c) { return Unmasks(c) && IsCenter(c) && Reports(c); }},
    {"-", "what is masked is shown to nobody without a reason", Mood::kMayOnly, kWithReason,
     [](const Cell& c) { return c.action == v1::ACTION_UNMASK; }},
    {"-", "an auditor sees archives with masks", Mood::kMayOnly, kNo,
     [](const Cell& c) { return c.action == v1::ACTION_UNMASK && Audits(c); }},
    {"-", "an administrator sees no archive", Mood::kMayOnly, kNo,
     [](const Cell& c) { return Administers(c) && (Sees(c) || c.action == v1::ACTION_UNMASK); }},

    // Who enters.
    {"R36", "basic information is entered by the district or industry side", Mood::kMay, kYes,
     [](const Cell& c) {
       return WritesField(c) && IsFilingField(c) && IsOfTheUnion(c) && Handles(c);
     }},
    {"A35", "the center may correct the filing side's fields with a recorded reason", Mood::kMay,
     kWithReason,
     [](const Cell& c) {
       return Corrects(c) && IsFilingField(c) && IsCenter(c) && (Handles(c) || Approves(c));
     }},
    {"A35", "never without", Mood::kMayOnly, kWithReason,
     [](const Cell& c) { return WritesField(c) && IsFilingField(c) && IsCenter(c); }},
    {"A35", "the center writes its own fields", Mood::kMay, kYes,
     [](const Cell& c) {
       return Corrects(c) && IsCenterField(c) && IsCenter(c) && (Handles(c) || Approves(c));
     }},
    {"A35", "nobody else does", Mood::kMayOnly, kNo,
     [](const Cell& c) { return IsCenterField(c) && !IsCenter(c); }},
    {"A35", "number, revision, times and node are the server's", Mood::kMayOnly, kNo,
     [](const Cell& c) { return c.owner == v1::OWNER_SERVER; }},
    {"A35", "what nobody owns, nobody writes", Mood::kMayOnly, kNo,
     [](const Cell& c) { return WritesField(c) && IsAsRecord(c); }},
    {"R36", "the city files no archives", Mood::kMayOnly, kNo,
     [](const Cell& c) { return c.action == v1::ACTION_CREATE && !IsOfTheUnion(c); }},

    // The three sign-offs.
    {"R36", "the handler of the filing side submits (tiers A and B)", Mood::kMay, kYes,
     [](const Cell& c) {
       return Submits(c) && Handles(c) && IsOfTheUnion(c) && (IsA(c) || IsB(c));
     }},
    {"R34", "tier A is managed by city and union: the union's reviewer reviews", Mood::kMay, kYes,
     [](const Cell& c) { return SignsReview(c) && IsA(c) && IsUnion(c) && Reviews(c); }},
    {"R88", "the center's approver approves tier A", Mood::kMay, kYes,
     [](const Cell& c) { return SignsApproval(c) && IsA(c) && IsCenter(c) && Approves(c); }},
    {"R88", "the category is determined by the center only", Mood::kMayOnly, kNo,
     [](const Cell& c) { return c.action == v1::ACTION_APPROVE && IsA(c) && !IsCenter(c); }},
    {"A33", "tier B is reviewed inside the union", Mood::kMay, kYes,
     [](const Cell& c) { return SignsReview(c) && IsB(c) && IsOfTheUnion(c) && Reviews(c); }},
    {"A33", "tier B is approved by the union", Mood::kMay, kYes,
     [](const Cell& c) { return SignsApproval(c) && IsB(c) && IsUnion(c) && Approves(c); }},
    {"R42", "tier B is managed by the union alone: no sign-off is the city's", Mood::kMayOnly, kNo,
     [](const Cell& c) {
       return IsB(c) && !IsOfTheUnion(c) &&
              (c.action == v1::ACTION_SUBMIT || c.action == v1::ACTION_REVIEW ||
               c.action == v1::ACTION_APPROVE || c.action == v1::ACTION_WITHDRAW ||
               c.action == v1::ACTION_DECIDE_CAUSE);
     }},
    {"R44", "tier C is submitted, reviewed and approved in the unit itself", Mood::kMay, kYes,
     [](const Cell& c) {
       return IsC(c) && IsUnit(c) &&
              ((Submits(c) && Handles(c)) || (SignsReview(c) && Reviews(c)) ||
               (SignsApproval(c) && Approves(c)));
     }},
    {"R44", "tier C is managed by the unit alone: no sign-off is anybody else's", Mood::kMayOnly,
     kNo,
     [](const Cell& c) {
       return IsC(c) && !IsUnit(c) &&
              (c.action == v1::ACTION_SUBMIT || c.action == v1::ACTION_REVIEW ||
               c.action == v1::ACTION_APPROVE || c.action == v1::ACTION_WITHDRAW ||
               c.action == v1::ACTION_DECIDE_CAUSE);
     }},
    {"R89", "handling is the handler's", Mood::kMayOnly, kNo,
     [](const Cell& c) {
       return !Handles(c) && (c.action == v1::ACTION_SUBMIT || c.action == v1::ACTION_DEREGISTER ||
                              c.action == v1::ACTION_CREATE);
     }},
    {"R89", "the review is the reviewer's", Mood::kMayOnly, kNo,
     [](const Cell& c) { return c.action == v1::ACTION_REVIEW && !Reviews(c); }},
    {"R89", "the approval, and what undoes it, is the approver's", Mood::kMayOnly, kNo,
     [](const Cell& c) {
       return !Approves(c) && (c.action == v1::ACTION_APPROVE || c.action == v1::ACTION_WITHDRAW ||
                               c.action == v1::ACTION_MERGE || c.action == v1::ACTION_DECIDE_CAUSE);
     }},

    // Afterwards.
    {"R39", "the center withdraws, and answers cause reports (R53), of tier A", Mood::kMay, kYes,
     [](const Cell& c) { return EndsOrDecides(c) && IsA(c) && IsCenter(c) && Approves(c); }},
    {"A38", "of tier B the union does", Mood::kMay, kYes,
     [](const Cell& c) { return EndsOrDecides(c) && IsB(c) && IsUnion(c) && Approves(c); }},
    {"A38", "of tier C the unit does", Mood::kMay, kYes,
     [](const Cell& c) { return EndsOrDecides(c) && IsC(c) && IsUnit(c) && Approves(c); }},
    {"R39", "the center reviews archives: it returns any", Mood::kMay, kYes,
     [](const Cell& c) { return Returns(c) && IsCenter(c) && (Reviews(c) || Approves(c)); }},
    {"R34", "the union returns what it manages, tiers A and B", Mood::kMay, kYes,
     [](const Cell& c) {
       return Returns(c) && IsUnion(c) && (IsA(c) || IsB(c)) && (Reviews(c) || Approves(c));
     }},
    {"R44", "the unit returns what it manages, tier C", Mood::kMay, kYes,
     [](const Cell& c) {
       return Returns(c) && IsUnit(c) && IsC(c) && (Reviews(c) || Approves(c));
     }},
    {"R39", "the center reports", Mood::kMay, kYes,
     [](const Cell& c) {
       return Does(c, v1::ACTION_REPORT) && IsA(c) && IsCenter(c) && Reports(c);
     }},
    {"R41", "only tier A is recorded in the national system", Mood::kMayOnly, kNo,
     [](const Cell& c) { return c.action == v1::ACTION_REPORT && (IsB(c) || IsC(c)); }},
    {"R39", "reporting is the center's reporter's", Mood::kMayOnly, kNo,
     [](const Cell& c) { return c.action == v1::ACTION_REPORT && (!IsCenter(c) || !Reports(c)); }},
    {"R50", "the filing unit deregisters", Mood::kMay, kYes,
     [](const Cell& c) { return Does(c, v1::ACTION_DEREGISTER) && IsUnit(c) && Handles(c); }},
    {"R51", "its parent union answers for it: it deregisters, too", Mood::kMay, kYes,
     [](const Cell& c) { return Does(c, v1::ACTION_DEREGISTER) && IsUnion(c) && Handles(c); }},
    {"R50", "the city deregisters nothing", Mood::kMayOnly, kNo,
     [](const Cell& c) { return c.action == v1::ACTION_DEREGISTER && !IsOfTheUnion(c); }},
    {"-", "duplicates are decided by the center", Mood::kMay, kYes,
     [](const Cell& c) { return Does(c, v1::ACTION_MERGE) && IsCenter(c) && Approves(c); }},
    {"-", "by nobody else", Mood::kMayOnly, kNo,
     [](const Cell& c) { return c.action == v1::ACTION_MERGE && !IsCenter(c); }},
    {"R35", "both levels settle conflicts of what they write", Mood::kMay, kYes,
     [](const Cell& c) {
       return Does(c, v1::ACTION_RESOLVE_CONFLICT) && (IsOfTheUnion(c) || IsCenter(c)) &&
              WorksOnCases(c);
     }},
    {"-", "what a move would take is asked by those whom it concerns, and who keeps the orgs",
     Mood::kMay, kYes,
     [](const Cell& c) {
       return Does(c, v1::ACTION_PREVIEW_MOVE) && !IsOther(c) &&
              (WorksOnCases(c) || Administers(c));
     }},

    // Who may nothing.
    {"-", "no other unit and no other union sees or does anything", Mood::kMayOnly, kNo, IsOther},
    {"R12", "the city's other offices change nothing", Mood::kMayOnly, kNo,
     [](const Cell& c) { return IsCityOffice(c) && ChangesAnArchive(c); }},
    {"-", "auditors and administrators change no archive", Mood::kMayOnly, kNo,
     [](const Cell& c) { return (Audits(c) || Administers(c)) && ChangesAnArchive(c); }},
    {"-", "reporters change nothing but the report", Mood::kMayOnly, kNo,
     [](const Cell& c) {
       return Reports(c) && ChangesAnArchive(c) && c.action != v1::ACTION_REPORT;
     }},
    {"-", "who has no role may nothing", Mood::kMayOnly, kNo,
     [](const Cell& c) { return c.role == v1::ROLE_UNSPECIFIED; }},
    {"-", "what is about no record is not decided by where a record lies", Mood::kMayOnly, kNo,
     [](const Cell& c) { return !IsAboutARecord(c); }},
    {"-", "only what is written has an owner", Mood::kMayOnly, kNo,
     [](const Cell& c) { return !WritesField(c) && !IsAsRecord(c); }},
};

}  // namespace

const std::vector<Sentence>& AllSentences() {
  static const auto& sentences =
      *new std::vector<Sentence>(std::begin(kSentences), std::end(kSentences));
  return sentences;
}

}  // namespace bangfu::security
