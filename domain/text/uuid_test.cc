#include "domain/text/uuid.h"

#include <gtest/gtest.h>

#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

namespace bangfu::domain {
namespace {

constexpr uint64_t kSeed = 20140303;

std::function<uint64_t()> Seeded() { return std::mt19937_64(kSeed); }

TEST(IsUuidTest, CanonicalFormOnly) {
  EXPECT_TRUE(IsUuid("017f22e2-79b0-7cc3-98c4-dc0c0c07398f"));
  EXPECT_TRUE(IsUuid("00000000-0000-0000-0000-000000000000"));
  for (const char* text :
       {"", "017F22E2-79B0-7CC3-98C4-DC0C0C07398F", "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0", "017f22e279b07cc398c4dc0c0c07398f",
        "017f22e27-9b0-7cc3-98c4-dc0c0c07398f", "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398/", "017f22e2-79b0-7cc3-98c4-dc0c0c07398`",
        "017f22e2-79b0-7cc3-98c4-dc0c0c0739-f", " 17f22e2-79b0-7cc3-98c4-dc0c0c07398f"}) {
    EXPECT_FALSE(IsUuid(text)) << text;
  }
}

TEST(ParseUuidTest, LowersCase) {
  EXPECT_EQ(ParseUuid("017F22E2-79b0-7CC3-98C4-DC0C0C07398F"),
            "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
  EXPECT_EQ(ParseUuid("{017f22e2-79b0-7cc3-98c4-dc0c0c07398f}"), std::nullopt);
  EXPECT_EQ(ParseUuid(""), std::nullopt);
}

// RFC 9562, A.6: 2022-02-22 14:22:22 -05:00, rand_a CC3, rand_b 18C4DC0C0C07398F.
TEST(UuidGeneratorTest, ExampleOfTheRfc) {
  std::vector<uint64_t> random = {0xCC3, 0x18C4DC0C0C07398F};
  size_t next = 0;
  UuidGenerator generator([&] { return random.at(next++); });
  EXPECT_EQ(generator.Next(absl::FromUnixMillis(0x017F22E279B0)),
            "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
}

TEST(UuidGeneratorTest, VersionAndVariantWhateverTheRandomBits) {
  for (const uint64_t bits : {uint64_t{0}, ~uint64_t{0}}) {
    UuidGenerator generator([bits] { return bits; });
    const std::string uuid = generator.Next(absl::FromUnixMillis(1));
    EXPECT_TRUE(IsUuid(uuid)) << uuid;
    EXPECT_EQ(uuid.substr(0, 15), "00000000-0001-7");
    EXPECT_EQ(uuid[19], bits == 0 ? '8' : 'b');
  }
}

TEST(UuidGeneratorTest, GrowsWithinAMillisecondAndWhenTheClockGoesBack) {
  UuidGenerator generator(Seeded());
  const absl::Time now = absl::FromUnixMillis(1'400'000'000'000);
  std::string last = generator.Next(now);
  const std::string time_part = last.substr(0, 13);
  for (int i = 0; i < 10'000; ++i) {
    std::string uuid = generator.Next(i % 2 == 0 ? now : now - absl::Hours(i));
    EXPECT_LT(last, uuid);
    EXPECT_EQ(uuid.substr(0, 13), time_part);
    last = std::move(uuid);
  }
  const std::string later = generator.Next(now + absl::Milliseconds(1));
  EXPECT_LT(last, later);
  EXPECT_NE(later.substr(0, 13), time_part);
}

TEST(UuidGeneratorTest, UsedUpRandomBitsCarryIntoTheTime) {
  UuidGenerator generator([] { return ~uint64_t{0}; });
  EXPECT_EQ(generator.Next(absl::FromUnixMillis(1)), "00000000-0001-7fff-bfff-ffffffffffff");
  EXPECT_EQ(generator.Next(absl::FromUnixMillis(1)), "00000000-0002-7000-8000-0000ffffffff");
}

TEST(UuidGeneratorTest, StepIsNeverZero) {
  UuidGenerator generator([] { return uint64_t{0}; });
  EXPECT_EQ(generator.Next(absl::FromUnixMillis(1)), "00000000-0001-7000-8000-000000000000");
  EXPECT_EQ(generator.Next(absl::FromUnixMillis(1)), "00000000-0001-7000-8000-000000000001");
}

TEST(UuidGeneratorTest, TimesOutOfRangeAreClamped) {
  EXPECT_EQ(UuidGenerator(Seeded()).Next(absl::FromUnixMillis(-1)).substr(0, 15),
            "00000000-0000-7");
  EXPECT_EQ(UuidGenerator(Seeded()).Next(absl::InfinitePast()).substr(0, 15), "00000000-0000-7");
  EXPECT_EQ(UuidGenerator(Seeded()).Next(absl::InfiniteFuture()).substr(0, 15), "ffffffff-ffff-7");
}

TEST(UuidGeneratorTest, ThreadsNeverGetTheSame) {
  constexpr int kThreads = 4;
  constexpr int kPerThread = 5'000;
  // A step of exactly 1 makes any lost update a duplicate.
  UuidGenerator generator([] { return uint64_t{0}; });
  std::vector<std::vector<std::string>> made(kThreads);
  std::vector<std::thread> threads;
  for (auto& own : made) {
    threads.emplace_back([&generator, &own] {
      for (int i = 0; i < kPerThread; ++i) own.push_back(generator.Next(absl::UnixEpoch()));
    });
  }
  for (auto& thread : threads) thread.join();
  std::set<std::string> distinct;
  for (const auto& own : made) distinct.insert(own.begin(), own.end());
  EXPECT_EQ(distinct.size(), size_t{kThreads * kPerThread});
}

}  // namespace
}  // namespace bangfu::domain
