#ifndef BANGFU_SERVER_STORE_POSTGRES_ROLE_QUERIES_H_
#define BANGFU_SERVER_STORE_POSTGRES_ROLE_QUERIES_H_

// Statements about roles. Parameters as in queries.h; $NODE, $READER, $TABLE … are names of ours,
// which statements cannot take as parameters.
namespace bangfu::server::queries {

// Servers that start together take turns, with each other and with migrations.
inline constexpr char kTakeRoleTurn[] = "SELECT pg_advisory_xact_lock(7021304)";

// Names for this database, of letters, digits and underscores: its own name, else its number.
inline constexpr char kNameRoles[] =
    "INSERT INTO store_role (node, reader) SELECT 'bangfu_node_' || name, 'bangfu_reader_' || name "
    "FROM (SELECT CASE WHEN datname ~ '^[a-z0-9_]{1,40}$' THEN datname::text "
    "ELSE 'db' || oid END AS name FROM pg_database WHERE datname = current_database()) d "
    "ON CONFLICT (one) DO NOTHING";

// Names; which rights they were given last; whether each exists and is the account's to use; and
// whether the rights are really there (a restored dump may have lost them).
inline constexpr char kStoreRoles[] =
    "SELECT s.node, s.reader, s.grants, n.oid IS NOT NULL AND r.oid IS NOT NULL, "
    "coalesce(pg_has_role(n.oid, 'MEMBER') AND pg_has_role(r.oid, 'MEMBER'), false), "
    "coalesce(has_table_privilege(n.oid, 'record', 'SELECT') "
    "AND has_table_privilege(r.oid, 'record', 'SELECT') "
    "AND (SELECT count(*) > 0 FROM pg_policy p WHERE r.oid = ANY (p.polroles)), false) "
    "FROM store_role s LEFT JOIN pg_roles n ON n.rolname = s.node "
    "LEFT JOIN pg_roles r ON r.rolname = s.reader";

// $1 statements.
inline constexpr char kNoteGrants[] = "UPDATE store_role SET grants = $1";

// Somebody else may make the role at the same time. $ROLE.
inline constexpr char kMakeRole[] =
    "DO $$ BEGIN CREATE ROLE $ROLE NOLOGIN; "
    "EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$";
// $NODE, $READER.
inline constexpr char kJoinRoles[] = "GRANT $NODE, $READER TO CURRENT_USER";

// $TABLE, $ROLE, $RIGHTS.
inline constexpr char kRevokeTable[] = "REVOKE ALL ON $TABLE FROM $ROLE";
inline constexpr char kGrantTable[] = "GRANT $RIGHTS ON $TABLE TO $ROLE";
// $FUNCTION, $ROLE.
inline constexpr char kGrantFunction[] = "GRANT EXECUTE ON FUNCTION $FUNCTION TO $ROLE";

// The server checks scopes itself. $TABLE, $NODE.
inline constexpr char kNodePolicy[] =
    "ALTER TABLE $TABLE ENABLE ROW LEVEL SECURITY; "
    "DROP POLICY IF EXISTS node_sees_all ON $TABLE; "
    "CREATE POLICY node_sees_all ON $TABLE TO $NODE USING (true) WITH CHECK (true)";
// Without a scope, nothing. The empty scope is none either: everything is below the empty path, and
// a setting that was set once reads as empty afterwards. The SELECT makes PostgreSQL read the
// setting once for a statement, not for every row. $TABLE, $READER.
inline constexpr char kReaderPolicy[] =
    "DROP POLICY IF EXISTS reader_sees_subtree ON $TABLE; "
    "CREATE POLICY reader_sees_subtree ON $TABLE FOR SELECT TO $READER "
    "USING (org <@ (SELECT nullif(current_setting('bangfu.scope', true), '')::ltree))";

// Names the scope of a session of the reader. $1 org path.
inline constexpr char kSetScope[] = "SELECT set_config('bangfu.scope', $1, false)";

}  // namespace bangfu::server::queries

#endif  // BANGFU_SERVER_STORE_POSTGRES_ROLE_QUERIES_H_
