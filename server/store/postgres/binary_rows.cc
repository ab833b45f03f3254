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

}  // namespace

BinaryRows BinaryRows::Read(Connection& connection, const std::string& statement,
                            const std::vector<std::string>& parameters, int edition) {
  const std::string& name = connection.Prepared(statement, edition);
  std::vector<const char*> values;
  values.reserve(parameters.size());
  for (const std::string& parameter : parameters) values.push_back(parameter.c_str());
  PGconn* const handle = connection.OpenHandle();
  Result result(PQexecPrepared(handle, name.c_str(), static_cast<int>(values.size()), values.data(),
                               nullptr, nullptr, kBinary),
                &PQclear);
  if (PQresultStatus(result.get()) != PGRES_TUPLES_OK)
    ThrowLibpqFailure(handle, result.get(), statement.c_str());
  return BinaryRows(std::move(result));
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
