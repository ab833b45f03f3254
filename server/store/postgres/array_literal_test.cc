#include "server/store/postgres/array_literal.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <vector>

namespace bangfu::server {
namespace {

std::string Quoted(absl::string_view text) {
  ArrayLiteral literal;
  literal.Text(text);
  return literal.Build();
}

TEST(ArrayLiteralTest, NoElements) { EXPECT_EQ(ArrayLiteral().Build(), "{}"); }

TEST(ArrayLiteralTest, EveryTextIsQuoted) {
  EXPECT_EQ(Quoted(""), R"({""})");
  EXPECT_EQ(Quoted("NULL"), R"({"NULL"})");
  EXPECT_EQ(Quoted("a,b {c}"), R"({"a,b {c}"})");
  EXPECT_EQ(Quoted(" 富阳 "), R"({" 富阳 "})");
  EXPECT_EQ(Quoted("say \"x\""), R"({"say \"x\""})");
  EXPECT_EQ(Quoted("\\N\\"), R"({"\\N\\"})");
  EXPECT_EQ(Quoted("line\nbreak"), "{\"line\nbreak\"}");
}

TEST(ArrayLiteralTest, ElementsAreSeparated) {
  ArrayLiteral literal;
  literal.Text("");
  literal.Null();
  literal.Int(-7);
  literal.Int(int64_t{9223372036854775807});
  literal.TextOrNull("");
  literal.TextOrNull("x");
  EXPECT_EQ(literal.Build(), R"({"",NULL,-7,9223372036854775807,NULL,"x"})");
}

TEST(ArrayLiteralTest, BytesAreHexadecimal) {
  ArrayLiteral literal;
  literal.Bytes("");
  literal.Bytes(absl::string_view("\x00\x7f\xff\"", 4));
  EXPECT_EQ(literal.Build(), R"({"","007fff22"})");
}

TEST(ArrayLiteralTest, RefusesWhatPostgresHasNoTextFor) {
  ArrayLiteral literal;
  EXPECT_THROW(literal.Text(absl::string_view("a\0b", 3)), std::invalid_argument);
}

TEST(ArrayLiteralTest, ArrayOfTexts) {
  EXPECT_EQ(TextArray(std::vector<std::string>{"a", "b"}), R"({"a","b"})");
}

}  // namespace
}  // namespace bangfu::server
