#include "server/sync/conflict_entry.h"

#include <set>
#include <string>

#include "domain/text/uuid.h"
#include "gtest/gtest.h"

namespace bangfu::server {
namespace {

constexpr char kChange[] = "01910000-0000-7000-8000-000000000001";

TEST(ConflictIdTest, IsAUuidOfVersion8ThatFollowsFromWhatItIsAbout) {
  const std::string id = ConflictId(kChange, v1::CONFLICT_KIND_FIELDS, "hz/city");
  EXPECT_TRUE(domain::IsUuid(id)) << id;
  EXPECT_EQ(id[14], '8') << "version";
  EXPECT_NE(std::string("89ab").find(id[19]), std::string::npos) << "variant";
  // For ever: printf '<change>\n2\nhz/city' | sha256sum, with version and variant.
  EXPECT_EQ(id, "14a6a0f5-9f1f-8cf9-a981-f36cc1fa8e1a");
}

TEST(ConflictIdTest, DiffersByChangeKindAndNode) {
  const std::set<std::string> ids = {
      ConflictId(kChange, v1::CONFLICT_KIND_FIELDS, "hz/city"),
      ConflictId(kChange, v1::CONFLICT_KIND_MERGED, "hz/city"),
      ConflictId(kChange, v1::CONFLICT_KIND_FIELDS, "hz.fuyang/fuyang"),
      ConflictId("01910000-0000-7000-8000-000000000002", v1::CONFLICT_KIND_FIELDS, "hz/city"),
  };
  EXPECT_EQ(ids.size(), 4U);
}

TEST(ConflictEntryTest, NamesTheNodeThatLoggedItAndWhatDecidesMeanwhile) {
  v1::Change change;
  change.set_change_id(kChange);
  change.set_record_type(v1::RECORD_TYPE_ARCHIVE);
  change.set_record_id("01910000-0000-7000-8000-00000000000a");
  PreparedChange prepared;
  prepared.change = &change;
  const Principal principal{"gongye", "hz.gongye", "r1"};
  const v1::Conflict entry =
      NewConflictEntry(prepared, principal, "hz/city", absl::FromUnixSeconds(1394424000),
                       v1::CONFLICT_KIND_FIELDS, v1::CONFLICT_STATE_OPEN);
  EXPECT_EQ(entry.id(), ConflictId(kChange, v1::CONFLICT_KIND_FIELDS, "hz/city"));
  EXPECT_EQ(entry.logged_by(), "hz/city");
  EXPECT_EQ(entry.pushed_by(), "hz.gongye/gongye");
  EXPECT_EQ(entry.policy(), "office-then-draw");
  EXPECT_EQ(entry.record_id(), change.record_id());
  EXPECT_EQ(entry.change().change_id(), kChange);
  EXPECT_EQ(entry.logged_time().seconds(), 1394424000);
}

}  // namespace
}  // namespace bangfu::server
