// A district between a newer city and newer desktops: fields that it does not know pass it byte for
// byte in both directions; programs that do not understand each other are told so.

#include <mutex>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "tests/chaos/raw_line.h"
#include "tests/chaos/scenario.h"
#include "tests/chaos/scenarios.h"
#include "tests/chaos/tree.h"

namespace bangfu::chaos {
namespace {

constexpr char kUnit[] = "hz.fuyang.fuchun";
constexpr absl::Duration kTimeout = absl::Seconds(30);
// Field 7001, length-delimited, "future": what a later version of the form might have.
constexpr char kUnknownField[] =
    "\xca\xb5\x03\x06"
    "future";
constexpr char kUnknownPath[] = "future_field";

// Pushes that went from the district to the city.
class Passed {
 public:
  explicit Passed(FaultyLine& line) : line_(line) {
    line_.OnPush([this](const v1::PushRequest& push) {
      const std::lock_guard<std::mutex> lock(mutex_);
      for (const v1::Change& change : push.changes()) changes_.push_back(change);
    });
  }
  ~Passed() { line_.OnPush({}); }

  bool Has(const std::string& change_id, const v1::Put& put) {
    const std::lock_guard<std::mutex> lock(mutex_);
    for (const v1::Change& change : changes_) {
      if (change.change_id() == change_id) {
        return change.put().SerializeAsString() == put.SerializeAsString();
      }
    }
    return false;
  }

 private:
  FaultyLine& line_;
  std::mutex mutex_;
  std::vector<v1::Change> changes_;  // guarded by mutex_
};

bool WaitFor(const std::function<bool()>& condition) {
  const absl::Time end = absl::Now() + kTimeout;
  while (!condition()) {
    if (absl::Now() > end) return false;
    absl::SleepFor(absl::Milliseconds(20));
  }
  return true;
}

void CheckDown(Tree& tree, Desktop& desktop, Node& district, Report& report) {
  const std::string id = Household(1, kUnit).id();
  const std::string newer = GivenBy(tree.city(), "hz").at(id).body + kUnknownField;
  report.Check(Overwrite(tree.city(), id, newer), "a newer city writes");
  if (!tree.Settle(kTimeout, report)) return;
  report.Check(GivenBy(district, "hz").at(id).body == newer,
               "the district changed a record that it does not know all of");
  report.Check(TakenBy(desktop.replica()).at(id).body == newer,
               "the desktop changed a record that it does not know all of");
  // Somebody who does not know the field edits another one.
  report.Check(desktop.EditPhone(id, PhoneOf(77)), "edit");
  if (!tree.Settle(kTimeout, report)) return;
  const std::string edited = GivenBy(tree.city(), "hz").at(id).body;
  report.Check(absl::StrContains(edited, PhoneOf(77)), "the edit did not arrive");
  report.Check(absl::StrContains(edited, kUnknownField),
               "the unknown field did not survive an edit");
}

void CheckUp(World& world, Tree& tree, Passed& passed, RawLine& newer_desktop, Report& report) {
  // A record with a field that nobody knows, and an edit of that field.
  v1::Change filing = Filing(world, Household(2, kUnit));
  filing.mutable_put()->mutable_record()->append(kUnknownField);
  auto answer = newer_desktop.Push(filing);
  if (!report.Check(answer.status(), "filing with an unknown field")) return;
  report.Check(answer->verdict() == v1::VERDICT_ACCEPTED,
               absl::StrCat("filing with an unknown field: ", answer->ShortDebugString()));
  report.Check(WaitFor([&] { return passed.Has(filing.change_id(), filing.put()); }),
               "the filing did not pass as it was");
  report.Check(WaitFor([&] { return UpstreamWaiting(*tree.districts()[0]->node) == 0; }),
               "the filing still waits");

  v1::Change edit = Edit(world, kUnit, Household(2, kUnit), 0, {kUnknownPath});
  edit.set_base_revision(answer->revision());
  edit.mutable_put()->mutable_record()->append(kUnknownField);
  answer = newer_desktop.Push(edit);
  if (!report.Check(answer.status(), "edit of an unknown field")) return;
  report.Check(answer->verdict() == v1::VERDICT_ACCEPTED || answer->verdict() == v1::VERDICT_MERGED,
               absl::StrCat("edit of an unknown field: ", answer->ShortDebugString()));
  report.Check(WaitFor([&] { return passed.Has(edit.change_id(), edit.put()); }),
               "the edit of an unknown field did not pass as it was");
  report.Check(WaitFor([&] { return UpstreamWaiting(*tree.districts()[0]->node) == 0; }),
               "the edit of an unknown field blocks the line");
}

// What each side says about a version that it does not speak.
void CheckRefusal(const absl::Status& status, absl::string_view who, Report& report) {
  report.Check(status.code() == absl::StatusCode::kFailedPrecondition &&
                   ReasonOf(status) == v1::ERROR_REASON_PROTOCOL_VERSION,
               absl::StrCat(who, " was told: ", status.ToString()));
  const Text text = TextOf(status);
  report.Check(absl::StrContains(text.zh, "升级") && absl::StrContains(text.en, "update"),
               absl::StrCat(who, " was not told what to do: ", text.zh, " / ", text.en));
}

void CheckVersions(RawLine& caller, Seat& seat, Report& report) {
  v1::HandshakeRequest request;
  CheckRefusal(caller.Handshake(request).status(), "a caller from before the first version",
               report);
  request.set_protocol_version(limits::kProtocolVersion + 2);
  request.set_oldest_protocol_version(limits::kProtocolVersion + 1);
  CheckRefusal(caller.Handshake(request).status(), "a caller that is too new", report);
  request.set_oldest_protocol_version(limits::kOldestProtocolVersion);
  report.Check(caller.Handshake(request).status(), "a newer caller that still speaks ours");
  seat.line->SetServerVersion(limits::kProtocolVersion + 1);
  CheckRefusal(seat.desktop->Sync(), "a desktop under a server that is too new", report);
  seat.line->SetServerVersion(0);
  report.Check(seat.desktop->Sync(), "sync after the update");
}

}  // namespace

void Versions(const ScenarioOptions& options, Report& report) {
  World world(options);
  Tree tree(world);
  District& district = tree.AddDistrict("hz.fuyang");
  Seat& seat = tree.AddDesktop("fuchun", kUnit, *district.node);
  report.Check(seat.desktop->File(Household(1, kUnit)), "filing");
  if (!tree.Settle(kTimeout, report)) return;
  CheckDown(tree, *seat.desktop, *district.node, report);
  RawLine newer(world, "newer", kUnit, district.node->address());
  {
    Passed passed(*district.line);
    CheckUp(world, tree, passed, newer, report);
  }
  tree.Settle(kTimeout, report);
  CheckVersions(newer, seat, report);
  report.Figure("unknown field down, up, edited beside, edited itself",
                report.failed() ? "failed" : "kept byte for byte");
}

}  // namespace bangfu::chaos
