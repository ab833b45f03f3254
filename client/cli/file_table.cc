#include "client/cli/file_table.h"

#include <utility>

#include "client/cli/finding_place.h"

namespace bangfu::client {
namespace {

Columns WithFirst(bool with_files, const std::string& first, Columns row) {
  if (with_files) row.insert(row.begin(), first);
  return row;
}

}  // namespace

FileTable::FileTable(const CheckedCases& cases, const Output& out, Columns header)
    : with_files_(cases.files.size() > 1),
      out_(out),
      table_(WithFirst(with_files_, out.Say({"文件", "file"}), std::move(header))) {}

void FileTable::Add(const CheckedFile* file, Columns row) {
  table_.Add(WithFirst(with_files_, file == nullptr ? "" : FileName(file->path), std::move(row)));
}

void FileTable::Print() const {
  if (!table_.empty()) out_.Print(table_);
}

}  // namespace bangfu::client
