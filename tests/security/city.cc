#include "tests/security/city.h"

#include <sys/wait.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <pqxx/pqxx>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "bangfu/v1/enrollment_service.grpc.pb.h"
#include "server/identity/session_tokens.h"
#include "server/identity/totp.h"
#include "server/store/postgres/migrator.h"
#include "server/tls/bundle.h"
#include "server/tls/certificate_authority.h"
#include "tests/security/base32.h"
#include "tests/security/line.h"

namespace bangfu::security {
namespace {

constexpr absl::Duration kStartTimeout = absl::Minutes(1);
constexpr absl::Duration kPoll = absl::Milliseconds(20);
constexpr absl::Duration kCommandTimeout = absl::Minutes(2);
constexpr char kUpstreamInterval[] = "1";  // seconds

absl::Time FirstDay() {
  return absl::FromCivil(absl::CivilHour(2014, 3, 12, 1), absl::UTCTimeZone());
}

std::string FileOf(const std::string& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

}  // namespace

City::City(const ScenarioOptions& options)
    : options_(options), authority_(folder_.Join("ca")), clock_(FirstDay()), orgs_(ShippedOrgs()) {
  Must(server::InitAuthority(authority_, "security", absl::Now()), "authority");
}

void City::StartServer(ServerProcess& server, const std::vector<std::string>& more) {
  server.tls = Path(absl::StrCat("tls-", server.name));
  server.data = Path(server.name);
  server::NodeCertificateRequest request;
  request.node_name = server.name;
  request.org = server.org;
  request.dns_names = {"localhost"};
  request.ip_addresses = {"127.0.0.1"};
  request.now = absl::Now();
  Must(server::IssueCertificate(authority_, request, server.tls), "certificate");
  server.database.emplace(Must(server::TestDatabase::Create(), "database"));
  std::filesystem::create_directories(server.data);
  std::vector<std::string> words = {
      "serve",
      "--data",
      server.data,
      "--tls",
      server.tls,
      "--listen",
      "127.0.0.1:0",
      "--database",
      server.database->connection_string(),
      "--clock",
      absl::FormatTime(absl::RFC3339_full, Now(), absl::UTCTimeZone())};
  words.insert(words.end(), more.begin(), more.end());
  server.process =
      Must(server::Process::Start(options_.server_binary, words, {}, Path(server.name + ".log")),
           "bangfu-server");
  const std::string address_file = server.data + "/address";
  const absl::Time end = absl::Now() + kStartTimeout;
  while (!std::filesystem::exists(address_file)) {
    if (!server.process->Running() || absl::Now() > end) {
      Must(absl::UnavailableError(FileOf(Path(server.name + ".log"))),
           absl::StrCat(server.name, " did not start"));
    }
    absl::SleepFor(kPoll);
  }
  const std::string line = FileOf(address_file);
  server.address = line.substr(0, line.find('\n'));
}

void City::Start() {
  city_.name = "city";
  city_.org = kCity;
  StartServer(city_, {"--orgs", kOrgFile, "--ca", authority_});
}

void City::StartDistrict() {
  district_.name = "fuyang";
  district_.org = kDistrict;
  StartServer(district_, {"--upstream", city_.address, "--upstream-interval", kUpstreamInterval});
}

Credentials City::OfServer(const ServerProcess& server) const {
  const server::TlsBundle bundle = Must(server::LoadBundle(server.tls, absl::Now()), "bundle");
  return {bundle.ca_pem, bundle.cert_pem, bundle.key_pem};
}

Credentials City::OfDesk(const std::string& org, const std::string& name) {
  const std::string uri = absl::StrCat("bangfu://desk/", org, "/", name);
  const auto [place, fresh] = desks_.try_emplace(uri);
  if (fresh) {
    CertificateWish wish;
    wish.uris = {uri};
    place->second = MakeCertificate(authority_, wish);
  }
  return place->second;
}

std::unique_ptr<v1::AccountService::Stub> City::Operator() const {
  return v1::AccountService::NewStub(ChannelTo(city_.address, OfServer(city_)));
}

void City::PlantTokenKey(ServerProcess& server) {
  if (token_key_.key.key_id().empty()) token_key_ = Must(server::MakeTokenKey(absl::Now()), "key");
  pqxx::connection connection(server.database->connection_string());
  pqxx::work work(connection);
  work.exec_params(
      "INSERT INTO token_key (id, public_key_pem, created_at) VALUES ($1, $2, now()) "
      "ON CONFLICT DO NOTHING",
      token_key_.key.key_id(), token_key_.key.public_key_pem());
  work.exec("UPDATE directory_state SET version = version + 1");
  work.commit();
}

std::string City::SignedFor(const std::string& person, const std::string& desk,
                            absl::Duration ago) const {
  return Must(server::SignSession(token_key_, PersonOf(person), desk, absl::Now() - ago),
              "session");
}

const v1::Person& City::PersonOf(const std::string& id) const { return accounts_.at(id).person; }

void City::AddAccount(const std::string& id, const std::string& org,
                      const std::vector<v1::Role>& roles) {
  v1::CreateAccountRequest request;
  request.mutable_person()->set_id(id);
  request.mutable_person()->set_name("李某");
  request.mutable_person()->set_org(org);
  for (const v1::Role role : roles) request.mutable_person()->add_roles(role);
  const auto created =
      Must(Ask(*Operator(), &v1::AccountService::Stub::CreateAccount, request), "account");
  accounts_[id].credentials = created.credentials();
  accounts_[id].person = created.person();
}

absl::Status City::UpdateAccount(const v1::Person& person) {
  v1::UpdateAccountRequest request;
  *request.mutable_person() = person;
  request.set_reason("security test");
  const auto answer = Ask(*Operator(), &v1::AccountService::Stub::UpdateAccount, request);
  if (answer.ok()) accounts_.at(person.id()).person = answer->person();
  return answer.status();
}

absl::Status City::Revoke(const std::string& node) {
  v1::RevokeNodeRequest request;
  request.set_node(node);
  request.set_reason("security test");
  const auto stub = v1::EnrollmentService::NewStub(ChannelTo(city_.address, OfServer(city_)));
  return Ask(*stub, &v1::EnrollmentService::Stub::RevokeNode, request).status();
}

absl::StatusOr<std::string> City::SignIn(const std::string& person, const Credentials& desk,
                                         const ServerProcess& server) {
  Account& account = accounts_.at(person);
  // No code is taken twice; three steps are open at any time.
  int64_t step = std::max(account.last_step + 1, server::TotpStepAt(absl::Now()) - 1);
  while (step > server::TotpStepAt(absl::Now()) + server::kTotpSkew) absl::SleepFor(kPoll);
  account.last_step = step;
  v1::SignInRequest request;
  request.set_person_id(person);
  request.set_totp_code(
      Must(server::TotpCode(FromBase32(account.credentials.totp_secret()), step), "one-time code"));
  const bool is_first = account.password.empty();
  const std::string own = absl::StrCat("a long password of ", person);
  request.set_password(is_first ? account.credentials.first_password() : account.password);
  if (is_first) request.set_new_password(own);
  const auto stub = v1::AccountService::NewStub(ChannelTo(server.address, desk));
  const auto answer = Ask(*stub, &v1::AccountService::Stub::SignIn, request);
  if (!answer.ok()) return answer.status();
  account.password = own;
  return answer->session();
}

std::string City::SessionOf(const std::string& person, const std::string& desk_org,
                            const std::string& desk, const ServerProcess& server) {
  std::string& session = sessions_[absl::StrCat(person, "@", desk_org, "/", desk)];
  const absl::Time end = absl::Now() + kStartTimeout;
  while (session.empty()) {
    auto signed_in = SignIn(person, OfDesk(desk_org, desk), server);
    if (signed_in.ok()) {
      session = *signed_in;
    } else if (absl::Now() > end) {
      Must(signed_in.status(), absl::StrCat("sign-in of ", person));
    } else {
      absl::SleepFor(absl::Seconds(1));
    }
  }
  return session;
}

int City::RunCommand(const std::vector<std::string>& words, const ServerProcess& server,
                     const std::string& output) {
  std::vector<std::string> all = words;
  all.insert(all.end(),
             {"--data", server.data, "--database", server.database->connection_string()});
  auto process = Must(server::Process::Start(options_.server_binary, all, {}, output), "command");
  const std::optional<int> status = process.Wait(kCommandTimeout);
  return status.has_value() && WIFEXITED(*status) ? WEXITSTATUS(*status) : -1;
}

}  // namespace bangfu::security
