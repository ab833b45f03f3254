// Every cell of the permission table against the sentences of the notice; every pair of orgs of the
// shipped dictionary against the meaning of "unit", "union" and so on.

#include <algorithm>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "domain/rules/permission_table.h"
#include "tests/security/orgs.h"
#include "tests/security/scenario.h"
#include "tests/security/sentences.h"

namespace bangfu::security {
namespace {

using domain::Permission;
using domain::Place;

constexpr Place kPlaces[] = {Place::kUnit,   Place::kBetween,    Place::kUnion,
                             Place::kCenter, Place::kCityOffice, Place::kOther};
constexpr const char* kPlaceNames[] = {"unit",   "between",     "union",
                                       "center", "city office", "other"};
constexpr const char* kPermissionNames[] = {"denied", "allowed with reason", "allowed"};
constexpr int kMutatedTables = 2'000;

using Table = std::function<Permission(const Cell&)>;

Permission Real(const Cell& cell) {
  return domain::MayAct(cell.action, cell.role, cell.place, cell.tier, cell.owner);
}

std::vector<Cell> AllCells() {
  std::vector<Cell> cells;
  for (int action = 0; action < v1::Action_ARRAYSIZE; ++action) {
    for (int role = 0; role < v1::Role_ARRAYSIZE; ++role) {
      for (const Place place : kPlaces) {
        for (int tier = 0; tier < v1::Tier_ARRAYSIZE; ++tier) {
          for (int owner = 0; owner < v1::Owner_ARRAYSIZE; ++owner) {
            cells.push_back({static_cast<v1::Action>(action), static_cast<v1::Role>(role), place,
                             static_cast<v1::Tier>(tier), static_cast<v1::Owner>(owner)});
          }
        }
      }
    }
  }
  return cells;
}

std::string NameOf(const Cell& cell) {
  return absl::StrCat(v1::Action_Name(cell.action), " ", v1::Role_Name(cell.role), " ",
                      kPlaceNames[static_cast<int>(cell.place)], " ", v1::Tier_Name(cell.tier), " ",
                      v1::Owner_Name(cell.owner));
}

// What the sentences say together, all but the one at `without`.
Permission Said(const Cell& cell, size_t without) {
  Permission granted = Permission::kDenied;
  Permission most = Permission::kAllowed;
  const std::vector<Sentence>& sentences = AllSentences();
  for (size_t i = 0; i < sentences.size(); ++i) {
    if (i == without || !sentences[i].is_about(cell)) continue;
    if (sentences[i].mood == Mood::kMay) granted = std::max(granted, sentences[i].permission);
    if (sentences[i].mood == Mood::kMayOnly) most = std::min(most, sentences[i].permission);
  }
  return std::min(granted, most);
}

constexpr size_t kNone = ~size_t{0};

// No sentence grants what another one forbids: then one of them was misread.
void CheckContradictions(const std::vector<Cell>& cells, Report& report) {
  for (const Cell& cell : cells) {
    for (const Sentence& grant : AllSentences()) {
      if (grant.mood != Mood::kMay || !grant.is_about(cell)) continue;
      for (const Sentence& limit : AllSentences()) {
        if (limit.mood == Mood::kMayOnly && limit.is_about(cell) &&
            limit.permission < grant.permission) {
          report.Fail(absl::StrCat("\"", grant.words, "\" against \"", limit.words, "\" at ",
                                   NameOf(cell)));
        }
      }
    }
  }
}

// Every sentence is about something, and no grant is said twice.
void CheckEverySentenceCounts(const std::vector<Cell>& cells, Report& report) {
  const std::vector<Sentence>& sentences = AllSentences();
  for (size_t i = 0; i < sentences.size(); ++i) {
    const bool counts = std::any_of(cells.begin(), cells.end(), [&](const Cell& cell) {
      return sentences[i].mood == Mood::kMay ? Said(cell, i) != Said(cell, kNone)
                                             : sentences[i].is_about(cell);
    });
    report.Check(counts, absl::StrCat("nothing hangs on \"", sentences[i].words, "\""));
  }
}

// Cells on which a table differs from what was said.
std::vector<size_t> Differing(const std::vector<Cell>& cells, const std::vector<Permission>& said,
                              const Table& table) {
  std::vector<size_t> differing;
  for (size_t i = 0; i < cells.size(); ++i) {
    if (table(cells[i]) != said[i]) differing.push_back(i);
  }
  return differing;
}

void CheckTable(const std::vector<Cell>& cells, const std::vector<Permission>& said,
                Report& report) {
  for (const size_t i : Differing(cells, said, Real)) {
    report.Fail(absl::StrCat(NameOf(cells[i]), ": the table says ",
                             kPermissionNames[static_cast<int>(Real(cells[i]))],
                             ", the sentences say ", kPermissionNames[static_cast<int>(said[i])]));
  }
}

// A table with one cell changed is noticed, at that cell.
void CheckMutations(const std::vector<Cell>& cells, const std::vector<Permission>& said,
                    uint64_t seed, Report& report) {
  std::mt19937_64 random(seed);
  std::vector<Permission> mutated(cells.size());
  std::transform(cells.begin(), cells.end(), mutated.begin(), Real);
  int64_t noticed = 0;
  for (int n = 0; n < kMutatedTables; ++n) {
    const size_t place = random() % cells.size();
    const Permission before = mutated[place];
    mutated[place] = static_cast<Permission>((static_cast<int>(before) + 1 + random() % 2) % 3);
    const Cell* const first = cells.data();
    const Cell& changed = cells[place];
    const auto differing = Differing(
        cells, said, [&](const Cell& cell) { return mutated[static_cast<size_t>(&cell - first)]; });
    if (std::find(differing.begin(), differing.end(), place) != differing.end()) ++noticed;
    report.Check(!differing.empty(), absl::StrCat("not noticed: ", NameOf(changed)));
    mutated[place] = before;
  }
  report.Figure("mutated tables noticed", absl::StrCat(noticed, " of ", kMutatedTables));
}

// People have sets of roles: the most of them counts; a disabled account may nothing.
void CheckRoles(const std::vector<Cell>& cells, Report& report) {
  constexpr unsigned kSets = 1u << static_cast<unsigned>(v1::Role_ARRAYSIZE);
  int64_t asked = 0;
  for (const Cell& cell : cells) {
    if (cell.role != v1::ROLE_UNSPECIFIED) continue;  // all roles at once below
    Permission anybody = Permission::kDenied;
    std::vector<Permission> of_role(v1::Role_ARRAYSIZE);
    for (int role = 0; role < v1::Role_ARRAYSIZE; ++role) {
      Cell asks = cell;
      asks.role = static_cast<v1::Role>(role);
      of_role[static_cast<size_t>(role)] = Real(asks);
      anybody = std::max(anybody, Real(asks));
    }
    for (unsigned set = 0; set < kSets; ++set) {
      v1::Person person;
      Permission most = Permission::kDenied;
      for (unsigned role = 0; role < static_cast<unsigned>(v1::Role_ARRAYSIZE); ++role) {
        if ((set >> role & 1u) == 0) continue;
        person.add_roles(static_cast<v1::Role>(role));
        most = std::max(most, of_role[role]);
      }
      ++asked;
      const auto may = [&] {
        return domain::MayAct(cell.action, person, cell.place, cell.tier, cell.owner);
      };
      report.Check(may() == most, absl::StrCat("a set of roles: ", NameOf(cell)));
      person.set_disabled(true);
      report.Check(may() == Permission::kDenied, absl::StrCat("disabled: ", NameOf(cell)));
    }
    report.Check(domain::SomebodyMay(cell.action, cell.place, cell.tier, cell.owner) == anybody,
                 absl::StrCat("somebody: ", NameOf(cell)));
  }
  report.Figure("sets of roles asked", asked);
}

// The place of one org towards another, read off the dictionary itself.
Place Meant(const v1::OrgTree& tree, const std::string& person, const std::string& record) {
  const auto kind_of = [&](const std::string& path) {
    for (const v1::Org& org : tree.orgs()) {
      if (org.id() == path) return org.kind();
    }
    return v1::ORG_KIND_UNSPECIFIED;
  };
  switch (kind_of(person)) {
    case v1::ORG_KIND_SERVICE_CENTER:
      return Place::kCenter;
    case v1::ORG_KIND_CITY:
    case v1::ORG_KIND_PROTECTION_DEPARTMENT:
      return Place::kCityOffice;
    default:
      break;
  }
  const auto is_union = [&](const std::string& path) {
    return kind_of(path) == v1::ORG_KIND_DISTRICT || kind_of(path) == v1::ORG_KIND_INDUSTRY;
  };
  // Up from the record to its union; the person has to stand on that way.
  bool met = false;
  for (std::string at = record;; at = at.substr(0, at.rfind('.'))) {
    met = met || at == person;
    if (is_union(at)) {
      if (!met) return Place::kOther;
      if (at == person) return Place::kUnion;
      return record == person ? Place::kUnit : Place::kBetween;
    }
    if (at.find('.') == std::string::npos) return Place::kOther;
  }
}

// The shipped dictionary, with enterprises below a street, as districts add them.
domain::OrgTree OrgsOfAllKinds() {
  v1::OrgTree tree = ShippedOrgs().proto();
  for (const char* path : {"hz.fuyang.fuchun.zaozhi", "hz.fuyang.fuchun.zaozhi.chejian"}) {
    v1::Org& org = *tree.add_orgs();
    org.set_id(path);
    org.set_kind(v1::ORG_KIND_ENTERPRISE);
    org.set_name(path);
  }
  return Must(domain::OrgTree::Build(tree), "orgs");
}

void CheckPlaces(Report& report) {
  const domain::OrgTree orgs = OrgsOfAllKinds();
  int64_t pairs = 0;
  for (const v1::Org& person : orgs.proto().orgs()) {
    for (const v1::Org& record : orgs.proto().orgs()) {
      ++pairs;
      report.Check(domain::PlaceOf(orgs, person.id(), record.id()) ==
                       Meant(orgs.proto(), person.id(), record.id()),
                   absl::StrCat("place of ", person.id(), " towards ", record.id()));
    }
  }
  report.Figure("pairs of orgs placed", pairs);
}

// Audit, accounts and nodes within the own org, orgs at the city; by the role for it.
void CheckManaging(Report& report) {
  const domain::OrgTree orgs = OrgsOfAllKinds();
  const std::string city = orgs.City()->id();
  int64_t asked = 0;
  for (const v1::Org& own : orgs.proto().orgs()) {
    for (const v1::Org& other : orgs.proto().orgs()) {
      const bool within = absl::StrCat(other.id(), ".").rfind(absl::StrCat(own.id(), "."), 0) == 0;
      for (int action = 0; action < v1::Action_ARRAYSIZE; ++action) {
        for (int role = 0; role < v1::Role_ARRAYSIZE; ++role) {
          v1::Person person;
          person.set_org(own.id());
          person.add_roles(static_cast<v1::Role>(role));
          const bool audits = action == v1::ACTION_READ_AUDIT && role == v1::ROLE_AUDITOR;
          const bool keeps =
              (action == v1::ACTION_MANAGE_ACCOUNTS || action == v1::ACTION_MANAGE_NODES) &&
              role == v1::ROLE_ADMINISTRATOR;
          const bool keeps_orgs = action == v1::ACTION_MANAGE_ORGS &&
                                  role == v1::ROLE_ADMINISTRATOR && own.id() == city;
          ++asked;
          report.Check(domain::MayManage(orgs, static_cast<v1::Action>(action), person,
                                         other.id()) == (within && (audits || keeps || keeps_orgs)),
                       absl::StrCat(v1::Action_Name(static_cast<v1::Action>(action)), " ",
                                    v1::Role_Name(static_cast<v1::Role>(role)), " of ", own.id(),
                                    " at ", other.id()));
        }
      }
    }
  }
  report.Figure("questions about no record", asked);
}

}  // namespace

void PermissionTable(const ScenarioOptions& options, Report& report) {
  const std::vector<Cell> cells = AllCells();
  std::vector<Permission> said;
  int64_t allowed = 0;
  int64_t forbidden = 0;
  for (const Cell& cell : cells) {
    said.push_back(Said(cell, kNone));
    allowed += said.back() == Permission::kDenied ? 0 : 1;
    for (const Sentence& sentence : AllSentences()) {
      if (sentence.mood == Mood::kMayOnly && sentence.permission == Permission::kDenied &&
          sentence.is_about(cell)) {
        ++forbidden;
        break;
      }
    }
  }
  report.Figure("sentences", static_cast<int64_t>(AllSentences().size()));
  report.Figure("cells", static_cast<int64_t>(cells.size()));
  report.Figure("of these allowed by a sentence", allowed);
  report.Figure("of these forbidden by a sentence", forbidden);
  report.Figure("of these refused because no sentence allows them",
                static_cast<int64_t>(cells.size()) - allowed - forbidden);
  CheckContradictions(cells, report);
  CheckEverySentenceCounts(cells, report);
  CheckTable(cells, said, report);
  CheckMutations(cells, said, options.seed, report);
  CheckRoles(cells, report);
  CheckPlaces(report);
  CheckManaging(report);
}

}  // namespace bangfu::security
