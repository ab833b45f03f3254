#ifndef BANGFU_SERVER_SERVICE_ASKER_H_
#define BANGFU_SERVER_SERVICE_ASKER_H_

#include "server/identity/authority.h"
#include "server/service/call.h"

namespace bangfu::server {

// Who asks by this call, as the authority wants to know it.
Asker AskerOf(const Node& node, const Call& call);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SERVICE_ASKER_H_
