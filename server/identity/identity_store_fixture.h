#ifndef BANGFU_SERVER_IDENTITY_IDENTITY_STORE_FIXTURE_H_
#define BANGFU_SERVER_IDENTITY_IDENTITY_STORE_FIXTURE_H_

#include <algorithm>
#include <map>
#include <mutex>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "domain/rules/org_tree.h"
#include "server/store/audit_store.h"
#include "server/store/identity_store.h"

namespace bangfu::server {

// The audit log in memory, for tests. Thread-safe. Nothing is chained.
class MemoryAuditStore final : public AuditStore {
 public:
  absl::Status Append(const std::vector<v1::AuditEntry>& entries) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (!failure_.ok()) return failure_;
    entries_.insert(entries_.end(), entries.begin(), entries.end());
    return absl::OkStatus();
  }
  absl::StatusOr<Chained> Chain(
      int, absl::FunctionRef<std::string(const AuditHead&, absl::string_view)>) override {
    return Chained();
  }
  absl::StatusOr<std::vector<v1::ChainedAuditEntry>> Read(int64_t, int) override {
    return std::vector<v1::ChainedAuditEntry>();
  }
  absl::StatusOr<std::vector<v1::ChainedAuditEntry>> List(const AuditQuery&) override {
    return std::vector<v1::ChainedAuditEntry>();
  }
  absl::StatusOr<AuditHead> Head() override { return AuditHead(); }

  std::vector<v1::AuditEntry> entries() const {
    const std::lock_guard<std::mutex> lock(mutex_);
    return entries_;
  }
  // Every later Append fails with this.
  void FailWith(absl::Status failure) {
    const std::lock_guard<std::mutex> lock(mutex_);
    failure_ = std::move(failure);
  }

 private:
  mutable std::mutex mutex_;
  std::vector<v1::AuditEntry> entries_;
  absl::Status failure_;
};

// People, nodes and keys in memory, for tests; what it audits goes to `audit`, and a change whose
// entry cannot be written does not happen. Thread-safe.
class MemoryIdentityStore : public IdentityStore {
 public:
  explicit MemoryIdentityStore(MemoryAuditStore& audit) : audit_(audit) {}

