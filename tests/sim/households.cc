#include "tests/sim/households.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "domain/rules/sample_archive.h"

namespace bangfu::sim {
namespace {

// Identity number of the applicant (0), the wife (1), the son (2), a parent who joins (3).
std::string PersonOf(int family, int person) {
  static constexpr const char* kStems[] = {"33010219700501", "33010219720601", "33010220040301",
                                           "33010219440701"};
  const int sex = person == 1 || person == 3 ? 0 : 1;
  return domain::sample::Number(absl::StrFormat("%s%03d", kStems[person], 2 * family + sex));
}

// Different in every family, the same in every archive of the family.
std::string IdWithin(int family, int number) {
  return absl::StrFormat("01900000-0000-7000-8000-%012d", family * 1000 + number);
}

int FamilyOf(const v1::Archive& archive) {
  const std::string& number = archive.identity_number();
  return number.size() < 17 ? 0 : std::stoi(number.substr(14, 3)) / 2;
}

void Erase(v1::Archive& archive, const std::string& member_id) {
  auto& members = *archive.mutable_members();
  members.erase(std::remove_if(members.begin(), members.end(),
                               [&](const v1::Member& member) { return member.id() == member_id; }),
                members.end());
}

}  // namespace

v1::Archive HouseholdOf(int family, const std::string& archive_id, const std::string& unit) {
  v1::Archive archive = domain::sample::Staff();
  archive.set_id(archive_id);
  archive.set_unit(unit);
  archive.set_identity_number(PersonOf(family, 0));
  for (int i = 0; i < 2; ++i) {
    v1::Member& member = *archive.mutable_members(i);
    member.set_id(IdWithin(family, 1 + i));
    member.set_identity_number(PersonOf(family, 1 + i));
  }
  domain::sample::AddDueMaterials(archive, archive.claimed_category());
  return archive;
}

v1::AidEvent AidEventFor(const std::string& archive_id, const std::string& id, Rng& rng) {
  v1::AidEvent event;
  event.set_id(id);
  event.set_archive_id(archive_id);
  event.set_aided_on("2014-06-01");
  event.set_kind(v1::AID_KIND_LIVING);
  event.set_amount_fen(100 * rng.Between(1, 5000));
  return event;
}

v1::Visit VisitTo(const std::string& archive_id, const std::string& id, Rng& rng) {
  v1::Visit visit;
  visit.set_id(id);
  visit.set_archive_id(archive_id);
  visit.set_visited_on("2014-06-02");
  visit.set_visitors(absl::StrCat("走访人", rng.Between(1, 9)));
  return visit;
}

void EditField(v1::Archive& archive, Rng& rng, int lowest) {
  // Few fields and few values, so that people meet.
  constexpr int kValues = 6;
  const int value = rng.Between(lowest, lowest + kValues - 1);
  switch (rng.Below(5)) {
    case 0:
      archive.set_phone(absl::StrCat("1380571000", value));
      break;
    case 1:
      archive.set_address(absl::StrCat("杭州市拱墅区某某路", value, "号"));
      break;
    case 2:
      archive.set_monthly_income_fen(160000 + 100 * value);
      break;
    case 3:
      archive.set_bank_branch(absl::StrCat("第", value, "支行"));
      break;
    default:
      archive.set_hardship_description(absl::StrCat("说明", value));
  }
}

void EditMembers(v1::Archive& archive, Rng& rng, bool may_add) {
  const int family = FamilyOf(archive);
  const std::string parent = IdWithin(family, 3);
  const bool has_parent =
      std::any_of(archive.members().begin(), archive.members().end(),
                  [&](const v1::Member& member) { return member.id() == parent; });
  const int choice = rng.Below(4);
  if (choice == 0 && may_add && !has_parent) {
    v1::Member& member = domain::sample::AddMember(
        archive, parent, v1::RELATION_MOTHER, v1::SEX_FEMALE, PersonOf(family, 3).substr(0, 17));
    member.set_name("陈阿婆");
  } else if (choice == 1 && archive.members_size() > 0) {
    const std::string id = archive.members(rng.Below(archive.members_size())).id();
    Erase(archive, id);
  } else if (archive.members_size() > 0) {
    v1::Member& member = *archive.mutable_members(rng.Below(archive.members_size()));
    member.set_name(absl::StrCat("陈小", rng.Pick(std::vector<std::string>{"明", "红", "华"})));
  }
  std::sort(archive.mutable_members()->begin(), archive.mutable_members()->end(),
            [](const v1::Member& a, const v1::Member& b) { return a.id() < b.id(); });
}

void EditPapers(v1::Archive& archive, Rng& rng) {
  if (archive.materials_size() == 0) return;
  v1::Material& paper = *archive.mutable_materials(rng.Below(archive.materials_size()));
  paper.set_received_on(absl::StrFormat("2014-03-%02d", rng.Between(1, 9)));
}

}  // namespace bangfu::sim
