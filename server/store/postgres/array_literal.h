#ifndef BANGFU_SERVER_STORE_POSTGRES_ARRAY_LITERAL_H_
#define BANGFU_SERVER_STORE_POSTGRES_ARRAY_LITERAL_H_

#include <concepts>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"

namespace bangfu::server {

// Builds the text form of a one-dimensional PostgreSQL array (manual, 8.15.6), for statements that
// take whole columns as parameters.
class ArrayLiteral {
 public:
  // Any text, quoted as needed. Throws std::invalid_argument for one with a NUL character:
  // PostgreSQL has no such text, and the driver would cut the literal there. Use Bytes() for what
  // may hold one.
  void Text(absl::string_view text);

  // An integer.
  template <std::integral Number>
  void Int(Number number) {
    Separate();
    absl::StrAppend(&literal_, number);
  }

  void Bool(bool value) {
    Separate();
    literal_.push_back(value ? 't' : 'f');
  }

  // Any bytes, as hexadecimal text: decode(x, 'hex') in the statement.
  void Bytes(absl::string_view bytes);

  // NULL.
  void Null();

  // `text`, or NULL when it is empty.
  void TextOrNull(absl::string_view text) { text.empty() ? Null() : Text(text); }

  // "{…}"
  std::string Build() const { return literal_ + "}"; }

 private:
  void Separate() {
    if (literal_.size() > 1) literal_.push_back(',');
  }

  std::string literal_ = "{";
};

// The texts of a range as one literal.
template <typename Range>
std::string TextArray(const Range& texts) {
  ArrayLiteral literal;
  for (const auto& text : texts) literal.Text(text);
  return literal.Build();
}

// The UUIDs among texts: what is none is no id of anything, so it is unknown, not an error.
std::string UuidArray(const std::vector<std::string>& ids);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_ARRAY_LITERAL_H_
