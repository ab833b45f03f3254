#ifndef BANGFU_SERVER_SYNC_PARENT_H_
#define BANGFU_SERVER_SYNC_PARENT_H_

#include <string>
#include <utility>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "bangfu/v1/change.pb.h"
#include "bangfu/v1/sync_service.pb.h"
#include "base/clock.h"
#include "server/store/person_key.h"
#include "server/store/store.h"
#include "server/sync/parent_page.h"

namespace bangfu::server {

// Applies what the parent answered and sent to the store of a node, so that its own children see it
// in their feed. The parent's version of a record replaces the node's, with the changes that the
// parent has not answered on top. Every call may be repeated, also by another server of the node:
// what is there already changes nothing, and what is older than that neither. A record that this
// program cannot read is left out and logged (CONFLICT_KIND_UNREADABLE).
class ParentSync {
 public:
  ParentSync(Store& store, const Clock& clock, PersonKeyer keyer)
      : store_(store), clock_(clock), keyer_(std::move(keyer)) {}

  // Which part of the parent's feed a batch is of.
  enum class Feed {
    kNext,       // what follows the node's cursor
    kFromStart,  // the whole feed once more: the parent's revisions may count anew
  };

  // Takes the outcomes of a push, in order: answered changes leave the line; refused and parked
  // ones are kept aside with their reason; refusals are noted in the node's own log under the id of
  // the change, and so are entries of the parent's log that will not come down by its feed.
  // `sent` and `outcomes` have the same size. `parent` says who answered: the receipts name it.
  // Errors: FAILED_PRECONDITION EPOCH_CHANGED when the node's cursor is of another epoch than the
  //         parent was in when it answered; then the changes stay in the line.
  absl::Status ApplyOutcomes(const std::vector<UpstreamChange>& sent,
                             const std::vector<v1::Outcome>& outcomes,
                             const v1::HandshakeResponse& parent);

  // Takes pages of a pull together with their cursor, in two steps, of which the first does not
  // need the store: another thread may prepare the next page while one is applied. Pages that
  // follow each other are applied in one transaction; no record or entry is on two of them. They
  // are used up. From the start, the cursor is kept only with the last page of the feed, so that a
  // pull that broke off begins anew.
  ParentPage Prepare(v1::PullResponse page, Expected expected) const;
  absl::Status ApplyPages(std::vector<ParentPage>& pages, Feed feed);

  // Takes records that a comparison of digests found to differ, whatever revisions say, and lets go
  // of those that have left the scope. Changes that the parent has not answered stay on top.
  absl::Status ApplyRepair(const std::vector<v1::Record>& records,
                           const std::vector<std::string>& left_ids);

  // The parent has lost these records: they stay, as records that it has not got yet.
  absl::Status ApplyLoss(const std::vector<std::string>& lost_ids);

  // Takes entries of the parent's conflict log that its feed did not bring.
  absl::Status ApplyConflicts(const std::vector<v1::Conflict>& entries);

  // The node has everything that is before `cursor`.
  absl::Status SetCursor(absl::string_view cursor);

 private:
  Store& store_;
  const Clock& clock_;
  PersonKeyer keyer_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_PARENT_H_
