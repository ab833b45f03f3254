#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "client/cli/commands.h"
#include "domain/rules/label.h"
#include "domain/rules/rule_catalogue.h"

namespace bangfu::client {
namespace {

Text KindOf(const v1::RuleSpec& spec) {
  return domain::ValueLabel(*v1::RuleKind_descriptor(), spec.kind());
}

// "rule" for RULE_KIND_RULE, as --kind takes it.
std::string KindName(v1::RuleKind kind) {
  constexpr absl::string_view kPrefix = "RULE_KIND_";
  return absl::AsciiStrToLower(v1::RuleKind_Name(kind).substr(kPrefix.size()));
}

Json ToJson(const domain::Rule& rule) {
  Json notes = Json::array();
  for (const std::string& note : rule.spec->notes_zh()) notes.push_back(note);
  return {{"number", rule.number},
          {"kind", KindName(rule.spec->kind())},
          {"sentence_zh", rule.spec->sentence_zh()},
          {"notes_zh", std::move(notes)},
          {"summary_zh", rule.spec->summary_zh()},
          {"summary_en", rule.spec->summary_en()}};
}

// The notice in its own words; readings have none and are told in ours.
std::string SentenceOf(const v1::RuleSpec& spec) {
  return spec.sentence_zh().empty() ? spec.summary_zh() : spec.sentence_zh();
}

// One rule with all that is to be said about it.
void PrintOne(const Output& out, const domain::Rule& rule) {
  Table table(out.english() ? std::vector<std::string>{"rule", rule.number}
                            : std::vector<std::string>{"规则", rule.number});
  const v1::RuleSpec& spec = *rule.spec;
  table.Add({out.Say({"类别", "kind"}), out.Say(KindOf(spec))});
  if (!spec.sentence_zh().empty()) {
    table.Add({out.Say({"通知原文", "notice"}), spec.sentence_zh()});
  }
  for (const std::string& note : spec.notes_zh()) {
    table.Add({out.Say({"相关原文", "see also"}), note});
  }
  table.Add({out.Say({"要求", "asks for"}), out.Say({spec.summary_zh(), spec.summary_en()})});
  out.Print(table);
}

}  // namespace

std::vector<std::string> RuleKinds() {
  std::vector<std::string> names;
  const google::protobuf::EnumDescriptor& kinds = *v1::RuleKind_descriptor();
  for (int i = 1; i < kinds.value_count(); ++i) {
    names.push_back(KindName(static_cast<v1::RuleKind>(kinds.value(i)->number())));
  }
  return names;
}

absl::StatusOr<ExitStatus> Rules(const RulesOptions& options, const Output& out) {
  Json rules = Json::array();
  if (!options.number.empty()) {
    const domain::Rule* rule = domain::FindRule(absl::AsciiStrToUpper(options.number));
    if (rule == nullptr) {
      return UserError(absl::StatusCode::kNotFound,
                       {"没有这一条；编号如 R14、A9，全部编号见 bangfu rules。",
                        "There is no such rule; numbers are like R14 and A9, bangfu rules lists "
                        "them all."});
    }
    PrintOne(out, *rule);
    rules.push_back(ToJson(*rule));
  } else {
    Table table(out.english() ? std::vector<std::string>{"rule", "kind", "asks for"}
                              : std::vector<std::string>{"规则", "类别", "通知原文或理解"});
    for (const domain::Rule& rule : domain::AllRules()) {
      if (!options.kind.empty() && KindName(rule.spec->kind()) != options.kind) continue;
      table.Add({rule.number, out.Say(KindOf(*rule.spec)),
                 out.Say({SentenceOf(*rule.spec), rule.spec->summary_en()})});
      rules.push_back(ToJson(rule));
    }
    out.Print(table);
  }
  out.Print(Json{{"rules", std::move(rules)}});
  return kDone;
}

}  // namespace bangfu::client
