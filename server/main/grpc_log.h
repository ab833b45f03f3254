#ifndef BANGFU_SERVER_MAIN_GRPC_LOG_H_
#define BANGFU_SERVER_MAIN_GRPC_LOG_H_

namespace bangfu::server {

// Makes gRPC's own lines events of the node's log: level and place in gRPC's source, without the
// text, which holds addresses. For the whole process; call before anything of gRPC runs.
void LogGrpcAsEvents();

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_MAIN_GRPC_LOG_H_
