#include <chrono>
#include <set>
#include <string>
#include <vector>

#include "absl/time/clock.h"
#include "base/limits.h"
#include "server/service/service_fixture.h"
#include "server/service/sync_service.h"

// The sync service as programs of children meet it.
namespace bangfu::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

void LimitTo(grpc::ClientContext& context, absl::Duration timeout) {
  context.set_deadline(absl::ToChronoTime(absl::Now() + timeout));
}

class SyncServiceTest : public ServiceTest {
 protected:
  static v1::HandshakeRequest OfThisProgram() {
    v1::HandshakeRequest request;
    request.set_protocol_version(limits::kProtocolVersion);
    request.set_oldest_protocol_version(limits::kOldestProtocolVersion);
    request.add_capabilities(v1::CAPABILITY_WATCH);
    return request;
  }
  static grpc::Status Handshake(Caller& caller, const v1::HandshakeRequest& request,
                                v1::HandshakeResponse& response) {
    grpc::ClientContext context;
    return caller.sync->Handshake(&context, request, &response);
  }
  static grpc::Status Handshake(Caller& caller, const v1::HandshakeRequest& request) {
    v1::HandshakeResponse response;
    return Handshake(caller, request, response);
  }
  static grpc::Status Push(Caller& caller, const v1::PushRequest& request,
                           v1::PushResponse& response) {
    grpc::ClientContext context;
    return caller.sync->Push(&context, request, &response);
  }
  // Everything after the cursor, as one response with the last cursor.
  static v1::PullResponse PullAll(Caller& caller, const v1::PullRequest& request) {
    grpc::ClientContext context;
    const auto reader = caller.sync->Pull(&context, request);
    v1::PullResponse all;
    v1::PullResponse batch;
    while (reader->Read(&batch)) {
      all.set_next_cursor("");
      all.MergeFrom(batch);
    }
    const grpc::Status status = reader->Finish();
    EXPECT_TRUE(status.ok()) << status.error_message();
    return all;
  }
  static std::string CursorOf(Caller& caller) { return PullAll(caller, {}).next_cursor(); }
  static v1::GetNodeStatusResponse StatusOf(Caller& caller) {
    grpc::ClientContext context;
    v1::GetNodeStatusResponse response;
    const grpc::Status status = caller.sync->GetNodeStatus(&context, {}, &response);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return response;
  }
  static v1::ChildStatus ChildOf(Caller& caller, const std::string& name) {
    const v1::GetNodeStatusResponse status = StatusOf(caller);
    for (const v1::ChildStatus& child : status.children()) {
      if (child.child() == name) return child;
    }
    ADD_FAILURE() << "no child " << name;
    return {};
  }
  // Reads until there is something to pull; false when the watch ended before.
  static bool ReadMore(grpc::ClientReader<v1::WatchResponse>& reader, v1::WatchResponse& news) {
    while (reader.Read(&news)) {
      if (news.more()) return true;
    }
    return false;
  }
  void AddHousehold(int number, const std::string& unit = kUnitOrg) {
    city_.MustPush(unit, {make_.Put(Handler(unit), Household(number, unit))});
    city_.Sequence();
  }
};

// ---- Handshake

TEST_F(SyncServiceTest, ProgramsOfDifferentVersionsAgreeOrSayWhoIsToBeUpdated) {
  Caller caller = CallerOf("desktop", kUnionOrg);
  v1::HandshakeRequest request = OfThisProgram();
  request.set_protocol_version(limits::kProtocolVersion + 6);
  v1::HandshakeResponse response;
  ASSERT_TRUE(Handshake(caller, request, response).ok());
  EXPECT_EQ(response.protocol_version(), limits::kProtocolVersion);

  request.set_oldest_protocol_version(limits::kProtocolVersion + 1);
  grpc::Status status = Handshake(caller, request);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::FAILED_PRECONDITION);
  EXPECT_EQ(ReasonOnTheWire(status), "PROTOCOL_VERSION");
  EXPECT_THAT(status.error_message(), HasSubstr("update this node"));

  request.set_protocol_version(limits::kOldestProtocolVersion - 1);
  request.set_oldest_protocol_version(0);
  status = Handshake(caller, request);
  EXPECT_EQ(ReasonOnTheWire(status), "PROTOCOL_VERSION");
  EXPECT_THAT(status.error_message(), HasSubstr("update the calling program"));

  // The first program said no more than this.
  v1::HandshakeRequest first;
  first.set_protocol_version(1);
  EXPECT_TRUE(Handshake(caller, first).ok());
}

