#include "server/audit/audit_report.h"

#include <utility>

#include "absl/strings/str_cat.h"

namespace bangfu::server {

void AuditReport::Add(Text problem) {
  ++problem_count_;
  if (problems_.size() < kMaxAuditProblems) problems_.push_back(std::move(problem));
}

void AuditReport::Take(const v1::ChainedAuditEntry& entry) {
  ++entries_;
  ended_ = false;  // nothing follows the end
  const int64_t expected = verifier_.head().sequence + 1;
  const int64_t sequence = entry.sequence();
  switch (verifier_.Check(entry)) {
    case AuditChain::Verifier::Fault::kNone:
      break;
    case AuditChain::Verifier::Fault::kChanged:
      Add({absl::StrCat("第 ", sequence, " 条被改动过，或与前一条不衔接。"),
           absl::StrCat("Entry ", sequence, " was changed, or does not follow the one before.")});
      break;
    case AuditChain::Verifier::Fault::kMissing:
      Add({absl::StrCat("缺少第 ", expected, " 至 ", sequence - 1, " 条。"),
           absl::StrCat("Entries ", expected, " to ", sequence - 1, " are missing.")});
      break;
    case AuditChain::Verifier::Fault::kOutOfOrder:
      Add({absl::StrCat("第 ", sequence, " 条重复或次序有误。"),
           absl::StrCat("Entry ", sequence, " is there twice or out of order.")});
      break;
  }
  if (!noted_ || sequence != noted_->sequence || noted_seen_) return;
  noted_seen_ = true;
  if (entry.hash() != noted_->hash) {
    Add({absl::StrCat("第 ", sequence, " 条与数据库外记录的末条不一致：日志曾被重写或恢复过备份。"),
         absl::StrCat("Entry ", sequence,
                      " is not the one that was noted outside the database: the "
                      "log was rewritten, or a backup restored.")});
  }
}

void AuditReport::TakeUnreadable(int64_t line) {
  Add({absl::StrCat("文件第 ", line, " 行不是审计记录，或其显示内容被改动过。"),
       absl::StrCat("Line ", line,
                    " of the file is no audit entry, or what it shows was changed.")});
}

void AuditReport::TakeEnd(const v1::ChainedAuditEntry& end) {
  const AuditHead& head = verifier_.head();
  ended_ = end.sequence() == head.sequence && end.hash() == chain_.Seal(head);
}

void AuditReport::FinishFile() {
  if (ended_) return;
  const int64_t last = verifier_.head().sequence;
  Add({absl::StrCat("文件末尾在第 ", last, " 条之后缺失：没有第 ", last + 1, " 条，也没有结束行。"),
       absl::StrCat("The end of the file is cut off after entry ", last, ": entry ", last + 1,
                    " or the closing line is missing.")});
}

void AuditReport::FinishStore() {
  if (!noted_ || noted_seen_) return;
  Add({absl::StrCat("日志末尾缺失：数据库外记录的末条是第 ", noted_->sequence, " 条，而日志止于第 ",
                    verifier_.head().sequence, " 条。"),
       absl::StrCat("The end is cut off: entry ", noted_->sequence,
                    " was noted outside the database, but the log ends at ",
                    verifier_.head().sequence, ".")});
}

}  // namespace bangfu::server
