#ifndef BANGFU_CLIENT_CLI_PERSON_RIGHTS_H_
#define BANGFU_CLIENT_CLI_PERSON_RIGHTS_H_

#include <optional>
#include <string>

#include "absl/status/status.h"
#include "bangfu/v1/codes.pb.h"
#include "bangfu/v1/finding.pb.h"
#include "bangfu/v1/identity.pb.h"
#include "client/cli/session.h"
#include "domain/rules/permission_table.h"

// What the person at the desk may do, said at once by the table that the server decides by
// (docs/identity.md). The roles are those of the directory as it was at the last sync.
namespace bangfu::client {

// What is acted upon.
struct ActedUpon {
  std::string org{};  // of the record
  v1::Tier tier = v1::TIER_UNSPECIFIED;
  v1::Owner owner = v1::OWNER_UNSPECIFIED;  // of the field, to create or edit
};

domain::Permission MayAct(const Session& session, const v1::Person& person, v1::Action action,
                          const ActedUpon& upon);

// Set when somebody of the person's org may do this and the person, by their roles, may not.
// ROLE_MISSING names the roles.
std::optional<v1::Finding> FindMissingRole(const Session& session, const v1::Person& person,
                                           v1::Action action, const ActedUpon& upon);

// The same as an error, also when nobody of the org may: PERMISSION_DENIED NOT_PERMITTED.
absl::Status CheckMayAct(const Session& session, const v1::Person& person, v1::Action action,
                         const ActedUpon& upon);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_PERSON_RIGHTS_H_
