// kill -9 at every named step of the programs (base/test_hooks.h): of the city, of a district, of a
// desktop's command line. After a restart everything settles, nothing is lost and nothing doubled.

#include <SQLiteCpp/SQLiteCpp.h>
#include <sys/wait.h>

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <regex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "tests/chaos/scenario.h"
#include "tests/chaos/scenarios.h"
#include "tests/chaos/tree.h"
#include "tests/support/people.h"

namespace bangfu::chaos {
namespace {

constexpr char kUnit[] = "hz.fuyang.fuchun";
constexpr char kOtherUnit[] = "hz.fuyang.dongzhou";
constexpr char kUnion[] = "hz.fuyang";
constexpr char kCenter[] = "hz.center";
constexpr char kKillVariable[] = "BANGFU_KILL_AT";
constexpr char kLogVariable[] = "BANGFU_STEP_LOG";
constexpr char kReofferStep[] = "round.reoffered";
constexpr int kMoving = 0;       // household that changes its unit again and again
constexpr int kFirstEdited = 1;  // households that two desks edit at once
constexpr int kEdited = 8;
constexpr int kLongTimes = 3;  // which time a step is reached, at most, in the long form
constexpr int kTries = 2;      // rounds in which a step may be reached
constexpr absl::Duration kTimeout = absl::Seconds(60);
constexpr absl::Duration kCommandTimeout = absl::Seconds(60);
constexpr absl::Duration kLookInterval = absl::Milliseconds(5);

// Names of all steps in the sources.
std::set<std::string> StepsInSources() {
  const std::regex step("BANGFU_STEP\\(\"([^\"]+)\"\\)");
  std::set<std::string> steps;
  for (const char* folder : {"server", "client"}) {
    for (const auto& entry : std::filesystem::recursive_directory_iterator(
             absl::StrCat(BANGFU_SOURCE_DIR, "/", folder))) {
      if (entry.path().extension() != ".cc") continue;
      std::ifstream file(entry.path());
      const std::string text{std::istreambuf_iterator<char>(file), {}};
      for (std::sregex_iterator found(text.begin(), text.end(), step), end; found != end; ++found) {
        steps.insert((*found)[1]);
      }
    }
  }
  return steps;
}

std::set<std::string> LinesOf(const std::string& path) {
  std::ifstream file(path);
  std::set<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.insert(line);
  return lines;
}

// A desktop at work through the command line.
class CommandLine {
 public:
  CommandLine(World& world, const std::string& node, const std::string& server)
      : world_(world), data_(world.Path(node)) {
    const int status = Run(
        {"join", "--server", server, "--tls", world.CertificateOf(node, kUnit, NodeKind::kDesk)},
        {});
    Must(status == 0 ? absl::OkStatus() : absl::InternalError(absl::StrCat("status ", status)),
         "bangfu join");
    const auto joined = Must(client::Replica::Open(replica()), "replica");
    for (const client::DeskSession& session : world.people().SignIn(kUnit, node)) {
      if (session.person.id() != server::AccountOf("handler", kUnit)) continue;
      Must(joined->SaveSession(session), "sign-in");
    }
  }

  std::string replica() const { return data_ + "/replica.db"; }

  // Wait status of a command.
  int Run(const std::vector<std::string>& arguments, const Process::Environment& environment) {
    std::vector<std::string> words = {"--data", data_, "--lang", "en"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    Process::Environment all = environment;
    all["BANGFU_CLOCK"] =
        absl::FormatTime(absl::RFC3339_full, world_.clock().Now(), absl::UTCTimeZone());
    Process process =
        Must(Process::Start(world_.options().client_binary, words, all, data_ + ".log"), "bangfu");
    return process.Wait(kCommandTimeout).value_or(SIGABRT);
  }

 private:
  World& world_;
  const std::string data_;
};

// Everything at work: what each round does reaches the steps.
class Office {
 public:
  Office(World& world, Report& report)
      : world_(world),
        report_(report),
        tree_(world),
        district_(*tree_.AddDistrict(kUnion).node),
        unit_(*tree_.AddDesktop("fuchun", kUnit, district_).desktop),
        union_(*tree_.AddDesktop("fuyang-desk", kUnion, district_).desktop),
        center_(*tree_.AddDesktop("center", kCenter, tree_.city()).desktop) {
    for (int number = 0; number < kFirstEdited + kEdited; ++number) {
      report_.Check(unit_.File(Household(number, kUnit)), "filing");
    }
    filed_ = kFirstEdited + kEdited;
    tree_.Settle(kTimeout, report_);
    cli_.emplace(world_, "cli", district_.address());
    cli_->Run({"sync"}, {});
  }

