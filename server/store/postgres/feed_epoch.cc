#include "server/store/postgres/feed_epoch.h"

#include <string>

#include "server/store/postgres/feed_queries.h"
#include "server/store/postgres/rows.h"

namespace bangfu::server {
namespace {

struct Identity {
  std::string system_identifier, timeline, database;
  bool operator==(const Identity&) const = default;
};

Identity IdentityFrom(const pqxx::row& row) {
  return {TextOf(row[0]), TextOf(row[1]), TextOf(row[2])};
}

}  // namespace

bool BeginEpochWhenMoved(pqxx::transaction_base& work) {
  if (!BoolOf(work.exec1(queries::kMayIdentify)[0])) return false;
  const Identity was = IdentityFrom(work.exec1(queries::kLockIdentity));
  const Identity is = IdentityFrom(work.exec1(queries::kIdentity));
  if (was == is) return false;
  work.exec_params(queries::kWriteIdentity, is.system_identifier, is.timeline, is.database);
  if (was == Identity()) return false;
  work.exec(queries::kBeginEpoch);
  return true;
}

}  // namespace bangfu::server
