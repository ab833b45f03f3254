#ifndef BANGFU_CLIENT_IMPORT_CELL_FINDING_H_
#define BANGFU_CLIENT_IMPORT_CELL_FINDING_H_

#include <string>

#include "bangfu/v1/finding.pb.h"

namespace bangfu::client {

// A finding and the cell of the workbook that it is about.
struct CellFinding {
  v1::Finding finding;
  std::string sheet;
  int row = 0;         // 1-based as people see it
  std::string column;  // letters, "H"; empty for the whole row
  std::string header;  // of the column as in the file; empty for the whole row
};

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_IMPORT_CELL_FINDING_H_
