#include "server/store/postgres/pipeline.h"

#include <cstddef>
#include <exception>
#include <memory>
#include <utility>

#include "absl/strings/numbers.h"
#include "server/store/postgres/libpq_failure.h"

namespace bangfu::server {
namespace {

// Their answers fit into the buffers of a socket, so that nobody waits for one who waits for him.
constexpr size_t kMaxStatements = 64;
constexpr int kMaxCopyResults = 10;  // there are two

using Result = std::unique_ptr<PGresult, decltype(&PQclear)>;

Result Next(PGconn* connection) { return {PQgetResult(connection), &PQclear}; }

// The parameters as libpq takes them; they point into `parameters`.
class Values {
 public:
  Values(const std::string& parameters, int count) {
    const char* next = parameters.data();
    for (int i = 0; i < count; ++i) {
      uint32_t length = 0;
      for (int byte = 0; byte < 4; ++byte)
        length = length << 8 | static_cast<unsigned char>(*next++);
      const bool null = static_cast<int32_t>(length) < 0;
      values_.push_back(null ? nullptr : next);
      lengths_.push_back(null ? 0 : static_cast<int>(length));
      if (!null) next += length;
    }
  }
  bool Send(PGconn* connection, const std::string& name) const {
    const std::vector<int> binary(values_.size(), 1);
    return PQsendQueryPrepared(connection, name.c_str(), static_cast<int>(values_.size()),
                               values_.data(), lengths_.data(), binary.data(), 1) == 1;
  }

 private:
  std::vector<const char*> values_;
  std::vector<int> lengths_;
};

int64_t RowsOf(const PGresult* result) {
  int64_t rows = 0;
  return absl::SimpleAtoi(PQcmdTuples(const_cast<PGresult*>(result)), &rows) ? rows : 0;
}

[[noreturn]] void Broken() {
  throw pqxx::broken_connection("the connection was lost in a pipeline");
}

}  // namespace

Pipeline::~Pipeline() {
  try {
    End();
  } catch (const std::exception&) {
    // Somebody throws already, else Run would have told.
  }
}

void Pipeline::Add(const std::string& statement, std::string parameters, int count, Check check) {
  End();  // to prepare one takes the connection
  waiting_.push_back(
      {statement, connection_.Prepared(statement), std::move(parameters), count, std::move(check)});
  if (waiting_.size() == kMaxStatements) Run();
}

void Pipeline::Begin() {
  End();
  if (waiting_.empty()) return;
  PGconn* const handle = connection_.OpenHandle();
  if (PQenterPipelineMode(handle) != 1) Broken();
  for (const Statement& statement : waiting_) {
    if (!Values(statement.parameters, statement.count).Send(handle, statement.name)) Broken();
  }
  if (PQpipelineSync(handle) != 1) Broken();
  begun_ = std::exchange(waiting_, {});
}

void Pipeline::BeginCopy(const std::string& statement, const std::string& bytes) {
  Run();
  PGconn* const handle = connection_.OpenHandle();
  const Result ready{PQexec(handle, statement.c_str()), &PQclear};
  if (PQresultStatus(ready.get()) != PGRES_COPY_IN)
    ThrowLibpqFailure(handle, ready.get(), statement.c_str());
  if (PQputCopyData(handle, bytes.data(), static_cast<int>(bytes.size())) != 1 ||
      PQputCopyEnd(handle, nullptr) != 1) {
    ThrowLibpqFailure(handle, nullptr, statement.c_str());
  }
  copy_ = statement;
}

void Pipeline::Run() {
  Begin();
  End();
}

void Pipeline::End() {
  EndStatements();
  EndCopy();
}

void Pipeline::EndStatements() {
  if (begun_.empty()) return;
  const std::vector<Statement> statements = std::exchange(begun_, {});
  PGconn* const handle = connection_.OpenHandle();
  // All answers are read before anything is thrown: the connection goes on.
  std::vector<Result> results;
  for (size_t i = 0; i < statements.size(); ++i) {
    results.push_back(Next(handle));
    if (results.back() == nullptr || Next(handle) != nullptr) Broken();
  }
  const Result end = Next(handle);
  if (PQresultStatus(end.get()) != PGRES_PIPELINE_SYNC || PQexitPipelineMode(handle) != 1) Broken();
  for (size_t i = 0; i < statements.size(); ++i) {
    const ExecStatusType status = PQresultStatus(results[i].get());
    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK)
      ThrowLibpqFailure(handle, results[i].get(), statements[i].text.c_str());
    if (statements[i].check) statements[i].check(RowsOf(results[i].get()));
  }
}

void Pipeline::EndCopy() {
  if (copy_.empty()) return;
  const std::string statement = std::exchange(copy_, "");
  PGconn* const handle = connection_.OpenHandle();
  const Result result = Next(handle);
  // Until there are no more results the connection is not idle.
  for (int i = 0; i < kMaxCopyResults; ++i) {
    if (Next(handle) == nullptr) break;
  }
  if (PQresultStatus(result.get()) != PGRES_COMMAND_OK)
    ThrowLibpqFailure(handle, result.get(), statement.c_str());
}

}  // namespace bangfu::server
