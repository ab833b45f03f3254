// A second opinion about what the records of the root hold, from its outcomes alone.
#include <map>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "domain/record/field_values.h"
#include "domain/record/record_type.h"
#include "tests/sim/replay.h"

namespace bangfu::sim {
namespace {

using domain::FieldValues;

// Fields of the filing side that stand alone; what moves with orgs is seen elsewhere.
bool IsModelled(const google::protobuf::Descriptor& record, const std::string& path) {
  return path != "unit" && path != "id" && !absl::StrContains(path, '[') &&
         !absl::StrContains(path, '.') && domain::OwnerOfPath(record, path) == v1::OWNER_FILING;
}

class Model {
 public:
  explicit Model(const MemoryState& root) : root_(root) {}

  void Take(const v1::Change& change) {
    const auto logged = root_.changes.find(change.change_id());
    if (logged == root_.changes.end()) return;
    const v1::Outcome& outcome = logged->second->outcome;
    const bool taken = outcome.verdict() == v1::VERDICT_ACCEPTED ||
                       outcome.verdict() == v1::VERDICT_MERGED ||
                       outcome.verdict() == v1::VERDICT_CONFLICT;
    if (!taken) return;
    if (change.has_put()) TakePut(change, outcome);
    if (change.has_resolve_conflict()) TakeResolution(change.resolve_conflict());
  }

  void Compare(Problems& problems) const {
    for (const auto& [id, expected] : fields_) {
      const server::StoredRecord* record = root_.Record(id);
      if (record == nullptr) {
        problems.push_back(absl::StrCat("model: the root lost ", id));
        continue;
      }
      if (unknown_.count(id) > 0) continue;
      auto message = domain::ParseRecord(record->type, record->body);
      if (!message.ok()) continue;
      FieldValues present;
      for (const auto& [path, value] : domain::ReadFields(**message)) {
        if (IsModelled(*(*message)->GetDescriptor(), path)) present.emplace(path, value);
      }
      if (present == expected) continue;
      for (const auto& [path, value] : domain::Difference(present, expected)) {
        problems.push_back(
            absl::StrCat("model: field ", path, " of ", id, " is not what the outcomes say"));
      }
    }
  }

 private:
  void TakePut(const v1::Change& change, const v1::Outcome& outcome) {
    auto theirs = domain::ParseRecord(change.record_type(), change.put().record());
    if (!theirs.ok()) return;
    const google::protobuf::Descriptor& descriptor = *(*theirs)->GetDescriptor();
    const FieldValues values = domain::ReadFields(**theirs);
    std::set<std::string> paths(change.put().changed_fields().begin(),
                                change.put().changed_fields().end());
    if (paths.empty()) {
      for (const auto& [path, value] : values) paths.insert(path);
    }
    for (const v1::Finding& finding : outcome.findings()) {
      const bool left_out = finding.code() == v1::FINDING_CODE_WRONG_STATUS ||
                            finding.code() == v1::FINDING_CODE_FIELD_NOT_OWNED;
      if (left_out) paths.erase(finding.field());
    }
    FieldValues& fields = fields_[change.record_id()];
    for (const std::string& path : paths) {
      if (!IsModelled(descriptor, path)) continue;
      const auto value = values.find(path);
      Set(fields, path, value == values.end() ? nullptr : &value->second);
    }
    // What stays is ours, whoever wrote it.
    for (const v1::FieldConflict& conflict : outcome.conflicts()) {
      if (!IsModelled(descriptor, conflict.field())) continue;
      Set(fields, conflict.field(), conflict.has_ours() ? &conflict.ours() : nullptr);
    }
  }

  void TakeResolution(const v1::ResolveConflict& resolve) {
    const auto row = root_.conflicts.find(resolve.conflict_id());
    if (row == root_.conflicts.end()) return;
    const v1::Conflict& conflict = *row->second.conflict;
    const bool fields_only = conflict.kind() == v1::CONFLICT_KIND_FIELDS;
    if (resolve.decision() == v1::CONFLICT_DECISION_KEEP_OURS) return;
    if (!fields_only) unknown_.insert(conflict.record_id());
    if (!fields_only) return;
    FieldValues& fields = fields_[conflict.record_id()];
    const google::protobuf::Descriptor& descriptor =
        *domain::NewRecord(conflict.record_type())->GetDescriptor();
    if (resolve.decision() == v1::CONFLICT_DECISION_TAKE_THEIRS) {
      for (const v1::FieldConflict& field : conflict.fields()) {
        if (!IsModelled(descriptor, field.field())) continue;
        Set(fields, field.field(), field.has_theirs() ? &field.theirs() : nullptr);
      }
    }
    for (const v1::DecidedField& field : resolve.fields()) {
      if (!IsModelled(descriptor, field.field())) continue;
      Set(fields, field.field(), field.has_value() ? &field.value() : nullptr);
    }
  }

  static void Set(FieldValues& fields, const std::string& path, const std::string* value) {
    if (value == nullptr) {
      fields.erase(path);
    } else {
      fields[path] = *value;
    }
  }

  const MemoryState& root_;
  std::map<std::string, FieldValues> fields_;  // by record
  std::set<std::string>
      unknown_;  // a parked change was applied by hand: its record is not modelled
};

}  // namespace

void CheckModel(World& world, Problems& problems) {
  Model model(world.root().state());
  for (const NodeEvent& event : world.root().events()) {
    for (const v1::Change& change : event.push.changes) model.Take(change);
  }
  model.Compare(problems);
}

}  // namespace bangfu::sim
