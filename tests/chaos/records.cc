#include "tests/chaos/records.h"

#include <pqxx/pqxx>
#include <set>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/store/postgres/places.h"
#include "server/store/postgres/postgres_store.h"

namespace bangfu::chaos {
namespace {

pqxx::result Rows(Node& node, const std::string& statement) {
  pqxx::connection connection(node.database().connection_string());
  pqxx::nontransaction session(connection);
  return session.exec(statement);
}

Copies CopiesOf(Node& node, const std::string& statement) {
  Copies copies;
  for (const pqxx::row& row : Rows(node, statement)) {
    const auto id = row[0].as<std::string>();
    copies[id] = {
        row[1].as<int64_t>(), row[2].as<std::string>(),
        Must(node.sealer().Open(server::RecordPlace(id), pqxx::binarystring(row[3]).str()),
             "a sealed body")};
  }
  return copies;
}

}  // namespace

Copies GivenBy(Node& node, const std::string& scope) {
  return CopiesOf(
      node, absl::StrCat("SELECT id, revision, org, body FROM record WHERE org <@ '", scope, "'"));
}

Copies TakenBy(Node& node) {
  return CopiesOf(
      node, "SELECT id, upstream_revision, org, body FROM record WHERE upstream_revision > 0");
}

Copies TakenBy(const client::Replica& replica) {
  Copies copies;
  for (const v1::RecordType type :
       {v1::RECORD_TYPE_ARCHIVE, v1::RECORD_TYPE_AID_EVENT, v1::RECORD_TYPE_VISIT}) {
    client::RecordFilter filter;
    filter.type = type;
    for (const client::LocalRecord& record : Must(replica.ListRecords(filter), "records")) {
      if (record.left_scope || !record.base_body.has_value()) continue;
      copies[record.id] = {record.base_revision, record.org, *record.base_body};
    }
  }
  return copies;
}

int64_t Differences(const Copies& parent, const Copies& child, absl::string_view child_name,
                    Report* report) {
  int64_t differences = 0;
  const auto differs = [&](const std::string& id, absl::string_view what) {
    ++differences;
    if (report != nullptr) report->Fail(absl::StrCat(child_name, ": record ", id, " ", what));
  };
  for (const auto& [id, copy] : parent) {
    const auto found = child.find(id);
    if (found == child.end()) {
      differs(id, "is missing");
    } else if (found->second.revision != copy.revision) {
      differs(id,
              absl::StrCat("has revision ", found->second.revision, " instead of ", copy.revision));
    } else if (!(found->second == copy)) {
      differs(id, "has other contents");
    }
  }
  for (const auto& [id, copy] : child) {
    if (parent.count(id) == 0) differs(id, "should not be here");
  }
  return differences;
}

int64_t NumberOf(Node& node, const std::string& statement) {
  return Rows(node, statement)[0][0].as<int64_t>();
}

void Execute(Node& node, const std::string& statement) { Rows(node, statement); }

absl::Status Overwrite(Node& node, const std::string& id, const std::string& body) {
  server::PostgresOptions options;
  options.connection_string = node.database().connection_string();
  options.connections = 1;
  options.master_key = node.master_key();
  auto store = server::PostgresStore::Open(options);
  if (!store.ok()) return store.status();
  return (*store)->Transact([&](server::Transaction& transaction) {
    auto locked = transaction.LockRecords({id});
    if (!locked.ok()) return locked.status();
    if (locked->count(id) == 0) return absl::NotFoundError(id);
    server::StoredRecord record = locked->at(id);
    ++record.revision;
    record.body = body;
    server::Revision revision;
    revision.record_id = id;
    revision.revision = record.revision;
    revision.pushed_by = server::kFromUpstream;
    revision.entry_time = absl::Now();
    revision.received_time = absl::Now();
    server::WriteSet writes;
    writes.queue.push_back({server::QueueEntry::Kind::kUpsert, id, record.revision, record.org});
    writes.revisions.push_back(std::move(revision));
    writes.records.push_back(std::move(record));
    return transaction.Write(writes);
  });
}

int64_t UpstreamWaiting(Node& node) {
  return NumberOf(node, "SELECT count(*) FROM upstream_queue WHERE NOT refused");
}

int64_t DoubleEffects(Node& node) {
  return NumberOf(node,
                  "SELECT count(*) FROM (SELECT change_id FROM revision "
                  "WHERE change_id IS NOT NULL GROUP BY change_id HAVING count(*) > 1) d");
}

int64_t UnknownChanges(Node& node, const std::vector<std::string>& change_ids) {
  std::set<std::string> known;
  for (const pqxx::row& row : Rows(node, "SELECT change_id FROM change_log")) {
    known.insert(row[0].as<std::string>());
  }
  int64_t unknown = 0;
  for (const std::string& id : change_ids) {
    if (known.count(id) == 0) ++unknown;
  }
  return unknown;
}

}  // namespace bangfu::chaos
