#include "domain/rules/finding.h"

#include <algorithm>
#include <iterator>
#include <utility>

namespace bangfu::domain {
namespace {

v1::Finding Make(v1::Severity severity, absl::string_view rule, v1::FindingCode code,
                 absl::string_view field, const Text& text) {
  v1::Finding finding;
  finding.set_rule(rule.data(), rule.size());
  finding.set_code(code);
  finding.set_severity(severity);
  finding.set_field(field.data(), field.size());
  finding.set_message_zh(text.zh);
  finding.set_message_en(text.en);
  return finding;
}

}  // namespace

v1::Finding Error(absl::string_view rule, v1::FindingCode code, absl::string_view field,
                  const Text& text) {
  return Make(v1::SEVERITY_ERROR, rule, code, field, text);
}

v1::Finding Warning(absl::string_view rule, v1::FindingCode code, absl::string_view field,
                    const Text& text) {
  return Make(v1::SEVERITY_WARNING, rule, code, field, text);
}

bool HasErrors(const Findings& findings) {
  return std::any_of(findings.begin(), findings.end(), [](const v1::Finding& finding) {
    return finding.severity() == v1::SEVERITY_ERROR;
  });
}

void Append(Findings& to, Findings from) {
  to.insert(to.end(), std::make_move_iterator(from.begin()), std::make_move_iterator(from.end()));
}

}  // namespace bangfu::domain
