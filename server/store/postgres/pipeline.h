#ifndef BANGFU_SERVER_STORE_POSTGRES_PIPELINE_H_
#define BANGFU_SERVER_STORE_POSTGRES_PIPELINE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "server/store/postgres/connection.h"

namespace bangfu::server {

// So many rows of a table wait for the rest of a transaction; more of them are worth ways of their
// own, on which PostgreSQL writes them while others are made ready.
inline constexpr size_t kFewRows = 8;

// Statements of a transaction that go to PostgreSQL together and are answered together (libpq's
// pipeline mode), in their order: a change that comes alone pays for one way there and back instead
// of one for each table. They are prepared.
class Pipeline {
 public:
  // Gets the number of rows that its statement wrote; may throw.
  using Check = std::function<void(int64_t rows)>;

  explicit Pipeline(Connection& connection) : connection_(connection) {}
  Pipeline(const Pipeline&) = delete;
  Pipeline& operator=(const Pipeline&) = delete;
  // Waits for the end of what was begun, whatever it is.
  ~Pipeline();

  // Adds a statement with so many parameters: values in binary format, each with its length in
  // front (binary_format.h). When many wait, they run.
  void Add(const std::string& statement, std::string parameters, int count, Check check = nullptr);

  // Begins those that wait, when what was begun before has ended: PostgreSQL works on them while
  // the caller makes ready what comes next. Throws as Run does, of what was begun before.
  void Begin();
  // The same with a COPY from these bytes, after those that wait.
  void BeginCopy(const std::string& statement, const std::string& bytes);

  // Runs those that wait, and waits for the end of what was begun. Throws what libpqxx throws for
  // statements, or what a check throws: of the first one that fails.
  void Run();

 private:
  struct Statement {
    std::string text;
    std::string name;
    std::string parameters;
    int count;
    Check check;
  };

  // Waits for the end of what was begun.
  void End();
  void EndStatements();
  void EndCopy();

  Connection& connection_;
  std::vector<Statement> waiting_, begun_;
  std::string copy_;  // the COPY that was begun
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_PIPELINE_H_
