#include "server/store/postgres/array_literal.h"

#include <stdexcept>

#include "domain/text/uuid.h"

namespace bangfu::server {

void ArrayLiteral::Text(absl::string_view text) {
  Separate();
  // Always quoted: it makes empty texts, the word NULL, braces, commas and blanks literal.
  literal_.push_back('"');
  for (const char character : text) {
    if (character == '\0') throw std::invalid_argument("a text with a NUL character");
    if (character == '"' || character == '\\') literal_.push_back('\\');
    literal_.push_back(character);
  }
  literal_.push_back('"');
}

void ArrayLiteral::Bytes(absl::string_view bytes) {
  Separate();
  constexpr char kDigits[] = "0123456789abcdef";
  literal_.reserve(literal_.size() + 2 * bytes.size() + 2);
  // Quoted, because no bytes at all are an element too.
  literal_.push_back('"');
  for (const char byte : bytes) {
    const auto value = static_cast<unsigned char>(byte);
    literal_.push_back(kDigits[value >> 4]);
    literal_.push_back(kDigits[value & 0xf]);
  }
  literal_.push_back('"');
}

void ArrayLiteral::Null() {
  Separate();
  literal_ += "NULL";
}

std::string UuidArray(const std::vector<std::string>& ids) {
  ArrayLiteral literal;
  for (const std::string& id : ids) {
    if (domain::IsUuid(id)) literal.Text(id);
  }
  return literal.Build();
}

}  // namespace bangfu::server
