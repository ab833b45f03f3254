#ifndef BANGFU_SERVER_STORE_POSTGRES_CONNECTION_H_
#define BANGFU_SERVER_STORE_POSTGRES_CONNECTION_H_

#include <libpq-fe.h>

#include <map>
#include <pqxx/pqxx>
#include <string>
#include <utility>

namespace bangfu::server {

// A connection that never reconnects by itself (a session that was lost has lost its transaction,
// locks and LISTEN), and that lets libpq be used beside libpqxx, which speaks text only.
class Connection final : public pqxx::connection_base {
 public:
  // Throws what libpqxx throws.
  explicit Connection(const std::string& connection_string);
  ~Connection() noexcept { close(); }

  // Runs a statement that wakes somebody, outside of a transaction. What goes wrong is nobody's
  // failure: whoever sleeps looks by itself, too. False when the connection must not be used any
  // more.
  bool Notify(const char* statement) noexcept;

  // The name of a statement of this session, prepared when it is first asked for. The statements
  // are constants of the program, and those made of them: few. For another edition it is prepared,
  // and with that planned, anew. Throws what libpqxx throws for statements.
  const std::string& Prepared(const std::string& statement, int edition = 0);

  // Of libpq; nullptr when it is closed. Who uses it leaves it idle, in the same transaction.
  PGconn* handle() const { return policy_.connected; }
  // The same; throws pqxx::broken_connection when it is closed.
  PGconn* OpenHandle() const;

 private:
  class Policy final : public pqxx::connect_direct {
   public:
    explicit Policy(const std::string& options) : connect_direct(options) {}
    handle do_startconnect(handle orig) override;
    handle do_disconnect(handle orig) noexcept override;
    handle connected = nullptr;
  };

  const std::string connection_string_;
  Policy policy_;
  std::map<std::pair<std::string, int>, std::string> prepared_;  // names by statement and edition
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_CONNECTION_H_
