#include <utility>

#include "client/replica/outbox_rows.h"
#include "client/replica/people_rows.h"
#include "client/replica/replica_impl.h"

namespace bangfu::client {

absl::Status Replica::SaveSession(const DeskSession& session) {
  return impl_->Store([&](SealedDatabase& db) { StoreSession(db, session); });
}

absl::StatusOr<std::vector<DeskSession>> Replica::Sessions() const {
  return impl_->Load(SelectSessions);
}

absl::Status Replica::EndSession(absl::string_view person_id) {
  return impl_->Store([&](SealedDatabase& db) { EndSessionOf(db, person_id); });
}

absl::Status Replica::RemoveSession(absl::string_view person_id) {
  return impl_->Store([&](SealedDatabase& db) { DeleteSession(db, person_id); });
}

absl::StatusOr<int64_t> Replica::DirectoryVersion() const {
  return impl_->Load(LoadDirectoryVersion);
}

absl::Status Replica::SaveDirectory(const v1::Directory& directory) {
  return impl_->Store([&](SealedDatabase& db) { StoreDirectory(db, directory); });
}

absl::StatusOr<std::optional<v1::Person>> Replica::FindAccount(absl::string_view person_id) const {
  return impl_->Load([&](SealedDatabase& db) { return LoadAccount(db, person_id); });
}

absl::StatusOr<std::vector<PendingChange>> Replica::PendingOf(const std::set<std::string>& people,
                                                              int limit) const {
  return impl_->Load([&](SealedDatabase& db) { return SelectPending(db, limit, &people); });
}

absl::StatusOr<std::map<std::string, int64_t>> Replica::HeldBack(
    const std::set<std::string>& people) const {
  return impl_->Load([&](SealedDatabase& db) { return CountHeldBack(db, people); });
}

absl::Status Replica::NoteRead(const v1::AuditEntry& entry) {
  return impl_->Store([&](SealedDatabase& db) { InsertRead(db, entry); });
}

absl::StatusOr<std::vector<v1::AuditEntry>> Replica::UnreportedReads(int limit) const {
  return impl_->Load([&](SealedDatabase& db) { return SelectReads(db, limit); });
}

absl::Status Replica::RemoveReads(absl::Span<const v1::AuditEntry> entries) {
  return impl_->Store([&](SealedDatabase& db) { DeleteReads(db, entries); });
}

}  // namespace bangfu::client
