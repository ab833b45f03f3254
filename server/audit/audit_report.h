#ifndef BANGFU_SERVER_AUDIT_AUDIT_REPORT_H_
#define BANGFU_SERVER_AUDIT_AUDIT_REPORT_H_

#include <cstdint>
#include <optional>
#include <vector>

#include "bangfu/v1/audit_service.pb.h"
#include "base/error.h"
#include "server/audit/audit_chain.h"

namespace bangfu::server {

// Problems beyond this many are only counted.
inline constexpr int kMaxAuditProblems = 20;

// What verifying an audit log found.
class AuditReport {
 public:
  // `noted` is the head that was noted outside the database, if there is one.
  AuditReport(const AuditChain& chain, std::optional<AuditHead> noted)
      : chain_(chain), verifier_(chain), noted_(std::move(noted)) {}

  // Takes the entries in the order in which they are found.
  void Take(const v1::ChainedAuditEntry& entry);
  // Takes a line of a file that is no entry.
  void TakeUnreadable(int64_t line);
  // Takes the line that ends an exported file.
  void TakeEnd(const v1::ChainedAuditEntry& end);
  // After the last entry of the store: whether that is the end that was noted.
  void FinishStore();
  // After the last line of a file: whether it was ended.
  void FinishFile();

  bool good() const { return problem_count_ == 0; }
  int64_t entries() const { return entries_; }
  int64_t problem_count() const { return problem_count_; }
  // The first ones, each naming its sequence.
  const std::vector<Text>& problems() const { return problems_; }

 private:
  void Add(Text problem);

  const AuditChain& chain_;
  AuditChain::Verifier verifier_;
  const std::optional<AuditHead> noted_;
  bool noted_seen_ = false;
  bool ended_ = false;
  int64_t entries_ = 0;
  int64_t problem_count_ = 0;
  std::vector<Text> problems_;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_AUDIT_AUDIT_REPORT_H_
