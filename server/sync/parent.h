#ifndef BANGFU_SERVER_SYNC_PARENT_H_
#define BANGFU_SERVER_SYNC_PARENT_H_

#include <vector>

#include "absl/status/status.h"
#include "bangfu/v1/change.pb.h"
#include "bangfu/v1/sync_service.pb.h"
#include "base/clock.h"
#include "server/store/person_key.h"
#include "server/store/store.h"

namespace bangfu::server {

// Applies what the parent answered and sent to the store of a node, so that its own children see it
// in their feed. The parent's version of a record replaces the node's, with the changes that the
// parent has not answered on top. Every call may be repeated: what is there already changes
// nothing.
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
  // ones are kept aside with their reason; conflicts are copied into the node's own log, refusals
  // are noted there under the id of the change. `sent` and `outcomes` have the same size.
  // `parent` says who answered: the receipts name it.
  absl::Status ApplyOutcomes(const std::vector<UpstreamChange>& sent,
                             const std::vector<v1::Outcome>& outcomes,
                             const v1::HandshakeResponse& parent);

  // Takes a batch of a pull together with its cursor, in one transaction. From the start, the
  // cursor is kept only with the last batch, so that a pull that broke off begins anew.
  absl::Status ApplyBatch(const v1::PullResponse& batch, Feed feed = Feed::kNext);

  // Takes records that a comparison of digests found to differ, whatever revisions say, and lets go
  // of those that have left the scope. Changes that the parent has not answered stay on top.
  absl::Status ApplyRepair(const std::vector<v1::Record>& records,
                           const std::vector<std::string>& left_ids);

 private:
  Store& store_;
  const Clock& clock_;
  PersonKeyer keyer_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_PARENT_H_
