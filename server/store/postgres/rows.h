#ifndef BANGFU_SERVER_STORE_POSTGRES_ROWS_H_
#define BANGFU_SERVER_STORE_POSTGRES_ROWS_H_

#include <cstdint>
#include <pqxx/pqxx>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "domain/record/field_values.h"
#include "google/protobuf/message_lite.h"
#include "server/seal/sealer.h"
#include "server/store/store.h"

// Values between rows and messages. All throw std::exception when a row is not what the schema
// promises.
namespace bangfu::server {

// The text of a field, "" for NULL.
std::string TextOf(const pqxx::field& field);

// The bytes of a bytea, "" for NULL.
std::string BytesOf(const pqxx::field& field);

int64_t IntOf(const pqxx::field& field);

// false for NULL.
bool BoolOf(const pqxx::field& field);

// A time from its microseconds since 1970; the infinite past for NULL.
absl::Time TimeOf(const pqxx::field& field);

// A message from its bytes.
void ParseBytes(const std::string& bytes, google::protobuf::MessageLite& message);

// A message from a bytea.
void Parse(const pqxx::field& field, google::protobuf::MessageLite& message);

template <typename Message>
Message MessageOf(const pqxx::field& field) {
  Message message;
  Parse(field, message);
  return message;
}

// The plain bytes of a sealed bytea at `place` (places.h). Throws NotOpened (sql_failure.h).
std::string OpenedBytes(const Sealer& sealer, absl::string_view place, absl::string_view sealed);
std::string OpenedBytes(const Sealer& sealer, absl::string_view place, const pqxx::field& field);

// A message from a sealed bytea.
template <typename Message>
Message OpenedMessage(const Sealer& sealer, absl::string_view place, const pqxx::field& field) {
  Message message;
  ParseBytes(OpenedBytes(sealer, place, field), message);
  return message;
}

// A record from its columns (queries.h), the first at `first`.
StoredRecord RecordFrom(const pqxx::row& row, int first, const Sealer& sealer);

// A revision from the columns of kRevisionsSince.
Revision RevisionFrom(const pqxx::row& row, const Sealer& sealer);

// An entry of the conflict log from its id and its body, the first at `first`.
v1::Conflict ConflictFrom(const pqxx::row& row, int first, const Sealer& sealer);

// A change that was answered, from the columns of kFindChanges and kTraceChanges.
LoggedChange LoggedChangeFrom(const pqxx::row& row);

// A child from the columns of kListChildren.
ChildContact ChildFrom(const pqxx::row& row);

// Previous values of a revision as bytes: google.protobuf.Struct from path to text or null. Of one
// that creates its record, only that the record was not there: null at the path "".
std::string EncodePrevious(const Revision& revision);

// A time as text for timestamptz, in microseconds; what PostgreSQL or a proto Timestamp cannot hold
// becomes the nearest moment of the years 1–9999.
std::string TimestampText(absl::Time time);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_ROWS_H_
