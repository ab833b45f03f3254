#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/assignment.h"
#include "client/cli/edit_entry.h"
#include "client/cli/life_commands.h"
#include "client/cli/local_case.h"
#include "client/cli/person_rights.h"
#include "client/cli/shown_value.h"
#include "domain/codes/field_spec.h"
#include "domain/record/field_path.h"
#include "domain/record/field_values.h"
#include "domain/record/mask.h"
#include "domain/record/record_type.h"
#include "domain/rules/label.h"
#include "domain/text/uuid.h"

// Aid events and visits: both are records of an archive, and all that is said of them here comes
// from their descriptors.
namespace bangfu::client {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr char kArchiveField[] = "archive_id";

void SetArchive(const std::string& archive_id, Message& event) {
  event.GetReflection()->SetString(&event, event.GetDescriptor()->FindFieldByName(kArchiveField),
                                   archive_id);
}

Text NounOf(v1::RecordType type) {
  return type == v1::RECORD_TYPE_VISIT ? Text{"走访记录", "visit"} : Text{"帮扶信息", "aid event"};
}

absl::StatusOr<LocalRecord> FindEvent(Session& session, const EventOptions& options) {
  if (const auto uuid = domain::ParseUuid(options.id)) {
    auto record = session.replica().GetRecord(*uuid);
    if (record.ok() && record->type == options.type) return record;
    if (!record.ok() && !absl::IsNotFound(record.status())) return record.status();
  }
  const Text noun = NounOf(options.type);
  return UserError(
      absl::StatusCode::kNotFound,
      {absl::StrCat("本机没有", noun.zh, " ", options.id, "；请核对标识，或先运行 bangfu sync。"),
       absl::StrCat("There is no ", noun.en, " ", options.id,
                    " here; check the id, or run bangfu sync first.")});
}

// The columns of a list: every field but the archive, which is the same in all rows; the id, which
// commands take, at the end.
std::vector<const FieldDescriptor*> ColumnsOf(const Descriptor& record) {
  std::vector<const FieldDescriptor*> columns;
  const FieldDescriptor* key = nullptr;
  for (int i = 0; i < record.field_count(); ++i) {
    const FieldDescriptor& field = *record.field(i);
    if (domain::SpecOf(field).list_key()) {
      key = &field;
    } else if (field.name() != kArchiveField && domain::IsValue(field)) {
      columns.push_back(&field);
    }
  }
  if (key != nullptr) columns.push_back(key);
  return columns;
}

std::vector<std::string> RowOf(const Session& session, const Message& event,
                               const std::vector<const FieldDescriptor*>& columns) {
  const domain::FieldValues values = domain::ReadFields(event);
  std::vector<std::string> row;
  for (const FieldDescriptor* column : columns) {
    const auto value = values.find(column->name());
    row.push_back(
        value == values.end()
            ? (domain::SpecOf(*column).list_key() ? domain::IdOf(event) : "-")
            : ShownValue(session, *event.GetDescriptor(), value->first, value->second, false));
  }
  return row;
}

}  // namespace

absl::StatusOr<ExitStatus> AddEvent(Session& session, const EventOptions& options) {
  auto record = session.FindArchive(options.archive);
  if (!record.ok()) return record.status();
  auto local = ReadCase(session.replica(), *record);
  if (!local.ok()) return local.status();
  const std::unique_ptr<Message> event = domain::NewRecord(options.type);
  auto read = Assign(session, options.assignments, "", *event);
  if (!read.ok()) return read.status();
  Edit edit{*local};
  edit.type = options.type;
  edit.after = event.get();
  edit.new_id = session.NewId();
  edit.read = *std::move(read);
  domain::SetId(*event, edit.new_id);
  SetArchive(record->id, *event);
  return EnterEdit(session, std::move(edit));
}

