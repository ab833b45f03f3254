#include "tests/sim/sim_orgs.h"

#include <algorithm>

#include "tests/support/people.h"

namespace bangfu::sim {
namespace {

constexpr char kRezoned[] = "hz.fuyang.dongzhou";
constexpr char kRezonedTo[] = "hz.shangcheng.dongzhou";
constexpr char kMerged[] = "hz.gongye.sichou";
constexpr char kMergedInto[] = "hz.gongye.xiangjiao";

v1::Org* FindOrg(v1::OrgTree& tree, const std::string& id) {
  for (v1::Org& org : *tree.mutable_orgs()) {
    if (org.id() == id) return &org;
  }
  return nullptr;
}

void Add(v1::OrgTree& tree, const char* id, const char* name, v1::OrgKind kind,
         const char* abbreviation) {
  v1::Org& org = *tree.add_orgs();
  org.set_id(id);
  org.set_name(name);
  org.set_kind(kind);
  org.set_abbreviation(abbreviation);
}

bool IsUnit(const v1::Org& org) {
  return org.kind() == v1::ORG_KIND_STREET || org.kind() == v1::ORG_KIND_ENTERPRISE;
}

}  // namespace

v1::OrgTree FirstOrgs() {
  v1::OrgTree tree;
  tree.set_version(1);
  Add(tree, kCity, "杭州市总工会", v1::ORG_KIND_CITY, "杭州");
  Add(tree, kCenter, "市职工服务中心", v1::ORG_KIND_SERVICE_CENTER, "");
  Add(tree, "hz.fuyang", "富阳市总工会", v1::ORG_KIND_DISTRICT, "富阳");
  Add(tree, "hz.fuyang.fuchun", "富春街道", v1::ORG_KIND_STREET, "富春");
  Add(tree, "hz.fuyang.dongzhou", "东洲街道", v1::ORG_KIND_STREET, "东洲");
  Add(tree, "hz.shangcheng", "上城区总工会", v1::ORG_KIND_DISTRICT, "上城");
  Add(tree, "hz.shangcheng.qingbo", "清波街道", v1::ORG_KIND_STREET, "清波");
  Add(tree, "hz.gongye", "杭州市工业工会", v1::ORG_KIND_INDUSTRY, "工业");
  Add(tree, "hz.gongye.xiangjiao", "橡胶集团", v1::ORG_KIND_ENTERPRISE, "橡胶");
  Add(tree, "hz.gongye.sichou", "丝绸集团", v1::ORG_KIND_ENTERPRISE, "丝绸");
  return tree;
}

v1::OrgTree Reformed(const v1::OrgTree& before, OrgReform reform) {
  v1::OrgTree tree = before;
  tree.set_version(before.version() + 1);
  const bool merge = reform == OrgReform::kMergeUnits;
  const std::string from = merge ? kMerged : kRezoned;
  v1::Org* org = FindOrg(tree, from);
  if (org == nullptr) return tree;
  if (!merge) {
    org->add_former_ids(from);
    org->set_id(kRezonedTo);
    // Parents before children.
    std::stable_partition(tree.mutable_orgs()->begin(), tree.mutable_orgs()->end(),
                          [](const v1::Org& other) { return other.id() != kRezonedTo; });
    return tree;
  }
  FindOrg(tree, kMergedInto)->add_former_ids(from);
  v1::OrgTree without = tree;
  without.clear_orgs();
  for (const v1::Org& other : tree.orgs()) {
    if (other.id() != from) *without.add_orgs() = other;
  }
  return without;
}

v1::Directory FirstPeople() { return server::DirectoryOf(FirstOrgs()); }

void MovePeople(const domain::OrgTree& orgs, v1::Directory& people) {
  for (v1::Person& person : *people.mutable_people()) {
    const v1::Org* successor = orgs.FindSuccessor(person.org());
    if (successor != nullptr) person.set_org(successor->id());
  }
}

std::vector<std::string> UnitsWithin(const v1::OrgTree& orgs, const std::string& org) {
  std::vector<std::string> units;
  for (const v1::Org& other : orgs.orgs()) {
    if (IsUnit(other) && domain::IsWithin(other.id(), org)) units.push_back(other.id());
  }
  return units;
}

}  // namespace bangfu::sim
