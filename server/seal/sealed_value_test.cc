#include "server/seal/sealed_value.h"

#include <gtest/gtest.h>

#include <set>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"

namespace bangfu::server {
namespace {

constexpr char kPlace[] = "record/01900000-0000-7000-8000-000000000001";

struct GcmVector {
  const char *key, *nonce, *associated, *plain, *sealed, *tag;
};

// McGrew and Viega, "The Galois/Counter Mode of Operation", test cases 13, 14 and 16, which NIST
// publishes with SP 800-38D.
constexpr GcmVector kVectors[] = {
    {"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000",
     "", "", "", "530f8afbc74536b9a963b4f1c4cb738b"},
    {"0000000000000000000000000000000000000000000000000000000000000000", "000000000000000000000000",
     "", "00000000000000000000000000000000", "cea7403d4d606b6e074ec5d3baf39d18",
     "d0d1c8a799996bf0265b98b5d48ab919"},
    {"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308", "cafebabefacedbaddecaf888",
     "feedfacedeadbeeffeedfacedeadbeefabaddad2",
     "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
     "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
     "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
     "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662",
     "76fc6ece0f4e1768cddf8853bb2d551b"},
};

TEST(SealedValueTest, EncryptsAsTheStandardSays) {
  for (const GcmVector& vector : kVectors) {
    const auto bytes = [](const char* hex) { return absl::HexStringToBytes(hex); };
    const std::string sealed = EncryptGcm(bytes(vector.key), bytes(vector.nonce),
                                          bytes(vector.associated), bytes(vector.plain));
    EXPECT_EQ(absl::BytesToHexString(sealed), absl::StrCat(vector.sealed, vector.tag));
    EXPECT_EQ(DecryptGcm(bytes(vector.key), bytes(vector.nonce), bytes(vector.associated), sealed),
              bytes(vector.plain));
    EXPECT_EQ(DecryptGcm(bytes(vector.key), bytes(vector.nonce), "other", sealed), std::nullopt);
  }
}

class SealedValueOf : public testing::TestWithParam<std::string> {
 protected:
  const std::string key_ = std::string(kSealKeyBytes, 'k');
};

TEST_P(SealedValueOf, OpensToWhatItWas) {
  const std::string sealed = SealValue(key_, 7, kPlace, GetParam());
  EXPECT_EQ(OpenValue(key_, kPlace, sealed), GetParam());
  EXPECT_EQ(SealedKeyNumber(sealed), 7);
  EXPECT_EQ(sealed[0], '\0');
}

TEST_P(SealedValueOf, OpensNowhereElseAndUnderNoOtherKey) {
  const std::string sealed = SealValue(key_, 7, kPlace, GetParam());
  EXPECT_EQ(OpenValue(key_, "record/01900000-0000-7000-8000-000000000002", sealed), std::nullopt);
  EXPECT_EQ(OpenValue(key_, "", sealed), std::nullopt);
  EXPECT_EQ(OpenValue(std::string(kSealKeyBytes, 'j'), kPlace, sealed), std::nullopt);
}

TEST_P(SealedValueOf, DoesNotOpenWithOneBitChanged) {
  const std::string sealed = SealValue(key_, 7, kPlace, GetParam());
  for (size_t i = 0; i < sealed.size(); ++i) {
    for (const int bit : {0, 3, 7}) {
      std::string altered = sealed;
      altered[i] = static_cast<char>(altered[i] ^ 1 << bit);
      EXPECT_EQ(OpenValue(key_, kPlace, altered), std::nullopt) << "byte " << i << " bit " << bit;
    }
  }
}

TEST_P(SealedValueOf, DoesNotOpenCutOrExtended) {
  const std::string sealed = SealValue(key_, 7, kPlace, GetParam());
  for (size_t size = 0; size < sealed.size(); ++size) {
    EXPECT_EQ(OpenValue(key_, kPlace, sealed.substr(0, size)), std::nullopt) << size;
  }
  EXPECT_EQ(OpenValue(key_, kPlace, sealed + "x"), std::nullopt);
}

TEST_P(SealedValueOf, IsNeverTheSameTwice) {
  std::set<std::string> nonces;
  for (int i = 0; i < 1000; ++i) {
    const std::string sealed = SealValue(key_, 7, kPlace, GetParam());
    const size_t tail = kNonceBytes + kTagBytes;
    nonces.insert(sealed.substr(kSealHeaderBytes, tail));
  }
  EXPECT_EQ(nonces.size(), 1000u);
}

INSTANTIATE_TEST_SUITE_P(Values, SealedValueOf,
                         testing::Values("", "x", std::string(5, '\0'), std::string(300, 'a'),
                                         absl::StrCat(std::string(200, 'b'), "张三 13800000000",
                                                      std::string(200, '\0'))));

TEST(SealedValueTest, WhatRepeatsTakesLessRoom) {
  const std::string key(kSealKeyBytes, 'k');
  EXPECT_LT(SealValue(key, 1, kPlace, std::string(4000, 'a')).size(), 200u);
  // What does not: only what the seal itself takes.
  const std::string dense =
      EncryptGcm(key, std::string(kNonceBytes, 'n'), "", std::string(4000, '\0'));
  EXPECT_LE(SealValue(key, 1, kPlace, dense).size(), dense.size() + kSealOverheadBytes);
}

}  // namespace
}  // namespace bangfu::server
