#include "server/service/certificate_cache.h"

#include <gtest/gtest.h>

#include <string>

#include "absl/strings/str_cat.h"

namespace bangfu::server {
namespace {

TEST(CertificateCacheTest, ACertificateIsReadOnce) {
  int reads = 0;
  CertificateCache cache([&](absl::string_view pem) {
    ++reads;
    return Principal{std::string(pem), "hz"};
  });
  EXPECT_EQ(cache.Find("a")->node, "a");
  EXPECT_EQ(cache.Find("b")->node, "b");
  EXPECT_EQ(cache.Find("a")->node, "a");
  EXPECT_EQ(reads, 2);
}

TEST(CertificateCacheTest, ItDoesNotGrowWithoutEnd) {
  CertificateCache cache(
      [](absl::string_view pem) {
        return Principal{std::string(pem), "hz"};
      },
      10);
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(cache.Find(absl::StrCat(i))->node, absl::StrCat(i));
    EXPECT_LE(cache.size(), 10u);
  }
}

TEST(CertificateCacheTest, WhatNamesNoNodeIsNobodyAndNotRemembered) {
  CertificateCache cache;
  EXPECT_EQ(cache.Find("no certificate").status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(cache.size(), 0u);
}

}  // namespace
}  // namespace bangfu::server
