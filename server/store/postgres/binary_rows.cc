#include "server/store/postgres/binary_rows.h"

#include <pqxx/pqxx>
#include <stdexcept>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "server/store/postgres/libpq_failure.h"

namespace bangfu::server {
namespace {

constexpr int kBinary = 1;
constexpr size_t kUuidBytes = 16;
constexpr char kPathVersion = 1;  // in front of the text of an ltree

}  // namespace

BinaryRows BinaryRows::Read(Connection& connection, const char* statement,
                            const std::vector<std::string>& parameters) {
  PGconn* const handle = connection.handle();
  if (handle == nullptr) throw pqxx::broken_connection("the connection is closed");
  std::vector<const char*> values;
  values.reserve(parameters.size());
  for (const std::string& parameter : parameters) values.push_back(parameter.c_str());
  Result result(PQexecParams(handle, statement, static_cast<int>(values.size()), nullptr,
                             values.data(), nullptr, nullptr, kBinary),
                &PQclear);
  if (PQresultStatus(result.get()) != PGRES_TUPLES_OK)
    ThrowLibpqFailure(handle, result.get(), statement);
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
  const std::string hex = absl::BytesToHexString(bytes);
  const absl::string_view digits = hex;
  return absl::StrCat(digits.substr(0, 8), "-", digits.substr(8, 4), "-", digits.substr(12, 4), "-",
                      absl::StrCat(digits.substr(16, 4), "-", digits.substr(20)));
}

std::string BinaryRows::Path(int row, int column) const {
  const absl::string_view bytes = Bytes(row, column);
  if (bytes.empty()) return {};
  if (bytes[0] != kPathVersion) throw std::runtime_error("not a path");
  return std::string(bytes.substr(1));
}

}  // namespace bangfu::server
