#ifndef BANGFU_SERVER_STORE_POSTGRES_RESEALING_H_
#define BANGFU_SERVER_STORE_POSTGRES_RESEALING_H_

#include <cstdint>
#include <pqxx/pqxx>

#include "absl/time/time.h"
#include "server/seal/sealer.h"

namespace bangfu::server {

// How long after a new data key every server of the database surely seals under it: servers read
// the keys again at least as often as they tidy. The pass that begins after it is the last.
inline constexpr absl::Duration kKeySettleTime = absl::Minutes(30);

// Looks at the next `limit` rows of the tables with sealed values, and seals those anew that are
// plain or under a retired key; `sealer` must know the newest one. Returns how many rows it looked
// at; 0 when all is done, or when another server is at it. Throws as rows.h does.
int64_t ResealRows(pqxx::transaction_base& work, const Sealer& sealer, int limit);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_RESEALING_H_
