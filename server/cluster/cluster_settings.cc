#include "server/cluster/cluster_settings.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"

namespace bangfu::server {
namespace {

constexpr uint64_t kBytesPerMebibyte = 1024 * 1024;
constexpr uint64_t kMinSharedBuffersMebibytes = 64;
constexpr uint64_t kMaxSharedBuffersMebibytes = 2048;
// PostgreSQL's manual suggests a quarter for a dedicated machine; this one also runs the server.
constexpr uint64_t kSharedBuffersPartOfMemory = 8;

}  // namespace

std::vector<std::string> EnforcedSettings(const ClusterSettings& settings) {
  std::vector<std::string> arguments;
  const auto set = [&](absl::string_view name, absl::string_view value) {
    arguments.emplace_back("-c");
    arguments.push_back(absl::StrCat(name, "=", value));
  };
  set("listen_addresses", "");
  set("port", "5432");  // only part of the socket's file name
  // The setting is a list; quotes keep a path with spaces or commas in one piece.
  set("unix_socket_directories",
      absl::StrCat("\"", absl::StrReplaceAll(settings.socket_folder, {{"\"", "\"\""}}), "\""));
  set("unix_socket_permissions", "0700");
  set("cluster_name", settings.cluster_name);
  set("max_connections", absl::StrCat(settings.max_connections));
  set("max_prepared_transactions", absl::StrCat(settings.max_prepared_transactions));
  set("logging_collector", "off");
  set("log_destination", "stderr");
  // Statements and details quote values, hence personal data. The server gets every error itself.
  set("log_min_messages", "log");
  set("log_min_error_statement", "panic");
  set("log_error_verbosity", "terse");
  set("log_statement", "none");
  set("log_min_duration_statement", "-1");
  set("log_parameter_max_length", "0");
  set("log_parameter_max_length_on_error", "0");
  set("log_autovacuum_min_duration", "-1");
  const char* const on_if_durable = settings.durable ? "on" : "off";
  set("fsync", on_if_durable);
  set("full_page_writes", on_if_durable);
  // Cheap without fsync, and keeps what a killed process had committed.
  set("synchronous_commit", "on");
  return arguments;
}

std::string InitialConfiguration(uint64_t memory_bytes) {
  const uint64_t shared_buffers =
      std::clamp(memory_bytes / kBytesPerMebibyte / kSharedBuffersPartOfMemory,
                 kMinSharedBuffersMebibytes, kMaxSharedBuffersMebibytes);
  return absl::StrCat(
      "\n# bangfu: defaults for a node; may be changed here\n"
      "shared_buffers = ",
      shared_buffers, "MB\n",
      // Archive bodies: twice as fast to load as pglz.
      "default_toast_compression = lz4\n"
      "wal_compression = lz4\n"
      "checkpoint_timeout = 15min\n"
      "max_wal_size = 2GB\n"
      "random_page_cost = 1.1\n"  // solid state disks
      "jit = off\n"               // statements here are short
      "timezone = 'UTC'\n"
      "log_timezone = 'UTC'\n"
      "log_line_prefix = '%m [%p] '\n");
}

}  // namespace bangfu::server
