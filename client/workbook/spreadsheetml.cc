#include "client/workbook/spreadsheetml.h"

#include <algorithm>
#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/workbook/package_parts.h"
#include "client/workbook/sheet_writer.h"
#include "client/workbook/workbook_error.h"
#include "client/workbook/worksheet.h"
#include "client/workbook/zip.h"

namespace bangfu::client {
namespace {

constexpr absl::string_view kRootRelationships = "_rels/.rels";
constexpr absl::string_view kOpenDocumentMark = "META-INF/manifest.xml";

// The parts of one package, unpacked on demand within one budget of bytes.
class Package {
 public:
  Package(const ZipArchive& zip, int64_t budget) : zip_(zip), budget_(budget) {}

  absl::StatusOr<std::string> Read(absl::string_view part) {
    absl::StatusOr<std::string> content = zip_.Read(part, budget_);
    if (content.ok()) budget_ -= static_cast<int64_t>(content->size());
    return content;
  }

  // The relationships of `part`, stored beside it: xl/workbook.xml has xl/_rels/workbook.xml.rels.
  absl::StatusOr<std::vector<Relationship>> RelationshipsOf(absl::string_view part) {
    const size_t slash = part.rfind('/');
    const absl::string_view folder = slash == absl::string_view::npos ? "" : part.substr(0, slash);
    const absl::string_view file = slash == absl::string_view::npos ? part : part.substr(slash + 1);
    const std::string name =
        absl::StrCat(folder, folder.empty() ? "" : "/", "_rels/", file, ".rels");
    absl::StatusOr<std::string> content = Read(name);
    if (!content.ok()) return content.status();
    return ParseRelationships(name, *content, folder);
  }

 private:
  const ZipArchive& zip_;
  int64_t budget_;
};

// The first relationship of that type, or null.
const Relationship* OfType(const std::vector<Relationship>& relationships, absl::string_view type) {
  const auto found = std::find_if(relationships.begin(), relationships.end(),
                                  [&](const Relationship& r) { return r.type == type; });
  return found == relationships.end() ? nullptr : &*found;
}

absl::Status NotAWorkbook(const ZipArchive& zip) {
  if (zip.Contains(kOpenDocumentMark)) {
    return WorkbookError(
        "不支持 OpenDocument 格式（.ods）。请在 Excel、WPS 或 LibreOffice 中另存为 .xlsx",
        "OpenDocument (.ods) is not supported; save it as .xlsx in Excel, WPS or LibreOffice");
  }
  return WorkbookError(
      "文件是压缩包，但不是 .xlsx 工作簿。如果工作簿在压缩包内，请先解压",
      "the file is an archive but no .xlsx workbook; if the workbook is inside, unpack it first");
}

absl::Status ReadSheets(Package& package, absl::string_view workbook_part,
                        const WorkbookLimits& limits, Workbook& workbook) {
  absl::StatusOr<std::string> content = package.Read(workbook_part);
  if (!content.ok()) return content.status();
  absl::StatusOr<WorkbookPart> contents = ParseWorkbookPart(workbook_part, *content);
  if (!contents.ok()) return contents.status();
  absl::StatusOr<std::vector<Relationship>> parts = package.RelationshipsOf(workbook_part);
  if (!parts.ok()) return parts.status();
  workbook.dates_from_1904 = contents->dates_from_1904;

  std::vector<std::string> strings;
  if (const Relationship* part = OfType(*parts, "sharedStrings")) {
    absl::StatusOr<std::string> xml = package.Read(part->target);
    if (!xml.ok()) return xml.status();
    absl::StatusOr<std::vector<std::string>> parsed = ParseSharedStrings(part->target, *xml);
    if (!parsed.ok()) return parsed.status();
    strings = *std::move(parsed);
  }
  std::vector<bool> date_styles;
  if (const Relationship* part = OfType(*parts, "styles")) {
    absl::StatusOr<std::string> xml = package.Read(part->target);
    if (!xml.ok()) return xml.status();
    absl::StatusOr<std::vector<bool>> parsed = ParseDateStyles(part->target, *xml);
    if (!parsed.ok()) return parsed.status();
    date_styles = *std::move(parsed);
  }

  SheetWriter writer(limits, workbook);
  for (SheetEntry& sheet : contents->sheets) {
    const auto part = std::find_if(parts->begin(), parts->end(), [&](const Relationship& r) {
      return r.id == sheet.relationship_id;
    });
    if (part == parts->end()) return DamagedWorkbook(absl::StrCat("no part of sheet ", sheet.name));
    if (part->type != "worksheet") continue;  // a sheet that is a chart has no cells
    if (absl::Status s = writer.AddSheet(std::move(sheet.name), sheet.hidden); !s.ok()) return s;
    absl::StatusOr<std::string> xml = package.Read(part->target);
    if (!xml.ok()) return xml.status();
    if (absl::Status s = ReadWorksheet(part->target, *xml, strings, date_styles, writer); !s.ok()) {
      return s;
    }
  }
  if (workbook.sheets.empty()) {
    return WorkbookError("工作簿中没有工作表。请检查是否选对了文件",
                         "the workbook has no sheet with cells; check that it is the right file");
  }
  return absl::OkStatus();
}

}  // namespace

absl::StatusOr<Workbook> ReadSpreadsheetMl(absl::string_view package_bytes,
                                           const WorkbookLimits& limits) {
  absl::StatusOr<ZipArchive> zip = ZipArchive::Open(package_bytes, limits.package_parts);
  if (!zip.ok()) return zip.status();
  if (!zip->Contains(kRootRelationships)) return NotAWorkbook(*zip);
  Package package(*zip, limits.uncompressed_bytes);
  absl::StatusOr<std::vector<Relationship>> root = package.RelationshipsOf("");
  if (!root.ok()) return root.status();
  const Relationship* main = OfType(*root, "officeDocument");
  if (main == nullptr) return NotAWorkbook(*zip);
  if (absl::EndsWithIgnoreCase(main->target, ".bin")) {
    return WorkbookError("不支持 .xlsb 格式。请在 Excel 或 WPS 中另存为 .xlsx",
                         "the .xlsb format is not supported; save it as .xlsx in Excel or WPS");
  }
  Workbook workbook;
  if (absl::Status s = ReadSheets(package, main->target, limits, workbook); !s.ok()) return s;
  return workbook;
}

}  // namespace bangfu::client
