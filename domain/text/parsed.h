#ifndef BANGFU_DOMAIN_TEXT_PARSED_H_
#define BANGFU_DOMAIN_TEXT_PARSED_H_

#include <utility>
#include <variant>

namespace bangfu::domain {

// A value read from typed text, or the kind of mistake in it. Parsers of this folder return this
// instead of absl::StatusOr because the caller turns each kind of mistake into its own finding, in
// two languages.
//
// `Error` is an enum of mistakes only: it has no "none".
template <typename Value, typename Error>
class [[nodiscard]] Parsed {
 public:
  // Implicit, so that a parser can say `return value;` or `return SomeError::kLength;`.
  Parsed(Value value) : result_(std::in_place_index<0>, std::move(value)) {}
  Parsed(Error error) : result_(std::in_place_index<1>, error) {}

  bool ok() const { return result_.index() == 0; }

  // Requires ok().
  const Value& value() const { return std::get<0>(result_); }
  const Value& operator*() const { return value(); }
  const Value* operator->() const { return &value(); }

  // Requires !ok().
  Error error() const { return std::get<1>(result_); }

 private:
  std::variant<Value, Error> result_;
};

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_TEXT_PARSED_H_
