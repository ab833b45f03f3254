#include "server/seal/hkdf.h"

#include <gtest/gtest.h>

#include "absl/strings/escaping.h"

namespace bangfu::server {
namespace {

// `count` bytes that count up from `first`.
std::string Counting(int first, int count) {
  std::string bytes;
  for (int i = 0; i < count; ++i) bytes.push_back(static_cast<char>(first + i));
  return bytes;
}

// RFC 5869, appendix A.1 to A.3.
TEST(HkdfTest, DerivesAsTheStandardSays) {
  EXPECT_EQ(absl::BytesToHexString(
                HkdfSha256(std::string(22, '\x0b'), Counting(0x00, 13), Counting(0xf0, 10), 42)),
            "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf34007208d5b887185865");
  EXPECT_EQ(absl::BytesToHexString(
                HkdfSha256(Counting(0x00, 80), Counting(0x60, 80), Counting(0xb0, 80), 82)),
            "b11e398dc80327a1c8e7f78c596a49344f012eda2d4efad8a050cc4c19afa97c59045a99cac7827271cb41"
            "c65e590e09da3275600c2f09b8367793a9aca3db71cc30c58179ec3e87c14c01d5c1f3434f1d87");
  EXPECT_EQ(absl::BytesToHexString(HkdfSha256(std::string(22, '\x0b'), "", "", 42)),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d9d201395faa4b61a96c8");
}

}  // namespace
}  // namespace bangfu::server