TEST_F(SyncServiceTest, TheServerSaysWhatItIsAndWhatItCanDo) {
  Caller caller = CallerOf("desktop", kUnionOrg);
  v1::HandshakeResponse response;
  ASSERT_TRUE(Handshake(caller, OfThisProgram(), response).ok());
  EXPECT_TRUE(response.is_root());
  EXPECT_EQ(response.server_org(), kCityOrg);
  EXPECT_EQ(response.scope(), kUnionOrg);
  EXPECT_THAT(response.capabilities(),
              UnorderedElementsAre(v1::CAPABILITY_WATCH, v1::CAPABILITY_DIGEST,
                                   v1::CAPABILITY_RECEIPT, v1::CAPABILITY_CONFLICT_FEED,
                                   v1::CAPABILITY_REOFFER, v1::CAPABILITY_PEOPLE));
  node_.has_upstream = true;
  ASSERT_TRUE(Handshake(caller, OfThisProgram(), response).ok());
  EXPECT_FALSE(response.is_root());
}

TEST_F(SyncServiceTest, WhatWaitsAtAChildIsKnownUntilItSaysOtherwise) {
  Caller caller = CallerOf("desktop", kUnionOrg);
  v1::HandshakeRequest request = OfThisProgram();
  request.set_pending_changes(7);
  request.add_pending_record_ids(ArchiveId(1));
  ASSERT_TRUE(Handshake(caller, request).ok());
  const v1::ChildStatus child = ChildOf(caller, "hz.gongye/desktop");
  EXPECT_EQ(child.pending_changes(), 7);
  EXPECT_TRUE(child.live());
  EXPECT_EQ(child.last_seen().seconds(), absl::ToUnixSeconds(clock_.Now()));
  // A program that does not know of it does not say that nothing waits.
  v1::HandshakeRequest first;
  first.set_protocol_version(1);
  ASSERT_TRUE(Handshake(caller, first).ok());
  EXPECT_EQ(ChildOf(caller, "hz.gongye/desktop").pending_changes(), 7);
  request.set_pending_changes(0);
  request.clear_pending_record_ids();
  ASSERT_TRUE(Handshake(caller, request).ok());
  EXPECT_EQ(ChildOf(caller, "hz.gongye/desktop").pending_changes(), 0);
}

TEST_F(SyncServiceTest, AHandshakeThatIsNoneIsRefused) {
  Caller caller = CallerOf("desktop", kUnionOrg);
  v1::HandshakeRequest request = OfThisProgram();
  request.add_pending_record_ids("no uuid");
  EXPECT_EQ(ReasonOnTheWire(Handshake(caller, request)), "BAD_REQUEST");
  request = OfThisProgram();
  for (int i = 0; i <= limits::kMaxPendingIds; ++i) request.add_pending_record_ids(ArchiveId(1));
  EXPECT_EQ(ReasonOnTheWire(Handshake(caller, request)), "BAD_REQUEST");
  request = OfThisProgram();
  request.set_pending_changes(-1);
  EXPECT_EQ(ReasonOnTheWire(Handshake(caller, request)), "BAD_REQUEST");
}

// ---- Pull

TEST_F(SyncServiceTest, WhatAChildHasTakenIsNoted) {
  Caller caller = CallerOf("desktop", kUnionOrg);
  AddHousehold(1);
  AddHousehold(2);
  v1::PullRequest request;
  const v1::PullResponse first = PullAll(caller, request);
  EXPECT_EQ(first.records_size(), 2);
  EXPECT_EQ(ChildOf(caller, "hz.gongye/desktop").behind(), 2);  // it may not have kept them
  request.set_cursor(first.next_cursor());
  EXPECT_EQ(PullAll(caller, request).records_size(), 0);
  EXPECT_EQ(ChildOf(caller, "hz.gongye/desktop").behind(), 0);
  AddHousehold(3);
  EXPECT_EQ(ChildOf(caller, "hz.gongye/desktop").behind(), 1);
}

