#include "domain/text/normalize.h"

#include <gtest/gtest.h>

#include <string>

namespace bangfu::domain {
namespace {

std::string Bytes(const char* begin, size_t size) { return std::string(begin, size); }

TEST(IsValidUtf8Test, TellsWellFormedFromBroken) {
  EXPECT_TRUE(IsValidUtf8(""));
  EXPECT_TRUE(IsValidUtf8("abc"));
  EXPECT_TRUE(IsValidUtf8("困难职工"));
  EXPECT_TRUE(IsValidUtf8("𠮷"));  // outside the basic plane, found in names
  EXPECT_TRUE(IsValidUtf8(Bytes("a\0b", 3)));
  EXPECT_TRUE(IsValidUtf8("\xF4\x8F\xBF\xBF"));  // U+10FFFF

  EXPECT_FALSE(IsValidUtf8("\xF4\x90\x80\x80"));  // one past U+10FFFF
  EXPECT_FALSE(IsValidUtf8("\xC0\x80"));          // overlong
  EXPECT_FALSE(IsValidUtf8("\xED\xA0\x80"));      // surrogate
  EXPECT_FALSE(IsValidUtf8("\xE5\x9B"));          // cut off
  EXPECT_FALSE(IsValidUtf8("\xC0\xA7\xC4\xD1"));  // 困难 in GBK
}

struct TextCase {
  std::string in;
  std::string out;
};

TEST(NormalizeTextTest, WidthAndBlanks) {
  const TextCase cases[] = {
      {"", ""},
      {" 　\t\n", ""},
      {"　张　三 ", "张 三"},
      {"ＡＢｃ１２３（待）～！", "ABc123(待)~!"},
      {"a \u00A0　 b", "a b"},
      {"第一行\r\n第二行", "第一行 第二行"},
      {"\uFEFF张\u200B三\u202C", "张三"},
      {Bytes("a\0b", 3), "ab"},
      {"𠮷林", "𠮷林"},
      {"a b", "a b"},
      {"a  b", "a b"},
      {" a", "a"},
      {"a ", "a"},
      {" ", ""},
      {"a\x7F", "a"},
      {"买买提\u200C江", "买买提\u200C江"},
      {"\uFF01", "!"},
      {"\uFF5E", "~"},
  };
  for (const auto& c : cases) EXPECT_EQ(NormalizeText(c.in), c.out) << c.in;
}

TEST(NormalizeTextTest, LeavesAllElseAlone) {
  // NFKC would change each of these. U+FF00 and U+FF5F are the neighbours of the range that
  // changes.
  for (const std::string text : {"①㎡", "隆", "。、", "￥", "ﾊ", "\uFF00", "\uFF5F", "⼯"}) {
    EXPECT_EQ(NormalizeText(text), text);
  }
}

TEST(NormalizeTextTest, IsIdempotent) {
  const std::string once = NormalizeText(" Ａ　 Ｂ\n困 ");
  EXPECT_EQ(NormalizeText(once), once);
}

TEST(NormalizeTextTest, IllFormedBytesBecomeReplacementCharacters) {
  EXPECT_TRUE(IsValidUtf8(NormalizeText("a\xE5\x9B")));
  EXPECT_EQ(NormalizeText("a\xE5\x9B"), "a\uFFFD");
}

TEST(NormalizeIdentifierTest, WidthBlanksAndCase) {
  const TextCase cases[] = {
      {"", ""},
      {" 1101 0519 4912　31 002x\n", "11010519491231002X"},
      {"１１０１０５１９４９１２３１００２ｘ", "11010519491231002X"},
      {"\u202D13812345678\u202C", "13812345678"},
      {"￥１，４７０．００", "¥1,470.00"},
      {"转12", "转12"},
      {"12\u200D34", "1234"},
  };
  for (const auto& c : cases) EXPECT_EQ(NormalizeIdentifier(c.in), c.out) << c.in;
}

TEST(NormalizeIdentifierTest, WhatABlankKeptApartIsComposed) {
  EXPECT_EQ(NormalizeIdentifier("e \u0301"), "\u00E9");
  EXPECT_EQ(CodeKey("\u30CF\u200B\u309A"), "\u30D1");
  for (const std::string text : {"e \u0301", "a\u00A8", "i\u0307", "\uFF8A\u200D\uFF9F"}) {
    EXPECT_EQ(NormalizeIdentifier(NormalizeIdentifier(text)), NormalizeIdentifier(text));
    EXPECT_EQ(CodeKey(CodeKey(text)), CodeKey(text));
  }
}

TEST(CodeKeyTest, SpellingsOfOneWordMeet) {
  for (const std::string text : {"下（待）岗", "下(待)岗", " 下（待） 岗　", "下﹙待﹚岗"}) {
    EXPECT_EQ(CodeKey(text), CodeKey("下(待)岗")) << text;
  }
  EXPECT_NE(CodeKey("下(待)岗"), CodeKey("下待岗"));
  EXPECT_NE(CodeKey("在岗"), CodeKey("下岗"));
  EXPECT_EQ(CodeKey("⼯伤"), CodeKey("工伤"));  // a radical, as copied out of PDF files
  EXPECT_EQ(CodeKey(""), "");
}

TEST(MaskMiddleTest, BothSidesOfTheMinimum) {
  EXPECT_EQ(MaskMiddle("abcdefghi", 3, 2), "ABC****HI");
  EXPECT_EQ(MaskMiddle("abcdefgh", 3, 2), "********");
  EXPECT_EQ(MaskMiddle("", 3, 2), "");
  EXPECT_EQ(MaskMiddle("𠮷林家的身份证号", 2, 1), "𠮷林*****号");
}

}  // namespace
}  // namespace bangfu::domain
