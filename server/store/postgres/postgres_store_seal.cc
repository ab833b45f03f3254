// What PostgresStore seals anew in the background.
#include "server/store/postgres/postgres_store.h"
#include "server/store/postgres/resealing.h"

namespace bangfu::server {

absl::StatusOr<int64_t> PostgresStore::ResealBatch(int limit) {
  // A server that runs learns here, too, that there is a newer key.
  if (const absl::Status read = sealer_->Refresh(); !read.ok()) return read;
  return node_.Change<int64_t>("ResealBatch", [&](pqxx::transaction_base& work) {
    return ResealRows(work, *sealer_, limit);
  });
}

}  // namespace bangfu::server
