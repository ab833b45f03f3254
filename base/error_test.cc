#include "base/error.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <optional>

#include "absl/strings/cord.h"
#include "google/rpc/error_details.pb.h"

namespace bangfu {
namespace {

using ::testing::Pair;

template <typename Detail>
std::optional<Detail> DetailOf(const absl::Status& status) {
  const auto payload =
      status.GetPayload("type.googleapis.com/" + Detail::descriptor()->full_name());
  Detail detail;
  if (!payload.has_value() || !detail.ParseFromString(std::string(*payload))) return std::nullopt;
  return detail;
}

ErrorBuilder TooMany() {
  return {absl::StatusCode::kInvalidArgument,
          v1::ERROR_REASON_TOO_MANY_CHANGES,
          {"一次推送的变更过多", "too many changes in one push"}};
}

TEST(ErrorBuilderTest, CarriesCodeReasonAndBothTexts) {
  const absl::Status status = TooMany().Build();
  EXPECT_EQ(status.code(), absl::StatusCode::kInvalidArgument);
  EXPECT_EQ(status.message(), "too many changes in one push");
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_TOO_MANY_CHANGES);
  EXPECT_EQ(TextOf(status).zh, "一次推送的变更过多");
  EXPECT_EQ(TextOf(status).en, "too many changes in one push");
  const auto localized = DetailOf<google::rpc::LocalizedMessage>(status);
  ASSERT_TRUE(localized.has_value());
  EXPECT_EQ(localized->locale(), "zh-CN");
}

TEST(ErrorBuilderTest, CarriesMetadata) {
  const auto info =
      DetailOf<google::rpc::ErrorInfo>(TooMany().With("limit", "500").With("node", "hz").Build());
  ASSERT_TRUE(info.has_value());
  EXPECT_EQ(info->reason(), "TOO_MANY_CHANGES");
  EXPECT_EQ(info->domain(), "bangfu");
  EXPECT_THAT(info->metadata(),
              ::testing::UnorderedElementsAre(Pair("limit", "500"), Pair("node", "hz")));
}

TEST(ErrorBuilderTest, CarriesFieldsOnlyWhenThereAreSome) {
  EXPECT_FALSE(DetailOf<google::rpc::BadRequest>(TooMany().Build()).has_value());
  const auto bad =
      DetailOf<google::rpc::BadRequest>(TooMany().Field("a", "first").Field("b", "second").Build());
  ASSERT_TRUE(bad.has_value());
  ASSERT_EQ(bad->field_violations_size(), 2);
  EXPECT_EQ(bad->field_violations(0).field(), "a");
  EXPECT_EQ(bad->field_violations(1).description(), "second");
}

TEST(ErrorBuilderTest, CarriesADelayOnlyWhenThereIsOne) {
  EXPECT_FALSE(DetailOf<google::rpc::RetryInfo>(TooMany().Build()).has_value());
  EXPECT_FALSE(DetailOf<google::rpc::RetryInfo>(TooMany().RetryAfter(absl::ZeroDuration()).Build())
                   .has_value());
  const auto retry =
      DetailOf<google::rpc::RetryInfo>(TooMany().RetryAfter(absl::Seconds(3)).Build());
  ASSERT_TRUE(retry.has_value());
  EXPECT_EQ(retry->retry_delay().seconds(), 3);
}

TEST(UserErrorTest, HasTextsButNoReason) {
  const absl::Status status =
      UserError(absl::StatusCode::kNotFound, {"找不到文件", "the file does not exist"});
  EXPECT_EQ(status.code(), absl::StatusCode::kNotFound);
  EXPECT_EQ(TextOf(status).zh, "找不到文件");
  EXPECT_EQ(TextOf(status).en, "the file does not exist");
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_UNSPECIFIED);
}

TEST(TextOfTest, FallsBackToTheMessageOfAForeignStatus) {
  const absl::Status foreign = absl::UnavailableError("connection refused");
  EXPECT_EQ(TextOf(foreign).zh, "connection refused");
  EXPECT_EQ(TextOf(foreign).en, "connection refused");
  EXPECT_EQ(ReasonOf(foreign), v1::ERROR_REASON_UNSPECIFIED);
}

TEST(TextOfTest, FallsBackWhenThePayloadIsDamaged) {
  absl::Status status = TooMany().Build();
  status.SetPayload("type.googleapis.com/google.rpc.LocalizedMessage", absl::Cord("\xff"));
  status.SetPayload("type.googleapis.com/google.rpc.ErrorInfo", absl::Cord("\xff"));
  EXPECT_EQ(TextOf(status).zh, "too many changes in one push");
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_UNSPECIFIED);
}

TEST(ReasonOfTest, DoesNotKnowReasonsOfANewerVersion) {
  google::rpc::ErrorInfo info;
  info.set_reason("SOMETHING_NEW");
  absl::Status status = absl::InternalError("x");
  status.SetPayload("type.googleapis.com/google.rpc.ErrorInfo",
                    absl::Cord(info.SerializeAsString()));
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_UNSPECIFIED);
}

}  // namespace
}  // namespace bangfu
