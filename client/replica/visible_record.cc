#include "client/replica/visible_record.h"

#include <algorithm>
#include <cstdint>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "base/error.h"
#include "base/limits.h"
#include "domain/life/entry_time.h"
#include "domain/life/preview.h"
#include "domain/record/record_type.h"
#include "domain/text/civil_date.h"
#include "domain/text/uuid.h"

namespace bangfu::client {
namespace {

absl::Status Malformed(const v1::Change& change, absl::string_view zh, absl::string_view en) {
  return UserError(absl::StatusCode::kInvalidArgument,
                   {absl::StrCat("变更 ", change.change_id(), " ", zh),
                    absl::StrCat("change ", change.change_id(), " ", en)});
}

absl::CivilDay EntryDay(const v1::Change& change) {
  return domain::ShanghaiDay(absl::FromUnixSeconds(change.entry_time().seconds()));
}

// Whether the change, which is offered again, was parked before: the parent never had it.
bool WasParked(const OutboxRow& row) {
  return row.reoffered.has_value() && row.entry.outcome.verdict() == v1::VERDICT_PARKED;
}

// All of the record that was entered, with its time of entry (A23).
absl::StatusOr<std::string> CreatedBody(const v1::Change& change) {
  auto record = domain::ParseRecord(change.record_type(), change.put().record());
  if (!record.ok()) return record.status();
  domain::SetEnteredTime(**record, change.entry_time());
  return (*record)->SerializeAsString();
}

}  // namespace

absl::Status CheckChange(const v1::Change& change) {
  if (!domain::IsUuid(change.change_id()) || !domain::IsUuid(change.record_id())) {
    return Malformed(change, "的标识不是 UUID；请升级程序后重新录入",
                     "has an id that is not a UUID; update the program and enter it again");
  }
  if (change.action_case() == v1::Change::ACTION_NOT_SET ||
      domain::NewRecord(change.record_type()) == nullptr) {
    return Malformed(change, "的内容或记录类型未知；请升级程序",
                     "has no action or no record type known here; update the program");
  }
  if (change.has_put() &&
      static_cast<int64_t>(change.put().record().size()) > limits::kMaxRecordBytes) {
    return Malformed(change,
                     absl::StrCat("的记录超过 ", limits::kMaxRecordBytes, " 字节；请缩短说明文字"),
                     absl::StrCat("has a record of more than ", limits::kMaxRecordBytes,
                                  " bytes; shorten its texts"));
  }
  if (change.has_put()) {
    auto record = domain::ParseRecord(change.record_type(), change.put().record());
    if (!record.ok()) return record.status();
    if (domain::IdOf(**record) != change.record_id()) {
      return Malformed(change, "与其记录的标识不一致；请重新录入",
                       "is about another record than the one it carries; enter it again");
    }
  }
  return absl::OkStatus();
}

absl::StatusOr<std::string> ApplyChange(const std::optional<std::string>& body,
                                        const v1::Change& change) {
  if (!body.has_value()) {
    if (change.has_put()) return CreatedBody(change);
    return Malformed(change, "所办理的档案不存在；请先同步",
                     "is a step on a record that does not exist; sync first");
  }
  auto record = domain::ParseRecord(change.record_type(), *body);
  if (!record.ok()) return record.status();
  if (absl::Status status = domain::Preview(**record, change, EntryDay(change)); !status.ok()) {
    return status;
  }
  return (*record)->SerializeAsString();
}

bool IsOnTop(const OutboxRow& row, int64_t base_revision) {
  if (!row.pending() || WasParked(row)) return false;
  return !row.reoffered.has_value() || row.entry.outcome.revision() > base_revision;
}

std::optional<std::string> VisibleBody(const LocalRecord& record,
                                       const std::vector<OutboxRow>& rows) {
  const bool is_draft = !record.base_body.has_value();
  std::optional<std::string> body = record.base_body;
  for (const OutboxRow& row : rows) {
    const EntryState state = row.entry.state;
    const bool aside =
        state == EntryState::kRefused || state == EntryState::kParked || WasParked(row);
    const bool shown = is_draft ? (aside ? row.entry.change.has_put() : row.pending())
                                : IsOnTop(row, record.base_revision);
    if (!shown) continue;
    auto next = ApplyChange(body, row.entry.change);
    if (next.ok()) body = *std::move(next);
  }
  return body;
}

void ShowRecord(SealedDatabase& db, RecordRow& row) {
  const std::vector<OutboxRow> rows = SelectByRecord(db, row.record.id);
  const bool waits =
      std::any_of(rows.begin(), rows.end(), [](const OutboxRow& each) { return each.pending(); });
  std::optional<std::string> body = VisibleBody(row.record, rows);
  if (!body.has_value() || (row.record.left_scope && !waits)) {
    DeleteRecord(db, row.record.id);
    return;
  }
  row.record.body = *std::move(body);
  StoreRecord(db, row);
}

}  // namespace bangfu::client
