#ifndef BANGFU_SERVER_STORE_IDENTITY_STORE_H_
#define BANGFU_SERVER_STORE_IDENTITY_STORE_H_

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "absl/time/time.h"
#include "bangfu/v1/audit_service.pb.h"
#include "bangfu/v1/enrollment_service.pb.h"
#include "bangfu/v1/identity.pb.h"

// People, nodes and keys in the store of a node. Errors of every method: UNAVAILABLE
// STORE_UNAVAILABLE, INTERNAL. Every change is audited by an entry of the caller, written in the
// same transaction.
namespace bangfu::server {

// An account with its credentials: at the root only.
struct StoredAccount {
  v1::Person person;
  std::string password_hash;  // argon2id, PHC string
  std::string totp_secret;    // bytes; sealed in the database
  bool first_password = true;
  int failures = 0;  // wrong tries in a row
  absl::Time locked_until = absl::InfinitePast();
  int64_t last_totp_step = 0;  // of the last code that was taken: no code twice
};

struct StoredEnrollment {
  v1::Enrollment enrollment;
  std::string code_hash;  // SHA-256 of the code, hexadecimal
  std::string csr_pem;
  std::string certificate_pem;
  std::string ca_pem;
};

// A private key that signs sessions: at the root only.
struct StoredTokenKey {
  v1::TokenKey key;
  std::string private_key_pem;  // sealed in the database
  absl::Time created;
};

class IdentityStore {
 public:
  virtual ~IdentityStore() = default;

  // ---- Directory.
  virtual absl::StatusOr<int64_t> DirectoryVersion() = 0;
  virtual absl::StatusOr<v1::Directory> LoadDirectory() = 0;
  // Replaces all of it by that of the parent, when its version is another. For nodes with a parent.
  virtual absl::Status SaveDirectory(const v1::Directory& directory) = 0;
  // Adds to the directory, which gets its next version.
  virtual absl::Status RevokeNode(const v1::RevokedNode& node, const v1::AuditEntry& audit) = 0;

  // ---- Accounts.
  virtual absl::StatusOr<std::optional<StoredAccount>> GetAccount(absl::string_view person_id) = 0;
  // By id, those within the scope, after `after_id`.
  virtual absl::StatusOr<std::vector<StoredAccount>> ListAccounts(absl::string_view scope,
                                                                  absl::string_view after_id,
                                                                  int limit) = 0;
  // Locks the account (or its absence: nullopt), lets `change` alter it, and writes what it left
  // there with the audit entry that it filled in; a person that differs gives the directory its
  // next version. An error of `change` writes the entry alone, when it has an action.
  virtual absl::Status ChangeAccount(
      absl::string_view person_id,
      absl::FunctionRef<absl::Status(std::optional<StoredAccount>& account, v1::AuditEntry& audit)>
          change) = 0;
  // Accounts of `from` and below go to `to`: their org became another one.
  virtual absl::StatusOr<int64_t> MoveAccounts(absl::string_view from, absl::string_view to) = 0;

  // ---- Keys of sessions.
  // Newest first.
  virtual absl::StatusOr<std::vector<StoredTokenKey>> LoadTokenKeys() = 0;
  // Its public half goes into the directory; keys older than `drop_before` are removed.
  virtual absl::Status AddTokenKey(const StoredTokenKey& key, absl::Time drop_before,
                                   const v1::AuditEntry& audit) = 0;

  // ---- Enrollment.
  virtual absl::Status AddEnrollment(const StoredEnrollment& enrollment,
                                     const v1::AuditEntry& audit) = 0;
  // Newest first, of orgs within the scope. `before_id`: exclusive; empty for the newest. Ids are
  // UUIDv7.
  virtual absl::StatusOr<std::vector<StoredEnrollment>> ListEnrollments(absl::string_view scope,
                                                                        v1::EnrollmentState state,
                                                                        absl::string_view before_id,
                                                                        int limit) = 0;
  // As ChangeAccount; by id, or by the hash of the code.
  enum class EnrollmentKey { kId, kCodeHash };
  virtual absl::Status ChangeEnrollment(
      EnrollmentKey key, absl::string_view value,
      absl::FunctionRef<absl::Status(std::optional<StoredEnrollment>& enrollment,
                                     v1::AuditEntry& audit)>
          change) = 0;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_IDENTITY_STORE_H_
