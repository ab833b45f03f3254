#include "base/reason_word.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace bangfu {
namespace {

TEST(ReasonWordTest, IsTheReasonElseTheCode) {
  EXPECT_EQ(ReasonWord(absl::OkStatus()), "");
  EXPECT_EQ(ReasonWord(absl::UnavailableError("down")), "UNAVAILABLE");
  EXPECT_EQ(ReasonWord(ErrorBuilder(absl::StatusCode::kUnavailable,
                                    v1::ERROR_REASON_STORE_UNAVAILABLE, {"不可用", "away"})
                           .Build()),
            "STORE_UNAVAILABLE");
}

}  // namespace
}  // namespace bangfu
