#include "client/workbook/workbook_error.h"

#include <string>

#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace bangfu::client {

absl::Status WorkbookError(absl::string_view chinese, absl::string_view english) {
  return UserError(absl::StatusCode::kInvalidArgument,
                   {std::string(chinese), std::string(english)});
}

absl::Status DamagedWorkbook(absl::string_view detail) {
  return WorkbookError(
      absl::StrCat("文件已损坏（", detail,
                   "）。请用 Excel 或 WPS 打开并另存为 .xlsx，或重新取得该文件"),
      absl::StrCat("the file is damaged (", detail,
                   "); open it in Excel or WPS and save it as .xlsx, or get the file again"));
}

absl::Status OverLimit(absl::string_view chinese_what, absl::string_view english_what,
                       int64_t limit) {
  return WorkbookError(absl::StrCat(chinese_what, "超过上限 ", limit, "。请拆分文件或删去无关内容"),
                       absl::StrCat(english_what, " over the limit of ", limit,
                                    "; split the file or remove what does not belong to it"));
}

}  // namespace bangfu::client
