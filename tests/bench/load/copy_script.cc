#include "tests/bench/load/copy_script.h"

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"

namespace bangfu::bench {
namespace {

// In the order of their foreign keys. In each, rows stand as they were written, persons beside
// their archive.
const std::vector<CopiedRows>& PushedRows() {
  static const auto* const rows = new std::vector<CopiedRows>{
      {"record", "TABLE record", ""},
      {"revision", "TABLE revision", ""},
      {"change_log", "TABLE change_log", ""},
      {"archive_person",
       "SELECT p.* FROM archive_person p JOIN record r ON r.id = p.archive_id ORDER BY r.ctid", ""},
      {"feed", "SELECT * FROM feed ORDER BY feed_seq", ""},
      {"audit_log", "SELECT * FROM audit_log ORDER BY sequence", ""},
      {"audit_mention", "TABLE audit_mention", ""},
  };
  return *rows;
}

// The rows of a table as COPY writes them, a line each. They may be more than fits into memory.
class Part {
 public:
  Part(const CityNode& city, const CopiedRows& table, std::string path)
      : table_(table), path_(std::move(path)) {
    city.Psql(absl::StrCat("\\copy (", table.rows, ") TO '", path_, "'"));
    file_.open(path_);
    lines_ = std::count(std::istreambuf_iterator<char>(file_), {}, '\n');
    file_.seekg(0);
  }
  Part(const Part&) = delete;
  Part& operator=(const Part&) = delete;
  ~Part() { std::filesystem::remove(path_); }

  // The rows of one of the transactions, called in their order.
  void Write(int64_t commit, int64_t commits, std::ofstream& script) {
    const int64_t end = lines_ * (commit + 1) / commits;
    if (written_ == end) return;
    script << "COPY " << table_.table << " FROM STDIN;\n";
    for (std::string line; written_ < end; ++written_) {
      std::getline(file_, line);
      script << line << "\n";
    }
    script << "\\.\n" << table_.then << "\n";
  }

 private:
  const CopiedRows& table_;
  const std::string path_;
  std::ifstream file_;
  int64_t lines_ = 0;
  int64_t written_ = 0;
};

}  // namespace

void WriteBatchScript(const CityNode& city, const std::string& head,
                      const std::vector<CopiedRows>& tables, int commits, const std::string& path) {
  std::vector<std::unique_ptr<Part>> parts;
  for (const CopiedRows& table : tables) {
    parts.push_back(std::make_unique<Part>(city, table, absl::StrCat(path, ".part", parts.size())));
  }
  std::ofstream script(path);
  script << head << "\n";
  for (int commit = 0; commit < commits; ++commit) {
    script << "BEGIN;\n";
    for (const auto& part : parts) part->Write(commit, commits, script);
    script << "COMMIT;\n";
  }
}

void WriteCopyScript(const CityNode& city, int commits, const std::string& path) {
  WriteBatchScript(city, "", PushedRows(), commits, path);
}

void CopyRows(const CityNode& city, const std::string& address) {
  std::vector<CopiedRows> tables = PushedRows();
  tables.push_back({"conflict", "SELECT * FROM conflict ORDER BY position", ""});
  for (const CopiedRows& table : tables) {
    // From one psql into the other, without a file between them.
    RunProgram({"bash", "-c",
                "set -o pipefail; psql -X -q -v ON_ERROR_STOP=1 -c \"$1\" \"$2\" | "
                "psql -X -q -v ON_ERROR_STOP=1 -c \"$3\" \"$4\"",
                "copy", absl::StrCat("COPY (", table.rows, ") TO STDOUT (FORMAT binary)"),
                city.DatabaseAddress(),
                absl::StrCat("COPY ", table.table, " FROM STDIN (FORMAT binary)"), address});
  }
  CityNode::PsqlAt(address, "VACUUM ANALYZE");
}

}  // namespace bangfu::bench
