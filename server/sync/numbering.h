#ifndef BANGFU_SERVER_SYNC_NUMBERING_H_
#define BANGFU_SERVER_SYNC_NUMBERING_H_

#include <map>
#include <set>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "bangfu/v1/archive.pb.h"
#include "domain/rules/archive_number.h"
#include "domain/rules/finding.h"
#include "domain/rules/org_tree.h"
#include "server/store/store.h"

namespace bangfu::server {

// Gives numbers within one transaction (R24–R27): the counters it needs are locked before the first
// number is given, so that numbers have no gaps and are never given twice, however many approvals
// run at once; when the transaction does not commit, nothing was given.
class Numbering {
 public:
  Numbering(const domain::OrgTree& orgs, int year) : orgs_(orgs), year_(year) {}

  // Says that `archive` may need a number.
  void Expect(const v1::Archive& archive);
  // Says that this number may be given again.
  void ExpectAgain(absl::string_view number);

  // Locks counters and looks up claimed numbers. Call once, after all Expect.
  absl::Status Lock(Transaction& transaction);

  // Gives `archive` its number: the one it claims to carry when prefix, unit and freedom agree
  // (A36), else the next of its prefix and year. On errors (no prefix, claim that does not fit,
  // number taken, numbers exhausted) nothing is given.
  domain::Findings Assign(v1::Archive& archive);

  // The same for an approval that had given `number` before a backup was restored: it is given
  // again when prefix, year (from that of the entry on) and freedom agree, otherwise the archive
  // gets the one that Assign gives, with a warning.
  domain::Findings AssignAgain(v1::Archive& archive, absl::string_view number, int entry_year);

  // Adds what was given to `writes`.
  void AddTo(WriteSet& writes) const;

 private:
  void Give(const domain::ArchiveNumber& number, v1::Archive& archive);

  const domain::OrgTree& orgs_;
  int year_;
  std::set<CounterKey> expected_;
  std::set<std::string> claims_;
  std::map<CounterKey, int> last_;
  std::set<CounterKey> changed_;
  std::map<std::string, std::string> taken_;     // number → archive id
  std::map<std::string, std::string> prefixes_;  // used prefix → org
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_NUMBERING_H_
