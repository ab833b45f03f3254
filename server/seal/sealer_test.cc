#include "server/seal/sealer.h"

#include <gtest/gtest.h>

#include <thread>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "server/seal/sealed_value.h"

namespace bangfu::server {
namespace {

constexpr char kPlace[] = "record/01900000-0000-7000-8000-000000000001";

std::string Key(char letter) { return std::string(kSealKeyBytes, letter); }

std::shared_ptr<const Sealer> SealerOf(SealKeys keys, Sealer::ReadKeys read_again = nullptr) {
  auto sealer = Sealer::Make(std::move(keys), std::move(read_again));
  EXPECT_TRUE(sealer.ok()) << sealer.status();
  return *sealer;
}

TEST(SealerTest, TheNewestKeySealsAndAllOpen) {
  const auto first = SealerOf({{1, Key('a')}});
  const std::string old = first->Seal(kPlace, "before");
  const auto second = SealerOf({{1, Key('a')}, {2, Key('b')}});
  EXPECT_EQ(second->newest_key(), 2);
  EXPECT_EQ(Sealer::KeyNumberOf(second->Seal(kPlace, "after")), 2);
  EXPECT_EQ(*second->Open(kPlace, old), "before");
  EXPECT_EQ(*second->Open(kPlace, second->Seal(kPlace, "after")), "after");
}

TEST(SealerTest, WhatIsNotSealedIsReturnedAsItIs) {
  const auto sealer = SealerOf({{1, Key('a')}});
  for (const std::string plain : {"", "body", "\x0a\x24"}) {
    EXPECT_FALSE(Sealer::IsSealed(plain));
    EXPECT_EQ(Sealer::KeyNumberOf(plain), 0);
    EXPECT_EQ(*sealer->Open(kPlace, plain), plain);
  }
  EXPECT_TRUE(Sealer::IsSealed(sealer->Seal(kPlace, "")));
}

TEST(SealerTest, WhatDoesNotOpenIsDataLossThatTellsThePlaceAndNothingElse) {
  const auto sealer = SealerOf({{1, Key('a')}});
  std::string sealed = sealer->Seal(kPlace, "secret of a person");
  const absl::Status moved = sealer->Open("record/other", sealed).status();
  EXPECT_EQ(moved.code(), absl::StatusCode::kDataLoss);
  sealed.back() ^= 1;
  const absl::Status altered = sealer->Open(kPlace, sealed).status();
  EXPECT_EQ(altered.code(), absl::StatusCode::kDataLoss);
  EXPECT_TRUE(absl::StrContains(altered.ToString(), kPlace));
  EXPECT_FALSE(absl::StrContains(altered.ToString(), "secret"));
  EXPECT_NE(TextOf(altered).zh, TextOf(altered).en);
  EXPECT_EQ(sealer->Open(kPlace, std::string("\0\1", 2)).status().code(),
            absl::StatusCode::kDataLoss);
}

TEST(SealerTest, AKeyMadeElsewhereIsReadWhenItIsMet) {
  int reads = 0;
  SealKeys kept = {{1, Key('a')}};
  const auto sealer = SealerOf(kept, [&] {
    ++reads;
    return kept;
  });
  EXPECT_EQ(*sealer->Open(kPlace, sealer->Seal(kPlace, "one")), "one");
  EXPECT_EQ(reads, 0);
  kept.emplace(2, Key('b'));
  const std::string newer = SealerOf(kept)->Seal(kPlace, "two");
  EXPECT_EQ(*sealer->Open(kPlace, newer), "two");
  EXPECT_EQ(*sealer->Open(kPlace, newer), "two");
  EXPECT_EQ(reads, 1);
  EXPECT_EQ(Sealer::KeyNumberOf(sealer->Seal(kPlace, "three")), 2);
}

TEST(SealerTest, AKeyThatIsNotThereIsNotAskedForAgainAndAgain) {
  int reads = 0;
  const auto sealer = SealerOf({{1, Key('a')}}, [&] {
    ++reads;
    return SealKeys{{1, Key('a')}};
  });
  const std::string lost = SealerOf({{9, Key('z')}})->Seal(kPlace, "lost");
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(sealer->Open(kPlace, lost).status().code(), absl::StatusCode::kDataLoss);
  }
  EXPECT_EQ(reads, 1);
}

TEST(SealerTest, WhenTheKeysCannotBeReadNothingIsCalledLost) {
  const auto sealer = SealerOf({{1, Key('a')}}, []() -> absl::StatusOr<SealKeys> {
    return absl::UnavailableError("no database");
  });
  const std::string newer = SealerOf({{2, Key('b')}})->Seal(kPlace, "two");
  EXPECT_EQ(sealer->Open(kPlace, newer).status().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(sealer->Refresh().code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(*sealer->Open(kPlace, sealer->Seal(kPlace, "one")), "one");
}

TEST(SealerTest, RefusesToBeWithoutKeys) {
  for (const SealKeys& keys : {SealKeys(), SealKeys{{1, "short"}}, SealKeys{{0, Key('a')}}}) {
    EXPECT_EQ(Sealer::Make(keys).status().code(), absl::StatusCode::kInvalidArgument);
  }
}

TEST(SealerTest, ServesManyThreadsWhileKeysChange) {
  const auto sealer = SealerOf({{1, Key('a')}}, [] {
    return SealKeys{{1, Key('a')}, {2, Key('b')}};
  });
  const std::string newer = SealerOf({{2, Key('b')}})->Seal(kPlace, "two");
  std::vector<std::thread> threads;
  std::vector<int> wrong(4);
  for (int& count : wrong) {
    threads.emplace_back([&] {
      for (int i = 0; i < 500; ++i) {
        if (sealer->Open(kPlace, newer).value_or("") != "two") ++count;
        if (sealer->Open(kPlace, sealer->Seal(kPlace, "x")).value_or("") != "x") ++count;
      }
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_EQ(wrong, std::vector<int>(4, 0));
}

}  // namespace
}  // namespace bangfu::server
