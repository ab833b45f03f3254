#ifndef BANGFU_SERVER_SYNC_MERGE_H_
#define BANGFU_SERVER_SYNC_MERGE_H_

#include <cstdint>
#include <set>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/strings/string_view.h"
#include "bangfu/v1/change.pb.h"
#include "domain/record/field_values.h"
#include "server/authz/permissions.h"
#include "server/store/store.h"
#include "server/sync/merge_standing.h"

namespace bangfu::server {

// Who sends edits, and what the sender had seen.
struct Arrival {
  std::string writer;  // Principal::Writer
  int64_t base = 0;    // revision that the writer had seen, beside its own
  Standing standing;   // of the edits
};

// Fields on which an arriving edit and one that its writer had not seen disagree.
struct Disagreement {
  std::vector<v1::FieldConflict> fields;  // ours: what stays; theirs: what does not
  const Revision* opposing = nullptr;     // newest revision that they are with
};

// What becomes of the fields of a put.
struct MergeResult {
  domain::FieldEdits applied;          // to write into the record
  domain::FieldEdits restored;         // to write besides: elements that had been removed
  Disagreement lost;                   // the record's value stays
  Disagreement won;                    // the arriving value is written
  std::set<std::string> affirmed;      // entered, though the record has the value already
  std::vector<std::string> not_owned;  // written by a side that does not own them: left out
  std::vector<std::string> corrected;  // applied, but only with a recorded reason

  bool Writes() const { return !applied.empty() || !affirmed.empty() || !restored.empty(); }
};

// Merges the `edits` of a writer into a record whose present fields are `current`. `history` is the
// end of the record's history, oldest first, from the arrival's base on at least. Field by field:
// an edit that changes nothing is dropped; one that the writer may not make is left out; one whose
// field nobody else has changed unseen is applied. Of values that were entered beside each other
// the one with the highest standing stays, or what was put in its place by those who knew it. So
// the outcome of edits does not depend on the order in which they arrive. Whoever edits inside a
// list element wins over its unseen removal: the element comes back as it was. Pure.
MergeResult Merge(const domain::FieldValues& current, const domain::FieldEdits& edits,
                  const std::vector<const Revision*>& history, const Arrival& arrival,
                  absl::FunctionRef<Standing(const Revision&)> standing_of,
                  absl::FunctionRef<FieldPermission(absl::string_view path)> may_write);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_MERGE_H_