  Tree& tree() { return tree_; }
  Node& district() { return district_; }
  CommandLine& cli() { return *cli_; }

  // Filing, edits, a conflict, a decision, a move.
  void Round() {
    ++rounds_;
    report_.Check(unit_.File(Household(filed_++, kUnit)), "filing");
    const int number = kFirstEdited + static_cast<int>(rounds_ % kEdited);
    EditPhones({&unit_, &union_}, Household(number, kUnit).id());
    Decide();
    Move();
    for (Desktop* desktop : {&unit_, &union_, &center_}) desktop->Sync().IgnoreError();
  }

  bool Settle() {
    const bool settled = tree_.Settle(kTimeout, report_);
    tree_.CheckEffects(report_);
    return settled && !report_.failed();
  }

  // The city's feed begins anew: everybody compares and offers again.
  void BeginEpoch() {
    tree_.city().Stop();
    report_.Check(tree_.city().RunCommand("epoch"), "bangfu-server epoch");
    report_.Check(tree_.city().Start(), "city");
  }

  // News for the command line's next pull, and damage for its next comparison.
  void PrepareCommands() {
    EditPhones({&unit_}, Household(kFirstEdited, kUnit).id());
    tree_.Settle(kTimeout, report_);
    SQLite::Database file(cli_->replica(), SQLite::OPEN_READWRITE);
    file.exec("PRAGMA busy_timeout = 5000");
    SQLite::Statement remove(file, "DELETE FROM record WHERE id = ?");
    remove.bind(1, Household(kFirstEdited + kEdited - 1, kUnit).id());
    remove.exec();
  }

  // The commands of one morning.
  std::vector<std::vector<std::string>> Commands() {
    const std::string id = Household(kFirstEdited + 1, kUnit).id();
    return {{"archive", "edit", id, "--set", absl::StrCat("联系电话=", PhoneOf(++phone_))},
            {"sync"},
            {"verify"}};
  }

  // The command line's replica is as its node has it, and nothing waits there.
  void CheckCommandLine() {
    cli_->Run({"sync"}, {});
    tree_.Settle(kTimeout, report_);
    cli_->Run({"sync"}, {});
    const auto replica = client::Replica::Open(cli_->replica());
    if (!report_.Check(replica.status(), "replica of the command line")) return;
    Differences(GivenBy(district_, kUnit), TakenBy(**replica), "command line", &report_);
    report_.CheckEqual((*replica)->GetBacklog().value_or(client::Backlog()).pending, 0,
                       "changes that wait at the command line");
    report_.CheckEqual(DoubleEffects(district_), 0, "changes with two effects");
  }

 private:
  void EditPhones(const std::vector<Desktop*>& desktops, const std::string& id) {
    for (Desktop* desktop : desktops) {
      report_.Check(desktop->EditPhone(id, PhoneOf(++phone_)), "edit");
    }
  }

  // Settles what is open in the union's log.
  void Decide() {
    const auto open = union_.replica().ListConflicts("", v1::CONFLICT_STATE_OPEN, /*limit=*/2);
    if (!report_.Check(open.status(), "conflicts")) return;
    for (const v1::Conflict& conflict : *open) {
      v1::Change change = NewChange(world_, kUnion, conflict.record_id());
      change.mutable_resolve_conflict()->set_conflict_id(conflict.id());
      change.mutable_resolve_conflict()->set_decision(v1::CONFLICT_DECISION_TAKE_THEIRS);
      change.mutable_resolve_conflict()->set_reason("已核实");
      // It may be settled in the meantime.
      union_.Enter(change).IgnoreError();
    }
  }

  void Move() {
    const auto record = center_.replica().GetRecord(Household(kMoving, kUnit).id());
    if (!report_.Check(record.status(), "the household that moves")) return;
    v1::Archive archive;
    archive.ParseFromString(record->body);
    archive.set_unit(archive.unit() == kUnit ? kOtherUnit : kUnit);
    v1::Change change = Edit(world_, kCenter, archive, record->base_revision, {"unit"});
    change.mutable_put()->set_correction_reason("职工调动");
    report_.Check(center_.Enter(change), "move");
  }

