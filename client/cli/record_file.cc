#include "client/cli/record_file.h"

#include <fstream>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "base/error.h"
#include "client/cli/check_limits.h"
#include "client/cli/json_file.h"
#include "google/protobuf/repeated_ptr_field.h"

namespace bangfu::client {
namespace {

constexpr char kExtension[] = ".json";
constexpr size_t kMaxBlanksLookedAt = 4096;  // bytes at the beginning of a file
constexpr absl::string_view kByteOrderMark = "\xEF\xBB\xBF";

absl::Status Wrong(const std::string& path, const std::string& place, const Text& text) {
  const std::string at = place.empty() ? "" : absl::StrCat(" ", place);
  return UserError(absl::StatusCode::kInvalidArgument,
                   {absl::StrCat(path, at, "：", text.zh), absl::StrCat(path, at, ": ", text.en)});
}

// Whether the document is one CaseFile: the one has "archive" where the other has "case_files".
// Only the outermost names are looked at, without reading the document.
bool HasOuterName(absl::string_view json, absl::string_view name) {
  int depth = 0;
  for (size_t i = 0; i < json.size(); ++i) {
    const char c = json[i];
    if (c == '{' || c == '[') ++depth;
    if (c == '}' || c == ']') --depth;
    if (c != '"') continue;
    const size_t start = ++i;
    for (; i < json.size() && json[i] != '"'; ++i) {
      if (json[i] == '\\') ++i;
    }
    if (depth != 1 || json.substr(start, i - start) != name) continue;
    const absl::string_view rest = absl::StripLeadingAsciiWhitespace(json.substr(i + 1));
    if (absl::StartsWith(rest, ":")) return true;
  }
  return false;
}

// Gives records their archive; an error when they are another's.
template <typename Record>
absl::Status Attach(const std::string& path, const std::string& place, const std::string& archive,
                    google::protobuf::RepeatedPtrField<Record>& records) {
  for (int i = 0; i < records.size(); ++i) {
    Record& record = *records.Mutable(i);
    if (record.archive_id().empty()) record.set_archive_id(archive);
    if (record.archive_id() == archive) continue;
    return Wrong(path, absl::StrCat(place, "[", i, "].archive_id"),
                 {"不是同一户的档案标识；请更正或删去。",
                  "is not the id of the archive of this case; correct or remove it."});
  }
  return absl::OkStatus();
}

absl::Status CheckCase(const std::string& path, const std::string& place, v1::CaseFile& file) {
  if (!file.has_archive()) {
    return Wrong(path, place, {"缺少 archive（档案）；请补上。", "lacks its archive, add it."});
  }
  const std::string dot = place.empty() ? "" : ".";
  const std::string& archive = file.archive().id();
  if (absl::Status status =
          Attach(path, absl::StrCat(place, dot, "aid_events"), archive, *file.mutable_aid_events());
      !status.ok()) {
    return status;
  }
  return Attach(path, absl::StrCat(place, dot, "visits"), archive, *file.mutable_visits());
}

}  // namespace

bool IsRecordFile(const std::string& path) {
  if (absl::EndsWithIgnoreCase(path, kExtension)) return true;
  std::ifstream file(path, std::ios::binary);
  std::string start(kMaxBlanksLookedAt, '\0');
  file.read(start.data(), static_cast<std::streamsize>(start.size()));
  start.resize(static_cast<size_t>(file.gcount()));
  const absl::string_view text =
      absl::StripLeadingAsciiWhitespace(absl::StripPrefix(start, kByteOrderMark));
  return absl::StartsWith(text, "{");
}

absl::StatusOr<v1::CaseFiles> ReadRecordFile(const std::string& path) {
  auto text = ReadTextFile(path, limits::kMaxRecordFileBytes);
  if (!text.ok()) return text.status();
  v1::CaseFiles files;
  const bool single = HasOuterName(*text, "archive");
  google::protobuf::Message& message =
      single ? static_cast<google::protobuf::Message&>(*files.add_case_files()) : files;
  if (absl::Status status = ParseJson(*text, path, message); !status.ok()) return status;
  if (files.case_files().empty()) {
    return Wrong(path, "",
                 {"其中没有档案；写法见 docs/record-file.md。",
                  "there is no case in it; see docs/record-file.md."});
  }
  if (static_cast<size_t>(files.case_files_size()) > limits::kMaxCheckedCases) {
    return Wrong(path, "",
                 {absl::StrCat("档案多于 ", limits::kMaxCheckedCases, " 份；请拆成几个文件。"),
                  absl::StrCat("has more than ", limits::kMaxCheckedCases,
                               " archives; split it into several files.")});
  }
  for (int i = 0; i < files.case_files_size(); ++i) {
    const std::string place = single ? "" : absl::StrCat("case_files[", i, "]");
    if (absl::Status status = CheckCase(path, place, *files.mutable_case_files(i)); !status.ok()) {
      return status;
    }
  }
  return files;
}

}  // namespace bangfu::client
