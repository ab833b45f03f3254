#ifndef BANGFU_SERVER_STORE_POSTGRES_STORE_GRANTS_H_
#define BANGFU_SERVER_STORE_POSTGRES_STORE_GRANTS_H_

// Who may do what in a database: the second line behind the checks of the server. Everything that
// is not here is refused to both roles. A migration that makes a table adds its line.
namespace bangfu::server {

struct TableGrant {
  const char* table;
  const char* node;  // the server
  // Whoever reads for a caller; "" for nothing. In tables with a row below sees only the subtree.
  const char* reader;
};

inline constexpr char kReads[] = "SELECT";
inline constexpr char kAppends[] = "SELECT, INSERT";
inline constexpr char kQueues[] = "SELECT, INSERT, DELETE";
inline constexpr char kKeeps[] = "SELECT, INSERT, UPDATE";
inline constexpr char kNotes[] = "SELECT, UPDATE";
inline constexpr char kOwns[] = "SELECT, INSERT, UPDATE, DELETE";

inline constexpr TableGrant kTableGrants[] = {
    // Records, and those who read them.
    {"record", kOwns, kReads},
    {"conflict", kOwns, kReads},
    {"feed", kQueues, kReads},
    {"feed_state", kNotes, kReads},
    {"record_former_org", kAppends, kReads},
    // History.
    {"revision", kAppends, ""},
    {"audit_log", kAppends, ""},
    {"audit_mention", kAppends, ""},
    {"audit_report", kAppends, ""},
    {"audit_queue", kQueues, ""},
    // Sync.
    {"archive_person", kQueues, ""},
    {"change_log", kKeeps, ""},
    {"change_queue", kQueues, ""},
    {"child", kKeeps, ""},
    {"upstream_queue", kOwns, ""},
    {"upstream_sent", kOwns, ""},
    {"upstream_state", kNotes, ""},
    // What is in force.
    {"number_counter", kKeeps, ""},
    {"number_prefix", kKeeps, ""},
    {"org_tree", kAppends, ""},
    {"person_key", kAppends, ""},
    {"policy_set", kAppends, ""},
    // People, nodes and keys.
    {"account", kOwns, ""},
    {"directory_state", kNotes, ""},
    {"enrollment", kOwns, ""},
    {"person", kOwns, ""},
    {"revoked_node", kOwns, ""},
    {"token_key", kQueues, ""},
    {"data_key", kReads, ""},
    {"seal_progress", kNotes, ""},
    // The schema.
    {"schema_migration", kReads, ""},
    {"store_role", kReads, ""},
};

// Functions that run with the rights of the owner.
struct FunctionGrant {
  const char* function;
  const char* parameters;
};
inline constexpr FunctionGrant kNodeFunctions[] = {
    {"make_first_data_key", "bytea"},
    {"seal_revisions_anew", "uuid[], bigint[], text[], text[]"},
};

// Tables of which the reader sees the rows whose org lies in the scope of its session. All have a
// column org.
inline constexpr const char* kScopedTables[] = {"record", "conflict", "feed", "record_former_org"};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_STORE_GRANTS_H_
