#include "server/store/postgres/binary_copy.h"

#include "absl/strings/str_cat.h"

namespace bangfu::server {
namespace {

constexpr absl::string_view kSignature("PGCOPY\n\377\r\n\0", 11);
constexpr int16_t kEnd = -1;

std::string InsertOf(absl::string_view table, int16_t columns) {
  std::string values;
  for (int column = 1; column <= columns; ++column)
    absl::StrAppend(&values, values.empty() ? "$" : ", $", column);
  return absl::StrCat("INSERT INTO ", table, " VALUES (", values, ")");
}

}  // namespace

BinaryCopy::BinaryCopy(int16_t columns) : columns_(columns), bytes_(kSignature) {
  AppendBigEndian(int32_t{0}, bytes_);  // flags
  AppendBigEndian(int32_t{0}, bytes_);  // bytes of the extension of the header
}

std::string& BinaryCopy::Row() {
  rows_.push_back(bytes_.size());
  AppendBigEndian(columns_, bytes_);
  return bytes_;
}

void BinaryCopy::Send(Pipeline& pipeline, absl::string_view table) {
  if (rows_.size() > kFewRows) {
    AppendBigEndian(kEnd, bytes_);
    return pipeline.BeginCopy(absl::StrCat("COPY ", table, " FROM STDIN (FORMAT binary)"), bytes_);
  }
  const std::string insert = InsertOf(table, columns_);
  for (size_t i = 0; i < rows_.size(); ++i) {
    const size_t begin = rows_[i] + sizeof(columns_);
    const size_t end = i + 1 < rows_.size() ? rows_[i + 1] : bytes_.size();
    pipeline.Add(insert, bytes_.substr(begin, end - begin), columns_);
  }
}

}  // namespace bangfu::server