TEST_F(SyncServiceTest, ConflictsComeOnlyToThoseWhoAskForThem) {
  Caller caller = CallerOf("desktop", kUnionOrg);
  const v1::Archive archive = Household(1);
  city_.MustPush(kUnitOrg, {make_.Put(Handler(), archive)});
  v1::Archive changed = archive;
  changed.set_phone("13805710001");
  v1::Change correction = make_.Put(Approver(), changed, 1, {"phone"});
  correction.mutable_put()->set_correction_reason("电话核实");
  city_.MustPush(kCenterOrg, {correction});
  changed.set_phone("13805710002");
  ASSERT_EQ(city_.Push(kUnitOrg, make_.Put(Handler(), changed, 1, {"phone"})).verdict(),
            v1::VERDICT_CONFLICT);
  city_.Sequence();
  v1::PullRequest request;
  EXPECT_EQ(PullAll(caller, request).conflicts_size(), 0);
  request.set_with_conflicts(true);
  EXPECT_EQ(PullAll(caller, request).conflicts_size(), 1);
}

TEST_F(SyncServiceTest, ReadersThatStallKeepOnlyTheirOwnOut) {
  std::vector<v1::Change> changes;
  for (int number = 1; number <= 200; ++number)
    changes.push_back(make_.Put(Handler(), Household(number)));
  city_.MustPush(kUnitOrg, changes);
  city_.Sequence();
  Caller caller = CallerOf("desktop", kUnionOrg);
  struct Stalled {
    grpc::ClientContext context;
    std::unique_ptr<grpc::ClientReader<v1::PullResponse>> reader;
  };
  // One message is larger than the window of a stream, and nobody reads it.
  std::vector<std::unique_ptr<Stalled>> stalled;
  for (int i = 0; i < limits::kMaxPullsPerChild; ++i) {
    stalled.push_back(std::make_unique<Stalled>());
    stalled.back()->reader = caller.sync->Pull(&stalled.back()->context, v1::PullRequest());
    stalled.back()->reader->WaitForInitialMetadata();
  }
  grpc::Status status;
  {
    grpc::ClientContext context;
    const auto reader = caller.sync->Pull(&context, v1::PullRequest());
    v1::PullResponse batch;
    EXPECT_FALSE(reader->Read(&batch));
    status = reader->Finish();
  }
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(ReasonOnTheWire(status), "TOO_MANY_STREAMS");
  EXPECT_TRUE(HasRetryInfo(status));
  Caller other = CallerOf("other", kUnionOrg);
  EXPECT_EQ(PullAll(other, {}).records_size(), 200);
  for (const auto& one : stalled) one->context.TryCancel();
  stalled.clear();
  EXPECT_EQ(PullAll(other, {}).records_size(), 200);
  for (int tries = 0; node_.pulls.open() > 0 && tries < 500; ++tries)
    absl::SleepFor(absl::Milliseconds(10));
  EXPECT_EQ(PullAll(caller, {}).records_size(), 200);
}

TEST_F(SyncServiceTest, WithoutAPlaceToReadAheadEveryPageComesOnce) {
  constexpr int kRecords = 200;
  std::vector<v1::Change> changes;
  for (int number = 1; number <= kRecords; ++number)
    changes.push_back(make_.Put(Handler(), Household(number)));
  city_.MustPush(kUnitOrg, changes);
  city_.Sequence();
  while (node_.pages_ahead.try_acquire()) {
  }
  Caller caller = CallerOf("desktop", kUnionOrg);
  std::vector<std::string> whole, resumed;  // ids
  const auto append = [](const v1::PullResponse& batch, std::vector<std::string>& ids) {
    for (const v1::Record& record : batch.records()) ids.push_back(record.id());
  };
  v1::PullRequest request;
  request.set_max_batch_records(30);
  append(PullAll(caller, request), whole);
  EXPECT_EQ(whole.size(), kRecords);
  EXPECT_EQ(std::set<std::string>(whole.begin(), whole.end()).size(), kRecords);
  // A stream that breaks off, and one that goes on where it was.
  {
    grpc::ClientContext context;
    const auto reader = caller.sync->Pull(&context, request);
    v1::PullResponse batch;
    for (int pages = 0; pages < 3; ++pages) {
      ASSERT_TRUE(reader->Read(&batch));
      EXPECT_EQ(batch.records_size(), request.max_batch_records());
      append(batch, resumed);
      request.set_cursor(batch.next_cursor());
    }
    context.TryCancel();
    reader->Finish();
  }
  append(PullAll(caller, request), resumed);
  EXPECT_EQ(resumed, whole);
  EXPECT_FALSE(node_.pages_ahead.try_acquire()) << "a place was given back that nobody took";
}

