#include "client/transport/grpc_log.h"

#include <grpc/support/log.h>

namespace bangfu::client {

void SilenceGrpcLog() {
  gpr_set_log_function([](gpr_log_func_args*) {});
}

}  // namespace bangfu::client
