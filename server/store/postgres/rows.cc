#include "server/store/postgres/rows.h"

#include <algorithm>
#include <stdexcept>
#include <string>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "google/protobuf/io/coded_stream.h"
#include "google/protobuf/io/zero_copy_stream_impl_lite.h"
#include "google/protobuf/struct.pb.h"
#include "google/protobuf/wire_format_lite.h"
#include "server/store/postgres/places.h"
#include "server/store/postgres/sql_failure.h"

namespace bangfu::server {
namespace {

constexpr absl::string_view kHexPrefix = "\\x";  // bytea_output = hex
constexpr char kWholeRecord[] = "";              // the path that stands for the record itself

domain::FieldEdits DecodeEdits(const google::protobuf::Struct& values) {
  domain::FieldEdits edits;
  for (const auto& [path, value] : values.fields()) {
    edits[path] = value.has_string_value() ? std::optional(value.string_value()) : std::nullopt;
  }
  return edits;
}

std::string EncodeEdits(const domain::FieldEdits& edits) {
  // The wire format of Struct, written as it goes: building the message took a tenth of a push.
  namespace io = google::protobuf::io;
  using google::protobuf::Struct;
  using google::protobuf::Value;
  using google::protobuf::internal::WireFormatLite;
  constexpr int kKey = 1;  // fields of an entry of a map
  constexpr int kValue = 2;
  std::string bytes;
  {
    io::StringOutputStream stream(&bytes);
    io::CodedOutputStream out(&stream);
    for (const auto& [path, value] : edits) {
      const size_t value_size =
          value.has_value() ? 1 + WireFormatLite::StringSize(*value) : 2;  // an enum of value 0
      const size_t entry_size =
          1 + WireFormatLite::StringSize(path) + 1 +
          io::CodedOutputStream::VarintSize32(static_cast<uint32_t>(value_size)) + value_size;
      WireFormatLite::WriteTag(Struct::kFieldsFieldNumber,
                               WireFormatLite::WIRETYPE_LENGTH_DELIMITED, &out);
      out.WriteVarint32(static_cast<uint32_t>(entry_size));
      WireFormatLite::WriteBytes(kKey, path, &out);
      WireFormatLite::WriteTag(kValue, WireFormatLite::WIRETYPE_LENGTH_DELIMITED, &out);
      out.WriteVarint32(static_cast<uint32_t>(value_size));
      if (value.has_value()) {
        WireFormatLite::WriteBytes(Value::kStringValueFieldNumber, *value, &out);
      } else {
        WireFormatLite::WriteEnum(Value::kNullValueFieldNumber, google::protobuf::NULL_VALUE, &out);
      }
    }
  }
  return bytes;
}

}  // namespace

std::string TextOf(const pqxx::field& field) {
  return field.is_null() ? std::string() : std::string(field.c_str(), field.size());
}

std::string BytesOf(const pqxx::field& field) {
  if (field.is_null()) return {};
  absl::string_view text(field.c_str(), field.size());
  if (!absl::ConsumePrefix(&text, kHexPrefix)) throw std::runtime_error("bytea is not in hex");
  return absl::HexStringToBytes(text);
}

int64_t IntOf(const pqxx::field& field) {
  int64_t number = 0;
  if (!absl::SimpleAtoi(absl::string_view(field.c_str(), field.size()), &number)) {
    throw std::runtime_error("not an integer");
  }
  return number;
}

bool BoolOf(const pqxx::field& field) { return !field.is_null() && field.as<bool>(); }

absl::Time TimeOf(const pqxx::field& field) {
  return field.is_null() ? absl::InfinitePast() : absl::FromUnixMicros(IntOf(field));
}

void ParseBytes(const std::string& bytes, google::protobuf::MessageLite& message) {
  if (!message.ParseFromString(bytes)) throw std::runtime_error("not a message");
}

void Parse(const pqxx::field& field, google::protobuf::MessageLite& message) {
  ParseBytes(BytesOf(field), message);
}

std::string OpenedBytes(const Sealer& sealer, absl::string_view place, absl::string_view sealed) {
  absl::StatusOr<std::string> plain = sealer.Open(place, sealed);
  if (!plain.ok()) throw NotOpened(plain.status());
  return *std::move(plain);
}

std::string OpenedBytes(const Sealer& sealer, absl::string_view place, const pqxx::field& field) {
  return OpenedBytes(sealer, place, absl::string_view(BytesOf(field)));
}

StoredRecord RecordFrom(const pqxx::row& row, int first, const Sealer& sealer) {
  const auto at = [&row, first](int column) {
    return row[static_cast<pqxx::row::size_type>(first + column)];
  };
  StoredRecord record;
  record.id = TextOf(at(0));
  record.type = static_cast<v1::RecordType>(IntOf(at(1)));
  record.revision = IntOf(at(2));
  record.upstream_revision = IntOf(at(3));
  record.org = TextOf(at(4));
  record.columns.archive_id = TextOf(at(5));
  record.columns.status = static_cast<v1::ArchiveStatus>(IntOf(at(6)));
  record.columns.tier = static_cast<v1::Tier>(IntOf(at(7)));
  record.columns.category = static_cast<v1::HardshipCategory>(IntOf(at(8)));
  record.columns.number = TextOf(at(9));
  record.columns.on_date = TextOf(at(10));
  record.body = OpenedBytes(sealer, RecordPlace(record.id), at(11));
  return record;
}

Revision RevisionFrom(const pqxx::row& row, const Sealer& sealer) {
  Revision revision;
  revision.record_id = TextOf(row[0]);
  revision.revision = IntOf(row[1]);
  revision.change_id = TextOf(row[2]);
  revision.pushed_by = TextOf(row[3]);
  revision.actor =
      OpenedMessage<v1::Actor>(sealer, ActorPlace(revision.record_id, revision.revision), row[4]);
  revision.entry_time = absl::FromUnixMicros(IntOf(row[5]));
  revision.received_time = absl::FromUnixMicros(IntOf(row[6]));
  revision.before = DecodeEdits(OpenedMessage<google::protobuf::Struct>(
      sealer, BeforePlace(revision.record_id, revision.revision), row[7]));
  revision.creates = revision.before.erase(kWholeRecord) > 0;
  return revision;
}

v1::Conflict ConflictFrom(const pqxx::row& row, int first, const Sealer& sealer) {
  const std::string id = TextOf(row[static_cast<pqxx::row::size_type>(first)]);
  return OpenedMessage<v1::Conflict>(sealer, ConflictPlace(id),
                                     row[static_cast<pqxx::row::size_type>(first + 1)]);
}

LoggedChange LoggedChangeFrom(const pqxx::row& row) {
  LoggedChange change;
  change.change_id = TextOf(row[0]);
  change.record_id = TextOf(row[1]);
  change.pushed_by = TextOf(row[2]);
  change.digest = BytesOf(row[3]);
  Parse(row[4], change.outcome);
  change.forwarded = BoolOf(row[5]);
  return change;
}

ChildContact ChildFrom(const pqxx::row& row) {
  ChildContact child;
  child.key = TextOf(row[0]);
  child.scope = TextOf(row[1]);
  child.seen = TimeOf(row[2]);
  if (!row[3].is_null()) child.acknowledged = IntOf(row[3]);
  if (!row[4].is_null()) child.pending = IntOf(row[4]);
  child.pending_records = absl::StrSplit(TextOf(row[5]), ' ', absl::SkipEmpty());
  return child;
}

std::string EncodePrevious(const Revision& revision) {
  static const std::string kNothing = EncodeEdits({{kWholeRecord, std::nullopt}});
  return revision.creates ? kNothing : EncodeEdits(revision.before);
}

std::string TimestampText(absl::Time time) {
  const absl::TimeZone utc = absl::UTCTimeZone();
  const absl::Time first = absl::FromCivil(absl::CivilSecond(1), utc);
  const absl::Time last = absl::FromCivil(absl::CivilSecond(10000), utc) - absl::Microseconds(1);
  return absl::FormatTime("%E4Y-%m-%d %H:%M:%E6S+00", std::clamp(time, first, last), utc);
}

}  // namespace bangfu::server
