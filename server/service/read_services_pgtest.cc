#include <string>
#include <vector>

#include "base/limits.h"
#include "server/service/service_fixture.h"

// The services of the city over mutual TLS, read by nodes of two unions.
namespace bangfu::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ReadServicesTest : public ServiceTest {
 protected:
  void SetUp() override {
    ServiceTest::SetUp();
    // Two households of the industry, one of Fuyang, and a disagreement in the industry.
    const v1::Archive archive = Household(1);
    city_.MustPush(kUnitOrg, {make_.Put(Handler(), archive), make_.Put(Handler(), Household(2))});
    city_.MustPush(kOtherUnitOrg, {make_.Put(Handler(kOtherUnitOrg), Household(3, kOtherUnitOrg))});
    v1::Archive changed = archive;
    changed.set_phone("13805710001");
    v1::Change correction = make_.Put(Approver(), changed, 1, {"phone"});
    correction.mutable_put()->set_correction_reason("电话核实");
    city_.MustPush(kCenterOrg, {correction});
    changed.set_phone("13805710002");
    const v1::Outcome outcome = city_.Push(kUnitOrg, make_.Put(Handler(), changed, 1, {"phone"}));
    ASSERT_EQ(outcome.verdict(), v1::VERDICT_CONFLICT);
    conflict_id_ = outcome.conflict_id();
    city_.Sequence();
  }
  static grpc::StatusCode Get(Caller& caller, const std::string& id) {
    grpc::ClientContext context;
    caller.SignIn(context);
    v1::GetArchiveRequest request;
    request.set_id(id);
    v1::GetArchiveResponse response;
    const grpc::StatusCode code =
        caller.archives->GetArchive(&context, request, &response).error_code();
    EXPECT_EQ(response.has_archive(), code == grpc::StatusCode::OK);
    return code;
  }
  static grpc::Status List(Caller& caller, const v1::ListArchivesRequest& request,
                           v1::ListArchivesResponse& response) {
    grpc::ClientContext context;
    caller.SignIn(context);
    return caller.archives->ListArchives(&context, request, &response);
  }
  static grpc::Status List(Caller& caller, const v1::ListConflictsRequest& request,
                           v1::ListConflictsResponse& response) {
    grpc::ClientContext context;
    caller.SignIn(context);
    return caller.conflicts->ListConflicts(&context, request, &response);
  }
  grpc::Status GetConflict(Caller& caller, v1::GetConflictResponse& response,
                           const std::string& unmask_reason = "") {
    grpc::ClientContext context;
    caller.SignIn(context);
    v1::GetConflictRequest request;
    request.set_id(conflict_id_);
    request.set_unmask_reason(unmask_reason);
    return caller.conflicts->GetConflict(&context, request, &response);
  }
  static std::vector<std::string> Pull(Caller& caller) {
    grpc::ClientContext context;
    caller.SignIn(context);
    const auto reader = caller.sync->Pull(&context, v1::PullRequest());
    std::vector<std::string> ids;
    v1::PullResponse batch;
    while (reader->Read(&batch)) {
      for (const v1::Record& record : batch.records()) ids.push_back(record.id());
      EXPECT_THAT(batch.left_record_ids(), IsEmpty());
    }
    EXPECT_TRUE(reader->Finish().ok());
    return ids;
  }

  std::string conflict_id_;
};

