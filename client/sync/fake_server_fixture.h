#ifndef BANGFU_CLIENT_SYNC_FAKE_SERVER_FIXTURE_H_
#define BANGFU_CLIENT_SYNC_FAKE_SERVER_FIXTURE_H_

#include <gtest/gtest.h>

#include <algorithm>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "bangfu/v1/archive.pb.h"
#include "base/clock.h"
#include "base/error.h"
#include "client/transport/server_link.h"
#include "domain/digest/record_digest.h"

namespace bangfu::client {

inline constexpr char kUnit[] = "hz.fuyang.fuchun";
inline constexpr int64_t kNow = 1394000000;  // 2014-03-05 in Hangzhou

class FixedClock final : public Clock {
 public:
  absl::Time Now() const override { return absl::FromUnixSeconds(kNow); }
};

inline std::string RecordId(int number) {
  return absl::StrFormat("018f0000-0000-7000-8001-%012d", number);
}
inline std::string ChangeId(int number) {
  return absl::StrFormat("018f0000-0000-7000-8002-%012d", number);
}

inline v1::Archive Archive(int number, const std::string& phone = "13800000000") {
  v1::Archive archive;
  archive.set_id(RecordId(number));
  archive.set_unit(kUnit);
  archive.set_phone(phone);
  return archive;
}

inline v1::Change Creation(int number, const v1::Archive& archive) {
  v1::Change change;
  change.set_change_id(ChangeId(number));
  change.set_record_type(v1::RECORD_TYPE_ARCHIVE);
  change.set_record_id(archive.id());
  change.mutable_entry_time()->set_seconds(kNow);
  change.mutable_put()->set_record(archive.SerializeAsString());
  return change;
}

inline v1::Change Edit(int number, const v1::Archive& archive) {
  v1::Change change = Creation(number, archive);
  change.mutable_put()->add_changed_fields("phone");
  return change;
}

inline v1::Org Org(const std::string& id, v1::OrgKind kind) {
  v1::Org org;
  org.set_id(id);
  org.set_name(id);
  org.set_kind(kind);
  return org;
}

inline v1::PolicySet Policy(int64_t version, const std::string& dibao_line_yuan) {
  v1::PolicySet set;
  set.set_version(version);
  v1::Policy& policy = *set.add_policies();
  policy.set_org("hz");
  policy.set_effective_from("2014-01-01");
  policy.set_source("test");
  policy.set_dibao_line_yuan(dibao_line_yuan);
  return set;
}

// A server in memory: accepts every put whole unless a verdict is given for its change_id, keeps
// outcomes by change_id, and can lose answers, break off pulls and be restored from a backup. Has
// the capabilities that its handshake names. Not thread-safe but for Watch, Tell and Cancel.
class FakeServer final : public ServerLink {
 public:
  absl::StatusOr<v1::HandshakeResponse> Handshake(const v1::HandshakeRequest& about_us) override {
    greeting = about_us;
    if (!reachable) return absl::UnavailableError("down");
    v1::HandshakeResponse response = handshake;
    response.set_epoch(epoch);
    response.set_org_tree_version(orgs.version());
    response.set_policy_version(policy.version());
    response.set_directory_version(directory.version());
    return response;
  }

  absl::StatusOr<std::vector<v1::Outcome>> Push(const std::vector<v1::Change>& changes,
                                                const PushNote& note) override {
    notes.push_back(note);
    push_sizes.push_back(changes.size());
    std::vector<v1::Outcome> outcomes;
    for (const v1::Change& change : changes) {
      outcomes.push_back(strangers.count(change.actor().person_id()) > 0 ? NotSignedIn(change)
                                                                         : Answer(change));
    }
    if (lose_answers > 0) {
      --lose_answers;
      return absl::UnavailableError("the answer was lost");
    }
    return outcomes;
  }

  absl::Status Pull(absl::string_view cursor, OnBatch on_batch) override {
    size_t next = 0;
    if (!cursor.empty()) {
      const std::string prefix = epoch + ":";
      if (cursor.substr(0, prefix.size()) != prefix) {
        return ErrorBuilder(
                   absl::StatusCode::kFailedPrecondition,
                   bad_cursor ? v1::ERROR_REASON_BAD_CURSOR : v1::ERROR_REASON_EPOCH_CHANGED,
                   {"重新开始", "begin anew"})
            .Build();
      }
      if (cursor_too_old) {
        return ErrorBuilder(absl::StatusCode::kFailedPrecondition, v1::ERROR_REASON_CURSOR_TOO_OLD,
                            {"游标过旧", "the cursor is too old"})
            .Build();
      }
      if (!absl::SimpleAtoi(cursor.substr(prefix.size()), &next)) next = 0;
    }
    for (;;) {
      if (batches_before_break == 0) return absl::UnavailableError("the line broke");
      if (batches_before_break > 0) --batches_before_break;
      v1::PullResponse batch;
      if (next < feed.size()) {
        const std::string& id = feed[next++];
        if (records.count(id) > 0) {
          *batch.add_records() = records[id];
        } else {
          batch.add_left_record_ids(id);
        }
      }
      batch.set_next_cursor(absl::StrCat(epoch, ":", next));
      batch.set_caught_up(next == feed.size());
      const bool caught_up = batch.caught_up();
      if (absl::Status status = on_batch(batch); !status.ok()) return status;  // may take the batch
      if (caught_up) return absl::OkStatus();
    }
  }

