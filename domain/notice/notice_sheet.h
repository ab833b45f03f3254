#ifndef BANGFU_DOMAIN_NOTICE_NOTICE_SHEET_H_
#define BANGFU_DOMAIN_NOTICE_NOTICE_SHEET_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/time/civil_time.h"
#include "bangfu/v1/archive.pb.h"
#include "base/error.h"
#include "domain/rules/finding.h"
#include "domain/rules/org_tree.h"

namespace bangfu::domain {

// Below this age a member's name is masked on the notice (R96).
inline constexpr int kShownNameAge = 14;  // completed years on the first day of posting
// The city union's telephone on the notice (R101), when the dictionary of orgs gives none.
inline constexpr char kCityUnionPhone[] = "87161079";
// Months of income and spending on the notice, before the month of application (R97, A26).
inline constexpr int kNoticeMonths = 12;

// What the notice may show against its default. Whoever turns a switch on logs it: the sheet says
// which were on.
struct NoticeOptions {
  bool show_children_names = false;
  bool show_house_numbers = false;
};
enum class NoticeSwitch { kChildrenNames, kHouseNumbers };

// One person on the notice.
struct NoticeRow {
  std::string member_id;  // empty for the worker
  std::string name;
  bool name_masked = false;
  Text relation;  // 本人 for the worker
  v1::Sex sex = v1::SEX_UNSPECIFIED;
  std::optional<int> age;  // on the first day of posting
  v1::YesNo employed = v1::YES_NO_UNSPECIFIED;
  std::string employer;
  std::optional<int64_t> monthly_income_fen;  // nothing when not stated
};

// Annex 3, the notice that is posted. Amounts are in fen.
struct NoticeSheet {
  std::string worker_name;
  std::string unit_name;  // empty when the dictionary does not know the unit
  std::string address;
  int household_size = 0;
  std::vector<NoticeRow> rows;  // the worker, then the members by id

  // First and last day of the 12 months before the month of application; nothing while the day of
  // filing is not stated.
  std::optional<absl::CivilDay> months_from;
  std::optional<absl::CivilDay> months_until;
  int64_t yearly_wages_fen = 0;
  int64_t other_yearly_income_fen = 0;
  int64_t yearly_income_fen = 0;
  int64_t monthly_income_per_person_fen = 0;
  std::optional<int64_t> tuition_expense_fen;  // nothing when not stated
  std::optional<int64_t> medical_expense_fen;
  std::optional<int64_t> other_expense_fen;
  std::string other_expense_note;

  std::string posting_id;  // recorded posting of that first day; empty when there is none yet
  absl::CivilDay posted_from;
  absl::CivilDay posted_until;  // as recorded, or else the first that is late enough (A24)
  std::string unit_phone;       // of the posting, or else of the unit; empty when neither has one
  std::string city_phone;

  std::vector<NoticeSwitch> switches;  // that were on
};

// The notice of the household to be posted from `first_day` on (R94–R101, A26, A27).
//
// House numbers in the address are hidden (HideHouseNumbers) and names of members under
// kShownNameAge masked unless `options` says otherwise; a member whose age is not known counts as a
// child. A worker is employed when on post or on sick leave, a migrant worker also while no work
// status is stated, because the contract with the unit is what files him or her.
NoticeSheet DeriveNoticeSheet(const v1::Archive& archive, const OrgTree& orgs,
                              const NoticeOptions& options, absl::CivilDay first_day);

// The notice is public: errors (NOT_FOR_THE_PUBLIC) for every text of `sheet` that contains an
// identity, telephone or card number of the family in `archive`, also written full-width or with
// blanks and signs in between; anything that can only be somebody's mobile, identity or card
// number; and the name of a member whose name is masked. Also an error: no telephone of the unit
// (REQUIRED_MISSING, R100), and more than limits::kMaxMembers members (TOO_LARGE), of whom nothing
// else is looked at. `field` is the field of the archive to be
// corrected, `other_field` the one whose value it repeats.
Findings CheckNoticeSheet(const NoticeSheet& sheet, const v1::Archive& archive);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_NOTICE_NOTICE_SHEET_H_