TEST_F(ReadServicesTest, ThePolicyOfTheCityIsForAllWhoDoNotHaveItYet) {
  Caller caller = DeskOf("inside", kUnionOrg, "handler");
  const auto version = [&] {
    grpc::ClientContext context;
    caller.SignIn(context);
    v1::HandshakeRequest request;
    request.set_protocol_version(limits::kProtocolVersion);
    v1::HandshakeResponse response;
    EXPECT_TRUE(caller.sync->Handshake(&context, request, &response).ok());
    return response.policy_version();
  };
  const auto get = [&](int64_t known_version) {
    grpc::ClientContext context;
    caller.SignIn(context);
    v1::GetPolicySetRequest request;
    request.set_known_version(known_version);
    v1::GetPolicySetResponse response;
    EXPECT_TRUE(caller.orgs->GetPolicySet(&context, request, &response).ok());
    return response;
  };
  // The program's own policy is not handed on: every program has its own.
  ASSERT_TRUE(policy_.Load().ok());
  EXPECT_EQ(version(), 0);
  EXPECT_FALSE(get(0).has_policy_set());
  v1::PolicySet set;
  set.set_version(1);
  v1::Policy& policy = *set.add_policies();
  policy.set_org(kCityOrg);
  policy.set_effective_from("2014-01-01");
  policy.set_source("test");
  policy.set_dibao_line_yuan("600");
  ASSERT_TRUE(policy_.Replace(set, *orgs_.Tree()).ok());
  EXPECT_EQ(version(), 1);
  EXPECT_EQ(get(0).policy_set().policies(0).dibao_line_yuan(), "600");
  EXPECT_FALSE(get(1).has_policy_set());
}

