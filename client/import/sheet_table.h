#ifndef BANGFU_CLIENT_IMPORT_SHEET_TABLE_H_
#define BANGFU_CLIENT_IMPORT_SHEET_TABLE_H_

#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "base/error.h"
#include "client/workbook/workbook.h"
#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace bangfu::client {

// Header of the running number by which members refer to their household. No field of a record.
inline constexpr char kSequenceHeader[] = "序号";

// Titles and notes above the header of real registers take a handful of rows.
inline constexpr int kMaxHeaderRow = 30;  // rows

// A column that stands for a field.
struct TableColumn {
  int index = 0;  // 0-based
  std::string header;
  const google::protobuf::FieldDescriptor* field = nullptr;
};

// Where a sheet has its rows of records and which column is what. The sheet must outlive it.
struct SheetTable {
  enum class Kind { kOther, kRegister, kMembers };

  const Sheet* sheet = nullptr;
  Kind kind = Kind::kOther;
  int header_row = 0;  // 0-based
  // Column of 序号, -1 when there is none.
  int sequence = -1;
  // Fields of Archive (kRegister) or Member (kMembers), from left to right.
  std::vector<TableColumn> columns;
  // kMembers: fields of Archive that tell whose members they are.
  std::vector<TableColumn> worker;
  // Columns without a header, where no value may stand.
  std::vector<int> unnamed;

  const google::protobuf::Descriptor& record() const;

  // nullptr when no column stands for the field.
  const TableColumn* Find(const google::protobuf::FieldDescriptor& field) const;
};

// Letters of a 0-based column: ColumnLetters(28) is "AC".
std::string ColumnLetters(int column);

// A sheet's name and a column's header as messages quote them: cut to a few characters, and hidden
// when there are digits enough to be somebody's number.
std::string Quoted(absl::string_view text);

// Whether messages may tell persons apart by this field of a record (name or identity number).
bool IsIdentifying(const google::protobuf::FieldDescriptor& field);

// Finds the header row of `sheet`: of the first kMaxHeaderRow rows the one with the most columns of
// Archive and Member. kRegister when it has every identifying field of Archive; kMembers when it
// has Member's identity number, a column that only Member has, and no more of Archive's columns
// than of Member's; else kOther. Columns are not read yet.
SheetTable FindTable(const Sheet& sheet);

// Reads the header of a register or of members into `table` and returns what is wrong with it:
// columns that are unknown, there twice, or not for the filing side to write, and missing ones,
// that is required of all and not set in `defaults`, a message of the sheet's records.
std::vector<Text> ReadHeader(SheetTable& table, const google::protobuf::Message& defaults);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_IMPORT_SHEET_TABLE_H_
