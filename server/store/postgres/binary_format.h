#ifndef BANGFU_SERVER_STORE_POSTGRES_BINARY_FORMAT_H_
#define BANGFU_SERVER_STORE_POSTGRES_BINARY_FORMAT_H_

#include <concepts>
#include <cstdint>
#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"

// Values in PostgreSQL's binary format, as the receive functions of the types read it: with their
// length in front, big end first.
namespace bangfu::server {

template <std::integral Number>
void AppendBigEndian(Number number, std::string& bytes) {
  for (int shift = 8 * (static_cast<int>(sizeof(Number)) - 1); shift >= 0; shift -= 8)
    bytes.push_back(static_cast<char>(static_cast<uint64_t>(number) >> shift));
}

// smallint, integer or bigint, as wide as it is.
template <std::integral Number>
void AppendNumber(Number number, std::string& bytes) {
  AppendBigEndian(static_cast<int32_t>(sizeof(Number)), bytes);
  AppendBigEndian(number, bytes);
}

// text or bytea. Throws std::length_error for one of 1 GiB or more, which PostgreSQL does not take.
void AppendBytes(absl::string_view value, std::string& bytes);

// text. Throws std::invalid_argument for one with a NUL character: PostgreSQL has no such text.
void AppendText(absl::string_view text, std::string& bytes);

// uuid, from its text. Throws std::invalid_argument for what is none.
void AppendUuid(absl::string_view uuid, std::string& bytes);

// ltree, from its text.
void AppendPath(absl::string_view path, std::string& bytes);

// timestamptz. A time that PostgreSQL cannot hold becomes the first or last that it can.
void AppendTime(absl::Time time, std::string& bytes);

void AppendBool(bool value, std::string& bytes);
void AppendNull(std::string& bytes);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_BINARY_FORMAT_H_
