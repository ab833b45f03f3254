#include "base/error.h"

#include "absl/strings/cord.h"
#include "absl/strings/strip.h"
#include "google/rpc/error_details.pb.h"

namespace bangfu {
namespace {

constexpr char kDomain[] = "bangfu";
constexpr char kReasonPrefix[] = "ERROR_REASON_";
constexpr char kChinese[] = "zh-CN";

std::string TypeUrl(const google::protobuf::Message& message) {
  return "type.googleapis.com/" + message.GetDescriptor()->full_name();
}

void Attach(absl::Status& status, const google::protobuf::Message& message) {
  status.SetPayload(TypeUrl(message), absl::Cord(message.SerializeAsString()));
}

template <typename M>
bool Detach(const absl::Status& status, M& message) {
  const auto payload = status.GetPayload(TypeUrl(message));
  return payload.has_value() && message.ParseFromString(std::string(*payload));
}

}  // namespace

ErrorBuilder::ErrorBuilder(absl::StatusCode code, v1::ErrorReason reason, Text text)
    : code_(code), reason_(reason), text_(std::move(text)) {}

ErrorBuilder& ErrorBuilder::With(absl::string_view key, absl::string_view value) {
  metadata_.emplace_back(std::string(key), std::string(value));
  return *this;
}

ErrorBuilder& ErrorBuilder::Field(absl::string_view field, absl::string_view description) {
  fields_.emplace_back(std::string(field), std::string(description));
  return *this;
}

ErrorBuilder& ErrorBuilder::RetryAfter(absl::Duration delay) {
  retry_after_ = delay;
  return *this;
}

absl::Status ErrorBuilder::Build() const {
  absl::Status status = UserError(code_, text_);
  google::rpc::ErrorInfo info;
  info.set_reason(std::string(absl::StripPrefix(v1::ErrorReason_Name(reason_), kReasonPrefix)));
  info.set_domain(kDomain);
  for (const auto& [key, value] : metadata_) (*info.mutable_metadata())[key] = value;
  Attach(status, info);
  if (!fields_.empty()) {
    google::rpc::BadRequest bad;
    for (const auto& [field, description] : fields_) {
      auto* violation = bad.add_field_violations();
      violation->set_field(field);
      violation->set_description(description);
    }
    Attach(status, bad);
  }
  if (retry_after_ > absl::ZeroDuration()) {
    google::rpc::RetryInfo retry;
    retry.mutable_retry_delay()->set_seconds(absl::ToInt64Seconds(retry_after_));
    Attach(status, retry);
  }
  return status;
}

absl::Status UserError(absl::StatusCode code, const Text& text) {
  absl::Status status(code, text.en);
  google::rpc::LocalizedMessage localized;
  localized.set_locale(kChinese);
  localized.set_message(text.zh);
  Attach(status, localized);
  return status;
}

Text TextOf(const absl::Status& status) {
  const std::string en(status.message());
  google::rpc::LocalizedMessage localized;
  if (Detach(status, localized) && !localized.message().empty()) return {localized.message(), en};
  return {en, en};
}

v1::ErrorReason ReasonOf(const absl::Status& status) {
  google::rpc::ErrorInfo info;
  v1::ErrorReason reason = v1::ERROR_REASON_UNSPECIFIED;
  if (Detach(status, info)) v1::ErrorReason_Parse(kReasonPrefix + info.reason(), &reason);
  return reason;
}

}  // namespace bangfu
