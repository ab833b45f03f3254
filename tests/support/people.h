#ifndef BANGFU_TESTS_SUPPORT_PEOPLE_H_
#define BANGFU_TESTS_SUPPORT_PEOPLE_H_

#include <string>

#include "bangfu/v1/identity.pb.h"
#include "bangfu/v1/org.pb.h"
#include "server/authz/people_book.h"

// Fictional accounts for tests: the same offices in every org, each held by one person.
namespace bangfu::server {

// An office and a role that goes with it.
struct Office {
  const char* name;
  v1::Role role;
};

// Several offices of one role: other people who may do the same. Who holds "all" has three roles.
inline constexpr Office kOffices[] = {
    {"handler", v1::ROLE_HANDLER},   {"clerk", v1::ROLE_HANDLER},
    {"other", v1::ROLE_HANDLER},     {"reviewer", v1::ROLE_REVIEWER},
    {"approver", v1::ROLE_APPROVER}, {"head", v1::ROLE_APPROVER},
    {"chair", v1::ROLE_APPROVER},    {"reporter", v1::ROLE_REPORTER},
    {"auditor", v1::ROLE_AUDITOR},   {"administrator", v1::ROLE_ADMINISTRATOR},
    {"all", v1::ROLE_HANDLER},       {"all", v1::ROLE_REVIEWER},
    {"all", v1::ROLE_APPROVER},
};

inline constexpr char kPersonName[] = "办理人";

// The account of who holds the office: "handler.hz.gongye.xiangjiao".
inline std::string AccountOf(const std::string& office, const std::string& org) {
  return office + "." + org;
}

// Everybody of all orgs of the dictionary.
inline v1::Directory DirectoryOf(const v1::OrgTree& orgs, int64_t version = 1) {
  v1::Directory directory;
  directory.set_version(version);
  for (const v1::Org& org : orgs.orgs()) {
    for (const Office& office : kOffices) {
      const std::string id = AccountOf(office.name, org.id());
      const int last = directory.people_size() - 1;
      const bool same = last >= 0 && directory.people(last).id() == id;
      v1::Person& person = same ? *directory.mutable_people(last) : *directory.add_people();
      person.set_id(id);
      person.set_name(kPersonName);
      person.set_org(org.id());
      person.add_roles(office.role);
      person.set_sessions_version(1);
    }
  }
  return directory;
}
inline PeopleBook PeopleOf(const v1::OrgTree& orgs) { return PeopleBook(DirectoryOf(orgs)); }

}  // namespace bangfu::server

#endif  // BANGFU_TESTS_SUPPORT_PEOPLE_H_
