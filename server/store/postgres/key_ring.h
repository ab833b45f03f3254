#ifndef BANGFU_SERVER_STORE_POSTGRES_KEY_RING_H_
#define BANGFU_SERVER_STORE_POSTGRES_KEY_RING_H_

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "server/seal/master_key.h"
#include "server/seal/sealer.h"

// The data keys of a database (table data_key), wrapped by the master key. Errors of all of it:
// FAILED_PRECONDITION when another master key wrapped them; those of the store (store.h).
namespace bangfu::server {

// The sealer of the database at `connection_string`; makes the first data key when there is none.
// A key that is made while it lives opens, too: it is read when a value under it is met.
absl::StatusOr<std::shared_ptr<const Sealer>> OpenKeyRing(const std::string& connection_string,
                                                          const MasterKey& master);

// ---- For the operator, as the owner of the tables; also while a server runs.

// Makes a new data key, which seals from now on, and returns its number. What is there is sealed
// anew by the server in the background (Store::ResealBatch).
absl::StatusOr<int32_t> AddDataKey(const std::string& connection_string, const MasterKey& master);

// Wraps all data keys by `next` instead of `master`; nothing else changes. All of them or none.
absl::Status RewrapDataKeys(const std::string& connection_string, const MasterKey& master,
                            const MasterKey& next);

struct DataKeyState {
  int32_t number = 0;
  absl::Time created;
  std::optional<absl::Time> retired;
};
struct KeyRingState {
  std::vector<DataKeyState> keys;  // by number
  // Sealing everything under a key in the background: under which, whether that has ended, how many
  // rows it has sealed in its last pass through the tables, and how many did not open.
  int32_t resealing = 0;
  bool resealed = false;
  int64_t rows = 0;
  int64_t damaged = 0;
};
// FAILED_PRECONDITION too when `master` does not open every key.
absl::StatusOr<KeyRingState> GetKeyRingState(const std::string& connection_string,
                                             const MasterKey& master);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_KEY_RING_H_
