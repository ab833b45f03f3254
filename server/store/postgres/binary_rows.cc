#include "server/store/postgres/binary_rows.h"

#include <pqxx/pqxx>
#include <stdexcept>
#include <utility>

#include "server/store/postgres/libpq_failure.h"

namespace bangfu::server {
namespace {

constexpr int kBinary = 1;
constexpr size_t kUuidBytes = 16;
constexpr size_t kUuidCharacters = 36;
constexpr char kHexDigits[] = "0123456789abcdef";
constexpr char kPathVersion = 1;  // in front of the text of an ltree

// Where the text of a uuid has a dash: 8-4-4-4-12.
constexpr bool IsDash(size_t place) {
  return place == 8 || place == 13 || place == 18 || place == 23;
}

PGconn* OpenHandle(Connection& connection) {
  PGconn* const handle = connection.handle();
  if (handle == nullptr) throw pqxx::broken_connection("the connection is closed");
  return handle;
}

std::vector<const char*> Pointers(const std::vector<std::string>& parameters) {
  std::vector<const char*> values;
  values.reserve(parameters.size());
  for (const std::string& parameter : parameters) values.push_back(parameter.c_str());
  return values;
}

}  // namespace

BinaryRows BinaryRows::Checked(PGconn* connection, PGresult* result, const char* statement) {
  Result owned(result, &PQclear);
  if (PQresultStatus(result) != PGRES_TUPLES_OK) ThrowLibpqFailure(connection, result, statement);
  return BinaryRows(std::move(owned));
}

BinaryRows BinaryRows::Read(Connection& connection, const char* statement,
                            const std::vector<std::string>& parameters) {
  PGconn* const handle = OpenHandle(connection);
  const std::vector<const char*> values = Pointers(parameters);
  return Checked(handle,
                 PQexecParams(handle, statement, static_cast<int>(values.size()), nullptr,
                              values.data(), nullptr, nullptr, kBinary),
                 statement);
}

BinaryRows BinaryRows::ReadPrepared(Connection& connection, const std::string& name,
                                    const char* statement,
                                    const std::vector<std::string>& parameters) {
  connection.prepare(name, statement);
  connection.prepare_now(name);
  PGconn* const handle = OpenHandle(connection);
  const std::vector<const char*> values = Pointers(parameters);
  return Checked(handle,
                 PQexecPrepared(handle, name.c_str(), static_cast<int>(values.size()),
                                values.data(), nullptr, nullptr, kBinary),
                 statement);
}

absl::string_view BinaryRows::Bytes(int row, int column) const {
  return {PQgetvalue(result_.get(), row, column),
          static_cast<size_t>(PQgetlength(result_.get(), row, column))};
}

int64_t BinaryRows::Int(int row, int column) const {
  const absl::string_view bytes = Bytes(row, column);
  if (bytes.size() != sizeof(int16_t) && bytes.size() != sizeof(int32_t) &&
      bytes.size() != sizeof(int64_t)) {
    throw std::runtime_error("not an integer");
  }
  uint64_t number = (static_cast<unsigned char>(bytes[0]) & 0x80U) != 0 ? ~uint64_t{0} : 0;
  for (const char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
  return static_cast<int64_t>(number);
}

bool BinaryRows::Bool(int row, int column) const {
  const absl::string_view bytes = Bytes(row, column);
  if (bytes.empty()) return false;
  if (bytes.size() != 1) throw std::runtime_error("not a boolean");
  return bytes[0] != 0;
}

std::string BinaryRows::Uuid(int row, int column) const {
  const absl::string_view bytes = Bytes(row, column);
  if (bytes.empty()) return {};
  if (bytes.size() != kUuidBytes) throw std::runtime_error("not a uuid");
  std::string text(kUuidCharacters, '-');
  size_t place = 0;
  for (const char byte : bytes) {
    if (IsDash(place)) ++place;
    const auto value = static_cast<unsigned char>(byte);
    text[place++] = kHexDigits[value >> 4];
    text[place++] = kHexDigits[value & 0xF];
  }
  return text;
}

std::string BinaryRows::Path(int row, int column) const {
  const absl::string_view bytes = Bytes(row, column);
  if (bytes.empty()) return {};
  if (bytes[0] != kPathVersion) throw std::runtime_error("not a path");
  return std::string(bytes.substr(1));
}

}  // namespace bangfu::server
