#ifndef BANGFU_CLIENT_IMPORT_FILING_DATE_H_
#define BANGFU_CLIENT_IMPORT_FILING_DATE_H_

#include <optional>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "client/import/cell_value.h"
#include "client/import/sheet_table.h"

namespace bangfu::client {

// The day of filing that stands above the header of a register: a cell "填报日期：2014年3月10日"
// (or another header of the field filed_on), alone or within a longer line, or the day in the cell
// to the right of such a label. Nothing when there is no label, or no day after it.
// INVALID_ARGUMENT when what stands there is no day, or one after `today`: everything in the
// register would be dated wrongly.
absl::StatusOr<std::optional<absl::CivilDay>> FindFilingDate(const SheetTable& table,
                                                             const CellContext& context,
                                                             absl::CivilDay today);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_IMPORT_FILING_DATE_H_