  absl::StatusOr<int64_t> DirectoryVersion() override {
    const std::lock_guard<std::mutex> lock(mutex_);
    return directory_.version();
  }
  absl::StatusOr<v1::Directory> LoadDirectory() override {
    const std::lock_guard<std::mutex> lock(mutex_);
    v1::Directory directory = directory_;
    for (const auto& [id, account] : accounts_) *directory.add_people() = account.person;
    for (const StoredTokenKey& key : token_keys_) *directory.add_token_keys() = key.key;
    return directory;
  }
  absl::Status SaveDirectory(const v1::Directory& directory) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    directory_ = directory;
    return absl::OkStatus();
  }
  absl::Status RevokeNode(const v1::RevokedNode& node, const v1::AuditEntry& audit) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (absl::Status entered = audit_.Append({audit}); !entered.ok()) return entered;
    *directory_.add_revoked_nodes() = node;
    NextVersion();
    return absl::OkStatus();
  }

  absl::StatusOr<std::optional<StoredAccount>> GetAccount(absl::string_view person_id) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    return Find(person_id);
  }
  absl::StatusOr<std::vector<StoredAccount>> ListAccounts(absl::string_view scope,
                                                          absl::string_view after_id,
                                                          int limit) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::vector<StoredAccount> page;
    for (auto entry = accounts_.upper_bound(std::string(after_id));
         entry != accounts_.end() && static_cast<int>(page.size()) < limit; ++entry) {
      if (domain::IsWithin(entry->second.person.org(), scope)) page.push_back(entry->second);
    }
    return page;
  }
  absl::Status ChangeAccount(
      absl::string_view person_id,
      absl::FunctionRef<absl::Status(std::optional<StoredAccount>& account, v1::AuditEntry& audit)>
          change) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    const std::optional<StoredAccount> before = Find(person_id);
    std::optional<StoredAccount> account = before;
    v1::AuditEntry audit;
    const absl::Status result = change(account, audit);
    if (audit.action() != v1::ACTION_UNSPECIFIED) {
      if (absl::Status entered = audit_.Append({audit}); !entered.ok()) return entered;
    }
    if (!result.ok()) return result;
    if (account.has_value() != before.has_value() ||
        (account && account->person.SerializeAsString() != before->person.SerializeAsString())) {
      NextVersion();
    }
    if (account) {
      accounts_[std::string(person_id)] = *std::move(account);
    } else {
      accounts_.erase(std::string(person_id));
    }
    return absl::OkStatus();
  }
  absl::StatusOr<int64_t> MoveAccounts(absl::string_view from, absl::string_view to) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    int64_t moved = 0;
    for (auto& [id, account] : accounts_) {
      if (!domain::IsWithin(account.person.org(), from)) continue;
      account.person.set_org(std::string(to));
      ++moved;
    }
    if (moved > 0) NextVersion();
    return moved;
  }

  absl::StatusOr<std::vector<StoredTokenKey>> LoadTokenKeys() override {
    const std::lock_guard<std::mutex> lock(mutex_);
    return token_keys_;
  }
  absl::Status AddTokenKey(const StoredTokenKey& key, absl::Time drop_before,
                           const v1::AuditEntry& audit) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (absl::Status entered = audit_.Append({audit}); !entered.ok()) return entered;
    std::vector<StoredTokenKey> kept{key};
    for (const StoredTokenKey& old : token_keys_) {
      if (old.created >= drop_before) kept.push_back(old);
    }
    token_keys_ = std::move(kept);
    NextVersion();
    return absl::OkStatus();
  }

  absl::Status AddEnrollment(const StoredEnrollment& enrollment,
                             const v1::AuditEntry& audit) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    if (absl::Status entered = audit_.Append({audit}); !entered.ok()) return entered;
    enrollments_[enrollment.enrollment.id()] = enrollment;
    return absl::OkStatus();
  }
  absl::StatusOr<std::vector<StoredEnrollment>> ListEnrollments(absl::string_view scope,
                                                                v1::EnrollmentState state,
                                                                absl::string_view before_id,
                                                                int limit) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::vector<StoredEnrollment> page;
    for (auto entry = enrollments_.rbegin();
         entry != enrollments_.rend() && static_cast<int>(page.size()) < limit; ++entry) {
      const v1::Enrollment& enrollment = entry->second.enrollment;
      if (!before_id.empty() && entry->first >= before_id) continue;
      if (state != v1::ENROLLMENT_STATE_UNSPECIFIED && enrollment.state() != state) continue;
      if (domain::IsWithin(enrollment.node().org(), scope)) page.push_back(entry->second);
    }
    return page;
  }
  absl::Status ChangeEnrollment(
      EnrollmentKey key, absl::string_view value,
      absl::FunctionRef<absl::Status(std::optional<StoredEnrollment>& enrollment,
                                     v1::AuditEntry& audit)>
          change) override {
    const std::lock_guard<std::mutex> lock(mutex_);
    std::optional<StoredEnrollment> enrollment;
    for (const auto& [id, stored] : enrollments_) {
      if (value == (key == EnrollmentKey::kId ? id : stored.code_hash)) enrollment = stored;
    }
    v1::AuditEntry audit;
    const absl::Status result = change(enrollment, audit);
    if (audit.action() != v1::ACTION_UNSPECIFIED) {
      if (absl::Status entered = audit_.Append({audit}); !entered.ok()) return entered;
    }
    if (result.ok() && enrollment) enrollments_[enrollment->enrollment.id()] = *enrollment;
    return result;
  }

 private:
  std::optional<StoredAccount> Find(absl::string_view person_id) const {
    const auto found = accounts_.find(std::string(person_id));
    if (found == accounts_.end()) return std::nullopt;
    return found->second;
  }
  void NextVersion() { directory_.set_version(directory_.version() + 1); }

  MemoryAuditStore& audit_;
  std::mutex mutex_;  // guards everything below
  v1::Directory directory_;
  std::map<std::string, StoredAccount> accounts_;
  std::map<std::string, StoredEnrollment> enrollments_;
  std::vector<StoredTokenKey> token_keys_;  // newest first
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_IDENTITY_IDENTITY_STORE_FIXTURE_H_
