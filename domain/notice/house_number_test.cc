#include "domain/notice/house_number.h"

#include "gtest/gtest.h"

namespace bangfu::domain {
namespace {

struct Example {
  const char* address;
  const char* shown;
};

TEST(HideHouseNumbersTest, NumbersOfHouseAndRoomAreHidden) {
  for (const auto& [address, shown] : {
           Example{"", ""},
           Example{"杭州市拱墅区某某路1号", "杭州市拱墅区某某路**号"},
           Example{"文三路12号3幢2单元501室", "文三路**号**幢**单元**室"},
           Example{"文三路１２号３幢２单元５０１室", "文三路**号**幢**单元**室"},
           Example{"翠苑一区5-2-301", "翠苑一区**"},
           Example{"翠苑一区５－２－３０１", "翠苑一区**"},
           Example{"朝晖六区15幢", "朝晖六区**幢"},
           Example{"解放路十二号三幢二单元五〇一室", "解放路**号**幢**单元**室"},
           Example{"解放路十二 号", "解放路** 号"},
           Example{"解放路 12 号", "解放路 ** 号"},
           Example{"某小区三栋五楼", "某小区**栋**楼"},
           Example{"某小区3号楼", "某小区**号楼"},
           Example{"某小区五—二—三〇一", "某小区**"},
           Example{"某小区B座1203A室", "某小区**座**室"},
           Example{"某小区12#301", "某小区**"},
           Example{"某小区①幢", "某小区**幢"},
           Example{"某小区Ⅱ单元", "某小区**单元"},
           Example{"中山路12-1号", "中山路**号"},
           Example{"某某路88", "某某路**"},
       }) {
    EXPECT_EQ(HideHouseNumbers(address), shown) << address;
  }
}

TEST(HideHouseNumbersTest, StreetAndVillageStay) {
  for (const auto& [address, shown] : {
           Example{"下沙23号大街8号", "下沙23号大街**号"},
           Example{"下沙二号大街", "下沙二号大街"},
           Example{"2号路15号", "2号路**号"},
           Example{"文一路三墩镇五里塘村", "文一路三墩镇五里塘村"},
           Example{"十五奎巷六弄", "十五奎巷六弄"},
           Example{"百井坊巷12号", "百井坊巷**号"},
           Example{"富阳市富春街道春江村12组", "富阳市富春街道春江村12组"},
           Example{"104国道旁", "104国道旁"},
           Example{"翠苑3区", "翠苑3区"},
           Example{"A区", "A区"},
           Example{"六和塔东-西", "六和塔东-西"},
       }) {
    EXPECT_EQ(HideHouseNumbers(address), shown) << address;
  }
}

}  // namespace
}  // namespace bangfu::domain
