#ifndef BANGFU_SERVER_IDENTITY_STANDING_H_
#define BANGFU_SERVER_IDENTITY_STANDING_H_

#include <functional>
#include <memory>

#include "absl/status/statusor.h"
#include "domain/rules/org_tree.h"
#include "server/authz/people_book.h"

namespace bangfu::server {

// What rights are judged by: one edition of the dictionary of orgs and of the directory.
struct Standing {
  std::shared_ptr<const domain::OrgTree> orgs;
  std::shared_ptr<const PeopleBook> people;
};

// The standing as it is in the store now; errors as those of the store. To be asked after a change
// of the directory too, so that whoever watches hears of it at once.
using CurrentStanding = std::function<absl::StatusOr<Standing>()>;

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_IDENTITY_STANDING_H_