absl::StatusOr<ExitStatus> EditEvent(Session& session, const EventOptions& options) {
  auto record = FindEvent(session, options);
  if (!record.ok()) return record.status();
  auto archive = session.FindArchive(record->archive_id);
  if (!archive.ok()) return archive.status();
  auto local = ReadCase(session.replica(), *archive);
  if (!local.ok()) return local.status();
  auto before = domain::ParseRecord(record->type, record->body);
  if (!before.ok()) return before.status();
  const std::unique_ptr<Message> after((*before)->New());
  after->CopyFrom(**before);
  auto read = Assign(session, options.assignments, "", *after);
  if (!read.ok()) return read.status();
  Edit edit{*local};
  edit.type = options.type;
  edit.before = before->get();
  edit.after = after.get();
  edit.base_revision = record->base_revision;
  edit.reason = options.reason;
  edit.read = *std::move(read);
  return EnterEdit(session, std::move(edit));
}

absl::StatusOr<ExitStatus> ListEvents(Session& session, const EventOptions& options) {
  auto archive = session.FindArchive(options.archive);
  if (!archive.ok()) return archive.status();
  auto holder = ArchiveOf(*archive);
  if (!holder.ok()) return holder.status();
  auto reader = session.Signed();
  if (!reader.ok()) return reader.status();
  absl::Status may =
      CheckMayAct(session, reader->person, v1::ACTION_LIST, {archive->org, holder->tier()});
  if (!may.ok()) return may;
  auto records = session.replica().ListCaseRecords(archive->id, archive->id);
  if (!records.ok()) return records.status();
  const auto columns = ColumnsOf(*domain::NewRecord(options.type)->GetDescriptor());
  std::vector<std::string> header;
  for (const FieldDescriptor* column : columns) {
    header.push_back(session.out().Say(domain::FieldLabel(*column)));
  }
  Table table(std::move(header));
  Json document = Json::array();
  for (const LocalRecord& record : *records) {
    if (record.type != options.type) continue;
    auto event = domain::ParseRecord(record.type, record.body);
    if (!event.ok()) return event.status();
    table.Add(RowOf(session, **event, columns));
    domain::MaskRecord(**event, session.today());
    Json entry = ToJson(**event);
    entry["revision"] = record.base_revision;
    document.push_back(std::move(entry));
  }
  session.out().Print(table);
  session.out().Line(
      {absl::StrCat("共 ", document.size(), " 条。"), absl::StrCat(document.size(), " entries.")});
  session.out().Print(document);
  return kDone;
}

absl::StatusOr<ExitStatus> ShowEvent(Session& session, const EventOptions& options) {
  auto record = FindEvent(session, options);
  if (!record.ok()) return record.status();
  auto event = domain::ParseRecord(record->type, record->body);
  if (!event.ok()) return event.status();
  // Rights follow the archive; without it they are those of a tier that is not stated.
  const auto holder = session.replica().GetRecord(record->archive_id);
  const absl::StatusOr<v1::Archive> archive =
      holder.ok() ? ArchiveOf(*holder) : absl::StatusOr<v1::Archive>(holder.status());
  const v1::Tier tier = archive.ok() ? archive->tier() : v1::TIER_UNSPECIFIED;
  absl::Status admitted =
      AdmitReader(session, options.sight, {record->type, record->id, {record->org, tier}});
  if (!admitted.ok()) return admitted;
  const bool unmask = options.sight.unmask;
  const Descriptor& descriptor = *(*event)->GetDescriptor();
  Table table(session.out().english() ? std::vector<std::string>{"field", "value"}
                                      : std::vector<std::string>{"栏目", "内容"});
  for (const auto& [path, value] : domain::ReadFields(**event)) {
    table.Add({domain::LabelOfPath(descriptor, path, session.out().language()),
               ShownValue(session, descriptor, path, value, unmask)});
  }
  session.out().Print(table);
  if (!unmask) domain::MaskRecord(**event, session.today());
  Json document = ToJson(**event);
  document["revision"] = record->base_revision;
  session.out().Print(document);
  return kDone;
}

}  // namespace bangfu::client
