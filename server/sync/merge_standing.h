#ifndef BANGFU_SERVER_SYNC_MERGE_STANDING_H_
#define BANGFU_SERVER_SYNC_MERGE_STANDING_H_

#include <compare>
#include <string>

#include "absl/strings/string_view.h"
#include "bangfu/v1/change.pb.h"
#include "domain/rules/org_tree.h"
#include "server/store/store.h"

namespace bangfu::server {

// Whose value counts for more, from low to high.
enum class Office { kUnit = 1, kUnion, kCity, kAuthority };

// How a value stands against another one that was entered beside it: the higher office first, then
// a draw that nobody can influence and every node repeats. Never the same for two changes.
struct Standing {
  Office office = Office::kUnit;
  std::string draw;       // last eight bytes of the change_id, in hexadecimal digits
  std::string change_id;  // should two draws be the same

  friend auto operator<=>(const Standing&, const Standing&) = default;
};

// Of what a change writes. An org that the tree does not know counts as a unit.
Standing StandingOf(const domain::OrgTree& orgs, const v1::Actor& actor,
                    absl::string_view change_id);

// Of what a revision wrote. What came down from the parent was decided there: it stands above all
// that comes from below.
Standing StandingOf(const domain::OrgTree& orgs, const Revision& revision);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_MERGE_STANDING_H_
