#include "base/error.h"
#include "base/limits.h"
#include "server/sync/receipts.h"
#include "server/sync/sync_fixture.h"

// A desktop's change on its way through an industry node to the city.
namespace bangfu::server {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

class ReceiptsTest : public testing::Test {
 protected:
  v1::GetReceiptsResponse Receipts(const std::string& asker, const std::vector<std::string>& ids) {
    v1::GetReceiptsRequest request;
    for (const std::string& id : ids) request.add_change_ids(id);
    auto receipts =
        ReadReceipts(district_.store(), Principal{"gongye", kUnionOrg}, NodeOf(asker), request);
    EXPECT_TRUE(receipts.ok()) << receipts.status();
    return receipts.value_or(v1::GetReceiptsResponse());
  }
  static v1::HandshakeResponse City() {
    v1::HandshakeResponse city;
    city.set_server_node("city");
    city.set_server_org(kCityOrg);
    city.set_is_root(true);
    return city;
  }
  void PushUp() {
    auto line = district_.store().ReadUpstream(500);
    ASSERT_TRUE(line.ok()) << line.status();
    std::vector<v1::Change> changes;
    for (const UpstreamChange& waiting : *line) changes.push_back(waiting.change);
    const absl::Status status =
        district_.parent().ApplyOutcomes(*line, city_.Push(kUnionOrg, changes), City());
    ASSERT_TRUE(status.ok()) << status;
  }
  static std::vector<std::string> Hops(const v1::Receipt& receipt) {
    std::vector<std::string> hops;
    for (const v1::Hop& hop : receipt.hops())
      hops.push_back(absl::StrCat(hop.node(), " ", v1::Verdict_Name(hop.verdict())));
    return hops;
  }

  SettableClock clock_;
  ChangeMaker make_;
  TestNode city_{clock_, NodeRole{}};
  TestNode district_{clock_, NodeRole{true}};
};

TEST_F(ReceiptsTest, NamesEveryHopFromTheBottomUp) {
  const v1::Change change = make_.Put(Handler(), Household(1));
  EXPECT_THAT(Receipts(kUnitOrg, {change.change_id()}).receipts(), IsEmpty());
  district_.MustPush(kUnitOrg, {change});
  const v1::GetReceiptsResponse waiting = Receipts(kUnitOrg, {change.change_id()});
  ASSERT_EQ(waiting.receipts_size(), 1);
  EXPECT_THAT(Hops(waiting.receipts(0)),
              ElementsAre("gongye VERDICT_ACCEPTED", " VERDICT_UNSPECIFIED"));
  EXPECT_FALSE(waiting.receipts(0).settled());

  clock_.Set("2014-03-10T13:00:00+08:00");
  PushUp();
  const v1::GetReceiptsResponse there = Receipts(kUnitOrg, {change.change_id()});
  ASSERT_EQ(there.receipts_size(), 1);
  EXPECT_THAT(Hops(there.receipts(0)),
              ElementsAre("gongye VERDICT_ACCEPTED", "city VERDICT_ACCEPTED"));
  EXPECT_TRUE(there.receipts(0).settled());
  EXPECT_EQ(there.receipts(0).hops(0).answered_time().seconds(), 1394424000);  // 12:00
  EXPECT_EQ(there.receipts(0).hops(1).answered_time().seconds(), 1394427600);  // 13:00
}

TEST_F(ReceiptsTest, ARefusalHereIsTheEndOfTheWay) {
  const v1::Change change = make_.Submit(Handler(), ArchiveId(7));  // no such archive
  district_.Push(kUnitOrg, change);
  const v1::GetReceiptsResponse receipts = Receipts(kUnitOrg, {change.change_id()});
  ASSERT_EQ(receipts.receipts_size(), 1);
  EXPECT_THAT(Hops(receipts.receipts(0)), ElementsAre("gongye VERDICT_REFUSED"));
  EXPECT_TRUE(receipts.receipts(0).settled());
}

TEST_F(ReceiptsTest, ARefusalAboveIsSettledToo) {
  // The city has the person in an archive of another union by now.
  v1::Archive same = Household(2, kOtherUnitOrg);
  same.set_identity_number(PersonOf(1, 0));
  city_.MustPush(kOtherUnitOrg, {make_.Put(Handler(kOtherUnitOrg), same)});
  const v1::Change change = make_.Put(Handler(), Household(1));
  district_.MustPush(kUnitOrg, {change});
  PushUp();
  const v1::GetReceiptsResponse receipts = Receipts(kUnitOrg, {change.change_id()});
  ASSERT_EQ(receipts.receipts_size(), 1);
  EXPECT_THAT(Hops(receipts.receipts(0)),
              ElementsAre("gongye VERDICT_ACCEPTED", "city VERDICT_PARKED"));
  EXPECT_TRUE(receipts.receipts(0).settled());
  EXPECT_FALSE(receipts.receipts(0).hops(1).conflict_id().empty());
}

TEST_F(ReceiptsTest, OnlyForTheSubtreeThatSentIt) {
  const v1::Change change = make_.Put(Handler(), Household(1));
  district_.MustPush(kUnitOrg, {change});
  EXPECT_THAT(Receipts(kSiblingOrg, {change.change_id()}).receipts(), IsEmpty());
  EXPECT_EQ(Receipts(kUnionOrg, {change.change_id()}).receipts_size(), 1);
}

TEST_F(ReceiptsTest, ANodeBelowTheRootDoesNotSettleWhatItTook) {
  v1::HandshakeResponse middle = City();
  middle.set_is_root(false);
  v1::Outcome outcome;
  outcome.set_verdict(v1::VERDICT_MERGED);
  EXPECT_FALSE(ReceiptOf(outcome, middle).settled());
  EXPECT_TRUE(ReceiptOf(outcome, City()).settled());
  outcome.set_verdict(v1::VERDICT_REFUSED);
  EXPECT_TRUE(ReceiptOf(outcome, middle).settled());
}

TEST_F(ReceiptsTest, RequestsHaveBounds) {
  v1::GetReceiptsRequest request;
  for (int i = 0; i <= limits::kMaxReceipts; ++i) request.add_change_ids(ArchiveId(i));
  const Principal self{"gongye", kUnionOrg};
  EXPECT_EQ(ReasonOf(ReadReceipts(district_.store(), self, NodeOf(kUnitOrg), request).status()),
            v1::ERROR_REASON_BAD_REQUEST);
  request.clear_change_ids();
  request.add_change_ids("no uuid");
  EXPECT_EQ(ReasonOf(ReadReceipts(district_.store(), self, NodeOf(kUnitOrg), request).status()),
            v1::ERROR_REASON_BAD_REQUEST);
}

}  // namespace
}  // namespace bangfu::server
