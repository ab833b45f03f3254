#ifndef BANGFU_CLIENT_CLI_TABLE_H_
#define BANGFU_CLIENT_CLI_TABLE_H_

#include <ostream>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"

namespace bangfu::client {

// Columns that a text takes in a terminal: two for East Asian wide characters (UAX #11), none for
// combining ones.
int TerminalWidth(absl::string_view text);

// A table for people, columns aligned also in Chinese.
class Table {
 public:
  explicit Table(std::vector<std::string> header) : header_(std::move(header)) {}
  void Add(std::vector<std::string> row) { rows_.push_back(std::move(row)); }
  bool empty() const { return rows_.empty(); }
  void Print(std::ostream& out) const;

 private:
  std::vector<std::string> header_;
  std::vector<std::vector<std::string>> rows_;
};

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_TABLE_H_
