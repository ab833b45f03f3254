#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "bangfu/v1/conflict_service.pb.h"
#include "client/cli/commands.h"
#include "domain/record/field_values.h"
#include "domain/record/mask.h"
#include "domain/record/record_type.h"
#include "domain/text/civil_date.h"

namespace bangfu::client {
namespace {

constexpr int kMaxListedConflicts = 1000;  // entries of one listing

Text KindText(v1::ConflictKind kind) {
  switch (kind) {
    case v1::CONFLICT_KIND_MERGED:
      return {"已合并", "merged"};
    case v1::CONFLICT_KIND_FIELDS:
      return {"字段冲突", "fields"};
    case v1::CONFLICT_KIND_FIELD_NOT_OWNED:
      return {"越权字段", "field not owned"};
    case v1::CONFLICT_KIND_DUPLICATE_PERSON:
      return {"一人两档", "duplicate person"};
    case v1::CONFLICT_KIND_ENDED:
      return {"档案已结束", "archive ended"};
    case v1::CONFLICT_KIND_REFUSED_UPSTREAM:
      return {"上级未接受", "refused upstream"};
    default:
      return {"其他", "other"};
  }
}

std::string When(const google::protobuf::Timestamp& timestamp) {
  if (timestamp.seconds() == 0) return "";
  return absl::FormatTime("%Y-%m-%d %H:%M", absl::FromUnixSeconds(timestamp.seconds()),
                          domain::ShanghaiTimeZone());
}

std::string Label(const Output& out, const v1::Conflict& conflict, const std::string& path) {
  const auto record = domain::NewRecord(conflict.record_type());
  if (record == nullptr) return path;
  return domain::LabelOfPath(*record->GetDescriptor(), path, out.language());
}

std::string Labels(const Output& out, const v1::Conflict& conflict) {
  std::vector<std::string> labels;
  for (const v1::FieldConflict& field : conflict.fields())
    labels.push_back(Label(out, conflict, field.field()));
  return absl::StrJoin(labels, out.english() ? ", " : "、");
}

// A value for people. What kind of record it is of decides what has to be masked; of an unknown one
// everything.
std::string Shown(const v1::Conflict& conflict, const std::string& path, const std::string& value,
                  bool unmask, domain::Language language) {
  const auto record = domain::NewRecord(conflict.record_type());
  if (record == nullptr) return unmask ? value : domain::kHiddenText;
  return domain::DisplayValue(*record->GetDescriptor(), path, value, !unmask, language);
}

// Replaces the values by what may be shown of them, as the server does in its lists.
void MaskFields(v1::Conflict& conflict) {
  const auto masked = [&](const std::string& path, const std::string& value) {
    return Shown(conflict, path, value, false, domain::Language::kChinese);
  };
  for (v1::FieldConflict& field : *conflict.mutable_fields()) {
    if (field.has_base()) field.set_base(masked(field.field(), field.base()));
    if (field.has_ours()) field.set_ours(masked(field.field(), field.ours()));
    if (field.has_theirs()) field.set_theirs(masked(field.field(), field.theirs()));
  }
}

std::string Who(const Output& out, const v1::Actor& actor) {
  if (actor.person_id().empty()) return "";
  return out.Say({absl::StrCat(actor.person_name(), "（", actor.org(), "）"),
                  absl::StrCat(actor.person_name(), " (", actor.org(), ")")});
}

}  // namespace

absl::StatusOr<ExitStatus> ListConflicts(Session& session, bool open_only,
                                         const std::string& archive) {
  auto link = session.Connect();
  if (!link.ok()) return link.status();
  v1::ListConflictsRequest request;
  if (open_only) request.set_state(v1::CONFLICT_STATE_OPEN);
  if (!archive.empty()) {
    auto record = session.FindArchive(archive);
    if (!record.ok()) return record.status();
    request.set_record_id(record->id);
  }
  Table table(
      session.out().english()
          ? std::vector<std::string>{"time", "kind", "fields", "record", "ours", "theirs", "id"}
          : std::vector<std::string>{"时间", "种类", "栏目", "档案", "本级", "对方", "标识"});
  Json document = Json::array();
  do {
    auto page = (*link)->ListConflicts(request);
    if (!page.ok()) return page.status();
    for (const v1::Conflict& conflict : page->conflicts()) {
      table.Add({When(conflict.logged_time()), session.out().Say(KindText(conflict.kind())),
                 Labels(session.out(), conflict), conflict.record_id(),
                 Who(session.out(), conflict.ours_actor()),
                 Who(session.out(), conflict.change().actor()), conflict.id()});
      document.push_back(ToJson(conflict));
    }
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty() && document.size() < kMaxListedConflicts);
  session.out().Print(table);
  session.out().Line(
      {absl::StrCat("共 ", document.size(), " 条。"), absl::StrCat(document.size(), " entries.")});
  session.out().Print(document);
  return kDone;
}

absl::StatusOr<ExitStatus> ShowConflict(Session& session, const std::string& id, bool unmask) {
  auto link = session.Connect();
  if (!link.ok()) return link.status();
  auto conflict = (*link)->GetConflict(id);
  if (!conflict.ok()) return conflict.status();
  const Output& out = session.out();
  Table table(out.english()
                  ? std::vector<std::string>{"field", "before (base)", "ours (stays)", "theirs"}
                  : std::vector<std::string>{"栏目", "双方改动前", "本级现值（保留）", "对方的值"});
  for (const v1::FieldConflict& field : conflict->fields()) {
    const auto shown = [&](bool has, const std::string& value) {
      return has ? Shown(*conflict, field.field(), value, unmask, out.language())
                 : std::string("-");
    };
    table.Add({Label(out, *conflict, field.field()), shown(field.has_base(), field.base()),
               shown(field.has_ours(), field.ours()), shown(field.has_theirs(), field.theirs())});
  }
  const Text kind = KindText(conflict->kind());
  session.out().Line(
      {absl::StrCat("冲突 ", conflict->id(), "：", kind.zh, "，档案 ", conflict->record_id()),
       absl::StrCat("Conflict ", conflict->id(), ": ", kind.en, ", record ",
                    conflict->record_id())});
  session.out().Print(table);
  session.out().Line({absl::StrCat("本级：", Who(session.out(), conflict->ours_actor()), " ",
                                   When(conflict->ours_entry_time())),
                      absl::StrCat("ours: ", Who(session.out(), conflict->ours_actor()), " ",
                                   When(conflict->ours_entry_time()))});
  session.out().Line(
      {absl::StrCat("对方：", Who(session.out(), conflict->change().actor()), " ",
                    When(conflict->change().entry_time()), "，经由 ", conflict->pushed_by()),
       absl::StrCat("theirs: ", Who(session.out(), conflict->change().actor()), " ",
                    When(conflict->change().entry_time()), ", by ", conflict->pushed_by())});
  for (const v1::Finding& finding : conflict->findings()) {
    const std::string text = session.out().FindingText(finding);
    session.out().Line({text, text});
  }
  if (!unmask) MaskFields(*conflict);
  if (conflict->change().has_put()) conflict->mutable_change()->mutable_put()->clear_record();
  session.out().Print(ToJson(*conflict));
  return kDone;
}

}  // namespace bangfu::client
