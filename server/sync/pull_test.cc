#include "server/sync/pull.h"

#include <gtest/gtest.h>

#include "base/error.h"

namespace bangfu::server {
namespace {

TEST(CursorTest, ReadsWhatItWrote) {
  for (const int64_t seq : {int64_t{0}, int64_t{1}, int64_t{9223372036854775807}}) {
    const auto cursor = DecodeCursor(EncodeCursor({"epoch", seq, "hz.gongye", 7}));
    ASSERT_TRUE(cursor.ok()) << cursor.status();
    EXPECT_EQ(cursor->epoch, "epoch");
    EXPECT_EQ(cursor->feed_seq, seq);
    EXPECT_EQ(cursor->scope, "hz.gongye");
    EXPECT_EQ(cursor->floor, 7);
  }
}

TEST(CursorTest, ReadsWhatOlderProgramsWrote) {
  const auto cursor = DecodeCursor("1|epoch|5|hz");
  ASSERT_TRUE(cursor.ok()) << cursor.status();
  EXPECT_EQ(cursor->feed_seq, 5);
  EXPECT_EQ(cursor->scope, "hz");
  EXPECT_EQ(cursor->floor, 0);
}

TEST(CursorTest, RefusesWhatItDidNotWrite) {
  for (const char* bytes :
       {"", "x", "1|e|5", "2|e|5|hz", "1|e|-1|hz", "1|e||hz", "1|e|5x|hz",
        "1|e|9223372036854775808|hz", "1|e|5|hz|", "1|e|5|hz|-1", "1|e|5|hz|0|", "|||"}) {
    const absl::Status status = DecodeCursor(bytes).status();
    EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument) << bytes;
    EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_BAD_CURSOR) << bytes;
  }
}

}  // namespace
}  // namespace bangfu::server
