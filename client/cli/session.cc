#include "client/cli/session.h"

#include <cstdlib>
#include <random>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "client/transport/grpc_identity_link.h"
#include "client/transport/grpc_server_link.h"
#include "domain/policy/policy_file.h"
#include "domain/record/field_values.h"
#include "domain/record/record_type.h"
#include "domain/rules/archive_number.h"
#include "domain/text/civil_date.h"
#include "server/tls/bundle.h"

namespace bangfu::client {
namespace {

constexpr char kDataVariable[] = "BANGFU_DATA";
constexpr char kDefaultFolder[] = "/.local/share/bangfu";

absl::Status SignInFirst(const std::string& person) {
  const std::string whom = person.empty() ? "<账号>" : person;
  const std::string whom_en = person.empty() ? "<account>" : person;
  return ErrorBuilder(
             absl::StatusCode::kUnauthenticated, v1::ERROR_REASON_SIGN_IN_REQUIRED,
             {absl::StrCat(person.empty() ? "还没有人" : absl::StrCat(person, " 没有"),
                           "在本机登录；请先联网运行 bangfu login ", whom, "。"),
              absl::StrCat(person.empty() ? "Nobody has" : absl::StrCat(person, " has not"),
                           " signed in at this desk; with a line to the server run "
                           "bangfu login ",
                           whom_en, " first.")})
      .Build();
}

absl::Status SessionEnded(const std::string& person) {
  return ErrorBuilder(
             absl::StatusCode::kUnauthenticated, v1::ERROR_REASON_SIGN_IN_REQUIRED,
             {absl::StrCat(person, " 的登录已失效；请重新运行 bangfu login ", person, "。"),
              absl::StrCat("The session of ", person, " has ended; run bangfu login ", person,
                           " again.")})
      .Build();
}

}  // namespace

absl::StatusOr<DataFolder> FolderOf(const CommonOptions& options) {
  if (!options.data.empty()) return DataFolder{options.data};
  if (const char* variable = std::getenv(kDataVariable)) return DataFolder{variable};
  if (const char* home = std::getenv("HOME")) return DataFolder{absl::StrCat(home, kDefaultFolder)};
  return UserError(absl::StatusCode::kInvalidArgument,
                   {"请用 --data 指定数据目录。", "Name the data folder with --data."});
}

absl::StatusOr<std::unique_ptr<Clock>> ClockOf(const CommonOptions& options) {
  if (options.clock.empty()) return std::make_unique<SystemClock>();
  absl::Time start;
  std::string error;
  if (!absl::ParseTime(absl::RFC3339_full, options.clock, &start, &error)) {
    return UserError(absl::StatusCode::kInvalidArgument,
                     {"--clock 须为 RFC 3339 时间，如 2014-03-12T09:00:00+08:00。",
                      "--clock takes an RFC 3339 time like 2014-03-12T09:00:00+08:00."});
  }
  return std::make_unique<ShiftedClock>(start);
}

absl::Status CheckOrg(const domain::OrgTree& orgs, const std::string& org,
                      const std::string& within, absl::string_view option) {
  if (orgs.Find(org) == nullptr) {
    return UserError(absl::StatusCode::kInvalidArgument,
                     {absl::StrCat("工会组织目录中没有单位 ", org, "；请核对 ", option,
                                   "，写法如 hz.fuyang.fuchun。"),
                      absl::StrCat("There is no org ", org, " in the org tree; check ", option,
                                   ", written like hz.fuyang.fuchun.")});
  }
  if (domain::IsWithin(org, within)) return absl::OkStatus();
  return UserError(
      absl::StatusCode::kInvalidArgument,
      {absl::StrCat("单位 ", org, " 不在本机的范围 ", within, " 之内；请核对 ", option, "。"),
       absl::StrCat("The org ", org, " is not within ", within,
                    ", the scope of this desktop; check ", option, ".")});
}

absl::StatusOr<std::unique_ptr<Session>> Session::Open(const CommonOptions& options,
                                                       const Output& output) {
  std::unique_ptr<Session> session(new Session(options, output));
  auto folder = FolderOf(options);
  if (!folder.ok()) return folder.status();
  session->folder_ = *folder;
  auto clock = bangfu::client::ClockOf(options);
  if (!clock.ok()) return clock.status();
  session->clock_ = std::move(*clock);
  auto replica = Replica::Open(folder->replica());
  if (!replica.ok()) return replica.status();
  session->replica_ = std::move(*replica);
  auto identity = session->replica_->Identity();
  if (!identity.ok()) return identity.status();
  session->identity_ = std::move(*identity);
  auto tree = session->replica_->OrgTree();
  if (!tree.ok()) return tree.status();
  auto orgs = domain::OrgTree::Build(*tree);
  if (!orgs.ok()) return orgs.status();
  session->orgs_ = std::move(*orgs);
  auto set = session->replica_->PolicySet();
  if (!set.ok()) return set.status();
  auto policy = domain::PolicyBook::Build(set->version() == 0 ? domain::DefaultPolicySet() : *set,
                                          domain::OrgTree());
  if (!policy.ok()) return policy.status();
  session->policy_ = std::move(*policy);
  auto device = std::make_shared<std::random_device>();
  session->ids_ = std::make_unique<domain::UuidGenerator>(
      [device] { return (uint64_t{(*device)()} << 32) | uint64_t{(*device)()}; });
  return session;
}

absl::CivilDay Session::today() const { return domain::ShanghaiDay(clock_->Now()); }

std::string Session::NewId() { return ids_->Next(clock_->Now()); }

absl::StatusOr<DeskSession> Session::Signed() const {
  auto sessions = replica_->Sessions();
  if (!sessions.ok()) return sessions.status();
  for (DeskSession& session : *sessions) {
    if (options_.user.empty() || session.person.id() == options_.user) return std::move(session);
  }
  return SignInFirst(options_.user);
}

absl::StatusOr<v1::Actor> Session::Actor() const {
  auto session = Signed();
  if (!session.ok()) return session.status();
  v1::Actor actor;
  actor.set_person_id(session->person.id());
  actor.set_person_name(session->person.name());
  actor.set_org(session->person.org());
  return actor;
}

absl::StatusOr<OnBehalf> Session::Behalf() const {
  auto session = Signed();
  if (!session.ok()) return session.status();
  if (!session->IsGood(SystemClock().Now())) return SessionEnded(session->person.id());
  OnBehalf who;
  who.session = std::move(session->token);
  return who;
}

template <typename Link, typename Made>
absl::StatusOr<std::unique_ptr<Link>> Session::Dial() const {
  auto bundle = server::LoadBundle(folder_.tls(), absl::Now());
  if (!bundle.ok()) return bundle.status();
  auto link =
      Made::Connect(identity_.server_address, {bundle->ca_pem, bundle->cert_pem, bundle->key_pem});
  if (!link.ok()) return link.status();
  return std::unique_ptr<Link>(std::move(*link));
}

absl::StatusOr<std::unique_ptr<ServerLink>> Session::Connect() const {
  return Dial<ServerLink, GrpcServerLink>();
}

absl::StatusOr<std::unique_ptr<IdentityLink>> Session::ConnectPeople() const {
  return Dial<IdentityLink, GrpcIdentityLink>();
}

absl::StatusOr<LocalRecord> Session::FindArchive(const std::string& reference) const {
  const auto uuid = domain::ParseUuid(reference);
  const auto number = domain::ParseArchiveNumber(reference);
  absl::StatusOr<LocalRecord> found = absl::NotFoundError("");
  if (uuid) {
    found = replica_->GetRecord(*uuid);
  } else if (number) {
    found = replica_->FindByNumber(domain::FormatArchiveNumber(*number));
  }
  if (found.ok() && found->type == v1::RECORD_TYPE_ARCHIVE) return found;
  if (!found.ok() && !absl::IsNotFound(found.status())) return found.status();
  return UserError(
      absl::StatusCode::kNotFound,
      {absl::StrCat("本机没有档案 ", reference, "；请核对编号，或先运行 bangfu sync。"),
       absl::StrCat("There is no archive ", reference,
                    " here; check it, or run bangfu sync first.")});
}

v1::Change Session::NewChange(v1::RecordType type, const std::string& record_id,
                              const v1::Actor& actor) {
  v1::Change change;
  change.set_change_id(NewId());
  change.set_record_type(type);
  change.set_record_id(record_id);
  *change.mutable_actor() = actor;
  const absl::Time now = clock_->Now();
  const int64_t seconds = absl::ToUnixSeconds(now);
  change.mutable_entry_time()->set_seconds(seconds);
  change.mutable_entry_time()->set_nanos(
      static_cast<int32_t>((now - absl::FromUnixSeconds(seconds)) / absl::Nanoseconds(1)));
  change.set_origin_node(identity_.node);
  return change;
}

v1::Change Session::NewPut(v1::RecordType type, const google::protobuf::Message* before,
                           const google::protobuf::Message& after, const v1::Actor& actor,
                           const std::string& reason) {
  v1::Change change = NewChange(type, domain::IdOf(after), actor);
  v1::Put& put = *change.mutable_put();
  put.set_record(after.SerializeAsString());
  put.set_correction_reason(reason);
  if (before == nullptr) return change;  // a creation stands for all fields that are set
  const domain::FieldEdits edits =
      domain::Difference(domain::ReadFields(*before), domain::ReadFields(after));
  for (const auto& [path, value] : edits) put.add_changed_fields(path);
  return change;
}

absl::StatusOr<v1::Archive> ArchiveOf(const LocalRecord& record) {
  v1::Archive archive;
  if (record.type == v1::RECORD_TYPE_ARCHIVE && archive.ParseFromString(record.body))
    return archive;
  return UserError(absl::StatusCode::kDataLoss,
                   {absl::StrCat("本机的档案 ", record.id, " 无法读取。"),
                    absl::StrCat("The archive ", record.id, " here cannot be read.")});
}

}  // namespace bangfu::client