TEST_F(ReadServicesTest, WhatIsOutsideOfTheScopeIsNotThere) {
  Caller inside = DeskOf("inside", kUnionOrg, "handler");
  Caller outside = DeskOf("outside", kOtherUnionOrg, "handler");
  EXPECT_EQ(Get(inside, ArchiveId(1)), grpc::StatusCode::OK);
  EXPECT_EQ(Get(outside, ArchiveId(1)), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Get(inside, ArchiveId(3)), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(Get(outside, ArchiveId(3)), grpc::StatusCode::OK);

  v1::ListArchivesRequest query;
  v1::ListArchivesResponse archives;
  ASSERT_TRUE(List(outside, query, archives).ok());
  ASSERT_EQ(archives.archives_size(), 1);
  EXPECT_EQ(archives.archives(0).id(), ArchiveId(3));
  for (const char* org : {kUnionOrg, kCityOrg}) {
    query.set_org(org);
    EXPECT_EQ(List(outside, query, archives).error_code(), grpc::StatusCode::NOT_FOUND) << org;
  }

  v1::GetConflictResponse conflict;
  EXPECT_EQ(GetConflict(outside, conflict).error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_FALSE(conflict.has_conflict());
  EXPECT_TRUE(GetConflict(inside, conflict).ok());
  EXPECT_EQ(conflict.conflict().id(), conflict_id_);
  v1::ListConflictsResponse conflicts;
  ASSERT_TRUE(List(outside, v1::ListConflictsRequest(), conflicts).ok());
  EXPECT_EQ(conflicts.conflicts_size(), 0);
  ASSERT_TRUE(List(inside, v1::ListConflictsRequest(), conflicts).ok());
  EXPECT_EQ(conflicts.conflicts_size(), 1);

  EXPECT_THAT(Pull(outside), ElementsAre(ArchiveId(3)));
  EXPECT_THAT(Pull(inside), testing::UnorderedElementsAre(ArchiveId(1), ArchiveId(2)));
}

// After a comparison of digests a server fills its conflict log again; it reads nothing else.
TEST_F(ReadServicesTest, AServerCopiesTheConflictLogOfItsScope) {
  Caller server = CallerOf("server", kUnionOrg);
  v1::ListConflictsResponse list;
  ASSERT_TRUE(List(server, v1::ListConflictsRequest(), list).ok());
  ASSERT_EQ(list.conflicts_size(), 1);
  v1::GetConflictResponse whole;
  ASSERT_TRUE(GetConflict(server, whole).ok());
  EXPECT_EQ(whole.conflict().id(), conflict_id_);
  EXPECT_THAT(whole.ShortDebugString(), testing::HasSubstr("1380571000")) << "not masked";
  EXPECT_EQ(Get(server, ArchiveId(1)), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_FALSE(EntriesOf(v1::ACTION_REPLICATE).empty());

  Caller other = CallerOf("other", kOtherUnionOrg);
  EXPECT_EQ(GetConflict(other, whole).error_code(), grpc::StatusCode::NOT_FOUND);
  ASSERT_TRUE(List(other, v1::ListConflictsRequest(), list).ok());
  EXPECT_EQ(list.conflicts_size(), 0);
  Caller desk = DeskOf("desk", kUnionOrg);  // nobody has signed in
  EXPECT_EQ(GetConflict(desk, whole).error_code(), grpc::StatusCode::UNAUTHENTICATED);
}

// Lists show no telephone number, neither of those who disagreed nor the one that was decided.
TEST_F(ReadServicesTest, ListsMaskWhatWasDecided) {
  v1::Change decision = make_.By(Approver(), ArchiveId(1));
  v1::ResolveConflict& resolve = *decision.mutable_resolve_conflict();
  resolve.set_conflict_id(conflict_id_);
  resolve.set_decision(v1::CONFLICT_DECISION_WRITE_VALUES);
  resolve.set_reason("电话核实");
  v1::DecidedField& field = *resolve.add_fields();
  field.set_field("phone");
  field.set_value("13805710009");
  const v1::Outcome outcome = city_.Push(kCenterOrg, decision);
  ASSERT_EQ(outcome.verdict(), v1::VERDICT_ACCEPTED) << outcome.ShortDebugString();

  Caller caller = DeskOf("inside", kUnionOrg, "handler");
  v1::ListConflictsResponse list;
  ASSERT_TRUE(List(caller, v1::ListConflictsRequest(), list).ok());
  ASSERT_EQ(list.conflicts_size(), 1);
  EXPECT_EQ(list.conflicts(0).state(), v1::CONFLICT_STATE_RESOLVED);
  EXPECT_THAT(list.ShortDebugString(), testing::Not(testing::HasSubstr("1380571000")));
  v1::GetConflictResponse whole;
  ASSERT_TRUE(GetConflict(caller, whole).ok());
  EXPECT_THAT(whole.ShortDebugString(), testing::Not(testing::HasSubstr("1380571000")));
  ASSERT_TRUE(GetConflict(caller, whole, "核对电话").ok());
  ASSERT_EQ(whole.conflict().resolution().fields_size(), 1);
  EXPECT_EQ(whole.conflict().resolution().fields(0).value(), "13805710009");
}

TEST_F(ReadServicesTest, PagesFollowEachOther) {
  Caller caller = DeskOf("inside", kUnionOrg, "handler");
  v1::ListArchivesRequest query;
  query.set_page_size(1);
  std::vector<std::string> ids;
  do {
    v1::ListArchivesResponse page;
    ASSERT_TRUE(List(caller, query, page).ok());
    ASSERT_LE(page.archives_size(), 1);
    for (const v1::Archive& archive : page.archives()) {
      ids.push_back(archive.id());
      EXPECT_NE(archive.identity_number(), PersonOf(1, 0));
      EXPECT_NE(archive.identity_number(), PersonOf(2, 0));
    }
    query.set_page_token(page.next_page_token());
    ASSERT_LE(ids.size(), 2u);
  } while (!query.page_token().empty());
  EXPECT_THAT(ids, testing::UnorderedElementsAre(ArchiveId(1), ArchiveId(2)));

  v1::ListArchivesResponse page;
  query.set_page_token("nonsense");
  EXPECT_EQ(List(caller, query, page).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  v1::ListConflictsRequest conflicts;
  v1::ListConflictsResponse log;
  for (const char* token : {"nonsense", "0", "-1"}) {
    conflicts.set_page_token(token);
    EXPECT_EQ(List(caller, conflicts, log).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  }
  // Before the only entry there is none.
  conflicts.set_page_token("1");
  ASSERT_TRUE(List(caller, conflicts, log).ok());
  EXPECT_EQ(log.conflicts_size(), 0);
}

TEST_F(ReadServicesTest, AnOrgThatTheTreeDoesNotKnowIsNobody) {
  Caller stranger = DeskOf("stranger", "hz.nowhere");
  EXPECT_EQ(Get(stranger, ArchiveId(1)), grpc::StatusCode::UNAUTHENTICATED);
}

}  // namespace
}  // namespace bangfu::server
