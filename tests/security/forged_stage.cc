#include <pqxx/pqxx>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "absl/time/clock.h"
#include "domain/rules/sample_archive.h"
#include "domain/text/uuid.h"
#include "tests/security/forged.h"
#include "tests/security/line.h"

namespace bangfu::security {
namespace {

struct Somebody {
  const char* id;
  const char* org;
  std::vector<v1::Role> roles;
};

const std::vector<Somebody>& Everybody() {
  using enum v1::Role;
  static const auto& people = *new std::vector<Somebody>{
      {"fc.handler", kUnit, {ROLE_HANDLER}},
      {"lu.handler", kSibling, {ROLE_HANDLER}},
      {"lu.all", kSibling, {ROLE_HANDLER, ROLE_REVIEWER, ROLE_APPROVER, ROLE_REPORTER}},
      {"fy.handler", kDistrict, {ROLE_HANDLER}},
      {"fy.reviewer", kDistrict, {ROLE_REVIEWER}},
      {"fy.approver", kDistrict, {ROLE_APPROVER}},
      {"fy.reporter", kDistrict, {ROLE_REPORTER}},
      {"fy.auditor", kDistrict, {ROLE_AUDITOR}},
      {"fy.admin", kDistrict, {ROLE_ADMINISTRATOR}},
      {"fy.all", kDistrict, {ROLE_HANDLER, ROLE_REVIEWER, ROLE_APPROVER}},
      {"fy.gone", kDistrict, {ROLE_HANDLER, ROLE_REVIEWER, ROLE_APPROVER}},
      {"gy.all", kIndustry, {ROLE_HANDLER, ROLE_REVIEWER, ROLE_APPROVER, ROLE_REPORTER}},
      {"ce.handler", kCenter, {ROLE_HANDLER}},
      {"ce.reviewer", kCenter, {ROLE_REVIEWER}},
      {"ce.approver", kCenter, {ROLE_APPROVER}},
      {"ce.reporter", kCenter, {ROLE_REPORTER}},
      {"ce.all", kCenter, {ROLE_HANDLER, ROLE_REVIEWER, ROLE_APPROVER}},
      {"hz.all", kCity, {ROLE_HANDLER, ROLE_REVIEWER, ROLE_APPROVER, ROLE_REPORTER}},
  };
  return people;
}

std::string NewUuid() {
  static domain::UuidGenerator& ids =
      *new domain::UuidGenerator([n = uint64_t{0}]() mutable { return n += 0x9E3779B97F4A7C15u; });
  return ids.Next(absl::Now());
}

}  // namespace

Answer AnswerOf(const absl::Status& status) { return {!status.ok(), status.ToString()}; }

Answer AnswerOf(const absl::StatusOr<v1::PushResponse>& response) {
  if (!response.ok()) return AnswerOf(response.status());
  Answer answer{response->outcomes_size() > 0, ""};
  for (const v1::Outcome& outcome : response->outcomes()) {
    answer.refused = answer.refused && outcome.verdict() == v1::VERDICT_REFUSED;
    absl::StrAppend(&answer.how, v1::Verdict_Name(outcome.verdict()), " ");
    for (const v1::Finding& finding : outcome.findings())
      absl::StrAppend(&answer.how, finding.rule(), " ", finding.message_en(), " ");
  }
  return answer;
}

Stage::Stage(City& city) : city_(city) {
  for (const Somebody& somebody : Everybody()) {
    city_.AddAccount(somebody.id, somebody.org, somebody.roles);
    people_.push_back(somebody.id);
  }
  city_.PlantTokenKey(city_.city());
  for (int i = 0; i < 4; ++i) {
    archives_.push_back(Household(i, kUnit));
    File(archives_.back());
  }
  const auto step = [&](const char* person, const char* org, v1::Change change) {
    Must(AtDesk(org, person, change), absl::StrCat("step of ", person));
  };
  for (size_t i = 1; i < archives_.size(); ++i) {
    v1::Change change = By("fc.handler", archives_[i]);
    change.mutable_submit()->set_opinion("情况属实");
    step("fc.handler", kUnit, change);
    if (i == 1) continue;
    change = By("fy.reviewer", archives_[i]);
    change.mutable_review()->set_opinion("同意");
    step("fy.reviewer", kDistrict, change);
    if (i == 2) continue;
    change = By("ce.approver", archives_[i]);
    change.mutable_approve()->set_determined_category(archives_[i].claimed_category());
    step("ce.approver", kCenter, change);
  }
  SignOnce();
  v1::Person gone = city_.PersonOf("fy.gone");
  gone.set_disabled(true);
  security::Must(city_.UpdateAccount(gone), "disable an account");
}

void Stage::SignOnce() {
  const auto submit = [this](const char* person, const char* org, const v1::Archive& archive) {
    v1::Change change = By(person, archive);
    change.mutable_submit();
    Must(AtDesk(org, person, change), "submission");
  };
  const auto review = [this](const char* person, const v1::Archive& archive) {
    v1::Change change = By(person, archive);
    change.mutable_review();
    Must(AtDesk(kDistrict, person, change), "review");
  };
  for (int i = 4; i < 7; ++i) {
    archives_.push_back(Household(i, kUnit));
    if (i > 4) archives_.back().set_tier(v1::TIER_B);
    File(archives_.back());
  }
  submit("fy.all", kDistrict, SignedTwice(0));
  submit("fy.all", kDistrict, SignedTwice(1));
  review("fy.reviewer", SignedTwice(1));
  submit("fc.handler", kUnit, SignedTwice(2));
  review("fy.all", SignedTwice(2));
}

void Stage::Must(const Answer& answer, absl::string_view what) const {
  if (answer.refused) security::Must(absl::InternalError(answer.how), what);
}

void Stage::File(const v1::Archive& archive) {
  const v1::Change filing = Filing("fc.handler", archive);
  if (first_filing_.change_id().empty()) first_filing_ = filing;
  Must(AtDesk(kUnit, "fc.handler", filing), "filing");
}

int64_t Stage::RevisionOf(const v1::Archive& archive) const {
  pqxx::connection connection(city_.city().database->connection_string());
  pqxx::nontransaction session(connection);
  const pqxx::result rows =
      session.exec_params("SELECT revision FROM record WHERE id = $1", archive.id());
  return rows.empty() ? 0 : rows[0][0].as<int64_t>();
}

v1::Archive Stage::Household(int number, const std::string& unit) {
  const auto person = [number](const char* born, int sex) {
    return domain::sample::Number(absl::StrFormat("330102%s%03d", born, 2 * number + sex));
  };
  v1::Archive archive = domain::sample::Staff();
  archive.set_id(absl::StrFormat("01900000-0000-7001-8000-%012x", number));
  archive.set_unit(unit);
  archive.set_identity_number(person("19700501", 1));
  constexpr const char* kBorn[] = {"19720601", "20040301"};
  for (int i = 0; i < archive.members_size(); ++i) {
    v1::Member& member = *archive.mutable_members(i);
    member.set_id(absl::StrFormat("01900000-0000-7002-800%d-%012x", i, number));
    member.set_identity_number(person(kBorn[i], member.sex() == v1::SEX_MALE ? 1 : 0));
  }
  domain::sample::AddDueMaterials(archive, archive.claimed_category());
  return archive;
}

v1::Change Stage::By(const std::string& person, const v1::Archive& archive) const {
  v1::Change change;
  change.set_change_id(NewUuid());
  change.set_record_type(v1::RECORD_TYPE_ARCHIVE);
  change.set_record_id(archive.id());
  change.set_base_revision(RevisionOf(archive));
  const v1::Person& actor = city_.PersonOf(person);
  change.mutable_actor()->set_person_id(actor.id());
  change.mutable_actor()->set_person_name(actor.name());
  change.mutable_actor()->set_org(actor.org());
  change.mutable_entry_time()->set_seconds(absl::ToUnixSeconds(city_.Now()));
  change.set_origin_node("desktop");
  return change;
}

v1::Change Stage::Filing(const std::string& person, const v1::Archive& archive) const {
  v1::Change change = By(person, archive);
  change.mutable_put()->set_record(archive.SerializeAsString());
  return change;
}

v1::Change Stage::EditOf(const std::string& person, const v1::Archive& archive,
                         const std::string& field) const {
  v1::Change change = Filing(person, archive);
  change.mutable_put()->add_changed_fields(field);
  return change;
}

std::string Stage::NewDesk() { return absl::StrCat("desk-", ++desks_); }

Answer Stage::AtDesk(const std::string& desk_org, const std::string& person,
                     const v1::Change& change) {
  const std::string desk = NewDesk();
  return Send(city_.city().address, city_.OfDesk(desk_org, desk),
              {{change}, {city_.SignedFor(person, absl::StrCat(desk_org, "/", desk))}});
}

Answer Stage::Send(const std::string& address, const Credentials& credentials,
                   const Push& push) const {
  v1::PushRequest request;
  for (const v1::Change& change : push.changes) *request.add_changes() = change;
  for (const std::string& session : push.sessions) request.add_sessions(session);
  const auto stub = v1::SyncService::NewStub(ChannelTo(address, credentials));
  return AnswerOf(Ask(*stub, &v1::SyncService::Stub::Push, request));
}

}  // namespace bangfu::security