  World& world_;
  Report& report_;
  Tree tree_;
  Node& district_;
  Desktop& unit_;
  Desktop& union_;
  Desktop& center_;
  std::optional<CommandLine> cli_;
  int filed_ = 0;
  int64_t rounds_ = 0;
  int64_t phone_ = 1'000'000;
};

// Starts a node again as soon as it has ended.
class Nurse {
 public:
  Nurse(Node& node, Report& report)
      : thread_([this, &node, &report] {
          while (!stop_) {
            if (!node.Running()) {
              killed_ = true;
              report.Check(node.Start(), "restart");
            }
            absl::SleepFor(kLookInterval);
          }
        }) {}
  ~Nurse() {
    stop_ = true;
    thread_.join();
  }
  bool killed() const { return killed_; }

 private:
  std::atomic<bool> stop_{false};
  std::atomic<bool> killed_{false};
  std::thread thread_;
};

// Whether the node was killed at the step and everything was well afterwards.
bool KillNode(Office& office, Node& node, const std::string& step, int time, Report& report) {
  node.Kill();
  // Some steps are reached before it serves.
  node.Start({{kKillVariable, absl::StrCat(step, ":", time)}}).IgnoreError();
  Nurse nurse(node, report);
  for (int i = 0; i < kTries && !nurse.killed(); ++i) {
    if (step == kReofferStep) office.BeginEpoch();
    office.Round();
    if (!office.Settle()) break;
  }
  return nurse.killed();
}

// Whether a command was killed at the step.
bool KillCommands(Office& office, const std::string& step) {
  bool killed = false;
  office.PrepareCommands();
  for (const std::vector<std::string>& command : office.Commands()) {
    const int status = office.cli().Run(command, {{kKillVariable, step}});
    if (!WIFSIGNALED(status)) continue;
    killed = true;
    // Whoever saw it end enters nothing twice: what was entered is there.
    if (command.front() != "archive") office.cli().Run(command, {});
  }
  office.CheckCommandLine();
  return killed;
}

// Steps that each program reaches when nothing goes wrong.
struct Reached {
  std::set<std::string> city;
  std::set<std::string> district;
  std::set<std::string> client;
};

Reached DryRun(World& world, Office& office) {
  const auto log = [&world](const std::string& name) {
    return Process::Environment{{kLogVariable, world.Path(name + ".steps")}};
  };
  for (Node* node : office.tree().nodes()) {
    node->Stop();
    Must(node->Start(log(node->name())), "restart");
  }
  for (int i = 0; i < kTries; ++i) {
    office.Round();
    office.Settle();
  }
  office.BeginEpoch();
  office.Round();
  office.Settle();
  office.PrepareCommands();
  for (const auto& command : office.Commands()) office.cli().Run(command, log("client"));
  office.CheckCommandLine();
  return {LinesOf(world.Path("city.steps")), LinesOf(world.Path("fuyang.steps")),
          LinesOf(world.Path("client.steps"))};
}

}  // namespace

void KilledProcesses(const ScenarioOptions& options, Report& report) {
  World world(options);
  Office office(world, report);
  if (report.failed()) return;
  const Reached reached = DryRun(world, office);
  std::set<std::string> killed;
  int64_t kills = 0;
  const auto note = [&](const std::string& step, bool was_killed) {
    if (!was_killed) return;
    killed.insert(step);
    ++kills;
  };
  const int times = options.long_form ? kLongTimes : 1;
  for (int time = 1; time <= times; ++time) {
    for (Node* node : office.tree().nodes()) {
      const bool is_city = node == &office.tree().city();
      for (const std::string& step : is_city ? reached.city : reached.district) {
        if (report.failed()) return;
        const bool was_killed = KillNode(office, *node, step, time, report);
        note(step, was_killed);
        report.Check(was_killed || time > 1,
                     absl::StrCat(node->name(), " was not killed at ", step));
        if (report.failed()) {
          report.Fail(absl::StrCat("(", node->name(), " was killed at ", step, ":", time, ")"));
        }
      }
    }
  }
  for (const std::string& step : reached.client) {
    if (report.failed()) return;
    const bool was_killed = KillCommands(office, step);
    note(step, was_killed);
    report.Check(was_killed, absl::StrCat("no command was killed at ", step));
  }
  const std::set<std::string> all = StepsInSources();
  for (const std::string& step : all) {
    report.Check(killed.count(step) > 0, absl::StrCat("nothing was killed at step ", step));
  }
  report.Figure("steps in the sources", static_cast<int64_t>(all.size()));
  report.Figure("steps at which something was killed", static_cast<int64_t>(killed.size()));
  report.Figure("kills", kills);
  report.Figure("lost or doubled", report.failed() ? "see above" : "0");
}

}  // namespace bangfu::chaos
