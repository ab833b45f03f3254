#ifndef BANGFU_TESTS_SIM_DIRECTORY_STORE_H_
#define BANGFU_TESTS_SIM_DIRECTORY_STORE_H_

#include <optional>
#include <string>
#include <vector>

#include "server/store/identity_store.h"

namespace bangfu::sim {

// The directory of a simulated node. There are no passwords, keys and invitations in simulations:
// everything else is UNIMPLEMENTED.
class DirectoryStore final : public server::IdentityStore {
 public:
  absl::StatusOr<int64_t> DirectoryVersion() override { return directory_.version(); }
  absl::StatusOr<v1::Directory> LoadDirectory() override { return directory_; }
  absl::Status SaveDirectory(const v1::Directory& directory) override {
    directory_ = directory;
    return absl::OkStatus();
  }

  absl::Status RevokeNode(const v1::RevokedNode&, const v1::AuditEntry&) override {
    return Unused();
  }
  absl::StatusOr<std::optional<server::StoredAccount>> GetAccount(absl::string_view) override {
    return Unused();
  }
  absl::StatusOr<std::vector<server::StoredAccount>> ListAccounts(absl::string_view,
                                                                  absl::string_view, int) override {
    return Unused();
  }
  absl::Status ChangeAccount(absl::string_view,
                             absl::FunctionRef<absl::Status(std::optional<server::StoredAccount>&,
                                                            v1::AuditEntry&)>) override {
    return Unused();
  }
  absl::StatusOr<int64_t> MoveAccounts(absl::string_view, absl::string_view) override {
    return Unused();
  }
  absl::StatusOr<std::vector<server::StoredTokenKey>> LoadTokenKeys() override { return Unused(); }
  absl::Status AddTokenKey(const server::StoredTokenKey&, absl::Time,
                           const v1::AuditEntry&) override {
    return Unused();
  }
  absl::Status AddEnrollment(const server::StoredEnrollment&, const v1::AuditEntry&) override {
    return Unused();
  }
  absl::StatusOr<std::vector<server::StoredEnrollment>> ListEnrollments(absl::string_view,
                                                                        v1::EnrollmentState,
                                                                        absl::string_view,
                                                                        int) override {
    return Unused();
  }
  absl::Status ChangeEnrollment(
      EnrollmentKey, absl::string_view,
      absl::FunctionRef<absl::Status(std::optional<server::StoredEnrollment>&, v1::AuditEntry&)>)
      override {
    return Unused();
  }

 private:
  static absl::Status Unused() { return absl::UnimplementedError("not in simulations"); }

  v1::Directory directory_;
};

}  // namespace bangfu::sim

#endif  // BANGFU_TESTS_SIM_DIRECTORY_STORE_H_
