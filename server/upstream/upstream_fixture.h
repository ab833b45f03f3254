#ifndef BANGFU_SERVER_UPSTREAM_UPSTREAM_FIXTURE_H_
#define BANGFU_SERVER_UPSTREAM_UPSTREAM_FIXTURE_H_

#include <algorithm>
#include <atomic>
#include <functional>
#include <limits>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "base/error.h"
#include "client/transport/server_link.h"
#include "server/sync/receipts.h"
#include "server/sync/scope_digest.h"
#include "server/sync/sync_fixture.h"

// A city without a network, as a district's link sees it.
namespace bangfu::server {

class ScriptedParent final : public client::ServerLink {
 public:
  explicit ScriptedParent(TestNode& city) : city_(&city) { handshake = AnswerOf(kCityOrg); }

  static v1::HandshakeResponse AnswerOf(const std::string& server_org) {
    v1::HandshakeResponse answer;
    answer.set_server_org(server_org);
    answer.set_server_node("city");
    answer.set_org(kUnionOrg);
    answer.set_node(NodeOf(kUnionOrg).node);
    answer.set_is_root(true);
    return answer;
  }

  absl::StatusOr<v1::HandshakeResponse> Handshake(const v1::HandshakeRequest& about_us) override {
    if (absl::Status status = Note("handshake"); !status.ok()) return status;
    if (blocked) {
      cancelled_.WaitForNotification();
      return absl::CancelledError("cancelled");
    }
    last_request = about_us;
    v1::HandshakeResponse answer = handshake;
    answer.set_policy_version(policy.version());
    answer.set_directory_version(directory.version());
    auto feed = city_->store().GetFeedState();
    if (answer.epoch().empty() && feed.ok()) answer.set_epoch(feed->epoch);
    return answer;
  }
  absl::StatusOr<std::vector<v1::Outcome>> Push(const std::vector<v1::Change>& changes,
                                                const client::PushNote& note) override {
    if (absl::Status status = Note("push"); !status.ok()) return status;
    if (!push_fault.ok()) {
      for (const v1::Change& change : changes) {
        if (bad_change.empty() || change.change_id() == bad_change) return push_fault;
      }
    }
    {
      const std::lock_guard<std::mutex> lock(mutex_);
      reoffers_.insert(reoffers_.end(), note.reoffers.begin(), note.reoffers.end());
    }
    auto outcomes = city_->TryPush(kUnionOrg, changes, note.reoffers);
    if (!after_push.ok()) return after_push;
    return outcomes;
  }
  absl::Status Pull(absl::string_view cursor, OnBatch on_batch) override {
    if (absl::Status status = Note(cursor.empty() ? "pull from start" : "pull"); !status.ok())
      return status;
    Sequence();
    std::string at(cursor);
    for (;;) {
      auto batch = city_->Pull(kUnionOrg, at, 3);
      if (!batch.ok()) return batch.status();
      const bool caught_up = batch->caught_up();
      at = batch->next_cursor();
      if (absl::Status status = on_batch(*batch); !status.ok()) return status;
      if (caught_up) return absl::OkStatus();
    }
  }
  absl::Status Watch(absl::string_view, absl::FunctionRef<absl::Status()> on_more) override {
    if (absl::Status status = Note("watch"); !status.ok()) return status;
    for (int64_t told = news_; !cancelled_.HasBeenNotified(); absl::SleepFor(kLook)) {
      if (const int64_t news = news_; news != told) {
        told = news;
        if (news < 0) return absl::UnavailableError("the line broke");
        if (absl::Status status = on_more(); !status.ok()) return status;
      }
    }
    return absl::CancelledError("cancelled");
  }
  absl::StatusOr<v1::GetDigestResponse> GetDigest(const v1::GetDigestRequest& request) override {
    if (absl::Status status = Note("digest"); !status.ok()) return status;
    Sequence();
    return ReadDigest(city_->store(), city_->orgs(), NodeOf(kUnionOrg), request);
  }
  absl::StatusOr<v1::GetRecordsResponse> GetRecords(const std::vector<std::string>& ids) override {
    if (absl::Status status = Note("records"); !status.ok()) return status;
    v1::GetRecordsRequest request;
    for (const std::string& id : ids) request.add_ids(id);
    return ReadRecords(city_->store(), city_->orgs(), NodeOf(kUnionOrg), request);
  }
  absl::StatusOr<std::vector<v1::Receipt>> GetReceipts(
      const std::vector<std::string>& change_ids) override {
    if (absl::Status status = Note("receipts"); !status.ok()) return status;
    v1::GetReceiptsRequest request;
    for (const std::string& id : change_ids) request.add_change_ids(id);
    auto answer = ReadReceipts(city_->store(), {"city", kCityOrg}, NodeOf(kUnionOrg), request);
    if (!answer.ok()) return answer.status();
    return std::vector<v1::Receipt>(answer->receipts().begin(), answer->receipts().end());
  }
  absl::StatusOr<std::optional<v1::OrgTree>> GetOrgTree(int64_t) override { return std::nullopt; }
  absl::StatusOr<std::optional<v1::PolicySet>> GetPolicySet(int64_t known_version) override {
    if (known_version == policy.version()) return std::nullopt;
    return policy;
  }
  absl::StatusOr<std::optional<v1::Directory>> GetDirectory(int64_t known_version) override {
    if (absl::Status status = Note("directory"); !status.ok()) return status;
    if (known_version == directory.version()) return std::nullopt;
    return directory;
  }
  absl::StatusOr<v1::Conflict> GetConflict(absl::string_view id) override {
    if (absl::Status status = Note("conflict"); !status.ok()) return status;
    auto entry = city_->store().GetConflict(kUnionOrg, id);
    if (!entry.ok()) return entry.status();
    if (!entry->has_value()) return absl::NotFoundError("no such entry");
    return **entry;
  }
  absl::StatusOr<v1::ListConflictsResponse> ListConflicts(
      const v1::ListConflictsRequest& request) override {
    if (absl::Status status = Note("conflicts"); !status.ok()) return status;
    ConflictQuery query;
    query.scope = kUnionOrg;
    query.limit = 1;
    query.before = request.page_token().empty() ? 0 : std::stoll(request.page_token());
    auto page = city_->store().ListConflicts(query);
    if (!page.ok()) return page.status();
    v1::ListConflictsResponse answer;
    for (const v1::Conflict& entry : page->conflicts) *answer.add_conflicts() = entry;
    if (page->next_before > 0) answer.set_next_page_token(std::to_string(page->next_before));
    return answer;
  }
  absl::StatusOr<v1::GetArchiveResponse> GetArchive(absl::string_view) override { return Unused(); }
  absl::StatusOr<v1::ListArchivesResponse> ListArchives(const v1::ListArchivesRequest&) override {
    return Unused();
  }
  void Cancel() override {
    if (!cancelled_.HasBeenNotified()) cancelled_.Notify();
  }

