#include "server/audit/audit_file.h"

#include <google/protobuf/struct.pb.h>
#include <google/protobuf/util/json_util.h>
#include <google/protobuf/util/message_differencer.h>

#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"

namespace bangfu::server {
namespace {

constexpr char kChained[] = "chained";
constexpr char kContent[] = "content";
constexpr char kEnd[] = "end";

std::string JsonOf(const google::protobuf::Message& message) {
  std::string json;
  return google::protobuf::util::MessageToJsonString(message, &json).ok() ? json : std::string();
}

bool ParsePart(const google::protobuf::Struct& line, const char* name,
               google::protobuf::Message& part) {
  const auto field = line.fields().find(name);
  return field != line.fields().end() &&
         google::protobuf::util::JsonStringToMessage(JsonOf(field->second), &part).ok();
}

}  // namespace

std::string AuditLine(const v1::ChainedAuditEntry& entry) {
  v1::AuditEntry content;
  content.ParseFromString(entry.entry());
  return absl::StrCat("{\"", kChained, "\":", JsonOf(entry), ",\"", kContent,
                      "\":", JsonOf(content), "}");
}

std::string AuditEndLine(const AuditChain& chain, const AuditHead& head) {
  v1::ChainedAuditEntry end;
  end.set_sequence(head.sequence);
  end.set_hash(chain.Seal(head));
  return absl::StrCat("{\"", kEnd, "\":", JsonOf(end), "}");
}

absl::StatusOr<ParsedAuditLine> ParseAuditLine(absl::string_view line) {
  google::protobuf::Struct parts;
  ParsedAuditLine parsed;
  v1::ChainedAuditEntry& entry = parsed.entry;
  v1::AuditEntry shown;
  v1::AuditEntry content;
  const bool good = google::protobuf::util::JsonStringToMessage(
                        google::protobuf::StringPiece(line.data(), line.size()), &parts)
                        .ok() &&
                    !parts.fields().contains(kEnd) && ParsePart(parts, kChained, entry) &&
                    ParsePart(parts, kContent, shown) && content.ParseFromString(entry.entry()) &&
                    google::protobuf::util::MessageDifferencer::Equals(shown, content);
  parsed.is_end = !good && parts.fields_size() == 1 && ParsePart(parts, kEnd, entry);
  if (good || parsed.is_end) return parsed;
  return UserError(absl::StatusCode::kInvalidArgument,
                   {"该行不是审计记录，或其内容与签名的内容不一致。",
                    "The line is no audit entry, or what it shows is not what was chained."});
}

absl::Status ForEachEntry(AuditStore& store, int64_t after,
                          absl::FunctionRef<absl::Status(const v1::ChainedAuditEntry&)> take) {
  for (;;) {
    const auto entries = store.Read(after, limits::kAuditChainBatch);
    if (!entries.ok()) return entries.status();
    if (entries->empty()) return absl::OkStatus();
    for (const v1::ChainedAuditEntry& entry : *entries) {
      if (absl::Status status = take(entry); !status.ok()) return status;
    }
    after = entries->back().sequence();
  }
}

}  // namespace bangfu::server
