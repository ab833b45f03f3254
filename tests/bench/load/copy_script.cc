#include "tests/bench/load/copy_script.h"

#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"

namespace bangfu::bench {
namespace {

struct Table {
  const char* name;
  const char* rows;  // a query
};

// In the order of their foreign keys. In each, rows stand as they were written, persons beside
// their archive.
constexpr Table kTables[] = {
    {"record", "TABLE record"},
    {"revision", "TABLE revision"},
    {"change_log", "TABLE change_log"},
    {"archive_person",
     "SELECT p.* FROM archive_person p JOIN record r ON r.id = p.archive_id ORDER BY r.ctid"},
    {"feed", "SELECT * FROM feed ORDER BY feed_seq"},
    {"audit_log", "SELECT * FROM audit_log ORDER BY sequence"},
    {"audit_mention", "TABLE audit_mention"},
};

std::vector<std::string> Lines(const std::string& path) {
  std::ifstream file(path);
  std::vector<std::string> lines;
  for (std::string line; std::getline(file, line);) lines.push_back(std::move(line));
  return lines;
}

}  // namespace

void WriteCopyScript(const CityNode& city, int commits, const std::string& path) {
  std::map<std::string, std::vector<std::string>> rows;
  for (const Table& table : kTables) {
    const std::string part = absl::StrCat(path, ".", table.name);
    city.Psql(absl::StrCat("\\copy (", table.rows, ") TO '", part, "'"));
    rows[table.name] = Lines(part);
    std::filesystem::remove(part);
  }
  std::ofstream script(path);
  for (int commit = 0; commit < commits; ++commit) {
    script << "BEGIN;\n";
    for (const Table& table : kTables) {
      const std::vector<std::string>& lines = rows[table.name];
      const size_t begin =
          lines.size() * static_cast<size_t>(commit) / static_cast<size_t>(commits);
      const size_t end =
          lines.size() * static_cast<size_t>(commit + 1) / static_cast<size_t>(commits);
      if (begin == end) continue;
      script << "COPY " << table.name << " FROM STDIN;\n";
      for (size_t i = begin; i < end; ++i) script << lines[i] << "\n";
      script << "\\.\n";
    }
    script << "COMMIT;\n";
  }
}

}  // namespace bangfu::bench
