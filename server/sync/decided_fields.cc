#include "server/sync/decided_fields.h"

#include <algorithm>
#include <memory>
#include <set>
#include <string>
#include <utility>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "domain/life/lifecycle.h"
#include "domain/record/field_values.h"
#include "domain/record/record_type.h"
#include "server/authz/permissions.h"

namespace bangfu::server {
namespace {

using domain::Error;
using domain::FieldEdits;
using domain::FieldValues;
using google::protobuf::Message;

v1::Finding ChangedSinceRead(const Message& record, const std::string& path) {
  return Error(
      "R35", v1::FINDING_CODE_CHANGED_SINCE_READ, path,
      {absl::StrCat("“", domain::LabelOfPath(*record.GetDescriptor(), path),
                    "”在冲突产生之后又有修改；请同步后查看，可保留现值，或直接修改该字段。"),
       absl::StrCat("The field ", path,
                    " was changed after the conflict; sync and look again: keep what is there, or "
                    "edit the field.")});
}

v1::Finding BadValues(const std::string& path) {
  return Error("R28", v1::FINDING_CODE_MALFORMED, path,
               {"只能为这条冲突中的字段各写一个有效的值；请更正。",
                "Write one valid value for each of the fields of this conflict; correct it."});
}

// "members[id]" of "members[id].name" and of itself; empty for a field outside lists.
std::string ElementOf(absl::string_view path) {
  const size_t bracket = path.find(']');
  return std::string(path.substr(0, bracket == absl::string_view::npos ? 0 : bracket + 1));
}

std::optional<std::string> ValueAt(const FieldValues& values, const std::string& path) {
  const auto it = values.find(path);
  return it == values.end() ? std::nullopt : std::optional<std::string>(it->second);
}

// Decided values on their way into the fields of an entry.
class DecidedFields {
 public:
  DecidedFields(const domain::OrgTree& orgs, const v1::Change& change, const v1::Conflict& entry,
                const WorkingRecord& record)
      : orgs_(orgs),
        change_(change),
        decided_(change.resolve_conflict()),
        entry_(entry),
        record_(record),
        descriptor_(*record.message->GetDescriptor()),
        current_(domain::ReadFields(*record.message)) {}

  // Nothing when the values are there already.
  std::optional<v1::Change> Put(const std::vector<const Revision*>& unseen,
                                domain::Findings& findings) {
    FieldEdits edits = DecidedEdits(findings);
    for (auto edit = edits.begin(); edit != edits.end();) {
      const bool there = ValueAt(current_, edit->first) == edit->second;
      edit = there ? edits.erase(edit) : std::next(edit);
    }
    CheckUnchanged(edits, unseen, findings);
    RestoreElements(edits);
    CheckRights(edits, findings);
    if (!findings.empty() || edits.empty()) return std::nullopt;
    return PutOf(edits, findings);
  }

 private:
  const v1::FieldConflict* FieldOf(const std::string& path) const {
    for (const v1::FieldConflict& field : entry_.fields()) {
      if (field.field() == path) return &field;
    }
    return nullptr;
  }

  FieldEdits DecidedEdits(domain::Findings& findings) const {
    FieldEdits edits;
    if (decided_.decision() == v1::CONFLICT_DECISION_TAKE_THEIRS) {
      for (const v1::FieldConflict& field : entry_.fields()) {
        std::optional<std::string>& value = edits[field.field()];
        if (field.has_theirs()) value = field.theirs();
      }
      return edits;
    }
    if (decided_.fields().empty()) findings.push_back(BadValues("fields"));
    for (const v1::DecidedField& field : decided_.fields()) {
      std::optional<std::string> value;
      if (field.has_value()) value = field.value();
      if (FieldOf(field.field()) == nullptr || !edits.emplace(field.field(), value).second)
        findings.push_back(BadValues(field.field()));
    }
    return edits;
  }

