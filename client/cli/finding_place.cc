#include "client/cli/finding_place.h"

#include <filesystem>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "bangfu/v1/aid_event.pb.h"
#include "bangfu/v1/archive.pb.h"
#include "bangfu/v1/visit.pb.h"
#include "domain/record/field_path.h"

namespace bangfu::client {
namespace {

// Lists of records beside the archive, as fields of CaseFile.
struct RecordList {
  absl::string_view path;
  const google::protobuf::Descriptor* record;
  const char* zh;
  const char* en;
};

}  // namespace

std::string CellPlace(const CellFinding& finding, const std::string& main_sheet) {
  const std::string cell = absl::StrCat(finding.column, finding.row);
  return finding.sheet == main_sheet ? cell : absl::StrCat(finding.sheet, "!", cell);
}

std::string FieldPlace(const std::string& field, domain::Language language) {
  const RecordList lists[] = {
      {"aid_events[", v1::AidEvent::descriptor(), "帮扶信息", "aid event"},
      {"visits[", v1::Visit::descriptor(), "走访", "visit"},
  };
  const bool english = language == domain::Language::kEnglish;
  for (const RecordList& list : lists) {
    if (!absl::StartsWith(field, list.path)) continue;
    const std::string name = english ? list.en : list.zh;
    const size_t end = field.find("].");
    if (end == std::string::npos) return name;
    return absl::StrCat(name, english ? " · " : "·",
                        domain::LabelOfPath(*list.record, field.substr(end + 2), language));
  }
  for (const google::protobuf::Descriptor* record :
       {v1::Archive::descriptor(), v1::AidEvent::descriptor(), v1::Visit::descriptor()}) {
    if (domain::ParsePath(*record, field)) return domain::LabelOfPath(*record, field, language);
  }
  return "";
}

std::string FileName(const std::string& path) {
  return std::filesystem::path(path).filename().string();
}

}  // namespace bangfu::client
