#ifndef BANGFU_SERVER_STORE_POSTGRES_ROWS_H_
#define BANGFU_SERVER_STORE_POSTGRES_ROWS_H_

#include <cstdint>
#include <pqxx/pqxx>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "domain/record/field_values.h"
#include "google/protobuf/message_lite.h"
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

// A message from a bytea.
void Parse(const pqxx::field& field, google::protobuf::MessageLite& message);

template <typename Message>
Message MessageOf(const pqxx::field& field) {
  Message message;
  Parse(field, message);
  return message;
}

// A record from its columns (queries.h), the first at `first`.
StoredRecord RecordFrom(const pqxx::row& row, int first);

// A revision from the columns of kRevisionsSince.
Revision RevisionFrom(const pqxx::row& row);

// A change that was answered, from the columns of kFindChanges and kTraceChanges.
LoggedChange LoggedChangeFrom(const pqxx::row& row);

// A child from the columns of kListChildren.
ChildContact ChildFrom(const pqxx::row& row);

// Previous values as bytes: google.protobuf.Struct from path to text or null.
std::string EncodeEdits(const domain::FieldEdits& edits);

// A time as text for timestamptz, in microseconds; what PostgreSQL or a proto Timestamp cannot hold
// becomes the nearest moment of the years 1–9999.
std::string TimestampText(absl::Time time);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_ROWS_H_
