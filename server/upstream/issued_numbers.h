#ifndef BANGFU_SERVER_UPSTREAM_ISSUED_NUMBERS_H_
#define BANGFU_SERVER_UPSTREAM_ISSUED_NUMBERS_H_

#include <map>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "server/store/store.h"

namespace bangfu::server {

// Unified numbers that archives have or had, by archive; those that never had one are absent. A
// parent that lost an approval sends the archive down without its number, but the history of the
// node knows it: it is on paper.
absl::StatusOr<std::map<std::string, std::string>> IssuedNumbers(
    Store& store, std::vector<std::string> archive_ids);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_UPSTREAM_ISSUED_NUMBERS_H_
