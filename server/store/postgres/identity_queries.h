#ifndef BANGFU_SERVER_STORE_POSTGRES_IDENTITY_QUERIES_H_
#define BANGFU_SERVER_STORE_POSTGRES_IDENTITY_QUERIES_H_

// Statements about people, nodes and keys. Parameters as in queries.h.
namespace bangfu::server::queries {

// ---- Directory.

// One row.
inline constexpr char kDirectoryVersion[] = "SELECT version FROM directory_state";

// Everything in one snapshot: version (0), people (1), revoked nodes (2), keys (3). All is read: no
// index.
inline constexpr char kLoadDirectory[] =
    "SELECT 0 AS part, version::text AS name, NULL::bytea AS body, NULL AS pem FROM "
    "directory_state UNION ALL SELECT 1, id, body, NULL FROM person "
    "UNION ALL SELECT 2, node || ' ' || serial, body, NULL FROM revoked_node "
    "UNION ALL SELECT 3, id, NULL, public_key_pem FROM token_key ORDER BY 1, 2";

// Whoever changes the directory waits here for the one before.
inline constexpr char kLockDirectory[] = "SELECT version FROM directory_state FOR UPDATE";
inline constexpr char kNextDirectory[] = "UPDATE directory_state SET version = version + 1";
// $1 version.
inline constexpr char kWriteDirectoryVersion[] = "UPDATE directory_state SET version = $1::bigint";

inline constexpr char kHasAccounts[] = "SELECT EXISTS (SELECT FROM account)";

// Replaces all people by those given. $1 ids[]. Index: person_pkey.
inline constexpr char kRemoveOtherPeople[] = "DELETE FROM person WHERE id <> ALL ($1::text[])";
// What is as it was is not written again. $1 ids[], $2 orgs[], $3 bodies[]. Index: person_pkey.
inline constexpr char kWritePeople[] =
    "INSERT INTO person AS p (id, org, body) SELECT id, org, decode(body, 'hex') "
    "FROM unnest($1::text[], $2::ltree[], $3::text[]) AS n (id, org, body) ORDER BY id "
    "ON CONFLICT (id) DO UPDATE SET org = excluded.org, body = excluded.body "
    "WHERE p.org <> excluded.org OR p.body <> excluded.body";

inline constexpr char kRemoveRevokedNodes[] = "DELETE FROM revoked_node";
// The later one of a node or certificate counts. $1 nodes[], $2 serials[], $3 times[], $4
// bodies[]. Index: revoked_node_pkey.
inline constexpr char kWriteRevokedNodes[] =
    "INSERT INTO revoked_node AS r (node, serial, revoked_time, body) "
    "SELECT node, serial, revoked_time, decode(body, 'hex') "
    "FROM unnest($1::text[], $2::text[], $3::timestamptz[], $4::text[]) "
    "AS n (node, serial, revoked_time, body) ORDER BY node, serial "
    "ON CONFLICT (node, serial) DO UPDATE SET revoked_time = excluded.revoked_time, "
    "body = excluded.body WHERE r.revoked_time < excluded.revoked_time";

// ---- Accounts.

// Columns of an account, in the order that AccountFrom() reads them.
#define BANGFU_ACCOUNT_COLUMNS                                             \
  "p.body, a.password_hash, a.totp_secret, a.first_password, a.failures, " \
  "(extract(epoch FROM a.locked_until) * 1000000)::bigint, a.last_totp_step"

// $1 id. Index: account_pkey, person_pkey.
inline constexpr char kGetAccount[] = "SELECT " BANGFU_ACCOUNT_COLUMNS
                                      " FROM account a JOIN person p ON p.id = a.person_id "
                                      "WHERE a.person_id = $1";

// $1 scope, $2 after id, $3 limit. Index: person_org for a unit, account_pkey otherwise.
inline constexpr char kListAccounts[] =
    "SELECT " BANGFU_ACCOUNT_COLUMNS
    " FROM account a JOIN person p ON p.id = a.person_id "
    "WHERE p.org <@ $1::ltree AND a.person_id > $2 ORDER BY a.person_id LIMIT $3::bigint";

// Locks an id until the end of the transaction, also of an account that is not there. $1 id.
inline constexpr char kLockAccountId[] = "SELECT pg_advisory_xact_lock(7021307, hashtext($1))";
// $1 id. Index: account_pkey, person_pkey.
inline constexpr char kLockAccount[] = "SELECT " BANGFU_ACCOUNT_COLUMNS
                                       " FROM account a JOIN person p ON p.id = a.person_id "
                                       "WHERE a.person_id = $1 FOR UPDATE";

#undef BANGFU_ACCOUNT_COLUMNS

// $1 id, $2 password hash, $3 sealed secret as hexadecimal, $4 first password, $5 failures, $6
// locked until or '', $7 last step. Index: account_pkey.
inline constexpr char kWriteAccount[] =
    "INSERT INTO account (person_id, password_hash, totp_secret, first_password, failures, "
    "locked_until, last_totp_step) VALUES ($1, $2, decode($3, 'hex'), $4::boolean, $5::integer, "
    "nullif($6, '')::timestamptz, $7::bigint) ON CONFLICT (person_id) DO UPDATE SET "
    "password_hash = excluded.password_hash, totp_secret = excluded.totp_secret, "
    "first_password = excluded.first_password, failures = excluded.failures, "
    "locked_until = excluded.locked_until, last_totp_step = excluded.last_totp_step";

// $1 id. Index: account_pkey, person_pkey.
inline constexpr char kRemoveAccount[] = "DELETE FROM account WHERE person_id = $1";
inline constexpr char kRemovePerson[] = "DELETE FROM person WHERE id = $1";

// People of a subtree, locked in the order of their ids. $1 org. Index: person_org.
inline constexpr char kLockPeopleOf[] =
    "SELECT p.body FROM person p WHERE p.org <@ $1::ltree ORDER BY p.id FOR UPDATE";

// ---- Keys of sessions.

// Few: no index.
inline constexpr char kLoadTokenKeys[] =
    "SELECT id, public_key_pem, private_key, (extract(epoch FROM created_at) * 1000000)::bigint "
    "FROM token_key WHERE private_key IS NOT NULL ORDER BY created_at DESC, id DESC";

// $1 id, $2 public key, $3 sealed private key as hexadecimal or '', $4 created.
inline constexpr char kWriteTokenKey[] =
    "INSERT INTO token_key (id, public_key_pem, private_key, created_at) "
    "VALUES ($1, $2, decode(nullif($3, ''), 'hex'), $4::timestamptz)";
// $1 created before.
inline constexpr char kRemoveOldTokenKeys[] =
    "DELETE FROM token_key WHERE created_at < $1::timestamptz";
inline constexpr char kRemoveTokenKeys[] = "DELETE FROM token_key";

// ---- Enrollment.

#define BANGFU_ENROLLMENT_COLUMNS "body, code_hash, csr_pem, certificate_pem, ca_pem"

// $1 scope, $2 state or 0, $3 before id or '', $4 limit. Index: enrollment_pkey.
inline constexpr char kListEnrollments[] =
    "SELECT " BANGFU_ENROLLMENT_COLUMNS
    " FROM enrollment WHERE org <@ $1::ltree "
    "AND ($2::smallint = 0 OR state = $2::smallint) "
    "AND (nullif($3, '') IS NULL OR id < nullif($3, '')::uuid) ORDER BY id DESC LIMIT $4::bigint";

// $1 id. Index: enrollment_pkey.
inline constexpr char kLockEnrollment[] =
    "SELECT " BANGFU_ENROLLMENT_COLUMNS " FROM enrollment WHERE id = $1::uuid FOR UPDATE";
// $1 hash of the code. Index: enrollment_code.
inline constexpr char kLockEnrollmentByCode[] =
    "SELECT " BANGFU_ENROLLMENT_COLUMNS
    " FROM enrollment WHERE code_hash = $1 AND code_hash <> '' FOR UPDATE";

#undef BANGFU_ENROLLMENT_COLUMNS

// $1 id, $2 org, $3 state, $4 hash of the code, $5 enrollment as hexadecimal, $6 request, $7
// certificate, $8 authorities. Index: enrollment_pkey.
inline constexpr char kWriteEnrollment[] =
    "INSERT INTO enrollment (id, org, state, code_hash, body, csr_pem, certificate_pem, ca_pem) "
    "VALUES ($1::uuid, $2::ltree, $3::smallint, $4, decode($5, 'hex'), $6, $7, $8) "
    "ON CONFLICT (id) DO UPDATE SET org = excluded.org, state = excluded.state, "
    "code_hash = excluded.code_hash, body = excluded.body, csr_pem = excluded.csr_pem, "
    "certificate_pem = excluded.certificate_pem, ca_pem = excluded.ca_pem";

// $1 id. Index: enrollment_pkey.
inline constexpr char kRemoveEnrollment[] = "DELETE FROM enrollment WHERE id = $1::uuid";

}  // namespace bangfu::server::queries

#endif  // BANGFU_SERVER_STORE_POSTGRES_IDENTITY_QUERIES_H_
