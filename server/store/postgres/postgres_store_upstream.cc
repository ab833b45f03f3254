// The line to the parent of PostgresStore, and how far up its changes have got.
#include "absl/strings/str_cat.h"
#include "server/store/postgres/array_literal.h"
#include "server/store/postgres/places.h"
#include "server/store/postgres/postgres_store.h"
#include "server/store/postgres/rows.h"
#include "server/store/postgres/upstream_queries.h"

namespace bangfu::server {
namespace {

// Changes that one statement puts back, so that none takes longer than a statement may.
constexpr int kRequeueBatch = 50000;

// Runs `statement` until it finds nothing more; returns how many changes it has put back.
int64_t RequeueAll(pqxx::transaction_base& work, const char* statement) {
  int64_t moved = 0;
  for (size_t batch = kRequeueBatch; batch == kRequeueBatch; moved += static_cast<int64_t>(batch)) {
    batch = work.exec_params(statement, absl::StrCat(kRequeueBatch)).affected_rows();
  }
  return moved;
}

}  // namespace

absl::StatusOr<std::vector<UpstreamChange>> PostgresStore::ReadUpstream(int limit) {
  return node_.Read<std::vector<UpstreamChange>>(
      "ReadUpstream", [&](pqxx::transaction_base& session) {
        std::vector<UpstreamChange> changes;
        for (const auto& row : session.exec_params(queries::kReadUpstream, absl::StrCat(limit))) {
          changes.push_back({.position = IntOf(row[0]),
                             .change = OpenedMessage<v1::Change>(
                                 *sealer_, UpstreamChangePlace(TextOf(row[1])), row[2]),
                             .reoffer = BoolOf(row[3])});
        }
        return changes;
      });
}

absl::StatusOr<UpstreamState> PostgresStore::GetUpstreamState() {
  return node_.Read<UpstreamState>("GetUpstreamState", [](pqxx::transaction_base& session) {
    const pqxx::row row = session.exec1(queries::kUpstreamState);
    return UpstreamState{.cursor = BytesOf(row[0]),
                         .pending = IntOf(row[3]),
                         .refused = IntOf(row[4]),
                         .first = IntOf(row[5]),
                         .synced = TimeOf(row[1]),
                         .verified = TimeOf(row[2])};
  });
}

absl::Status PostgresStore::NoteUpstreamSync(absl::Time now) {
  return node_.Execute("NoteUpstreamSync", queries::kNoteUpstreamSync, TimestampText(now));
}

absl::Status PostgresStore::NoteUpstreamVerified(absl::Time now) {
  return node_.Execute("NoteUpstreamVerified", queries::kNoteUpstreamVerified, TimestampText(now));
}

absl::StatusOr<int64_t> PostgresStore::RequeueSent() {
  return node_.Change<int64_t>("RequeueSent", [](pqxx::transaction_base& work) {
    work.exec0(queries::kReofferWaiting);
    return RequeueAll(work, queries::kRequeueSent) + RequeueAll(work, queries::kRequeueParked);
  });
}

absl::StatusOr<int64_t> PostgresStore::PurgeSent(absl::Time before, int limit) {
  return node_.Read<int64_t>("PurgeSent", [&](pqxx::transaction_base& session) {
    return static_cast<int64_t>(
        session.exec_params(queries::kPurgeSent, TimestampText(before), absl::StrCat(limit))
            .affected_rows());
  });
}

absl::StatusOr<std::vector<std::string>> PostgresStore::PendingRecords(int limit) {
  return node_.Read<std::vector<std::string>>(
      "PendingRecords", [&](pqxx::transaction_base& session) {
        std::vector<std::string> ids;
        for (const auto& row : session.exec_params(queries::kPendingRecords, absl::StrCat(limit))) {
          ids.push_back(TextOf(row[0]));
        }
        return ids;
      });
}

absl::StatusOr<std::vector<ChangeTrace>> PostgresStore::TraceChanges(
    const std::vector<std::string>& change_ids) {
  return node_.Read<std::vector<ChangeTrace>>("TraceChanges", [&](pqxx::transaction_base& session) {
    std::vector<ChangeTrace> traces;
    for (const auto& row : session.exec_params(queries::kTraceChanges, UuidArray(change_ids))) {
      ChangeTrace& trace = traces.emplace_back();
      trace.logged = LoggedChangeFrom(row);
      if (!row[6].is_null()) Parse(row[6], trace.receipt);
      trace.waiting = BoolOf(row[7]);
    }
    return traces;
  });
}

absl::StatusOr<std::vector<std::string>> PostgresStore::UnsettledChanges(int limit) {
  return node_.Read<std::vector<std::string>>(
      "UnsettledChanges", [&](pqxx::transaction_base& session) {
        std::vector<std::string> ids;
        for (const auto& row :
             session.exec_params(queries::kUnsettledChanges, absl::StrCat(limit))) {
          ids.push_back(TextOf(row[0]));
        }
        return ids;
      });
}

}  // namespace bangfu::server
