#include "tests/scenario/people.h"

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/limits.h"
#include "server/identity/session_tokens.h"
#include "server/store/postgres/postgres_store.h"
#include "tests/scenario/must.h"
#include "tests/support/people.h"

namespace bangfu::scenario {

People::People(const v1::OrgTree& orgs)
    : directory_(server::DirectoryOf(orgs)),
      key_(Must(server::MakeTokenKey(absl::Now()), "key of sessions")) {}

absl::Status People::BringTo(const std::string& database,
                             const server::MasterKey& master_key) const {
  server::PostgresOptions options;
  options.connection_string = database;
  options.connections = 1;
  options.master_key = master_key;
  auto store = server::PostgresStore::Open(options);
  if (!store.ok()) return store.status();
  server::PostgresIdentityStore& identity = (*store)->identity();
  if (absl::Status status = identity.SaveDirectory(directory_); !status.ok()) return status;
  return identity.AddTokenKey(key_, absl::InfinitePast(), v1::AuditEntry());
}

std::vector<client::DeskSession> People::SignIn(const std::string& org,
                                                const std::string& node) const {
  std::vector<client::DeskSession> sessions;
  for (const v1::Person& person : directory_.people()) {
    if (person.org() == org) sessions.push_back(SessionOf(person, node));
  }
  return sessions;
}

std::string People::TokenOf(const std::string& account, const std::string& node) const {
  for (const v1::Person& person : directory_.people()) {
    if (person.id() == account) return SessionOf(person, node).token;
  }
  Must(absl::NotFoundError(account), "account");
  return "";
}

client::DeskSession People::SessionOf(const v1::Person& person, const std::string& node) const {
  const absl::Time now = absl::Now();
  client::DeskSession session;
  session.person = person;
  session.token = Must(
      server::SignSession(key_, person, absl::StrCat(person.org(), "/", node), now), "session");
  session.expires = now + limits::kSessionLife;
  session.signed_in = now;
  return session;
}

}  // namespace bangfu::scenario
