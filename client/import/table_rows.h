#ifndef BANGFU_CLIENT_IMPORT_TABLE_ROWS_H_
#define BANGFU_CLIENT_IMPORT_TABLE_ROWS_H_

#include <map>
#include <string>
#include <vector>

#include "base/error.h"
#include "client/import/sheet_table.h"

namespace bangfu::client {

// The rows of a table that are records.
struct TableRows {
  std::vector<int> rows;  // 0-based, ascending
  // Unnamed columns in which one of the rows has a value, with the first such row: whoever typed it
  // expects it to be imported.
  std::map<int, int> unnamed;
};

// Finds the records below the header. Left out are rows that are
// - blank, or filled in advance: nothing but 序号 and what tells the worker of a member;
// - totals: without name and identity number, one of the first cells begins with 合计, 总计, 小计
// or
//   共计;
// - notes: without name and identity number, a few texts of which one is a label with a colon or
//   stands in place of the 序号 ("填表人：…").
// Everything else is a record, however incomplete.
TableRows FindRows(const SheetTable& table);

// 序号 of the row as people see it; empty when there is none.
std::string SequenceOf(const SheetTable& table, int row);

// What a row is called in messages, "第44行（序号40）".
Text RowName(int row, const std::string& sequence);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_IMPORT_TABLE_ROWS_H_
