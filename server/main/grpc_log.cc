#include "server/main/grpc_log.h"

#include <grpc/support/log.h>

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "server/log/event_log.h"

namespace bangfu::server {
namespace {

void LogLine(gpr_log_func_args* args) {
  // Never destroyed: threads of gRPC may still write at the end of the process.
  static EventLog& log = *new EventLog();
  absl::string_view file = args->file;
  if (const size_t slash = file.rfind('/'); slash != absl::string_view::npos)
    file.remove_prefix(slash + 1);
  const std::string at = absl::StrCat(file, ":", args->line);
  if (args->severity == GPR_LOG_SEVERITY_ERROR) {
    log.Warning("grpc", {{"at", at}});  // about one connection; the node goes on
  } else {
    log.Info("grpc", {{"at", at}});
  }
}

}  // namespace

void LogGrpcAsEvents() { gpr_set_log_function(LogLine); }

}  // namespace bangfu::server
