#include "base/error.h"
#include "base/limits.h"
#include "server/sync/move_preview.h"
#include "server/sync/moves_fixture.h"

namespace bangfu::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class MovePreviewTest : public MovesTest {
 protected:
  void Child(const std::string& key, const std::string& scope,
             const std::vector<std::string>& pending = {}) {
    ChildContact contact;
    contact.key = key;
    contact.scope = scope;
    contact.seen = clock_.Now();
    contact.pending = static_cast<int64_t>(pending.size());
    contact.pending_records = pending;
    const absl::Status status = node_.store().NoteChild(contact);
    ASSERT_TRUE(status.ok()) << status;
  }

  static v1::PreviewMoveRequest Archives(const std::vector<std::string>& ids,
                                         const std::string& to) {
    v1::PreviewMoveRequest request;
    for (const std::string& id : ids) request.add_archive_ids(id);
    request.set_to_org(to);
    return request;
  }
  static v1::PreviewMoveRequest Org(const std::string& from, const std::string& to) {
    v1::PreviewMoveRequest request;
    request.set_from_org(from);
    request.set_to_org(to);
    return request;
  }

  v1::PreviewMoveResponse Preview(const v1::PreviewMoveRequest& request,
                                  const std::string& org = kCityOrg) {
    const auto response = PreviewMove(node_.store(), node_.orgs(), NodeOf(org), request);
    EXPECT_TRUE(response.ok()) << response.status();
    return response.value_or(v1::PreviewMoveResponse());
  }
  v1::ErrorReason Refusal(const v1::PreviewMoveRequest& request,
                          const std::string& org = kCityOrg) {
    return ReasonOf(PreviewMove(node_.store(), node_.orgs(), NodeOf(org), request).status());
  }
  // "hz.gongye/node -3 +0 !1"
  static std::vector<std::string> Lines(const v1::PreviewMoveResponse& response) {
    std::vector<std::string> lines;
    for (const v1::MovePreview& child : response.children()) {
      EXPECT_EQ(child.unsent(), child.unsent_record_ids_size());
      lines.push_back(absl::StrCat(child.child(), " -", child.loses(), " +", child.gains(), " !",
                                   child.unsent()));
    }
    return lines;
  }
};

TEST_F(MovePreviewTest, ArchivesCountWithWhatBelongsToThem) {
  FileCase(1);
  FileCase(2);
  Child("hz.gongye/gongye", kUnionOrg);
  Child("hz.fuyang/fuyang", kOtherUnionOrg);
  Child("hz.gongye.sichou/desk", kSiblingOrg);
  Child("hz.center/desk", kCityOrg);
  const v1::PreviewMoveResponse away = Preview(Archives({ArchiveId(1)}, kOtherUnitOrg));
  EXPECT_EQ(away.records(), 3);
  EXPECT_THAT(Lines(away), ElementsAre("hz.gongye/gongye -3 +0 !0", "hz.fuyang/fuyang -0 +3 !0"));
  EXPECT_EQ(FromProto(away.children(0).last_seen()), clock_.Now());
  // Within one union only the sibling notices.
  EXPECT_THAT(Lines(Preview(Archives({ArchiveId(1), ArchiveId(2)}, kSiblingOrg))),
              ElementsAre("hz.gongye.sichou/desk -0 +6 !0"));
}

TEST_F(MovePreviewTest, WhatIsThereAlreadyDoesNotMove) {
  FileCase(1);
  Child("hz.gongye/gongye", kUnionOrg);
  const v1::PreviewMoveResponse response = Preview(Archives({ArchiveId(1)}, kUnitOrg));
  EXPECT_EQ(response.records(), 0);
  EXPECT_EQ(response.children_size(), 0);
}

