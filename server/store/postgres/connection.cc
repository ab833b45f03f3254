#include "server/store/postgres/connection.h"

#include <exception>

#include "absl/strings/str_cat.h"

namespace bangfu::server {

Connection::Connection(const std::string& connection_string)
    : connection_base(policy_), connection_string_(connection_string), policy_(connection_string_) {
  init();
#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
  // Deprecated for a release that never reconnects; this one does.
  inhibit_reactivation(true);
#pragma GCC diagnostic pop
}

bool Connection::Notify(const char* statement) noexcept {
  try {
    pqxx::nontransaction session(*this);
    session.exec(statement);
    return true;
  } catch (const std::exception&) {
    return false;  // broken, or within a transaction that has failed
  }
}

const std::string& Connection::Prepared(const std::string& statement, int edition) {
  const auto [it, added] = prepared_.try_emplace({statement, edition});
  if (added) {
    it->second = absl::StrCat("s", prepared_.size());
    prepare(it->second, statement);
  }
  prepare_now(it->second);  // does nothing when it is prepared
  return it->second;
}

PGconn* Connection::OpenHandle() const {
  if (handle() == nullptr) throw pqxx::broken_connection("the connection is closed");
  return handle();
}

Connection::Policy::handle Connection::Policy::do_startconnect(handle orig) {
  connected = connect_direct::do_startconnect(orig);
  return connected;
}

Connection::Policy::handle Connection::Policy::do_disconnect(handle orig) noexcept {
  connected = nullptr;
  return connect_direct::do_disconnect(orig);
}

}  // namespace bangfu::server
