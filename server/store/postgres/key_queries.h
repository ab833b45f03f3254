#ifndef BANGFU_SERVER_STORE_POSTGRES_KEY_QUERIES_H_
#define BANGFU_SERVER_STORE_POSTGRES_KEY_QUERIES_H_

// Statements of the data keys. Parameters as in queries.h.
namespace bangfu::server::queries {

// Index: data_key_pkey.
inline constexpr char kListDataKeys[] = "SELECT number, wrapped FROM data_key ORDER BY number";

// $1 wrapped key as hexadecimal. Somebody else's first key stays.
inline constexpr char kMakeFirstDataKey[] = "SELECT make_first_data_key(decode($1, 'hex'))";

// ---- Operator.

// Rotations take turns; readers go on.
inline constexpr char kLockDataKeys[] = "LOCK TABLE data_key IN SHARE ROW EXCLUSIVE MODE";

inline constexpr char kRetireDataKeys[] =
    "UPDATE data_key SET retired_at = now() WHERE retired_at IS NULL";

// $1 number, $2 wrapped key as hexadecimal.
inline constexpr char kAddDataKey[] =
    "INSERT INTO data_key (number, wrapped) VALUES ($1::integer, decode($2, 'hex'))";

// $1 numbers[], $2 wrapped keys[]. Index: data_key_pkey.
inline constexpr char kRewrapDataKeys[] =
    "UPDATE data_key k SET wrapped = decode(n.wrapped, 'hex') "
    "FROM unnest($1::integer[], $2::text[]) AS n (number, wrapped) WHERE k.number = n.number";

// All keys, and how far the background is with the newest.
inline constexpr char kDataKeyStatus[] =
    "SELECT number, (extract(epoch FROM created_at) * 1000000)::bigint, "
    "(extract(epoch FROM retired_at) * 1000000)::bigint FROM data_key ORDER BY number";
inline constexpr char kSealProgress[] =
    "SELECT key_number, sealed, damaged, finished_at IS NOT NULL "
    "FROM seal_progress";

}  // namespace bangfu::server::queries

#endif  // BANGFU_SERVER_STORE_POSTGRES_KEY_QUERIES_H_
