#include "domain/text/date_text.h"

#include <gtest/gtest.h>

namespace bangfu::domain {
namespace {

using absl::CivilDay;

TEST(ReadDateTest, DropsTheTimeOfDay) {
  for (const char* text :
       {"2014-03-10", "2014-03-10 00:00:00", "2014-03-10T00:00:00", "2014/3/10 0:00",
        "2014/3/10 23:59", "2014.3.10 08:30:15", "2014-03-10 23:59:59.999999999",
        "2014年3月10日 8:30", "2014 年 3 月 10 日 8:30", "20140310 00:00:00",
        "２０１４－０３－１０　００：００：００", " 2014-03-10  00:00:00 "}) {
    const auto day = ReadDate(text);
    ASSERT_TRUE(day.ok()) << text;
    EXPECT_EQ(*day, CivilDay(2014, 3, 10)) << text;
  }
}

TEST(ReadDateTest, RefusesWhatIsNoTime) {
  for (const char* text :
       {"2014-03-10 24:00:00", "2014-03-10 23:60", "2014-03-10 23:59:60", "2014-03-10 8",
        "2014-03-10 8:3", "2014-03-10 08:30:00.", "2014-03-10 08:30:00.0000000000",
        "2014-03-10 08:30:00Z", "2014-03-10 -8:30", "2014-03-10 :", "08:30", " T00:00",
        "2014-02-30 00:00:00", "2014-03-10 00:00:00 00:00:00"}) {
    const auto day = ReadDate(text);
    ASSERT_FALSE(day.ok()) << text;
    EXPECT_NE(day.error(), DateError::kNoDay) << text;
    EXPECT_NE(day.error(), DateError::kTwoDigitYear) << text;
  }
}

TEST(ReadDateTest, TellsWhatIsLeftOut) {
  const struct {
    const char* text;
    DateError error;
  } cases[] = {
      {"", DateError::kEmpty},
      {"　 ", DateError::kEmpty},
      {"1990.7", DateError::kNoDay},
      {"1990.07", DateError::kNoDay},
      {"1990年7月", DateError::kNoDay},
      {"1990 年 7 月", DateError::kNoDay},
      {"1990年12月份", DateError::kNoDay},
      {"1990年", DateError::kNoDay},
      {"1990年7", DateError::kNoDay},
      {"1990-07", DateError::kNoDay},
      {"1990/7", DateError::kNoDay},
      {"199007", DateError::kNoDay},
      {"1990", DateError::kNoDay},
      {"１９９０．７", DateError::kNoDay},
      {"1990.13", DateError::kNotADay},
      {"1990.0", DateError::kNotADay},
      {"1990年13月", DateError::kNotADay},
      {"0990年7月", DateError::kNotADay},
      {"85年7月28日", DateError::kTwoDigitYear},
      {"85年7月", DateError::kTwoDigitYear},
      {"85.7.28", DateError::kTwoDigitYear},
      {"97-6-5", DateError::kTwoDigitYear},
      {"97/06/05", DateError::kTwoDigitYear},
      {"850728", DateError::kTwoDigitYear},
      {"1990.7.", DateError::kNotADay},
      {"7.28", DateError::kNotADay},
      {"7月28日", DateError::kNotADay},
      {"2014-02-30", DateError::kNotADay},
      {"1990.7.12.1", DateError::kNotADay},
      {"昨天", DateError::kNotADay},
      {"12", DateError::kNotADay},
  };
  for (const auto& c : cases) {
    const auto day = ReadDate(c.text);
    ASSERT_FALSE(day.ok()) << c.text;
    EXPECT_EQ(day.error(), c.error) << c.text;
  }
}

}  // namespace
}  // namespace bangfu::domain
