#include "server/store/postgres/connection_settings.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace bangfu::server {
namespace {

using testing::HasSubstr;
using testing::Not;

SessionSettings Settings() {
  return {.application_name = "bangfu",
          .statement_timeout = absl::Seconds(3),
          .lock_timeout = absl::Milliseconds(20)};
}

std::string With(absl::string_view address) {
  const absl::StatusOr<std::string> text = WithSessionSettings(address, Settings());
  EXPECT_TRUE(text.ok()) << text.status();
  return text.value_or("");
}

TEST(ConnectionSettingsTest, BothFormsOfAnAddress) {
  for (const char* address : {"postgresql://u@db.example/city?sslmode=require",
                              "user=u host=db.example dbname=city sslmode=require"}) {
    const std::string text = With(address);
    EXPECT_THAT(text, HasSubstr("host='db.example'"));
    EXPECT_THAT(text, HasSubstr("dbname='city'"));
    EXPECT_THAT(text, HasSubstr("sslmode='require'"));
    EXPECT_THAT(text, HasSubstr("application_name='bangfu'"));
    EXPECT_THAT(text, HasSubstr("-c statement_timeout=3000 -c lock_timeout=20 "));
    EXPECT_THAT(text, HasSubstr("-c timezone=UTC"));
  }
}

TEST(ConnectionSettingsTest, ValuesAreQuoted) {
  EXPECT_THAT(With(R"(host=h password='it\'s \\ x')"), HasSubstr(R"(password='it\'s \\ x')"));
}

TEST(ConnectionSettingsTest, TheAddressWinsExceptForFormats) {
  const std::string text =
      With("host=h application_name=mine options='-c statement_timeout=9 -c timezone=PRC'");
  EXPECT_THAT(text, HasSubstr("application_name='mine'"));
  EXPECT_LT(text.find("statement_timeout=3000"), text.find("statement_timeout=9 "));
  EXPECT_LT(text.find("timezone=PRC"), text.find("timezone=UTC"));
}

TEST(ConnectionSettingsTest, TheAddressDoesNotChooseTheRole) {
  SessionSettings settings = Settings();
  settings.role = "bangfu_node_hz";
  const absl::StatusOr<std::string> text =
      WithSessionSettings("host=h options='-c role=postgres'", settings);
  ASSERT_TRUE(text.ok()) << text.status();
  EXPECT_LT(text->find("role=postgres"), text->find("-c role=bangfu_node_hz"));
}

TEST(ConnectionSettingsTest, AnUnreadableAddressIsNotRepeated) {
  const absl::StatusOr<std::string> text =
      WithSessionSettings("postgresql://u:secret@[/x", Settings());
  ASSERT_EQ(text.status().code(), absl::StatusCode::kInvalidArgument);
  EXPECT_THAT(text.status().ToString(), Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace bangfu::server
