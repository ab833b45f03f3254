#ifndef BANGFU_CLIENT_CLI_FILE_TABLE_H_
#define BANGFU_CLIENT_CLI_FILE_TABLE_H_

#include <string>
#include <vector>

#include "client/cli/checked_cases.h"
#include "client/cli/output.h"
#include "client/cli/table.h"

namespace bangfu::client {

using Columns = std::vector<std::string>;

// A table about the households of files: the file is its first column when there are several.
class FileTable {
 public:
  FileTable(const CheckedCases& cases, const Output& out, Columns header);

  // A row; `file` is nullptr when it is about none.
  void Add(const CheckedFile* file, Columns row);

  // Nothing when there are no rows.
  void Print() const;

 private:
  const bool with_files_;
  const Output& out_;
  Table table_;
};

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_FILE_TABLE_H_