  absl::StatusOr<std::optional<v1::OrgTree>> GetOrgTree(int64_t known_version) override {
    if (known_version == orgs.version()) return std::nullopt;
    return orgs;
  }
  absl::StatusOr<std::optional<v1::PolicySet>> GetPolicySet(int64_t known_version) override {
    if (known_version == policy.version()) return std::nullopt;
    return policy;
  }
  absl::StatusOr<std::optional<v1::Directory>> GetDirectory(int64_t known_version) override {
    ++asked_directory;
    if (known_version == directory.version()) return std::nullopt;
    return directory;
  }
  absl::StatusOr<v1::Conflict> GetConflict(absl::string_view id) override {
    const auto it = conflicts.find(std::string(id));
    if (it == conflicts.end()) return absl::NotFoundError("no such entry");
    return it->second;
  }
  absl::StatusOr<v1::ListConflictsResponse> ListConflicts(
      const v1::ListConflictsRequest& query) override {
    v1::ListConflictsResponse page;
    for (const auto& [id, conflict] : conflicts) {
      if (conflict.state() == query.state()) page.add_conflicts()->set_id(id);
    }
    return page;
  }
  absl::StatusOr<v1::GetDigestResponse> GetDigest(const v1::GetDigestRequest& request) override {
    if (digests_before_break == 0) return absl::UnavailableError("the line broke");
    if (digests_before_break > 0) --digests_before_break;
    const std::set<int> wanted(request.buckets().begin(), request.buckets().end());
    std::map<int, v1::DigestSum> sums;
    v1::GetDigestResponse answer;
    for (const auto& [id, record] : records) {
      const int bucket = domain::DigestBucket(id);
      const int top = domain::DigestTopBucket(bucket);
      const int64_t leaf =
          domain::DigestLeaf(id, record.revision(), domain::BodyDigest(record.body()));
      const bool is_top = request.level() == v1::DIGEST_LEVEL_TOP;
      const bool is_leaf = request.level() == v1::DIGEST_LEVEL_LEAVES;
      if (!is_top && wanted.count(is_leaf ? bucket : top) == 0) continue;
      if (is_leaf) {
        v1::DigestLeaf& added = *answer.add_leaves();
        added.set_id(id);
        added.set_revision(record.revision());
        added.set_leaf(leaf);
        continue;
      }
      v1::DigestSum& sum = sums[is_top ? top : bucket];
      sum.set_bucket(is_top ? top : bucket);
      sum.set_records(sum.records() + 1);
      sum.set_sum(sum.sum() ^ leaf);
    }
    for (const auto& [bucket, sum] : sums) *answer.add_sums() = sum;
    answer.set_cursor(absl::StrCat(epoch, ":", feed.size()));
    return answer;
  }
  absl::StatusOr<v1::GetRecordsResponse> GetRecords(const std::vector<std::string>& ids) override {
    v1::GetRecordsResponse answer;
    for (const std::string& id : ids) {
      if (records.count(id) > 0) {
        *answer.add_records() = records[id];
      } else if (std::find(feed.begin(), feed.end(), id) != feed.end()) {
        answer.add_left_record_ids(id);
      } else {
        answer.add_unknown_record_ids(id);
      }
    }
    return answer;
  }
  absl::StatusOr<std::vector<v1::Receipt>> GetReceipts(
      const std::vector<std::string>& change_ids) override {
    asked_receipts.push_back(change_ids);
    std::vector<v1::Receipt> receipts;
    for (const std::string& id : change_ids) {
      v1::Receipt& receipt = receipts.emplace_back();
      receipt.set_change_id(id);
      receipt.add_hops()->set_node("fuyang-1");
      receipt.set_settled(is_root);
    }
    return receipts;
  }

  absl::Status Watch(absl::string_view, absl::FunctionRef<absl::Status()> on_more) override {
    std::unique_lock<std::mutex> lock(watch_mutex_);
    ++watches;
    for (int heard = told_;;) {
      watch_changed_.wait(lock, [&] { return cancelled_ || told_ > heard || watch_breaks > 0; });
      if (cancelled_) return absl::CancelledError();
      if (watch_breaks > 0) {
        --watch_breaks;
        return absl::UnavailableError("the watch broke");
      }
      heard = told_;
      if (absl::Status status = on_more(); !status.ok()) return status;
    }
  }
  void Tell() {
    const std::lock_guard<std::mutex> lock(watch_mutex_);
    ++told_;
    watch_changed_.notify_all();
  }
  void Cancel() override {
    const std::lock_guard<std::mutex> lock(watch_mutex_);
    cancelled_ = true;
    watch_changed_.notify_all();
  }
  absl::StatusOr<v1::GetArchiveResponse> GetArchive(absl::string_view) override {
    return v1::GetArchiveResponse();
  }
  absl::StatusOr<v1::ListArchivesResponse> ListArchives(const v1::ListArchivesRequest&) override {
    return v1::ListArchivesResponse();
  }

