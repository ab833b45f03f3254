#ifndef BANGFU_SERVER_STORE_POSTGRES_SQL_FAILURE_H_
#define BANGFU_SERVER_STORE_POSTGRES_SQL_FAILURE_H_

#include <stdexcept>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"

namespace bangfu::server {

// How long a caller should wait when PostgreSQL was too busy.
inline constexpr absl::Duration kBusyRetryAfter = absl::Seconds(2);

// A value in a row did not open (server/seal), with what the sealer said.
class NotOpened : public std::runtime_error {
 public:
  explicit NotOpened(absl::Status status)
      : std::runtime_error("a sealed value does not open"), status_(std::move(status)) {}
  const absl::Status& status() const { return status_; }

 private:
  absl::Status status_;
};

// What a failed statement or commit means.
struct SqlFailure {
  // For the caller of the store. Carries the SQLSTATE and the operation, never the driver's text:
  // that quotes values.
  absl::Status status;
  // Transactions collided (serialization, deadlock, unique or foreign key): running the body again
  // may succeed.
  bool collision = false;
  // The connection must not be used again.
  bool connection_broken = false;
};

// Judges the exception that is being handled; call it only inside a catch block. `operation` names
// what was tried, for the finder of a defect.
//   UNAVAILABLE STORE_UNAVAILABLE   connection lost, outcome of a commit unknown, server starting
//   or read-only;
//                                   with RetryInfo: lock or statement timeout
//   RESOURCE_EXHAUSTED STORE_UNAVAILABLE   disk or memory of the database full, too many
//   connections ABORTED TRANSACTION_CONFLICT    collision
//   DATA_LOSS INTERNAL   a sealed value does not open
//   INTERNAL INTERNAL    everything else
SqlFailure CurrentSqlFailure(absl::string_view operation);

// The collision that no statement reports: a record has a newer revision than the transaction knew.
SqlFailure RecordCollision(absl::string_view operation);

// UNAVAILABLE STORE_UNAVAILABLE with RetryInfo: no connection was free in time.
absl::Status StoreBusy(absl::string_view operation);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_SQL_FAILURE_H_
