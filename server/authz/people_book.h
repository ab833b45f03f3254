#ifndef BANGFU_SERVER_AUTHZ_PEOPLE_BOOK_H_
#define BANGFU_SERVER_AUTHZ_PEOPLE_BOOK_H_

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "bangfu/v1/identity.pb.h"
#include "server/authz/principal.h"

namespace bangfu::server {

// The directory of people and nodes, indexed: immutable, cheap to share. Whoever is not in it does
// not exist for this node.
class PeopleBook {
 public:
  PeopleBook() = default;
  explicit PeopleBook(v1::Directory directory);

  // nullptr when there is no such account.
  const v1::Person* Find(absl::string_view person_id) const;

  // Whether the certificate of the node may not be used any more.
  bool IsRevoked(const Principal& node) const;

  // nullptr when no such key signs sessions.
  const v1::TokenKey* FindTokenKey(absl::string_view key_id) const;

  // What of it concerns a node that reads `scope` and whose own org is `org`: people and revoked
  // nodes within the scope or the org, all keys; same version.
  v1::Directory Within(absl::string_view scope, absl::string_view org) const;

  int64_t version() const { return directory_.version(); }
  const v1::Directory& proto() const { return directory_; }

 private:
  v1::Directory directory_;
  std::map<std::string, int, std::less<>> by_id_;                 // indexes of people
  std::map<std::string, std::vector<int>, std::less<>> revoked_;  // by name of the node
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_AUTHZ_PEOPLE_BOOK_H_
