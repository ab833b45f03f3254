#include "tests/sim/replica_damage.h"

#include <SQLiteCpp/SQLiteCpp.h>

#include <string>

namespace bangfu::sim {

bool DamageReplica(SimDesktop& desktop, Rng& rng) {
  SQLite::Database file(desktop.path(), SQLite::OPEN_READWRITE);
  SQLite::Statement count(file, "SELECT count(*) FROM record WHERE base_body IS NOT NULL");
  count.executeStep();
  const int records = count.getColumn(0).getInt();
  if (records == 0) return false;
  SQLite::Statement pick(file,
                         "SELECT id, base_body FROM record WHERE base_body IS NOT NULL "
                         "ORDER BY id LIMIT 1 OFFSET ?");
  pick.bind(1, rng.Below(records));
  pick.executeStep();
  const std::string id = pick.getColumn(0).getString();
  std::string body = pick.getColumn(1).getString();
  pick.reset();
  if (rng.OneIn(3)) {
    SQLite::Statement remove(file, "DELETE FROM record WHERE id = ?");
    remove.bind(1, id);
    remove.exec();
    return true;
  }
  if (body.empty()) return false;
  char& byte = body[static_cast<size_t>(rng.Below(static_cast<int>(body.size())))];
  byte = static_cast<char>(byte ^ (1 << rng.Below(8)));
  SQLite::Statement write(file, "UPDATE record SET base_body = ? WHERE id = ?");
  write.bind(1, body.data(), static_cast<int>(body.size()));
  write.bind(2, id);
  write.exec();
  return true;
}

}  // namespace bangfu::sim
