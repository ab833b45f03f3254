#include "server/service/asker.h"

namespace bangfu::server {

Asker AskerOf(const Node&, const Call& call) {
  Asker asker;
  asker.node = call.principal;
  asker.desk = call.desk;
  asker.session = call.session;
  asker.person = call.person;
  asker.is_operator = call.is_operator;
  asker.peer = call.context.peer();
  return asker;
}

}  // namespace bangfu::server
