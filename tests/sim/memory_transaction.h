#ifndef BANGFU_TESTS_SIM_MEMORY_TRANSACTION_H_
#define BANGFU_TESTS_SIM_MEMORY_TRANSACTION_H_

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "tests/sim/memory_state.h"

namespace bangfu::sim {

// One transaction on the state of a MemoryStore. What it writes stands at once; Undo takes it back.
class MemoryTransaction final : public server::Transaction {
 public:
  MemoryTransaction(MemoryState& state, absl::Time now) : state_(state), now_(now) {}

  bool has_written() const { return before_.has_value(); }
  void Undo();

  absl::StatusOr<std::map<std::string, server::LoggedChange>> FindChanges(
      const std::vector<std::string>& change_ids) override;
  absl::StatusOr<std::map<std::string, server::StoredRecord>> LockRecords(
      const std::vector<std::string>& ids) override;
  absl::StatusOr<std::vector<server::Revision>> RevisionsSince(
      const std::vector<std::pair<std::string, int64_t>>& records) override;
  absl::StatusOr<std::map<std::string, server::PersonHolder>> FindPersons(
      const std::vector<std::string>& keys) override;
  absl::StatusOr<std::vector<server::StoredRecord>> ChildrenOf(
      const std::vector<std::string>& archive_ids) override;
  absl::StatusOr<std::map<std::string, std::string>> FindNumbers(
      const std::vector<std::string>& numbers) override;
  absl::StatusOr<std::map<server::CounterKey, int>> LockCounters(
      const std::vector<server::CounterKey>& keys) override;
  absl::StatusOr<std::map<std::string, std::vector<v1::Change>>> PendingUpstream(
      const std::vector<std::string>& record_ids) override;
  absl::StatusOr<std::map<std::string, v1::Conflict>> LockConflicts(
      const std::vector<std::string>& ids) override;
  absl::StatusOr<std::vector<v1::Conflict>> LockConflictsOf(
      const std::vector<std::string>& record_ids) override;
  absl::StatusOr<std::map<std::string, std::vector<std::string>>> FormerOrgs(
      const std::vector<std::string>& record_ids) override;
  absl::Status Write(const server::WriteSet& writes) override;

 private:
  MemoryState& state_;
  const absl::Time now_;
  std::optional<MemoryState> before_;
};

}  // namespace bangfu::sim

#endif  // BANGFU_TESTS_SIM_MEMORY_TRANSACTION_H_
