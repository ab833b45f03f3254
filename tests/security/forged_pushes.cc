// Attempts to change what is not one's own, against real processes: every one must be refused, must
// be in the audit log, and must not have changed a row.

#include <map>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/security/forged.h"
#include "tests/security/witness.h"

namespace bangfu::security {
namespace {

constexpr size_t kFewestAttempts = 200;
constexpr absl::Duration kSettleTimeout = absl::Seconds(60);
constexpr absl::Duration kSettlePoll = absl::Milliseconds(500);
// Entries of refused calls are written before the answer; TLS may hang up later.
constexpr absl::Duration kEntryTimeout = absl::Seconds(2);

// Waits until the district has what the city has and nothing moves any more.
void Settle(Witness& city, Witness& district, const std::string& org) {
  const absl::Time end = absl::Now() + kSettleTimeout;
  const std::string count = absl::StrCat("SELECT count(*) FROM record WHERE org <@ '", org, "'");
  std::string before;
  while (absl::Now() < end) {
    const std::string now = district.Records();
    if (now == before && district.Number(count) == city.Number(count)) return;
    before = now;
    absl::SleepFor(kSettlePoll);
  }
  Must(absl::DeadlineExceededError("the district does not get what the city has"), "settle");
}

bool IsAudited(Witness& witness) {
  const absl::Time end = absl::Now() + kEntryTimeout;
  while (absl::Now() < end) {
    for (const v1::AuditEntry& entry : witness.NewEntries()) {
      if (TellsOfRefusal(entry)) return true;
    }
    absl::SleepFor(absl::Milliseconds(50));
  }
  return false;
}

class Trial {
 public:
  Trial(Witness& city, Witness& district, Report& report)
      : city_(city), district_(district), report_(report), before_(Records()) {}

  void Try(const Attempt& attempt) {
    city_.NewEntries();
    district_.NewEntries();
    const Answer answer = attempt.run();
    const std::string name = absl::StrCat(attempt.group, ": ", attempt.name);
    ++tried_[attempt.group];
    report_.Check(answer.refused, absl::StrCat(name, ": not refused: ", answer.how));
    if (attempt.audited != Audited::kNowhere) {
      Witness& witness = attempt.audited == Audited::kAtCity ? city_ : district_;
      const bool found = IsAudited(witness);
      audited_ += found ? 1 : 0;
      report_.Check(found, absl::StrCat(name, ": not in the audit log: ", answer.how));
    }
    const std::string after = Records();
    report_.Check(after == before_, absl::StrCat(name, ": rows have changed: ", answer.how));
    before_ = after;
  }

  void Figures() const {
    int64_t all = 0;
    for (const auto& [group, tried] : tried_) {
      all += tried;
      report_.Figure(absl::StrCat("attempts, ", group), tried);
    }
    report_.Figure("attempts", all);
    report_.Figure("of these found in the audit log; TLS hung up on most others", audited_);
  }

 private:
  std::string Records() { return city_.Records() + district_.Records(); }

  Witness& city_;
  Witness& district_;
  Report& report_;
  std::string before_;
  std::map<std::string, int64_t> tried_;
  int64_t audited_ = 0;
};

}  // namespace

void ForgedPushes(const ScenarioOptions& options, Report& report) {
  City town(options);
  town.Start();
  town.StartDistrict();
  Stage stage(town);
  Witness city(town.city());
  Witness district(town.district());
  Settle(city, district, kDistrict);
  std::vector<Attempt> attempts;
  AddForgedChanges(stage, attempts);
  AddForgedSteps(stage, attempts);
  AddForgedSessions(stage, attempts);
  AddForgedCertificates(stage, attempts);
  AddForgedLines(stage, attempts);
  report.Check(attempts.size() >= kFewestAttempts, "too few attempts");
  Trial trial(city, district, report);
  for (const Attempt& attempt : attempts) trial.Try(attempt);
  trial.Figures();
  int64_t permitted = 0;
  for (const Attempt& attempt : PermittedSteps(stage)) {
    const Answer answer = attempt.run();
    report.Check(!answer.refused,
                 absl::StrCat("permitted, but refused: ", attempt.name, ": ", answer.how));
    ++permitted;
  }
  report.Figure("the same by those who may", permitted);
}

}  // namespace bangfu::security
