#include <signal.h>

#include <atomic>
#include <map>
#include <string>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/clock.h"
#include "client/cli/commands.h"
#include "client/cli/held_back.h"
#include "client/cli/progress.h"
#include "client/reconcile/reconcile.h"
#include "client/sync/syncer.h"

namespace bangfu::client {
namespace {

Json ToJson(const ReconcileReport& report) {
  return {{"compared", report.compared}, {"missing", report.missing},
          {"behind", report.behind},     {"damaged", report.damaged},
          {"left", report.left},         {"unknown", report.unknown},
          {"repaired", report.repaired}, {"received_bytes", report.received_bytes}};
}

void PrintComparison(const Output& out, const ReconcileReport& report) {
  if (report.differences() == 0) {
    out.Line({absl::StrCat("已与上级比对 ", report.compared, " 条记录，完全一致。"),
              absl::StrCat("Compared ", report.compared, " records with the server: equal.")});
    return;
  }
  out.Line(
      {absl::StrCat("已与上级比对 ", report.compared, " 条记录：本机缺 ", report.missing,
                    "，版本不同 ", report.behind, "，内容损坏 ", report.damaged, "，应移出 ",
                    report.left, "，上级未知 ", report.unknown, "；已修复 ", report.repaired, "。"),
       absl::StrCat("Compared ", report.compared, " records: ", report.missing, " missing, ",
                    report.behind, " of another revision, ", report.damaged, " damaged, ",
                    report.left, " to be let go of, ", report.unknown, " unknown to the server; ",
                    report.repaired, " mended.")});
}

sigset_t StopSignals() {
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGTERM);
  sigaddset(&signals, SIGINT);
  return signals;
}

// Ends a watch on SIGINT or SIGTERM. All threads of the process must have them blocked.
class StopOnSignal {
 public:
  explicit StopOnSignal(ServerLink& link) : link_(link), thread_([this] { Wait(); }) {}
  ~StopOnSignal() {
    over_ = true;
    thread_.join();
  }

  const std::atomic<bool>& stop() const { return stop_; }

 private:
  void Wait() {
    constexpr timespec kLook{0, 100'000'000};  // how often the end of the watch is looked for
    while (!over_) {
      if (sigtimedwait(&signals_, nullptr, &kLook) < 0) continue;
      stop_ = true;
      link_.Cancel();
      return;
    }
  }

  ServerLink& link_;
  const sigset_t signals_ = StopSignals();
  std::atomic<bool> stop_{false};
  std::atomic<bool> over_{false};
  std::thread thread_;
};

}  // namespace

absl::StatusOr<ExitStatus> Verify(Session& session, bool check_only) {
  auto link = session.Connect();
  if (!link.ok()) return link.status();
  auto people = session.ConnectPeople();
  if (!people.ok()) return people.status();
  const SystemClock machine_clock;
  SyncReport pulled;
  absl::StatusOr<ReconcileReport> report = ReconcileReport();
  {
    Progress progress(session.out().Say({"比对", "compare"}));
    Syncer syncer(session.replica(), **link, session.clock(),
                  [&](SyncPhase, int64_t done, int64_t total) { progress.Update(done, total); },
                  {people->get(), &machine_clock});
    report = syncer.Verify(check_only ? ReconcileMode::kCompare : ReconcileMode::kRepair, pulled);
  }
  if (!report.ok()) return report.status();
  PrintComparison(session.out(), *report);
  if (pulled.conflicts_not_compared) {
    session.out().Line(
        {"冲突记录没有比对：须有能查看它的人员登录（bangfu login）。",
         "The conflict log was not compared: somebody who may read it has to sign in "
         "(bangfu login)."});
  }
  session.out().Print(ToJson(*report));
  return report->differences() == 0 ? kDone : kSomeRefused;
}

absl::StatusOr<ExitStatus> Watch(Session& session) {
  // Before the line has threads of its own: they inherit it.
  const sigset_t signals = StopSignals();
  pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  auto link = session.Connect();
  if (!link.ok()) return link.status();
  auto people = session.ConnectPeople();
  if (!people.ok()) return people.status();
  const SystemClock machine_clock;
  const Output& out = session.out();
  out.Line({"持续同步中；按 Ctrl-C 结束。", "Syncing as things happen; Ctrl-C ends it."});
  const StopOnSignal signal(**link);
  Syncer syncer(session.replica(), **link, session.clock(), {}, {people->get(), &machine_clock});
  std::map<std::string, int64_t> held_back;
  syncer.Follow(signal.stop(), [&](const absl::Status& status, const SyncReport& report) {
    if (signal.stop()) return;
    if (!status.ok()) {
      out.Fail(status);
      return;
    }
    const int64_t sent =
        report.accepted + report.merged + report.conflicts + report.refused + report.parked;
    if (report.held_back != held_back) {
      held_back = report.held_back;
      PrintHeldBack(session, held_back);
    }
    if (sent + report.pulled + report.left == 0) return;
    out.Line({absl::StrCat("上送 ", sent, "，下载 ", report.pulled, "，移出 ", report.left),
              absl::StrCat("sent ", sent, ", took ", report.pulled, ", ", report.left,
                           " left the scope")});
    out.Print(Json{{"sent", sent}, {"pulled", report.pulled}, {"left", report.left}});
  });
  return kDone;
}

}  // namespace bangfu::client