  // A value that nobody who decided has seen is not overwritten.
  void CheckUnchanged(const FieldEdits& edits, const std::vector<const Revision*>& unseen,
                      domain::Findings& findings) const {
    for (const auto& [path, value] : edits) {
      const v1::FieldConflict& field = *FieldOf(path);
      std::optional<std::string> ours;
      if (field.has_ours()) ours = field.ours();
      const bool removal = path == ElementOf(path) && !value.has_value();
      if (ValueAt(current_, path) != ours || (removal && IsTouched(path, unseen)))
        findings.push_back(ChangedSinceRead(*record_.message, path));
    }
  }

  static bool IsTouched(const std::string& element, const std::vector<const Revision*>& unseen) {
    return std::any_of(unseen.begin(), unseen.end(), [&](const Revision* revision) {
      const auto within = revision->before.lower_bound(element);
      return within != revision->before.end() && absl::StartsWith(within->first, element);
    });
  }

  // A value of an element that is not there brings the element back as the other side had it, not
  // a shell around the one field.
  void RestoreElements(FieldEdits& edits) const {
    std::set<std::string> absent;
    for (const auto& [path, value] : edits) {
      const std::string element = ElementOf(path);
      if (!element.empty() && value.has_value() && current_.count(element) == 0)
        absent.insert(element);
    }
    if (absent.empty() || entry_.has_theirs_actor() || !entry_.change().has_put()) return;
    const auto theirs = domain::ParseRecord(entry_.record_type(), entry_.change().put().record());
    if (!theirs.ok()) return;
    edits.merge(domain::Select(domain::ReadFields(**theirs), {absent.begin(), absent.end()}));
  }

  void CheckRights(const FieldEdits& edits, domain::Findings& findings) const {
    const Relation relation = RelationOf(orgs_, change_.actor().org(), record_.stored.org);
    const v1::Archive* archive = record_.archive();
    for (const auto& [path, value] : edits) {
      if (relation == Relation::kFilingSide && archive != nullptr &&
          domain::IsFixed(*archive, path)) {
        findings.push_back(Error(
            "R89", v1::FINDING_CODE_WRONG_STATUS, path,
            {"提交后不得由填报方更改；请由服务中心更正或退回后修改。",
             "The field is fixed by submission; the service center corrects it, or returns the "
             "archive."}));
        continue;
      }
      const FieldPermission permission =
          MayWriteField(relation, domain::OwnerOfPath(descriptor_, path));
      if (permission == FieldPermission::kDenied) {
        findings.push_back(Error("A35", v1::FINDING_CODE_FIELD_NOT_OWNED, path,
                                 {"该字段不由您填写；请由填写方处理这条冲突。",
                                  "The field is not yours to write; its owner decides."}));
      } else if (permission == FieldPermission::kAllowedWithReason && decided_.reason().empty()) {
        findings.push_back(Error("A35", v1::FINDING_CODE_REASON_MISSING, path,
                                 {"服务中心更正填报方的内容须说明理由；请用 --reason 写明。",
                                  "A correction of the filing side's fields needs a reason; give "
                                  "one with --reason."}));
      }
    }
  }

  std::optional<v1::Change> PutOf(const FieldEdits& edits, domain::Findings& findings) const {
    std::unique_ptr<Message> next(record_.message->New());
    next->CopyFrom(*record_.message);
    if (!domain::WriteFields(*next, edits).ok()) {
      findings.push_back(BadValues("fields"));
      return std::nullopt;
    }
    v1::Change put = change_;
    put.set_base_revision(record_.stored.revision);
    put.mutable_put()->set_record(next->SerializeAsString());
    put.mutable_put()->set_correction_reason(decided_.reason());
    for (const auto& [path, value] : edits) put.mutable_put()->add_changed_fields(path);
    return put;
  }

  const domain::OrgTree& orgs_;
  const v1::Change& change_;
  const v1::ResolveConflict& decided_;
  const v1::Conflict& entry_;
  const WorkingRecord& record_;
  const google::protobuf::Descriptor& descriptor_;
  const FieldValues current_;
};

}  // namespace

std::optional<v1::Change> PutOfDecided(const domain::OrgTree& orgs, const v1::Change& change,
                                       const v1::Conflict& entry, const WorkingRecord& record,
                                       const std::vector<const Revision*>& unseen,
                                       domain::Findings& findings) {
  return DecidedFields(orgs, change, entry, record).Put(unseen, findings);
}

}  // namespace bangfu::server
