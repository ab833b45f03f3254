#ifndef BANGFU_SERVER_SYNC_BATCH_CASES_H_
#define BANGFU_SERVER_SYNC_BATCH_CASES_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "bangfu/v1/archive.pb.h"
#include "domain/rules/case.h"
#include "server/store/store.h"
#include "server/sync/batch.h"

namespace bangfu::server {

// Archives of one transaction with their aid events and visits: what rules about a whole case need.
class BatchCases {
 public:
  explicit BatchCases(const Batch& batch) : batch_(batch) {}

  // Reads the aid events and visits of archives, in one query. Call once, after the archives were
  // locked: nobody adds to them from then on.
  absl::Status Load(Transaction& transaction, const std::vector<std::string>& archive_ids);

  // The case of an archive that was loaded, with what the transaction has added to it and changed
  // in it so far. Valid until the next change of the batch.
  domain::Case CaseOf(const v1::Archive& archive) const;

 private:
  const Batch& batch_;
  // Aid events and visits as they were before, by the id of their archive.
  std::map<std::string, std::vector<WorkingRecord>> stored_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_BATCH_CASES_H_