// ---- Push

TEST_F(SyncServiceTest, APushIsForOneReplicaAndReoffersAreOfItsChanges) {
  Caller caller = CallerOf("desktop", kUnitOrg);
  v1::PushRequest request;
  *request.add_changes() = make_.Put(Handler(), Household(1));
  v1::PushResponse response;
  request.set_replica_id("no uuid");
  EXPECT_EQ(ReasonOnTheWire(Push(caller, request, response)), "BAD_REQUEST");
  request.set_replica_id(domain::sample::Uuid(7));
  request.add_reoffers()->set_change_id(ArchiveId(1));
  EXPECT_EQ(ReasonOnTheWire(Push(caller, request, response)), "BAD_REQUEST");
  request.mutable_reoffers(0)->set_change_id(request.changes(0).change_id());
  *request.add_reoffers() = request.reoffers(0);
  EXPECT_EQ(ReasonOnTheWire(Push(caller, request, response)), "BAD_REQUEST");
  request.clear_reoffers();
  const grpc::Status status = Push(caller, request, response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_THAT(response.outcomes(), ElementsAre(HasVerdict(v1::VERDICT_ACCEPTED)));
  EXPECT_FALSE(response.has_wait());
}

TEST_F(SyncServiceTest, AChildThatPushesTooMuchAtOnceIsToldToComeBack) {
  Caller caller = CallerOf("desktop", kUnitOrg);
  const auto never = [] { return false; };
  std::vector<PushAdmission::Ticket> under_way;
  for (int i = 0; i < limits::kMaxPushesPerChild; ++i) {
    auto ticket = node_.pushes.Enter(std::string(kUnitOrg) + "/desktop", never);
    ASSERT_TRUE(ticket.ok());
    under_way.push_back(*std::move(ticket));
  }
  v1::PushRequest request;
  *request.add_changes() = make_.Put(Handler(), Household(1));
  v1::PushResponse response;
  const grpc::Status status = Push(caller, request, response);
  EXPECT_EQ(status.error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
  EXPECT_EQ(ReasonOnTheWire(status), "QUOTA_EXCEEDED");
  EXPECT_TRUE(HasRetryInfo(status));
  under_way.clear();
  EXPECT_TRUE(Push(caller, request, response).ok());
}

TEST_F(SyncServiceTest, WhileOthersPushAChildIsToldHowLongToWait) {
  Caller caller = CallerOf("desktop", kUnitOrg);
  const auto other = node_.pushes.Enter("hz.fuyang/fuyang", [] { return false; });
  v1::PushRequest request;
  for (int number = 1; number <= 10; ++number)
    *request.add_changes() = make_.Put(Handler(), Household(number));
  v1::PushResponse response;
  ASSERT_TRUE(Push(caller, request, response).ok());
  // The clock of the test stands still: the push itself took no time.
  EXPECT_EQ(absl::Seconds(response.wait().seconds()) + absl::Nanoseconds(response.wait().nanos()),
            absl::Seconds(1) * 10 / limits::kPushShare);
}

// ---- Watch

TEST_F(SyncServiceTest, AWatcherHearsOfACommitInItsScopeSoon) {
  Caller caller = CallerOf("inside", kUnionOrg);
  Caller outside = CallerOf("outside", kOtherUnionOrg);
  AddHousehold(1);
  v1::WatchRequest request;
  request.set_cursor(CursorOf(caller));
  v1::WatchRequest elsewhere;
  elsewhere.set_cursor(CursorOf(outside));
  grpc::ClientContext context;
  LimitTo(context, absl::Seconds(20));
  const auto reader = caller.sync->Watch(&context, request);
  grpc::ClientContext silent;
  LimitTo(silent, absl::Seconds(4));
  const auto silence = outside.sync->Watch(&silent, elsewhere);

  v1::WatchResponse news;
  absl::SleepFor(absl::Seconds(1));  // both are there
  const absl::Time start = absl::Now();
  AddHousehold(2);
  ASSERT_TRUE(ReadMore(*reader, news));
  EXPECT_LT(absl::Now() - start, absl::Seconds(5));  // on a machine with nothing else to do: 0.1 s

  EXPECT_FALSE(ReadMore(*silence, news));
  EXPECT_EQ(silence->Finish().error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  context.TryCancel();
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::CANCELLED);
}

TEST_F(SyncServiceTest, AWatcherThatIsBehindHearsItAtOnce) {
  Caller caller = CallerOf("inside", kUnionOrg);
  v1::WatchRequest request;
  request.set_cursor(CursorOf(caller));
  AddHousehold(1);
  grpc::ClientContext context;
  LimitTo(context, absl::Seconds(20));
  const auto reader = caller.sync->Watch(&context, request);
  v1::WatchResponse news;
  ASSERT_TRUE(ReadMore(*reader, news));
  context.TryCancel();
  reader->Finish();
}

TEST_F(SyncServiceTest, WatchesHaveAQuotaThatIsFreeAgainWhenTheyEnd) {
  Caller caller = CallerOf("inside", kUnionOrg);
  AddHousehold(1);
  const auto refusal = [&] {
    grpc::ClientContext context;
    LimitTo(context, absl::Seconds(20));
    const auto reader = caller.sync->Watch(&context, v1::WatchRequest());
    v1::WatchResponse news;
    if (reader->Read(&news)) context.TryCancel();
    return reader->Finish();
  };
  std::vector<std::unique_ptr<grpc::ClientContext>> contexts;
  std::vector<std::unique_ptr<grpc::ClientReader<v1::WatchResponse>>> readers;
  for (int i = 0; i < limits::kMaxWatchesPerChild; ++i) {
    contexts.push_back(std::make_unique<grpc::ClientContext>());
    readers.push_back(caller.sync->Watch(contexts.back().get(), v1::WatchRequest()));
    v1::WatchResponse news;
    ASSERT_TRUE(readers.back()->Read(&news));
  }
  const grpc::Status status = refusal();
  EXPECT_EQ(ReasonOnTheWire(status), "TOO_MANY_STREAMS");
  EXPECT_TRUE(HasRetryInfo(status));
  for (const auto& context : contexts) context->TryCancel();
  for (const auto& reader : readers) reader->Finish();
  for (int tries = 0; node_.watches.open() > 0 && tries < 500; ++tries)
    absl::SleepFor(absl::Milliseconds(10));
  EXPECT_EQ(node_.watches.open(), 0);
  EXPECT_EQ(refusal().error_code(), grpc::StatusCode::CANCELLED);  // by ourselves, after news
}

TEST_F(SyncServiceTest, ANodeThatDrainsEndsItsWatches) {
  Caller caller = CallerOf("inside", kUnionOrg);
  AddHousehold(1);
  grpc::ClientContext context;
  LimitTo(context, absl::Seconds(20));
  const auto reader = caller.sync->Watch(&context, v1::WatchRequest());
  v1::WatchResponse news;
  ASSERT_TRUE(reader->Read(&news));
  node_.Drain();
  while (reader->Read(&news)) {
  }
  EXPECT_EQ(ReasonOnTheWire(reader->Finish()), "SHUTTING_DOWN");
  EXPECT_EQ(ReasonOnTheWire(Handshake(caller, OfThisProgram())), "SHUTTING_DOWN");
}

TEST_F(SyncServiceTest, StrangersDoNotWatch) {
  Caller stranger = CallerOf("stranger", "hz.nowhere");
  grpc::ClientContext context;
  const auto reader = stranger.sync->Watch(&context, v1::WatchRequest());
  v1::WatchResponse news;
  EXPECT_FALSE(reader->Read(&news));
  EXPECT_EQ(reader->Finish().error_code(), grpc::StatusCode::UNAUTHENTICATED);
}

// ---- Digests, records, receipts, status, moves: that they answer for the caller's scope.

TEST_F(SyncServiceTest, DigestsAndRecordsAreOfTheCallersScope) {
  Caller inside = CallerOf("inside", kUnionOrg);
  Caller outside = CallerOf("outside", kOtherUnionOrg);
  AddHousehold(1);
  const auto records_of = [](Caller& caller) {
    grpc::ClientContext context;
    v1::GetDigestRequest request;
    request.set_level(v1::DIGEST_LEVEL_TOP);
    v1::GetDigestResponse response;
    EXPECT_TRUE(caller.sync->GetDigest(&context, request, &response).ok());
    int64_t records = 0;
    for (const v1::DigestSum& sum : response.sums()) records += sum.records();
    return records;
  };
  EXPECT_EQ(records_of(inside), 1);
  EXPECT_EQ(records_of(outside), 0);
  const auto get = [](Caller& caller) {
    grpc::ClientContext context;
    v1::GetRecordsRequest request;
    request.add_ids(ArchiveId(1));
    v1::GetRecordsResponse response;
    EXPECT_TRUE(caller.sync->GetRecords(&context, request, &response).ok());
    return response;
  };
  EXPECT_EQ(get(inside).records(0).id(), ArchiveId(1));
  EXPECT_THAT(get(outside).records(), IsEmpty());
  EXPECT_THAT(get(outside).unknown_record_ids(), ElementsAre(ArchiveId(1)));
}

TEST_F(SyncServiceTest, AReceiptNamesTheNodeThatAnswered) {
  Caller caller = CallerOf("inside", kUnionOrg);
  const v1::Change change = make_.Put(Handler(), Household(1));
  city_.MustPush(kUnitOrg, {change});
  grpc::ClientContext context;
  v1::GetReceiptsRequest request;
  request.add_change_ids(change.change_id());
  v1::GetReceiptsResponse response;
  ASSERT_TRUE(caller.sync->GetReceipts(&context, request, &response).ok());
  ASSERT_EQ(response.receipts_size(), 1);
  EXPECT_TRUE(response.receipts(0).settled());
  EXPECT_EQ(response.receipts(0).hops(0).org(), kCityOrg);
  EXPECT_EQ(response.receipts(0).hops(0).verdict(), v1::VERDICT_ACCEPTED);
}

TEST_F(SyncServiceTest, TheStatusShowsWhatDoesNotMoveAndTheCallersOwnChildren) {
  Caller inside = CallerOf("inside", kUnionOrg);
  Caller outside = CallerOf("outside", kOtherUnionOrg);
  Caller city = CallerOf("clerk", kCityOrg);
  for (Caller* caller : {&inside, &outside}) ASSERT_TRUE(Handshake(*caller, OfThisProgram()).ok());
  AddHousehold(1);
  stalls_.Report("sequencer", 3, 9, "STORE_UNAVAILABLE");
  clock_.Set("2014-03-10T13:00:00+08:00");
  const v1::GetNodeStatusResponse status = StatusOf(inside);
  EXPECT_EQ(status.org(), kCityOrg);
  EXPECT_EQ(status.feed_head(), 1);
  EXPECT_FALSE(status.has_upstream_synced_time());
  ASSERT_EQ(status.stalls_size(), 1);
  EXPECT_EQ(status.stalls(0).reason(), "STORE_UNAVAILABLE");
  EXPECT_EQ(status.children_size(), 1);
  EXPECT_EQ(StatusOf(city).children_size(), 2);
}

TEST_F(SyncServiceTest, APreviewSaysWhoLosesWhat) {
  Caller city = DeskOf("clerk", kCityOrg, "administrator");
  Caller inside = CallerOf("inside", kUnionOrg);
  ASSERT_TRUE(Handshake(inside, OfThisProgram()).ok());
  AddHousehold(1);
  grpc::ClientContext context;
  city.SignIn(context);
  v1::PreviewMoveRequest request;
  request.add_archive_ids(ArchiveId(1));
  request.set_to_org(kOtherUnitOrg);
  v1::PreviewMoveResponse response;
  const grpc::Status status = city.orgs->PreviewMove(&context, request, &response);
  ASSERT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(response.records(), 1);
  ASSERT_EQ(response.children_size(), 1);
  EXPECT_EQ(response.children(0).child(), "hz.gongye/inside");
  EXPECT_EQ(response.children(0).loses(), 1);
}

}  // namespace
}  // namespace bangfu::server