TEST_F(MovePreviewTest, ItTellsOfEditsThatWereNotSent) {
  FileCase(1);
  FileCase(2);
  // Two of the case that moves, one of another, and one that this node has never seen.
  Child("hz.gongye/gongye", kUnionOrg,
        {ArchiveId(1), VisitId(1), ArchiveId(2), domain::sample::Uuid(999)});
  const v1::PreviewMoveResponse one = Preview(Archives({ArchiveId(1)}, kOtherUnitOrg));
  EXPECT_THAT(Lines(one), ElementsAre("hz.gongye/gongye -3 +0 !2"));
  EXPECT_THAT(one.children(0).unsent_record_ids(), ElementsAre(ArchiveId(1), VisitId(1)));
  const v1::PreviewMoveResponse all = Preview(Org(kUnitOrg, kOtherUnitOrg));
  EXPECT_THAT(Lines(all), ElementsAre("hz.gongye/gongye -6 +0 !3"));
  // Whoever keeps the records sends its edits as ever.
  EXPECT_THAT(Lines(Preview(Archives({ArchiveId(1)}, kSiblingOrg))), IsEmpty());
}

TEST_F(MovePreviewTest, AnOrgMovesWithAllBelowIt) {
  FileCase(1);
  FileCase(2, kSiblingOrg);
  FileCase(3, kOtherUnitOrg);
  Child("hz.gongye/gongye", kUnionOrg);
  Child("hz.gongye.sichou/desk", kSiblingOrg);
  Child("hz.fuyang/fuyang", kOtherUnionOrg);
  const v1::PreviewMoveResponse response = Preview(Org(kUnionOrg, kOtherUnitOrg));
  EXPECT_EQ(response.records(), 6);
  EXPECT_THAT(Lines(response),
              ElementsAre("hz.gongye/gongye -6 +0 !0", "hz.gongye.sichou/desk -3 +0 !0",
                          "hz.fuyang/fuyang -0 +6 !0"));
}

TEST_F(MovePreviewTest, ItShowsOnlyWhatTheCallerMaySee) {
  FileCase(1);
  FileCase(2, kOtherUnitOrg);
  Child("hz.gongye/gongye", kUnionOrg);
  Child("hz.gongye.sichou/desk", kSiblingOrg);
  Child("hz.center/desk", kCityOrg);
  EXPECT_THAT(Lines(Preview(Archives({ArchiveId(1)}, kSiblingOrg), kUnionOrg)),
              ElementsAre("hz.gongye.sichou/desk -0 +3 !0"));
  using Request = v1::PreviewMoveRequest;
  const Request not_theirs[] = {
      Archives({ArchiveId(2)}, kSiblingOrg),                // of another union
      Archives({ArchiveId(1), ArchiveId(2)}, kSiblingOrg),  // one of them
      Archives({ArchiveId(1)}, kOtherUnitOrg),              // to another union
      Org(kOtherUnionOrg, kSiblingOrg),
      Org(kCityOrg, kSiblingOrg),
  };
  for (const Request& request : not_theirs) {
    EXPECT_EQ(Refusal(request, kUnionOrg), v1::ERROR_REASON_NOT_FOUND)
        << request.ShortDebugString();
  }
  EXPECT_EQ(Refusal(Archives({domain::sample::Uuid(999)}, kUnitOrg)), v1::ERROR_REASON_NOT_FOUND);
  EXPECT_EQ(Refusal(Archives({AidId(1)}, kSiblingOrg)), v1::ERROR_REASON_NOT_FOUND);
}

TEST_F(MovePreviewTest, BadRequestsAreRefused) {
  File(1);
  v1::PreviewMoveRequest both = Archives({ArchiveId(1)}, kSiblingOrg);
  both.set_from_org(kUnitOrg);
  const std::vector<std::string> many(limits::kMaxRecordsById + 1, ArchiveId(1));
  const v1::PreviewMoveRequest bad[] = {
      both,
      Archives({}, kSiblingOrg),
      Archives({"1"}, kSiblingOrg),
      Archives(many, kSiblingOrg),
      Archives({ArchiveId(1)}, "hz.nowhere"),
      Archives({ArchiveId(1)}, ""),
      Org("hz.nowhere", kSiblingOrg),
  };
  for (const v1::PreviewMoveRequest& request : bad)
    EXPECT_EQ(Refusal(request), v1::ERROR_REASON_BAD_REQUEST);
  EXPECT_EQ(Preview(Archives(std::vector<std::string>(limits::kMaxRecordsById, ArchiveId(1)),
                             kSiblingOrg))
                .records(),
            1)
      << "one archive, however often it is named";
}

}  // namespace
}  // namespace bangfu::server
