#include "server/store/postgres/key_ring.h"

#include <openssl/rand.h>

#include <map>
#include <pqxx/pqxx>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "server/seal/sealed_value.h"
#include "server/store/postgres/array_literal.h"
#include "server/store/postgres/connection_pool.h"
#include "server/store/postgres/connection_settings.h"
#include "server/store/postgres/key_queries.h"
#include "server/store/postgres/rows.h"
#include "server/store/postgres/sql_failure.h"

namespace bangfu::server {
namespace {

absl::StatusOr<std::string> NewDataKey() {
  std::string key(kSealKeyBytes, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(key.data()), kSealKeyBytes) == 1) return key;
  return UserError(absl::StatusCode::kInternal,
                   {"系统随机数不可用。", "the system's random numbers are not available"});
}

// Runs `statements` on a connection of its own, in one transaction: the callers of the store may
// hold all of the pool.
template <typename Statements>
absl::Status InTransaction(const std::string& address, absl::string_view operation,
                           Statements statements) {
  const absl::StatusOr<std::string> settled =
      WithSessionSettings(address, {.application_name = "bangfu-server keys"});
  if (!settled.ok()) return settled.status();
  try {
    Connection connection(*settled);
    pqxx::work work(connection);
    const absl::Status done = statements(work);
    if (done.ok()) work.commit();
    return done;
  } catch (...) {
    return CurrentSqlFailure(operation).status;
  }
}

absl::StatusOr<SealKeys> ReadKeys(pqxx::transaction_base& work, const MasterKey& master) {
  SealKeys keys;
  for (const auto& row : work.exec(queries::kListDataKeys)) {
    const auto number = static_cast<int32_t>(IntOf(row[0]));
    absl::StatusOr<std::string> key = master.Unwrap(number, BytesOf(row[1]));
    if (!key.ok()) return key.status();
    keys.emplace(number, *std::move(key));
  }
  return keys;
}

absl::StatusOr<SealKeys> LoadKeys(const std::string& address, const MasterKey& master) {
  absl::StatusOr<SealKeys> keys;
  const absl::Status read =
      InTransaction(address, "LoadKeys", [&](pqxx::transaction_base& work) -> absl::Status {
        keys = ReadKeys(work, master);
        if (!keys.ok() || !keys->empty()) return keys.status();
        const absl::StatusOr<std::string> first = NewDataKey();
        if (!first.ok()) return first.status();
        work.exec_params(queries::kMakeFirstDataKey,
                         absl::BytesToHexString(master.Wrap(1, *first)));
        keys = ReadKeys(work, master);  // of two that start together one makes it
        return keys.status();
      });
  if (!read.ok()) return read;
  return keys;
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Sealer>> OpenKeyRing(const std::string& connection_string,
                                                          const MasterKey& master) {
  absl::StatusOr<SealKeys> keys = LoadKeys(connection_string, master);
  if (!keys.ok()) return keys.status();
  return Sealer::Make(*std::move(keys),
                      [connection_string, master] { return LoadKeys(connection_string, master); });
}

absl::StatusOr<int32_t> AddDataKey(const std::string& connection_string, const MasterKey& master) {
  int32_t number = 0;
  const absl::Status added =
      InTransaction(connection_string, "AddDataKey", [&](pqxx::transaction_base& work) {
        work.exec(queries::kLockDataKeys);
        const absl::StatusOr<SealKeys> keys = ReadKeys(work, master);
        if (!keys.ok()) return keys.status();
        const absl::StatusOr<std::string> key = NewDataKey();
        if (!key.ok()) return key.status();
        number = keys->empty() ? 1 : keys->rbegin()->first + 1;
        work.exec(queries::kRetireDataKeys);
        work.exec_params(queries::kAddDataKey, absl::StrCat(number),
                         absl::BytesToHexString(master.Wrap(number, *key)));
        return absl::OkStatus();
      });
  if (!added.ok()) return added;
  return number;
}

absl::Status RewrapDataKeys(const std::string& connection_string, const MasterKey& master,
                            const MasterKey& next) {
  return InTransaction(connection_string, "RewrapDataKeys", [&](pqxx::transaction_base& work) {
    work.exec(queries::kLockDataKeys);
    const absl::StatusOr<SealKeys> keys = ReadKeys(work, master);
    if (!keys.ok()) return keys.status();
    ArrayLiteral numbers, wrapped;
    for (const auto& [number, key] : *keys) {
      numbers.Int(number);
      wrapped.Bytes(next.Wrap(number, key));
    }
    work.exec_params(queries::kRewrapDataKeys, numbers.Build(), wrapped.Build());
    return absl::OkStatus();
  });
}

absl::StatusOr<KeyRingState> GetKeyRingState(const std::string& connection_string,
                                             const MasterKey& master) {
  KeyRingState state;
  const absl::Status read =
      InTransaction(connection_string, "GetKeyRingState", [&](pqxx::transaction_base& work) {
        for (const auto& row : work.exec(queries::kDataKeyStatus)) {
          DataKeyState& key = state.keys.emplace_back();
          key.number = static_cast<int32_t>(IntOf(row[0]));
          key.created = TimeOf(row[1]);
          if (!row[2].is_null()) key.retired = TimeOf(row[2]);
        }
        const pqxx::row progress = work.exec1(queries::kSealProgress);
        state.resealing = static_cast<int32_t>(IntOf(progress[0]));
        state.rows = IntOf(progress[1]);
        state.damaged = IntOf(progress[2]);
        state.resealed = BoolOf(progress[3]);
        return ReadKeys(work, master).status();
      });
  if (!read.ok()) return read;
  return state;
}

}  // namespace bangfu::server