  void Write(const v1::Archive& archive) {
    v1::Record& record = records[archive.id()];
    record.set_type(v1::RECORD_TYPE_ARCHIVE);
    record.set_id(archive.id());
    record.set_revision(record.revision() + 1);
    record.set_org(kUnit);
    record.set_body(archive.SerializeAsString());
    feed.push_back(archive.id());
  }

  // The server of before with the records of now and a feed of its own, as after a restore.
  void Restore(const std::string& new_epoch) {
    epoch = new_epoch;
    feed.clear();
    for (auto& [id, record] : records) feed.push_back(id);
  }

  // Keeps what the server knows now, for RestoreBackup.
  void Backup() { backup_ = {records, outcomes_}; }
  // The server forgets what came after Backup and begins an epoch.
  void RestoreBackup(const std::string& new_epoch) {
    records = backup_.first;
    outcomes_ = backup_.second;
    Restore(new_epoch);
  }
  void SetCapabilities(const std::vector<v1::Capability>& capabilities) {
    handshake.clear_capabilities();
    for (const v1::Capability capability : capabilities) handshake.add_capabilities(capability);
  }

  std::string PhoneOf(int number) {
    v1::Archive archive;
    EXPECT_TRUE(archive.ParseFromString(records[RecordId(number)].body()));
    return archive.phone();
  }

  v1::HandshakeResponse handshake;
  v1::PolicySet policy;
  v1::OrgTree orgs;
  v1::Directory directory;
  int asked_directory = 0;
  std::set<std::string> strangers;  // people whose sessions are not taken
  std::string epoch = "e1";
  std::map<std::string, v1::Record> records;
  std::vector<std::string> feed;
  std::map<std::string, v1::Verdict> verdicts;
  std::map<std::string, int> applied;  // how often a change took effect
  std::vector<size_t> push_sizes;
  std::vector<v1::Change> seen;
  std::vector<PushNote> notes;
  v1::HandshakeRequest greeting;
  std::map<std::string, v1::Conflict> conflicts;
  std::vector<std::vector<std::string>> asked_receipts;
  bool is_root = true;
  int lose_answers = 0;
  int batches_before_break = -1;
  bool reachable = true;
  bool bad_cursor = false;
  bool cursor_too_old = false;
  int digests_before_break = -1;
  int watches = 0;
  int watch_breaks = 0;

 private:
  // Nothing is kept of it, as the server does.
  static v1::Outcome NotSignedIn(const v1::Change& change) {
    v1::Outcome outcome;
    outcome.set_change_id(change.change_id());
    outcome.set_verdict(v1::VERDICT_REFUSED);
    outcome.add_findings()->set_code(v1::FINDING_CODE_NOT_SIGNED_IN);
    return outcome;
  }

  v1::Outcome Answer(const v1::Change& change) {
    seen.push_back(change);
    if (const auto known = outcomes_.find(change.change_id()); known != outcomes_.end()) {
      v1::Outcome outcome = known->second;
      outcome.set_replayed(true);
      if (records.count(change.record_id()) > 0) {
        *outcome.mutable_record() = records[change.record_id()];
      }
      return outcome;
    }
    v1::Outcome outcome;
    outcome.set_change_id(change.change_id());
    const auto given = verdicts.find(change.change_id());
    outcome.set_verdict(given == verdicts.end() ? v1::VERDICT_ACCEPTED : given->second);
    const bool unknown = !IsWhole(change) && records.count(change.record_id()) == 0;
    if (unknown) outcome.set_verdict(v1::VERDICT_REFUSED);
    const bool takes = outcome.verdict() == v1::VERDICT_ACCEPTED;
    if (takes) {
      v1::Archive archive;
      EXPECT_TRUE(archive.ParseFromString(change.put().record()));
      Write(archive);
      ++applied[change.change_id()];
    }
    if (outcome.verdict() == v1::VERDICT_REFUSED) {
      outcome.add_findings()->set_message_en("mend it");
    }
    if (records.count(change.record_id()) > 0) {
      outcome.set_revision(records[change.record_id()].revision());
      if (!takes) *outcome.mutable_record() = records[change.record_id()];
    }
    outcomes_[change.change_id()] = outcome;
    outcomes_[change.change_id()].clear_record();
    return outcome;
  }

  static bool IsWhole(const v1::Change& change) {
    return change.has_put() && change.put().changed_fields().empty();
  }

  using Outcomes = std::map<std::string, v1::Outcome>;
  Outcomes outcomes_;
  std::pair<std::map<std::string, v1::Record>, Outcomes> backup_;
  std::mutex watch_mutex_;
  std::condition_variable watch_changed_;
  int told_ = 0;            // guarded by watch_mutex_
  bool cancelled_ = false;  // guarded by watch_mutex_
};

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_SYNC_FAKE_SERVER_FIXTURE_H_
