#include "server/cluster/postgres_binaries.h"

#include <unistd.h>

#include <array>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <system_error>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/error.h"

namespace bangfu::server {
namespace {

bool HasBothPrograms(const std::string& folder) {
  return access(absl::StrCat(folder, "/initdb").c_str(), X_OK) == 0 &&
         access(absl::StrCat(folder, "/postgres").c_str(), X_OK) == 0;
}

// What `pg_config` says; absent when there is none.
std::optional<PostgresBinaries> AskPgConfig() {
  struct ClosePipe {
    void operator()(FILE* file) const { pclose(file); }
  };
  const std::unique_ptr<FILE, ClosePipe> pipe(popen("pg_config --bindir --version 2>&-", "re"));
  if (pipe == nullptr) return std::nullopt;
  std::string output;
  std::array<char, 4096> buffer;
  while (fgets(buffer.data(), buffer.size(), pipe.get()) != nullptr) output += buffer.data();
  // "/usr/lib/postgresql/15/bin\nPostgreSQL 15.4 (Debian …)\n"
  const std::vector<std::string> words = absl::StrSplit(output, absl::ByAnyChar(" .\n"));
  const std::vector<std::string> lines = absl::StrSplit(output, '\n');
  PostgresBinaries binaries;
  binaries.folder = lines.front();
  for (size_t i = 0; i + 1 < words.size(); ++i) {
    if (words[i] == "PostgreSQL" && absl::SimpleAtoi(words[i + 1], &binaries.major)) {
      return binaries;
    }
  }
  return std::nullopt;
}

}  // namespace

absl::StatusOr<PostgresBinaries> FindPostgresBinaries(std::optional<int> major,
                                                      absl::string_view install_root) {
  std::optional<PostgresBinaries> best;
  const auto consider = [&](PostgresBinaries candidate) {
    if (major.has_value() ? candidate.major != *major : candidate.major < kOldestPostgresMajor) {
      return;
    }
    if (best.has_value() && best->major >= candidate.major) return;
    if (HasBothPrograms(candidate.folder)) best = std::move(candidate);
  };
  std::error_code error;
  for (std::filesystem::directory_iterator it(std::string(install_root), error), end;
       !error && it != end; it.increment(error)) {
    PostgresBinaries candidate;
    if (!absl::SimpleAtoi(it->path().filename().string(), &candidate.major)) continue;
    candidate.folder = (it->path() / "bin").string();
    consider(std::move(candidate));
  }
  if (!best.has_value()) {
    if (std::optional<PostgresBinaries> configured = AskPgConfig()) {
      consider(*std::move(configured));
    }
  }
  if (best.has_value()) return *std::move(best);
  const int wanted = major.value_or(kOldestPostgresMajor);
  return UserError(
      absl::StatusCode::kNotFound,
      {absl::StrCat("找不到 PostgreSQL ", wanted, major.has_value() ? "" : " 或更新版本",
                    "，请安装软件包 postgresql-", wanted, "，或改用外部数据库地址"),
       absl::StrCat("PostgreSQL ", wanted, major.has_value() ? "" : " or newer",
                    " is not installed: install the package postgresql-", wanted,
                    ", or give the server a database URL")});
}

}  // namespace bangfu::server
