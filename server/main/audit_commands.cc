#include "server/main/audit_commands.h"

#include <fcntl.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <fstream>
#include <iostream>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "base/error.h"
#include "server/audit/audit_chain.h"
#include "server/audit/audit_file.h"
#include "server/audit/audit_head_file.h"
#include "server/audit/audit_report.h"
#include "server/main/node_database.h"
#include "server/main/opened_store.h"
#include "server/main/operator_call.h"

namespace bangfu::server {
namespace {

constexpr int kMaxListed = 1000;
constexpr size_t kMaxLineBytes = 16 * 1024 * 1024;  // of one entry in a file

struct AuditOptions {
  NodeOptions node;
  OperatorOptions line;
  std::string file;
  std::string out;
  v1::ListAuditRequest query;
  int limit = 50;
};

std::string HeadFile(const NodeOptions& options) {
  return absl::StrCat(options.data_dir, "/", kAuditHeadFile);
}

absl::Status Tell(const AuditReport& report) {
  for (const Text& problem : report.problems())
    std::cout << problem.zh << "\n" << problem.en << "\n";
  if (report.good()) {
    std::cout << "审计日志完好：共 " << report.entries() << " 条，逐条衔接。\n"
              << "The audit log is good: " << report.entries()
              << " entries, each follows the one before.\n";
    return absl::OkStatus();
  }
  return UserError(absl::StatusCode::kDataLoss,
                   {absl::StrCat("审计日志有 ", report.problem_count(), " 处问题（共 ",
                                 report.entries(), " 条）。"),
                    absl::StrCat("The audit log has ", report.problem_count(), " faults (",
                                 report.entries(), " entries).")});
}

absl::Status VerifyFile(const AuditOptions& options, const AuditChain& chain,
                        std::optional<AuditHead> noted) {
  std::ifstream file(options.file);
  if (!file) {
    return UserError(absl::StatusCode::kNotFound,
                     {absl::StrCat("没有文件 ", options.file, "。"),
                      absl::StrCat("There is no file ", options.file, ".")});
  }
  AuditReport report(chain, std::move(noted));
  std::string line;
  for (int64_t number = 1; std::getline(file, line); ++number) {
    const auto parsed = line.size() <= kMaxLineBytes
                            ? ParseAuditLine(line)
                            : absl::StatusOr<ParsedAuditLine>(absl::InvalidArgumentError(""));
    if (parsed.ok() && parsed->is_end) {
      report.TakeEnd(parsed->entry);
    } else if (parsed.ok()) {
      report.Take(parsed->entry);
    } else {
      report.TakeUnreadable(number);
    }
  }
  report.FinishFile();
  return Tell(report);
}

absl::Status Verify(const AuditOptions& options) {
  const auto key = MasterKey::Open(MasterKeyFile(options.node));
  if (!key.ok()) return key.status();
  const AuditChain chain(key->Derive(kAuditKeyPurpose));
  auto noted = ReadAuditHead(HeadFile(options.node));
  if (!noted.ok()) return noted.status();
  if (!options.file.empty()) return VerifyFile(options, chain, *std::move(noted));
  auto opened = OpenStoreBeside(options.node);
  if (!opened.ok()) return opened.status();
  AuditReport report(chain, *std::move(noted));
  if (absl::Status status = ForEachEntry(opened->store->audit(), 0,
                                         [&report](const v1::ChainedAuditEntry& entry) {
                                           report.Take(entry);
                                           return absl::OkStatus();
                                         });
      !status.ok()) {
    return status;
  }
  report.FinishStore();
  return Tell(report);
}

absl::Status CannotWrite(const std::string& path) {
  return UserError(
      absl::StatusCode::kUnavailable,
      {absl::StrCat("无法写入 ", path, "；文件已存在、磁盘已满或没有权限。"),
       absl::StrCat("Cannot write ", path, ": it exists, the disk is full, or no permission.")});
}

absl::Status Export(const AuditOptions& options) {
  const auto key = MasterKey::Open(MasterKeyFile(options.node));
  if (!key.ok()) return key.status();
  auto opened = OpenStoreBeside(options.node);
  if (!opened.ok()) return opened.status();
  // Nobody else reads who did what.
  const int made = open(options.out.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (made < 0) return CannotWrite(options.out);
  close(made);
  std::ofstream file(options.out, std::ios::trunc);
  int64_t entries = 0;
  AuditHead head;
  absl::Status status =
      ForEachEntry(opened->store->audit(), 0, [&](const v1::ChainedAuditEntry& entry) {
        file << AuditLine(entry) << "\n";
        ++entries;
        head = {entry.sequence(), entry.hash()};
        return file ? absl::OkStatus() : CannotWrite(options.out);
      });
  if (!status.ok()) return status;
  file << AuditEndLine(AuditChain(key->Derive(kAuditKeyPurpose)), head) << "\n";
  file.close();
  if (!file) return CannotWrite(options.out);
  std::cout << "已导出 " << entries << " 条到 " << options.out << "\n"
            << entries << " entries were written to " << options.out << "\n";
  return absl::OkStatus();
}

absl::Status List(const AuditOptions& options) {
  auto line = ConnectAsOperator(options.line);
  if (!line.ok()) return line.status();
  v1::ListAuditRequest query = options.query;
  for (int left = options.limit; left > 0;) {
    query.set_page_size(left);
    const auto page = (*line)->ListAudit({}, query);
    if (!page.ok()) return page.status();
    for (const v1::ChainedAuditEntry& entry : page->entries())
      std::cout << AuditLine(entry) << "\n";
    left -= page->entries_size();
    if (page->next_page_token().empty()) break;
    query.set_page_token(page->next_page_token());
  }
  return absl::OkStatus();
}

void AddDatabaseOptions(CLI::App& command, NodeOptions& node) {
  command.add_option("--data", node.data_dir, "节点的数据目录 / data folder of the node")
      ->required();
  command.add_option("--database", node.database,
                     "自备 PostgreSQL 的连接串 / connection string of a PostgreSQL of your own");
  command.add_option("--master-key", node.master_key, "主密钥文件 / file of the master key");
}

}  // namespace

void AddAuditCommands(CLI::App& app, std::function<absl::Status()>& run) {
  const auto options = std::make_shared<AuditOptions>();
  CLI::App* audit = app.add_subcommand("audit", "审计日志 / the audit log");
  audit->require_subcommand(1);

  CLI::App* list =
      audit->add_subcommand("list", "最近的记录，新的在前 / latest entries, newest first");
  AddOperatorOptions(*list, options->line);
  list->add_option_function<std::string>(
      "--person", [options](const std::string& id) { options->query.set_person_id(id); },
      "账号 / account");
  list->add_option_function<std::string>(
      "--object", [options](const std::string& id) { options->query.set_object_id(id); },
      "档案标识等 / id of a record or other object");
  list->add_option("--limit", options->limit, "条数 / how many")
      ->check(CLI::Range(1, kMaxListed))
      ->capture_default_str();
  list->callback([options, &run] { run = [options] { return List(*options); }; });

  CLI::App* verify = audit->add_subcommand(
      "verify",
      "核对日志是否被改动、缺失或乱序 / find entries that were changed, removed or moved");
  AddDatabaseOptions(*verify, options->node);
  verify->add_option("--file", options->file, "核对导出的文件 / an exported file instead");
  verify->callback([options, &run] { run = [options] { return Verify(*options); }; });

  CLI::App* exporting = audit->add_subcommand("export", "导出为每行一条的 JSON / write JSON lines");
  AddDatabaseOptions(*exporting, options->node);
  exporting->add_option("--out", options->out, "输出文件（不得已存在） / new file")->required();
  exporting->callback([options, &run] { run = [options] { return Export(*options); }; });
}

}  // namespace bangfu::server
