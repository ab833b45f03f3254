#include "server/store/postgres/connection_settings.h"
#include "server/store/postgres/queue_bell.h"
#include "server/store/postgres/store_fixture.h"

// Whoever commits wakes the sequencer.
namespace bangfu::server {
namespace {

class QueueBellTest : public StoreFixture {
 protected:
  // The session of the bell; "" when there is none.
  std::string Session() {
    return Sql(absl::StrCat("SELECT pid FROM pg_stat_activity WHERE ",
                            "datname = current_database() AND application_name = '", kName, "'"));
  }

  static constexpr char kName[] = "bell";
};

TEST_F(QueueBellTest, RingsAgainAfterItsSessionWasKilled) {
  const absl::StatusOr<std::string> address =
      WithSessionSettings(database_->connection_string(), {.application_name = kName});
  ASSERT_TRUE(address.ok()) << address.status();
  const auto sequencer = *store_->OpenSequencer();
  QueueBell bell(*address);
  std::string killed;
  for (int i = 0; i < 3; ++i) {
    const absl::Time start = absl::Now();
    bell.Ring();
    ASSERT_TRUE(sequencer->Wait(absl::Seconds(60)).ok());
    EXPECT_LT(absl::Now() - start, absl::Seconds(30)) << i;
    const std::string session = Session();
    ASSERT_NE(session, "") << i;
    EXPECT_NE(session, killed) << i;
    Kill(kName);
    EXPECT_EQ(Session(), "") << i;
    killed = session;
  }
}

}  // namespace
}  // namespace bangfu::server
