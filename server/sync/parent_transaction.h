#ifndef BANGFU_SERVER_SYNC_PARENT_TRANSACTION_H_
#define BANGFU_SERVER_SYNC_PARENT_TRANSACTION_H_

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "bangfu/v1/change.pb.h"
#include "bangfu/v1/sync_service.pb.h"
#include "server/store/store.h"
#include "server/sync/batch.h"
#include "server/sync/parent.h"
#include "server/sync/parent_page.h"

namespace bangfu::server {

// What one transaction does with records and outcomes of the parent, in memory between one read and
// one write. See ParentSync for what becomes of them.
class ParentTransaction {
 public:
  // `keys` and `parsed`: what is known of the records that Read will be told of.
  ParentTransaction(PersonKeys keys, absl::Time now, ParsedRecords parsed = {});

  // A crash may take what is written, because its cursor goes with it: it is pulled once more.
  void ComesAgain() { batch_.writes().comes_again = true; }

  // Locks everything that will be touched: records by id, of which some come as they are in
  // `records`, and entries of the conflict log. Call once.
  absl::Status Read(Transaction& transaction, const std::vector<std::string>& ids,
                    const std::vector<const v1::Record*>& records,
                    std::vector<std::string> conflict_ids, Expected expected = Expected::kKnown);

  void TakeOutcomes(const std::vector<UpstreamChange>& sent,
                    const std::vector<v1::Outcome>& outcomes, const v1::HandshakeResponse& parent);
  void TakeBatch(const v1::PullResponse& pulled, ParentSync::Feed feed);
  void TakeRepair(const std::vector<v1::Record>& records, const std::vector<std::string>& left_ids);
  absl::Status TakeLoss(Transaction& transaction, const std::vector<std::string>& lost_ids);
  void TakeConflict(const v1::Conflict& entry);

  absl::Status Write(Transaction& transaction) { return batch_.Write(transaction); }

  // The id of the entry about a record that this program cannot read.
  static std::string UnreadableId(const std::string& record_id);

 private:
  using PendingChanges = std::map<std::string, std::vector<v1::Change>>;

  // What all outcomes about one record say together.
  struct Answer {
    const v1::Record* record = nullptr;  // the last one that came with an outcome
    std::vector<v1::Change> since;       // accepted after it
    int64_t revision = 0;                // of the parent; 0: it said none
    bool unknown = false;                // the parent has no such record in this node's scope
    bool moved = false;                  // it, or its archive, is in another scope now
  };

  // The record of the parent, worked out now if it is not known.
  std::unique_ptr<google::protobuf::Message> TakeParsed(const v1::Record& theirs);
  // The parent's version becomes the node's, with the changes on top that it does not have yet.
  void Take(const v1::Record& theirs, const std::vector<v1::Change>& later);
  // The same for a record that did not come as an answer to what waits for one.
  void TakeUnasked(const v1::Record& theirs);
  void TakeOutcome(const UpstreamChange& sent, const v1::Outcome& outcome,
                   const v1::HandshakeResponse& parent, std::map<std::string, Answer>& answers);
  void Settle(const std::string& id, Answer& answer);
  void Answered(const v1::Change& change);
  // With unanswered changes a record stays until they are answered.
  void LetGo(const std::string& id);
  void Note(const v1::Change& change, const v1::Outcome& outcome,
            const v1::HandshakeResponse& parent);
  void NoteUnreadable(const v1::Record& theirs);
  // Whether a record that was read before it was sent has been overtaken by another server of this
  // node.
  bool IsOvertaken(const v1::Record& theirs);

  Batch batch_;
  const absl::Time now_;
  const absl::CivilDay today_;
  PendingChanges pending_;
  ParsedRecords parsed_;  // nobody has taken them yet
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_PARENT_TRANSACTION_H_
