#include "server/authz/people_book.h"

#include <utility>

#include "domain/rules/org_tree.h"

namespace bangfu::server {
namespace {

absl::Time TimeOf(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

// Org of a node's name, "hz.fuyang/fuyang".
absl::string_view OrgOf(absl::string_view node) { return node.substr(0, node.find('/')); }

}  // namespace

PeopleBook::PeopleBook(v1::Directory directory) : directory_(std::move(directory)) {
  for (int i = 0; i < directory_.people_size(); ++i) by_id_[directory_.people(i).id()] = i;
  for (int i = 0; i < directory_.revoked_nodes_size(); ++i)
    revoked_[directory_.revoked_nodes(i).node()].push_back(i);
}

const v1::Person* PeopleBook::Find(absl::string_view person_id) const {
  const auto found = by_id_.find(person_id);
  return found == by_id_.end() ? nullptr : &directory_.people(found->second);
}

bool PeopleBook::IsRevoked(const Principal& node) const {
  const auto found = revoked_.find(node.Key());
  if (found == revoked_.end()) return false;
  for (const int index : found->second) {
    const v1::RevokedNode& revoked = directory_.revoked_nodes(index);
    if (revoked.serial().empty() ? node.issued <= TimeOf(revoked.revoked_time())
                                 : revoked.serial() == node.serial) {
      return true;
    }
  }
  return false;
}

const v1::TokenKey* PeopleBook::FindTokenKey(absl::string_view key_id) const {
  for (const v1::TokenKey& key : directory_.token_keys()) {
    if (key.key_id() == key_id) return &key;
  }
  return nullptr;
}

v1::Directory PeopleBook::Within(absl::string_view scope, absl::string_view org) const {
  const auto concerns = [&](absl::string_view path) {
    return domain::IsWithin(path, scope) || domain::IsWithin(path, org);
  };
  v1::Directory part;
  part.set_version(directory_.version());
  for (const v1::Person& person : directory_.people()) {
    if (concerns(person.org())) *part.add_people() = person;
  }
  for (const v1::RevokedNode& node : directory_.revoked_nodes()) {
    if (concerns(OrgOf(node.node()))) *part.add_revoked_nodes() = node;
  }
  *part.mutable_token_keys() = directory_.token_keys();
  return part;
}

}  // namespace bangfu::server
