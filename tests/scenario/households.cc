#include "tests/scenario/households.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "domain/rules/sample_archive.h"
#include "tests/support/people.h"

namespace bangfu::scenario {
namespace {

// Numbers of persons: odd sequences are men, 500 of them on one day.
constexpr int kMenPerDay = 500;
constexpr int kDays = 28;
constexpr int kMonths = 12;
constexpr int kFirstBirthYear = 1955;

std::string IdentityNumber(int number) {
  const int days = number / kMenPerDay;
  return domain::sample::Number(
      absl::StrFormat("330102%04d%02d%02d%03d", kFirstBirthYear + days / kDays / kMonths,
                      days / kDays % kMonths + 1, days % kDays + 1, number % kMenPerDay * 2 + 1));
}

}  // namespace

v1::Archive Household(int number, const std::string& unit) {
  v1::Archive archive = domain::sample::Staff();
  archive.set_id(absl::StrFormat("01900000-0000-7000-8000-%012x", number));
  archive.set_unit(unit);
  archive.set_identity_number(IdentityNumber(number));
  archive.clear_members();
  archive.set_phone(PhoneOf(number));
  return archive;
}

v1::Archive CompleteHousehold(int number, const std::string& unit) {
  static constexpr const char* kStems[] = {"33010219700501", "33010219720601", "33010220040301"};
  const auto person = [number](int which) {
    return domain::sample::Number(
        absl::StrFormat("%s%03d", kStems[which], 2 * number + (which == 1 ? 0 : 1)));
  };
  v1::Archive archive = domain::sample::Staff();
  archive.set_id(absl::StrFormat("01900000-0000-7001-8000-%012x", number));
  archive.set_unit(unit);
  archive.set_identity_number(person(0));
  for (int i = 0; i < archive.members_size(); ++i) {
    archive.mutable_members(i)->set_id(
        absl::StrFormat("01900000-0000-7002-800%d-%012x", i, number));
    archive.mutable_members(i)->set_identity_number(person(1 + i));
  }
  domain::sample::AddDueMaterials(archive, archive.claimed_category());
  return archive;
}

void SetEntryTime(v1::Change& change, absl::Time time) {
  change.mutable_entry_time()->set_seconds(absl::ToUnixSeconds(time));
  change.mutable_entry_time()->set_nanos(0);
}

v1::Change NewChange(World& world, const std::string& org, const std::string& record_id) {
  v1::Change change;
  change.set_change_id(world.NewId());
  change.set_record_type(v1::RECORD_TYPE_ARCHIVE);
  change.set_record_id(record_id);
  change.mutable_actor()->set_person_id(server::AccountOf("handler", org));
  change.mutable_actor()->set_person_name(server::kPersonName);
  change.mutable_actor()->set_org(org);
  SetEntryTime(change, world.clock().Now());
  change.set_origin_node("desktop");
  return change;
}

v1::Change Filing(World& world, const v1::Archive& archive) {
  v1::Change change = NewChange(world, archive.unit(), archive.id());
  change.mutable_put()->set_record(archive.SerializeAsString());
  return change;
}

v1::Change Edit(World& world, const std::string& org, const v1::Archive& archive,
                int64_t base_revision, const std::vector<std::string>& fields) {
  v1::Change change = NewChange(world, org, archive.id());
  change.set_base_revision(base_revision);
  change.mutable_put()->set_record(archive.SerializeAsString());
  for (const std::string& field : fields) change.mutable_put()->add_changed_fields(field);
  return change;
}

std::string PhoneOf(int64_t number) { return absl::StrFormat("138%08d", number % 100'000'000); }

}  // namespace bangfu::scenario
