#include "client/replica/entered_change.h"

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "client/replica/outbox_rows.h"
#include "client/replica/record_rows.h"
#include "client/replica/replica_row.h"
#include "client/replica/visible_record.h"
#include "domain/record/record_type.h"

namespace bangfu::client {
namespace {

absl::Status NoSuchEntry(absl::string_view change_id) {
  return ErrorBuilder(
             absl::StatusCode::kNotFound, v1::ERROR_REASON_NOT_FOUND,
             {absl::StrCat("没有待处理的变更 ", change_id, "；请用 status 查看待处理的变更"),
              absl::StrCat("no change ", change_id,
                           " waits for you; see status for those that do")})
      .Build();
}

bool IsAside(EntryState state) {
  return state == EntryState::kRefused || state == EntryState::kParked;
}

bool HasPending(const std::vector<OutboxRow>& rows) {
  return std::any_of(rows.begin(), rows.end(), [](const OutboxRow& row) { return row.pending(); });
}

std::string UnitOf(absl::string_view body) {
  auto record = domain::ParseRecord(v1::RECORD_TYPE_ARCHIVE, body);
  return record.ok() ? static_cast<const v1::Archive&>(**record).unit() : std::string();
}

// Completes a change before it is entered; returns the body that it is to be applied to, nullopt
// for a creation.
using Before = absl::StatusOr<std::optional<std::string>>;

Before PrepareNew(v1::Change& change) {
  if (!IsCreation(change)) return NoSuchRecord("记录", "record", change.record_id());
  change.set_base_revision(0);
  return std::nullopt;
}

Before PrepareExisting(SealedDatabase& db, const LocalRecord& record, v1::Change& change) {
  if (record.type != change.record_type()) {
    return NoSuchRecord("该类型的记录", "record of that type", change.record_id());
  }
  if (record.left_scope) {
    return UserError(absl::StatusCode::kFailedPrecondition,
                     {absl::StrCat("记录 ", record.id, " 已不在本单位管辖范围内，不能再修改"),
                      absl::StrCat("record ", record.id,
                                   " has left the scope of this union and cannot be changed")});
  }
  if (change.base_revision() <= 0 || change.base_revision() > record.base_revision) {
    change.set_base_revision(record.base_revision);
  }
  std::vector<OutboxRow> rows = SelectByRecord(db, record.id);
  // With changes pending, people see their own values and not those that a pull has brought
  // since: what they enter on top has seen no more of the parent than the first of these. What is
  // offered again speaks of the revisions of a feed that is gone.
  for (const OutboxRow& row : rows) {
    if (!row.pending() || row.reoffered.has_value()) continue;
    change.set_base_revision(std::min(change.base_revision(), row.entry.change.base_revision()));
  }
  if (record.base_body.has_value() || HasPending(rows)) return record.body;
  if (!change.has_put()) {
    return UserError(absl::StatusCode::kFailedPrecondition,
                     {absl::StrCat("上级没有接收草稿 ", record.id, "；请先按提示更正，再办理"),
                      absl::StrCat("the parent has not taken the draft ", record.id,
                                   "; correct it first, then go on")});
  }
  change.mutable_put()->clear_changed_fields();
  for (OutboxRow& row : rows) {
    if (!IsAside(row.entry.state)) continue;
    row.entry.state = EntryState::kSuperseded;
    UpdateEntry(db, row);
  }
  return std::nullopt;
}

// Where a record belongs that the parent has not got: an archive to its unit, an aid event or
// visit to the org of its archive, anything else to us.
std::string OrgOfDraft(SealedDatabase& db, const LocalRecord& record) {
  std::string org;
  if (record.type == v1::RECORD_TYPE_ARCHIVE) {
    org = UnitOf(record.body);
  } else if (auto message = domain::ParseRecord(record.type, record.body); message.ok()) {
    const auto archive = LoadRecord(db, domain::ParentIdOf(**message));
    if (archive.has_value()) org = archive->record.org;
  }
  return org.empty() ? LoadIdentity(db).org : org;
}

}  // namespace

absl::Status NoSuchRecord(absl::string_view what_zh, absl::string_view what_en,
                          absl::string_view id) {
  return ErrorBuilder(absl::StatusCode::kNotFound, v1::ERROR_REASON_NOT_FOUND,
                      {absl::StrCat("本地副本中没有", what_zh, " ", id, "；请先同步"),
                       absl::StrCat("no ", what_en, " ", id, " in this replica; sync first")})
      .Build();
}

absl::Status AppendChange(SealedDatabase& db, v1::Change change) {
  if (absl::Status status = CheckChange(change); !status.ok()) return status;
  if (LoadEntry(db, change.change_id()).has_value()) {
    return UserError(absl::StatusCode::kAlreadyExists,
                     {absl::StrCat("变更 ", change.change_id(), " 已经录入过，没有再次录入"),
                      absl::StrCat("change ", change.change_id(),
                                   " was entered before and is not entered again")});
  }
  std::optional<RecordRow> row = LoadRecord(db, change.record_id());
  auto before = row.has_value() ? PrepareExisting(db, row->record, change) : PrepareNew(change);
  if (!before.ok()) return before.status();
  auto body = ApplyChange(*before, change);
  if (!body.ok()) return body.status();
  if (!row.has_value()) {
    row.emplace();
    row->record.type = change.record_type();
    row->record.id = change.record_id();
  }
  row->record.body = *std::move(body);
  if (!row->record.base_body.has_value()) row->record.org = OrgOfDraft(db, row->record);
  InsertEntry(db, change);
  StoreRecord(db, *row);
  return absl::OkStatus();
}

absl::Status RetryChange(SealedDatabase& db, absl::string_view change_id,
                         const v1::Change& corrected) {
  std::optional<OutboxRow> row = LoadEntry(db, change_id);
  if (!row.has_value() || !IsAside(row->entry.state) ||
      row->entry.change.record_id() != corrected.record_id()) {
    return NoSuchEntry(change_id);
  }
  if (absl::Status status = AppendChange(db, corrected); !status.ok()) return status;
  row->entry.state = EntryState::kSuperseded;
  UpdateEntry(db, *std::move(row));
  return absl::OkStatus();
}

absl::Status DismissChange(SealedDatabase& db, absl::string_view change_id) {
  std::optional<OutboxRow> row = LoadEntry(db, change_id);
  if (!row.has_value() ||
      (!IsAside(row->entry.state) && row->entry.state != EntryState::kConflict)) {
    return NoSuchEntry(change_id);
  }
  row->entry.state = EntryState::kDismissed;
  const std::string record_id = row->entry.change.record_id();
  UpdateEntry(db, *std::move(row));
  if (std::optional<RecordRow> record = LoadRecord(db, record_id)) ShowRecord(db, *record);
  return absl::OkStatus();
}

absl::Status CheckRoom(SealedDatabase& db, size_t more) {
  if (CountPending(db) + static_cast<int64_t>(more) <= limits::kMaxOutbox) return absl::OkStatus();
  return ErrorBuilder(absl::StatusCode::kResourceExhausted, v1::ERROR_REASON_OUTBOX_FULL,
                      {absl::StrCat("本机待上送的变更已达上限 ", limits::kMaxOutbox,
                                    " 项，没有录入；请先同步，再录入"),
                       absl::StrCat("this desktop holds as many unsent changes as it may (",
                                    limits::kMaxOutbox, ") and nothing was entered; sync first")})
      .With("limit", absl::StrCat(limits::kMaxOutbox))
      .Build();
}

}  // namespace bangfu::client
