#include "server/identity/totp.h"

#include <gtest/gtest.h>

#include <string>
#include <utility>

#include "absl/strings/str_cat.h"

namespace bangfu::server {
namespace {

constexpr char kSecret[] = "12345678901234567890";  // RFC 6238, appendix B
constexpr int64_t kNever = 0;

TEST(Totp, CodesOfTheRfc) {
  // The last six of its eight digits.
  const std::pair<int64_t, const char*> vectors[] = {
      {59, "287082"},         {1111111109, "081804"}, {1111111111, "050471"},
      {1234567890, "005924"}, {2000000000, "279037"}, {20000000000, "353130"}};
  for (const auto& [seconds, code] : vectors) {
    const auto made = TotpCode(kSecret, TotpStepAt(absl::FromUnixSeconds(seconds)));
    ASSERT_TRUE(made.ok()) << made.status();
    EXPECT_EQ(*made, code) << seconds;
  }
}

TEST(Totp, OneStepOfSkew) {
  const absl::Time now = absl::FromUnixSeconds(1'900'000'000);
  const int64_t step = TotpStepAt(now);
  for (int64_t skew = -3; skew <= 3; ++skew) {
    const auto found = FindTotpStep(kSecret, *TotpCode(kSecret, step + skew), now, kNever);
    ASSERT_TRUE(found.ok()) << found.status();
    EXPECT_EQ(found->has_value(), -1 <= skew && skew <= 1) << skew;
    EXPECT_EQ(found->value_or(step + skew), step + skew);
  }
}

TEST(Totp, AStepIsTakenOnceAndNoneBeforeIt) {
  const absl::Time now = absl::FromUnixSeconds(1'900'000'000);
  const int64_t step = TotpStepAt(now);
  for (int64_t skew = -1; skew <= 1; ++skew) {
    const auto found = FindTotpStep(kSecret, *TotpCode(kSecret, step + skew), now, step);
    ASSERT_TRUE(found.ok()) << found.status();
    EXPECT_EQ(found->has_value(), skew == 1) << skew;
  }
}

TEST(Totp, OnlySixDigitsAreACode) {
  const absl::Time now = absl::FromUnixSeconds(1'900'000'000);
  const std::string code = *TotpCode(kSecret, TotpStepAt(now));
  const std::string others[] = {"",
                                code.substr(1),
                                code + "0",
                                absl::StrCat(" ", code),
                                absl::StrCat("+", code.substr(1)),
                                std::string(6, '\0')};
  for (const std::string& other : others) {
    EXPECT_FALSE(FindTotpStep(kSecret, other, now, kNever)->has_value());
  }
}

TEST(Totp, SecretsAreRandomAndReadable) {
  const auto secret = MakeTotpSecret();
  ASSERT_TRUE(secret.ok()) << secret.status();
  EXPECT_EQ(secret->size(), kTotpSecretBytes);
  EXPECT_NE(*secret, *MakeTotpSecret());
  // RFC 4648, 10, without the padding that 20 bytes never need.
  EXPECT_EQ(TotpSecretText("fooba").value_or(""), "MZXW6YTB");
  EXPECT_EQ(TotpSecretText(*secret)->size(), 32u);
}

TEST(Totp, UriForAuthenticators) {
  EXPECT_EQ(TotpUri("zhang.san", "MZXW6YTB"),
            "otpauth://totp/bangfu:zhang.san?secret=MZXW6YTB&issuer=bangfu&algorithm=SHA1"
            "&digits=6&period=30");
}

}  // namespace
}  // namespace bangfu::server
