#ifndef BANGFU_TESTS_SCENARIO_PEOPLE_H_
#define BANGFU_TESTS_SCENARIO_PEOPLE_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "bangfu/v1/identity.pb.h"
#include "bangfu/v1/org.pb.h"
#include "client/replica/desk_session.h"
#include "server/seal/master_key.h"
#include "server/store/identity_store.h"

namespace bangfu::scenario {

// The accounts of the city, and a key that signs their sessions as its root does. Constant.
class People {
 public:
  explicit People(const v1::OrgTree& orgs);

  // Writes accounts and key into the database of a root that has not started yet.
  absl::Status BringTo(const std::string& database, const server::MasterKey& master_key) const;

  // Sessions of everybody of `org` at the desk `node` of that org, signed in now.
  std::vector<client::DeskSession> SignIn(const std::string& org, const std::string& node) const;
  // The token of one of them.
  std::string TokenOf(const std::string& account, const std::string& node) const;

 private:
  client::DeskSession SessionOf(const v1::Person& person, const std::string& node) const;

  const v1::Directory directory_;
  const server::StoredTokenKey key_;
};

}  // namespace bangfu::scenario

#endif  // BANGFU_TESTS_SCENARIO_PEOPLE_H_
