#include <algorithm>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "bangfu/v1/org.pb.h"
#include "domain/rules/archive_number.h"
#include "domain/rules/org_tree.h"
#include "domain/text/normalize.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/targets.h"

namespace bangfu::fuzz {
namespace {

// An org of each part "path kind name abbreviation", the kind by its number.
v1::OrgTree ReadTree(absl::string_view text) {
  v1::OrgTree tree;
  for (const absl::string_view part : absl::StrSplit(text, ';', absl::SkipEmpty())) {
    const std::vector<std::string> words = absl::StrSplit(part, ' ');
    v1::Org& org = *tree.add_orgs();
    org.set_id(words[0]);
    if (words.size() > 1 && !words[1].empty()) {
      org.set_kind(static_cast<v1::OrgKind>(words[1][0] - '0'));
    }
    if (words.size() > 2) org.set_name(words[2]);
    if (words.size() > 3) org.set_abbreviation(words[3]);
  }
  return tree;
}

}  // namespace

void FuzzOrgPath(absl::string_view input) {
  if (!domain::IsOrgPath(input)) {
    // No path comes about by adding a label to what is none.
    FUZZ_CHECK(!domain::IsOrgPath(absl::StrCat(input, ".a")));
    return;
  }
  FUZZ_CHECK(domain::IsWithin(input, input));
  const auto labels = std::count(input.begin(), input.end(), '.') + 1;
  FUZZ_CHECK(labels <= static_cast<int>(domain::kMaxOrgLabels));
  const std::string below = absl::StrCat(input, ".a");
  FUZZ_CHECK(domain::IsOrgPath(below) == (labels < static_cast<int>(domain::kMaxOrgLabels)));
  FUZZ_CHECK(domain::IsWithin(below, input) && !domain::IsWithin(input, below));
  FUZZ_CHECK(!domain::IsWithin(absl::StrCat(input, "a"), input));
  const size_t dot = input.rfind('.');
  if (dot == absl::string_view::npos) return;
  FUZZ_CHECK(domain::IsOrgPath(input.substr(0, dot)));
  FUZZ_CHECK(domain::IsWithin(input, input.substr(0, dot)));
}

void FuzzOrgTree(absl::string_view input) {
  if (!domain::IsValidUtf8(input)) return;  // what a message holds is
  const auto tree = domain::OrgTree::Build(ReadTree(input));
  if (!tree.ok()) return;
  FUZZ_CHECK(tree->City() != nullptr);
  const std::string& city = tree->City()->id();
  for (const v1::Org& org : tree->proto().orgs()) {
    FUZZ_CHECK(domain::IsOrgPath(org.id()) && domain::IsWithin(org.id(), city));
    const v1::Org* found = tree->Find(org.id());
    FUZZ_CHECK(found != nullptr && found->id() == org.id());
    FUZZ_CHECK(domain::IsWithin(org.id(), tree->ReadScope(org.id())));
    const v1::Org* by_name = tree->FindByName(org.name(), org.id());
    FUZZ_CHECK(by_name == nullptr || domain::IsWithin(by_name->id(), org.id()));
    const v1::Org* united = tree->UnionOf(org.id());
    FUZZ_CHECK(united == nullptr || domain::IsWithin(org.id(), united->id()));
    const std::string prefix = tree->NumberPrefix(org.id());
    if (prefix.empty()) continue;
    FUZZ_CHECK(domain::IsNumberPrefix(prefix));
    const v1::Org* holder = tree->FindByPrefix(prefix);
    FUZZ_CHECK(holder != nullptr && holder->id() == org.id());
  }
}

}  // namespace bangfu::fuzz
