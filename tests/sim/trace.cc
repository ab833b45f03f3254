#include "tests/sim/trace.h"

#include <cstdio>
#include <cstdlib>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "domain/record/field_values.h"
#include "domain/record/record_type.h"

namespace bangfu::sim {
namespace {

std::string Short(const std::string& id) { return id.substr(0, 8); }

std::string ActionOf(const v1::Change& change) {
  if (!change.has_put()) {
    const google::protobuf::OneofDescriptor& action = *v1::Change::descriptor()->oneof_decl(0);
    const auto* field = v1::Change::GetReflection()->GetOneofFieldDescriptor(change, &action);
    return field == nullptr ? "nothing" : field->name();
  }
  if (change.put().changed_fields().empty()) return "creation";
  auto record = domain::ParseRecord(change.record_type(), change.put().record());
  if (!record.ok()) return "unreadable";
  const domain::FieldValues values = domain::ReadFields(**record);
  std::vector<std::string> edits;
  for (const std::string& path : change.put().changed_fields()) {
    const auto value = values.find(path);
    edits.push_back(absl::StrCat(path, "=", value == values.end() ? "-" : value->second));
  }
  return absl::StrJoin(edits, " ");
}

std::string LineOf(const v1::Change& change, const MemoryState& state) {
  std::string line =
      absl::StrCat("  ", change.change_id(), " on ", Short(change.record_id()), " base ",
                   change.base_revision(), " by ", change.actor().org(), ": ", ActionOf(change));
  const auto logged = state.changes.find(change.change_id());
  if (logged == state.changes.end()) return line + " -> lost";
  const v1::Outcome& outcome = logged->second->outcome;
  absl::StrAppend(&line, " -> ", v1::Verdict_Name(outcome.verdict()), " r", outcome.revision());
  for (const v1::FieldConflict& field : outcome.conflicts()) {
    absl::StrAppend(&line, " [", field.field(), " stays ", field.ours(), ", not ", field.theirs(),
                    "]");
  }
  for (const v1::Finding& finding : outcome.findings()) {
    absl::StrAppend(&line, " {", v1::FindingCode_Name(finding.code()), " ", finding.field(), "}");
  }
  return line;
}

}  // namespace

std::string TraceOf(World& world) {
  std::string trace;
  for (auto& node : world.nodes()) {
    absl::StrAppend(&trace, node->self().org, node->was_restored() ? " (restored)" : "", "\n");
    for (const NodeEvent& event : node->events()) {
      if (event.edition != nullptr) {
        absl::StrAppend(&trace, "  edition ", event.edition->version(), "\n");
      }
      if (!event.push.changes.empty()) {
        absl::StrAppend(&trace, " push of ", event.push.principal.Writer(),
                        event.push.reoffers.empty() ? "" : " with reoffers", "\n");
      }
      for (const v1::Change& change : event.push.changes) {
        absl::StrAppend(&trace, LineOf(change, node->state()), "\n");
      }
    }
  }
  return trace;
}

void TraceIfAsked(World& world) {
  if (std::getenv("BANGFU_SIM_TRACE") == nullptr) return;
  const std::string trace = TraceOf(world);
  std::fwrite(trace.data(), 1, trace.size(), stdout);
  std::fflush(stdout);
}

}  // namespace bangfu::sim
