#include "domain/text/list_split.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bangfu::domain {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TEST(SplitListTest, EverySeparator) {
  for (const char* text :
       {"残疾、收入低", "残疾,收入低", "残疾，收入低", "残疾;收入低", "残疾；收入低", "残疾/收入低",
        "残疾／收入低", "残疾 收入低", "残疾　收入低", "残疾\n收入低", "残疾\t收入低",
        "、残疾 、， 收入低；", " 残疾 / 收入低 "}) {
    EXPECT_THAT(SplitList(text), ElementsAre("残疾", "收入低")) << text;
  }
}

TEST(SplitListTest, NothingOneAndMany) {
  EXPECT_THAT(SplitList(""), IsEmpty());
  EXPECT_THAT(SplitList("　、, "), IsEmpty());
  EXPECT_THAT(SplitList("下岗失业"), ElementsAre("下岗失业"));
  EXPECT_THAT(SplitList("下（待）岗、残疾、残疾"), ElementsAre("下(待)岗", "残疾", "残疾"));
}

TEST(SplitListTest, OtherSignsDoNotSplit) {
  EXPECT_THAT(SplitList("残疾-重|大。事故"), ElementsAre("残疾-重|大。事故"));
}

}  // namespace
}  // namespace bangfu::domain
