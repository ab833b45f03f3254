#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "client/cli/commands.h"
#include "client/cli/held_back.h"
#include "client/cli/outbox_text.h"
#include "client/cli/progress.h"
#include "client/sync/syncer.h"
#include "server/tls/certificate_keeper.h"

namespace bangfu::client {
namespace {

Json ToJson(const SyncReport& report) {
  Json attention = Json::array();
  for (const OutboxEntry& entry : report.attention) attention.push_back(ToJson(entry));
  return {{"accepted", report.accepted},
          {"merged", report.merged},
          {"conflicts", report.conflicts},
          {"refused", report.refused},
          {"parked", report.parked},
          {"replayed", report.replayed},
          {"pulled", report.pulled},
          {"left", report.left},
          {"policy_updated", report.policy_updated},
          {"policy_unreadable", report.policy_unreadable},
          {"held_back", bangfu::client::ToJson(report.held_back)},
          {"conflicts_not_compared", report.conflicts_not_compared},
          {"attention", attention}};
}

// Whether anything happened that is worth telling when the sync ended early.
bool DidSomething(const SyncReport& report) {
  return report.accepted + report.merged + report.conflicts + report.refused + report.parked +
             report.pulled + report.left >
         0;
}

void PrintReport(Session& session, const SyncReport& report) {
  const Output& out = session.out();
  out.Line(
      {absl::StrCat("上送：接受 ", report.accepted, "，合并 ", report.merged, "，冲突 ",
                    report.conflicts, "，拒绝 ", report.refused, "，待裁定 ", report.parked,
                    "；下载：", report.pulled, " 条，移出 ", report.left, " 条。"),
       absl::StrCat("up: accepted ", report.accepted, ", merged ", report.merged, ", conflicts ",
                    report.conflicts, ", refused ", report.refused, ", parked ", report.parked,
                    "; down: ", report.pulled, " records, ", report.left, " left the scope.")});
  PrintHeldBack(session, report.held_back);
  PrintAttention(out, report.attention);
  if (report.unconfirmed > 0) {
    out.Line(
        {absl::StrCat("上级数据已重建，有 ", report.unconfirmed, " 条本机记录上级暂无，已保留。"),
         absl::StrCat("The server began anew; ", report.unconfirmed,
                      " records here are not there and were kept.")});
  }
  if (report.policy_updated) {
    out.Line({"政策数据已更新；内容见 bangfu policy show。",
              "The policy data were updated; see bangfu policy show."});
  }
  if (report.policy_unreadable) {
    out.Line({"上级有更新的政策数据，但本程序无法使用，检查仍按原有的进行；请升级本程序后再同步。",
              "The server has newer policy data that this program cannot use, so checks go by "
              "those of before; update this program and sync again."});
  }
}

// Renews our certificate when it is time. What fails is said and tried again with the next sync:
// there is a third of its life left for that.
void KeepCertificate(Session& session, IdentityLink& people, const Clock& machine_clock) {
  const auto renew =
      [&people](const std::string& csr) -> absl::StatusOr<server::CertificateKeeper::Renewed> {
    v1::RenewCertificateRequest request;
    request.set_csr_pem(csr);
    auto answer = people.RenewCertificate(request);
    if (!answer.ok()) return answer.status();
    return server::CertificateKeeper::Renewed{answer->certificate_pem(), answer->ca_pem()};
  };
  server::CertificateKeeper keeper(session.folder().tls(), machine_clock, renew);
  const auto renewed = keeper.RenewIfDue();
  const Output& out = session.out();
  if (renewed.ok() && *renewed) {
    out.Line({"本机证书已续期。", "The certificate of this desktop was renewed."});
  } else if (!renewed.ok()) {
    const Text why = TextOf(renewed.status());
    out.Line({absl::StrCat("本机证书到了续期的时候，但没有成功，下次同步再试：", why.zh),
              absl::StrCat("The certificate of this desktop is due and was not renewed; the next "
                           "sync tries again: ",
                           why.en)});
  }
}

}  // namespace

absl::StatusOr<ExitStatus> Sync(Session& session, SyncPart part) {
  auto link = session.Connect();
  if (!link.ok()) return link.status();
  auto people = session.ConnectPeople();
  if (!people.ok()) return people.status();
  const SystemClock machine_clock;
  SyncReport report;
  absl::Status status;
  {
    Progress progress(session.out().Say({"同步", "sync"}));
    Syncer syncer(
        session.replica(), **link, session.clock(),
        [&](SyncPhase, int64_t done, int64_t total) { progress.Update(done, total); },
        {people->get(), &machine_clock}, Paging::kAhead);
    status = part == SyncPart::kPush   ? syncer.Push(report)
             : part == SyncPart::kPull ? syncer.Pull(report)
                                       : syncer.Sync(report);
  }
  if (!status.ok()) {
    if (!DidSomething(report)) return status;
    PrintReport(session, report);
    return session.out().Fail(status, ToJson(report));
  }
  KeepCertificate(session, **people, machine_clock);
  PrintReport(session, report);
  session.out().Print(ToJson(report));
  const int64_t open = report.refused + report.parked + report.conflicts;
  return open > 0 || !report.held_back.empty() ? kSomeRefused : kDone;
}

absl::StatusOr<ExitStatus> Dismiss(Session& session, const std::vector<std::string>& change_ids) {
  for (const std::string& change_id : change_ids) {
    if (absl::Status status = session.replica().Dismiss(change_id); !status.ok()) return status;
  }
  session.out().Line({absl::StrCat("已归置 ", change_ids.size(), " 项。"),
                      absl::StrCat(change_ids.size(), " put away.")});
  session.out().Print(Json{{"dismissed", change_ids.size()}});
  return kDone;
}

}  // namespace bangfu::client
