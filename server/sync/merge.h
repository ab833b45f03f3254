#ifndef BANGFU_SERVER_SYNC_MERGE_H_
#define BANGFU_SERVER_SYNC_MERGE_H_

#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "bangfu/v1/change.pb.h"
#include "domain/record/field_values.h"
#include "server/authz/permissions.h"
#include "server/store/store.h"

namespace bangfu::server {

// What becomes of the fields of a put.
struct MergeResult {
  domain::FieldEdits applied;                // to write into the record
  std::vector<v1::FieldConflict> conflicts;  // kept at the authority's value
  std::vector<std::string> not_owned;        // written by a side that does not own them: left out
  std::vector<std::string> corrected;        // applied, but only with a recorded reason
  const Revision* opposing = nullptr;        // newest revision that the conflicts are with
};

// Merges the `edits` of a writer into a record whose present fields are `current`. `unseen` are the
// revisions that the writer had not seen, oldest first. Field by field: an edit that changes
// nothing is dropped; one that the writer may not make is left out; one whose field was changed in
// `unseen` is a conflict; the rest is applied. A list element counts as one thing in so far as
// removing it conflicts with any unseen change inside it, and changing it conflicts with its unseen
// removal. Pure; does not depend on the order of edits.
MergeResult Merge(const domain::FieldValues& current, const domain::FieldEdits& edits,
                  const std::vector<const Revision*>& unseen,
                  absl::FunctionRef<FieldPermission(absl::string_view path)> may_write);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_MERGE_H_