  // Everything that this program can do.
  void CanAll() {
    for (const v1::Capability capability :
         {v1::CAPABILITY_WATCH, v1::CAPABILITY_DIGEST, v1::CAPABILITY_RECEIPT,
          v1::CAPABILITY_CONFLICT_FEED, v1::CAPABILITY_REOFFER})
      handshake.add_capabilities(capability);
  }
  // From now on another database answers: a backup was restored.
  void Become(TestNode& city) { city_ = &city; }
  // Lets watches say that there is more, or break.
  void TellWatches() { ++news_; }
  void BreakWatches() { news_ = -news_ - 1; }

  std::vector<std::string> Calls() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return calls_;
  }
  std::vector<v1::Reoffer> Reoffers() {
    const std::lock_guard<std::mutex> lock(mutex_);
    return reoffers_;
  }
  void Forget() {
    const std::lock_guard<std::mutex> lock(mutex_);
    calls_.clear();
  }

  // Set before a round begins.
  v1::HandshakeResponse handshake;  // without epoch: the city's
  v1::PolicySet policy;
  v1::Directory directory;  // for parents with CAPABILITY_PEOPLE
  bool blocked = false;
  absl::Status push_fault;
  absl::Status after_push;  // the answer gets lost
  std::string bad_change;   // only pushes with this one fail
  int calls_until_cut = std::numeric_limits<int>::max();

  v1::HandshakeRequest last_request;  // of rounds in one thread

 private:
  static constexpr absl::Duration kLook = absl::Milliseconds(5);

  // Unless somebody else does.
  void Sequence() {
    auto session = city_->store().OpenSequencer();
    if (!session.ok() || !(*session)->Lead().value_or(false)) return;
    while ((*session)->Sequence(1000).value_or(0) > 0) {
    }
  }
  static absl::Status Unused() { return absl::UnimplementedError("not for servers"); }
  absl::Status Note(const std::string& call) {
    const std::lock_guard<std::mutex> lock(mutex_);
    calls_.push_back(call);
    return calls_until_cut-- > 0 ? absl::OkStatus() : absl::UnavailableError("cut off");
  }

  TestNode* city_;
  absl::Notification cancelled_;
  std::atomic<int64_t> news_{0};
  std::mutex mutex_;
  std::vector<std::string> calls_;
  std::vector<v1::Reoffer> reoffers_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_UPSTREAM_UPSTREAM_FIXTURE_H_
