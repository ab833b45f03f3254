#ifndef BANGFU_CLIENT_CLI_FINDING_PLACE_H_
#define BANGFU_CLIENT_CLI_FINDING_PLACE_H_

#include <string>

#include "client/import/cell_finding.h"
#include "domain/record/field_values.h"

namespace bangfu::client {

// "H20", with the sheet in front when it is not `main_sheet`, that of the households.
std::string CellPlace(const CellFinding& finding, const std::string& main_sheet);

// Label of the field that a finding is about, "家庭成员·成员姓名", "帮扶信息·帮扶日期"; empty for
// the whole record. Keys of list elements are left out.
std::string FieldPlace(const std::string& field, domain::Language language);

// The last part of a path.
std::string FileName(const std::string& path);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_FINDING_PLACE_H_
