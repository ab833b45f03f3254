#include "server/store/postgres/store_roles.h"

#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "base/error.h"
#include "server/store/postgres/role_queries.h"
#include "server/store/postgres/rows.h"
#include "server/store/postgres/store_grants.h"

namespace bangfu::server {
namespace {

struct RoleState {
  StoreRoles roles;
  std::string grants;
  bool exist = false;
  bool usable = false;  // by the account
  bool granted = false;
};

std::optional<RoleState> ReadState(pqxx::transaction_base& work) {
  const pqxx::result rows = work.exec(queries::kStoreRoles);
  if (rows.empty()) return std::nullopt;
  const auto& row = rows[0];
  return RoleState{.roles = {.node = TextOf(row[0]), .reader = TextOf(row[1])},
                   .grants = TextOf(row[2]),
                   .exist = BoolOf(row[3]),
                   .usable = BoolOf(row[4]),
                   .granted = BoolOf(row[5])};
}

using Names = std::vector<std::pair<absl::string_view, absl::string_view>>;

std::string Statement(const char* text, const Names& names) {
  return absl::StrReplaceAll(text, names);
}

// Everything that the roles may do, and nothing that they could do before.
std::string GrantStatements(const StoreRoles& roles) {
  std::vector<std::string> statements;
  const auto grant = [&](absl::string_view table, absl::string_view role,
                         absl::string_view rights) {
    const Names names = {{"$TABLE", table}, {"$ROLE", role}, {"$RIGHTS", rights}};
    statements.push_back(Statement(queries::kRevokeTable, names));
    if (!rights.empty()) statements.push_back(Statement(queries::kGrantTable, names));
  };
  for (const TableGrant& table : kTableGrants) {
    grant(table.table, roles.node, table.node);
    grant(table.table, roles.reader, table.reader);
  }
  for (const FunctionGrant& function : kNodeFunctions) {
    const std::string signature = absl::StrCat(function.function, "(", function.parameters, ")");
    statements.push_back(
        Statement(queries::kGrantFunction, {{"$FUNCTION", signature}, {"$ROLE", roles.node}}));
  }
  for (const absl::string_view table : kScopedTables) {
    const Names names = {{"$TABLE", table}, {"$NODE", roles.node}, {"$READER", roles.reader}};
    statements.push_back(Statement(queries::kNodePolicy, names));
    statements.push_back(Statement(queries::kReaderPolicy, names));
  }
  return absl::StrJoin(statements, ";\n");
}

bool HasAllRights(const RoleState& state) {
  return state.usable && state.granted && state.grants == GrantStatements(state.roles);
}

absl::Status MayNotMakeRoles(const StoreRoles& roles, const std::string& account) {
  const std::string statements =
      absl::StrCat("CREATE ROLE ", roles.node, " NOLOGIN; CREATE ROLE ", roles.reader,
                   " NOLOGIN; GRANT ", roles.node, ", ", roles.reader, " TO ", account, ";");
  return UserError(
      absl::StatusCode::kFailedPrecondition,
      {absl::StrCat("数据库账户不能建立角色。请数据库管理员执行下列语句，然后重新运行 "
                    "bangfu-server migrate：",
                    statements),
       absl::StrCat("the database account may not create roles; have the administrator of the "
                    "database run the following, then run bangfu-server migrate again: ",
                    statements)});
}

// Makes the roles that are missing and lets the account use them. Throws insufficient_privilege.
void MakeRoles(pqxx::transaction_base& work, const RoleState& state) {
  const StoreRoles& roles = state.roles;
  if (!state.exist) {
    work.exec(Statement(queries::kMakeRole, {{"$ROLE", roles.node}}));
    work.exec(Statement(queries::kMakeRole, {{"$ROLE", roles.reader}}));
  }
  work.exec(Statement(queries::kJoinRoles, {{"$NODE", roles.node}, {"$READER", roles.reader}}));
}

}  // namespace

absl::Status ProvideStoreRoles(pqxx::connection_base& connection) {
  pqxx::work work(connection);
  work.exec(queries::kTakeRoleTurn);
  std::optional<RoleState> state = ReadState(work);
  if (!state.has_value()) {
    work.exec(queries::kNameRoles);
    state = ReadState(work);
  }
  const StoreRoles& roles = state->roles;
  if (HasAllRights(*state)) return absl::OkStatus();
  if (!state->usable) {
    const std::string account = work.quote_name(TextOf(work.exec1("SELECT current_user")[0]));
    try {
      MakeRoles(work, *state);
    } catch (const pqxx::insufficient_privilege&) {
      return MayNotMakeRoles(roles, account);
    }
  }
  const std::string grants = GrantStatements(roles);
  work.exec(grants);
  work.exec_params(queries::kNoteGrants, grants);
  work.commit();
  return absl::OkStatus();
}

std::optional<StoreRoles> FindStoreRoles(pqxx::connection_base& connection) {
  pqxx::nontransaction session(connection);
  const std::optional<RoleState> state = ReadState(session);
  if (!state.has_value() || !HasAllRights(*state)) return std::nullopt;
  return state->roles;
}

}  // namespace bangfu::server
