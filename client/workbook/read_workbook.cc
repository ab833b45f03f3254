// ReadWorkbook: gets the bytes and decides by their content which format they are.

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <ios>
#include <string>
#include <system_error>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "client/workbook/csv.h"
#include "client/workbook/sheet_writer.h"
#include "client/workbook/spreadsheetml.h"
#include "client/workbook/workbook.h"
#include "client/workbook/workbook_error.h"

namespace bangfu::client {
namespace {

constexpr absl::string_view kZipStart("PK\x03\x04", 4);
// Compound files ([MS-CFB] 2.2): workbooks of Excel 97–2003, and the envelope of encrypted .xlsx
// files.
constexpr absl::string_view kCompoundStart("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8);
// Name of the stream with the ciphertext, UTF-16LE ([MS-OFFCRYPTO] 1.3.2).
constexpr absl::string_view kEncryptedStream("E\0n\0c\0r\0y\0p\0t\0e\0d\0P\0a\0c\0k\0a\0g\0e\0",
                                             32);

absl::StatusOr<std::string> ReadBytes(const std::filesystem::path& path, int64_t max_bytes) {
  std::error_code error;
  const std::filesystem::file_status status = std::filesystem::status(path, error);
  if (status.type() == std::filesystem::file_type::not_found) {
    return UserError(absl::StatusCode::kNotFound,
                     {"文件不存在。请检查路径", "no such file; check the path"});
  }
  // Reading a pipe or a device might never end.
  if (std::filesystem::status_known(status) && !std::filesystem::is_regular_file(status)) {
    return WorkbookError("这不是文件（也许是文件夹）。请指定其中的工作簿文件",
                         "this is not a file (perhaps a folder); name the workbook inside");
  }
  // One byte more than allowed is asked for, so that a file that grows while it is read is noticed
  // too.
  std::ifstream in(path, std::ios::binary);
  std::string bytes;
  constexpr size_t kChunkBytes = 1 << 20;
  while (in && static_cast<int64_t>(bytes.size()) <= max_bytes) {
    const size_t before = bytes.size();
    bytes.resize(before + kChunkBytes);
    in.read(bytes.data() + before, kChunkBytes);
    bytes.resize(before + static_cast<size_t>(in.gcount()));
  }
  if (static_cast<int64_t>(bytes.size()) > max_bytes) {
    return OverLimit("文件字节数", "bytes of the file", max_bytes);
  }
  if (!in.eof()) {
    return WorkbookError("文件无法读取。请检查访问权限，并确认它没有被其他程序锁定",
                         "the file cannot be read; check its permissions and that no other program "
                         "locks it");
  }
  return bytes;
}

absl::StatusOr<Workbook> ReadCsvWorkbook(const std::filesystem::path& path, absl::string_view bytes,
                                         const WorkbookLimits& limits) {
  Workbook workbook;
  SheetWriter writer(limits, workbook);
  if (absl::Status s = writer.AddSheet(path.stem().string(), /*hidden=*/false); !s.ok()) return s;
  if (absl::Status s = ReadCsv(bytes, writer); !s.ok()) return s;
  return workbook;
}

absl::StatusOr<Workbook> ReadAnyFormat(const std::filesystem::path& path,
                                       const WorkbookLimits& limits) {
  absl::StatusOr<std::string> bytes = ReadBytes(path, limits.file_bytes);
  if (!bytes.ok()) return bytes.status();
  if (bytes->empty()) {
    return WorkbookError("文件是空的（0 字节）。请重新取得该文件",
                         "the file is empty (0 bytes); get the file again");
  }
  if (absl::StartsWith(*bytes, kZipStart)) return ReadSpreadsheetMl(*bytes, limits);
  if (absl::StartsWith(*bytes, kCompoundStart)) {
    if (absl::StrContains(*bytes, kEncryptedStream)) {
      return WorkbookError("文件有打开密码。请在 Excel 或 WPS 中去掉密码后另存",
                           "the file has a password; save it without one in Excel or WPS");
    }
    return WorkbookError("不支持旧的 .xls 格式。请在 Excel 或 WPS 中另存为 .xlsx",
                         "the old .xls format is not supported; save it as .xlsx in Excel or WPS");
  }
  if (absl::EqualsIgnoreCase(path.extension().string(), ".csv")) {
    return ReadCsvWorkbook(path, *bytes, limits);
  }
  return WorkbookError(
      "文件不是工作簿（也许只是改了扩展名）。请在 Excel 或 WPS 中打开并另存为 .xlsx",
      "the file is not a workbook (perhaps only renamed); open it in Excel or WPS and save it as "
      ".xlsx");
}

}  // namespace

absl::StatusOr<Workbook> ReadWorkbook(absl::string_view path, const WorkbookLimits& limits) {
  const std::string name(path);
  absl::StatusOr<Workbook> workbook = ReadAnyFormat(std::filesystem::path(name), limits);
  if (workbook.ok()) return workbook;
  const Text text = TextOf(workbook.status());
  return UserError(workbook.status().code(),
                   {absl::StrCat(name, "：", text.zh), absl::StrCat(name, ": ", text.en)});
}

}  // namespace bangfu::client
