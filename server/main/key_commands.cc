#include "server/main/key_commands.h"

#include <CLI/CLI.hpp>
#include <iostream>
#include <memory>
#include <string>

#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "server/main/node_database.h"
#include "server/main/opened_store.h"
#include "server/seal/master_key.h"

namespace bangfu::server {
namespace {

// Any: tells whether two master keys derive the same.
constexpr char kSamePurpose[] = "same";

struct KeyOptions {
  NodeOptions node;
  std::string new_master;
};

absl::Status Rotate(const KeyOptions& options) {
  if (options.new_master.empty()) {
    const absl::StatusOr<int32_t> number = RotateDataKey(options.node);
    if (!number.ok()) return number.status();
    std::cout << "数据密钥 " << *number << " 已启用；旧内容由节点在后台重新封存。\n"
              << "Data key " << *number
              << " is in use; the node seals older content anew in the background.\n";
    return absl::OkStatus();
  }
  if (absl::Status status = RotateMasterKey(options.node, options.new_master); !status.ok()) {
    return status;
  }
  std::cout << "数据密钥已改由 " << options.new_master << " 封装。请用 --master-key "
            << options.new_master
            << " 重新启动节点（或把它放到原主密钥的位置）；旧主密钥与旧备份一同保存。\n"
            << "The data keys are wrapped by " << options.new_master
            << " now. Start the node again with --master-key " << options.new_master
            << " (or put it where the master key was); keep the old one with the old backups.\n";
  return absl::OkStatus();
}

absl::Status Status(const KeyOptions& options) {
  const absl::StatusOr<KeyRingState> state = KeyStatus(options.node);
  if (!state.ok()) return state.status();
  const auto day = [](absl::Time time) {
    return absl::FormatTime("%Y-%m-%d %H:%M", time, absl::LocalTimeZone());
  };
  for (const DataKeyState& key : state->keys) {
    std::cout << key.number << "\t" << day(key.created) << "\t"
              << (key.retired.has_value() ? "停用 / retired " + day(*key.retired)
                                          : "使用中 / in use")
              << "\n";
  }
  const bool current = !state->keys.empty() && state->resealing == state->keys.back().number;
  std::cout << (current && state->resealed
                    ? "全部内容已用最新密钥封存 / all is sealed under the newest"
                    : "后台正在重新封存 / being sealed anew")
            << "\n";
  if (state->damaged > 0) {
    std::cout << state->damaged << " 条内容损坏，无法解封，请从备份恢复 / rows are damaged and do "
              << "not open; restore them from a backup\n";
  }
  return absl::OkStatus();
}

// The operator of the node rotates its keys; whoever holds its files needs no account.
absl::Status Note(PostgresStore& store) {
  const absl::Duration now = absl::Now() - absl::UnixEpoch();
  v1::AuditEntry entry;
  entry.mutable_time()->set_seconds(absl::ToInt64Seconds(now));
  entry.set_action(v1::ACTION_ROTATE_KEYS);
  entry.set_result(v1::AUDIT_RESULT_DONE);
  return store.audit().Append({entry});
}

void AddDatabaseOptions(CLI::App& command, NodeOptions& node) {
  command.add_option("--data", node.data_dir, "节点的数据目录 / data folder of the node")
      ->required();
  command.add_option("--database", node.database,
                     "自备 PostgreSQL 的连接串 / connection string of a PostgreSQL of your own");
  command.add_option("--master-key", node.master_key, "主密钥文件 / file of the master key");
}

}  // namespace

absl::StatusOr<int32_t> RotateDataKey(const NodeOptions& options) {
  const absl::StatusOr<MasterKey> master = MasterKey::Open(MasterKeyFile(options));
  if (!master.ok()) return master.status();
  const absl::StatusOr<OpenedStore> opened = OpenStoreBeside(options);
  if (!opened.ok()) return opened.status();
  const absl::StatusOr<int32_t> number = AddDataKey(opened->database.connection_string, *master);
  if (!number.ok()) return number;
  if (const absl::Status noted = Note(*opened->store); !noted.ok()) return noted;
  return number;
}

absl::Status RotateMasterKey(const NodeOptions& options, const std::string& new_file) {
  const absl::StatusOr<MasterKey> master = MasterKey::Open(MasterKeyFile(options));
  if (!master.ok()) return master.status();
  const absl::StatusOr<NodeDatabase> database = OpenDatabaseBeside(options);
  if (!database.ok()) return database.status();
  const absl::StatusOr<MasterKey> renewed = master->Renewed();
  if (!renewed.ok()) return renewed.status();
  const absl::Status saved = renewed->Save(new_file);
  if (!saved.ok() && !absl::IsAlreadyExists(saved)) return saved;
  const absl::StatusOr<MasterKey> next = MasterKey::Open(new_file);  // of a try before, it may be
  if (!next.ok()) return next.status();
  if (next->Derive(kSamePurpose) != master->Derive(kSamePurpose)) {
    return UserError(absl::StatusCode::kFailedPrecondition,
                     {"该文件是另一套数据的主密钥，请另给一个不存在的文件名。",
                      "that file holds the master key of something else; name a file that is not "
                      "there yet"});
  }
  // Wrapped by the new one already: a try before came that far.
  if (GetKeyRingState(database->connection_string, *next).ok()) return absl::OkStatus();
  PostgresOptions postgres;
  postgres.connection_string = database->connection_string;
  postgres.master_key = *master;
  const auto store = PostgresStore::Open(postgres);
  if (!store.ok()) return store.status();
  if (absl::Status status = RewrapDataKeys(database->connection_string, *master, *next);
      !status.ok()) {
    return status;
  }
  return Note(**store);
}

absl::StatusOr<KeyRingState> KeyStatus(const NodeOptions& options) {
  const absl::StatusOr<MasterKey> master = MasterKey::Open(MasterKeyFile(options));
  if (!master.ok()) return master.status();
  const absl::StatusOr<NodeDatabase> database = OpenDatabaseBeside(options);
  if (!database.ok()) return database.status();
  return GetKeyRingState(database->connection_string, *master);
}

void AddKeyCommands(CLI::App& app, std::function<absl::Status()>& run) {
  const auto options = std::make_shared<KeyOptions>();
  CLI::App* key = app.add_subcommand("key", "封存数据库内容的密钥 / keys that seal the database");
  key->require_subcommand(1);

  CLI::App* rotate = key->add_subcommand(
      "rotate", "启用新的数据密钥，或换主密钥 / make a new data key, or change the master key");
  AddDatabaseOptions(*rotate, options->node);
  rotate->add_option(
      "--master", options->new_master,
      "新主密钥文件（不存在则生成） / file of the new master key; made when missing");
  rotate->callback([options, &run] { run = [options] { return Rotate(*options); }; });

  CLI::App* status = key->add_subcommand("status", "密钥与重新封存的进度 / keys, and progress");
  AddDatabaseOptions(*status, options->node);
  status->callback([options, &run] { run = [options] { return Status(*options); }; });
}

}  // namespace bangfu::server
