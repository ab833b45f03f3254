#include "domain/rules/org_tree.h"

#include <algorithm>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "domain/rules/archive_number.h"
#include "domain/text/normalize.h"

namespace bangfu::domain {
namespace {

// The path without its last label; empty for a path of one label.
absl::string_view ParentOf(absl::string_view path) {
  const size_t dot = path.rfind('.');
  return dot == absl::string_view::npos ? absl::string_view() : path.substr(0, dot);
}

bool IsOrgCharacter(char c) {
  return absl::ascii_islower(static_cast<unsigned char>(c)) ||
         absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == '_';
}

bool IsUnion(const v1::Org& org) {
  return org.kind() == v1::ORG_KIND_DISTRICT || org.kind() == v1::ORG_KIND_INDUSTRY;
}

absl::Status Refuse(absl::string_view org, absl::string_view zh, absl::string_view en) {
  return UserError(absl::StatusCode::kInvalidArgument,
                   Text{absl::StrCat("组织名录中的 ", org, "：", zh),
                        absl::StrCat("org ", org, " of the dictionary: ", en)});
}

}  // namespace

bool IsWithin(absl::string_view path, absl::string_view ancestor) {
  if (ancestor.empty() || path.substr(0, ancestor.size()) != ancestor) return false;
  return path.size() == ancestor.size() || path[ancestor.size()] == '.';
}

bool IsOrgPath(absl::string_view path) {
  size_t labels = 1;
  size_t length = 0;  // of the label so far
  for (const char c : path) {
    if (c == '.') {
      if (length == 0 || ++labels > kMaxOrgLabels) return false;
      length = 0;
    } else if (!IsOrgCharacter(c) || ++length > kMaxOrgLabelLength) {
      return false;
    }
  }
  return length > 0;
}

absl::StatusOr<OrgTree> OrgTree::Build(const v1::OrgTree& tree) {
  OrgTree result;
  result.tree_ = tree;
  for (int i = 0; i < tree.orgs_size(); ++i) {
    const v1::Org& org = tree.orgs(i);
    if (!IsOrgPath(org.id())) {
      return Refuse(absl::StrCat("\"", org.id(), "\""),
                    "路径格式不正确，请用小写字母、数字和下划线，以点分隔",
                    "the path is malformed, use labels of a-z, 0-9 and _ joined by dots");
    }
    if (!result.by_path_.emplace(org.id(), i).second) {
      return Refuse(org.id(), "重复出现，请删去一个", "is there twice, remove one");
    }
  }
  if (absl::Status status = result.IndexCity(); !status.ok()) return status;
  for (int i = 0; i < tree.orgs_size(); ++i) {
    if (absl::Status status = result.IndexPrefix(i); !status.ok()) return status;
    if (absl::Status status = result.IndexFormer(i); !status.ok()) return status;
    result.IndexNames(i);
  }
  return result;
}

absl::Status OrgTree::IndexCity() {
  for (int i = 0; i < tree_.orgs_size(); ++i) {
    const v1::Org& org = tree_.orgs(i);
    const absl::string_view parent = ParentOf(org.id());
    if (!parent.empty() && Find(parent) == nullptr) {
      return Refuse(org.id(), absl::StrCat("缺少上级 ", parent, "，请补充"),
                    absl::StrCat("its parent ", parent, " is not there, add it"));
    }
    const bool city = org.kind() == v1::ORG_KIND_CITY;
    if (parent.empty() != city || (city && city_ >= 0)) {
      return Refuse(org.id(), "名录必须有且只有一个市总工会，并且在最上层",
                    "there must be exactly one city union, and it must be the root");
    }
    if (city) city_ = i;
  }
  if (city_ < 0) {
    return UserError(
        absl::StatusCode::kInvalidArgument,
        Text{"组织名录中没有市总工会，请补充", "the dictionary of orgs has no city union, add it"});
  }
  return absl::OkStatus();
}

absl::Status OrgTree::IndexPrefix(int index) {
  const v1::Org& org = tree_.orgs(index);
  if (!org.abbreviation().empty() && !IsNumberPrefix(NormalizeIdentifier(org.abbreviation()))) {
    return Refuse(org.id(), "编号简称不能含数字，请改用汉字",
                  "the abbreviation must not contain digits, write them as words (A4)");
  }
  const std::string prefix = NumberPrefix(org.id());
  if (prefix.empty()) return absl::OkStatus();
  const auto [other, fresh] = by_prefix_.emplace(prefix, index);
  if (!fresh) {
    const std::string& other_id = tree_.orgs(other->second).id();
    return Refuse(org.id(), absl::StrCat("编号前缀“", prefix, "”与 ", other_id, " 相同，请改简称"),
                  absl::StrCat("its number prefix ", prefix, " is also that of ", other_id,
                               ", change one of the abbreviations (A4)"));
  }
  return absl::OkStatus();
}

absl::Status OrgTree::IndexFormer(int index) {
  const v1::Org& org = tree_.orgs(index);
  for (const std::string& former : org.former_ids()) {
    if (!IsOrgPath(former)) {
      return Refuse(org.id(), absl::StrCat("原路径“", former, "”格式不正确，请更正"),
                    absl::StrCat("its former path \"", former, "\" is malformed, correct it"));
    }
    if (Find(former) != nullptr) {
      return Refuse(org.id(), absl::StrCat("原路径 ", former, " 仍是名录中的组织，请删去其一"),
                    absl::StrCat("its former path ", former,
                                 " is that of an org of this dictionary, remove one of them"));
    }
    const auto [other, fresh] = by_former_path_.emplace(former, index);
    if (!fresh) {
      const std::string& other_id = tree_.orgs(other->second).id();
      return Refuse(org.id(),
                    absl::StrCat("原路径 ", former, " 已由 ", other_id, " 承接，请删去一个"),
                    absl::StrCat("its former path ", former, " is claimed by ", other_id,
                                 " already, remove one"));
    }
  }
  return absl::OkStatus();
}

void OrgTree::IndexNames(int index) {
  const v1::Org& org = tree_.orgs(index);
  std::vector<std::string> keys = {CodeKey(org.name())};
  for (const std::string& alias : org.aliases()) keys.push_back(CodeKey(alias));
  std::sort(keys.begin(), keys.end());
  keys.erase(std::unique(keys.begin(), keys.end()), keys.end());
  for (const std::string& key : keys) {
    if (!key.empty()) by_name_[key].push_back(index);
  }
}

const v1::Org* OrgTree::Find(absl::string_view path) const {
  const auto found = by_path_.find(path);
  return found == by_path_.end() ? nullptr : &tree_.orgs(found->second);
}

const v1::Org* OrgTree::FindSuccessor(absl::string_view path) const {
  const auto found = by_former_path_.find(path);
  return found == by_former_path_.end() ? nullptr : &tree_.orgs(found->second);
}

const v1::Org* OrgTree::FindByName(absl::string_view name, absl::string_view under) const {
  const auto found = by_name_.find(CodeKey(name));
  if (found == by_name_.end()) return nullptr;
  const v1::Org* match = nullptr;
  for (const int index : found->second) {
    const v1::Org& org = tree_.orgs(index);
    if (!IsWithin(org.id(), under)) continue;
    if (match != nullptr) return nullptr;
    match = &org;
  }
  return match;
}

const v1::Org* OrgTree::City() const { return city_ < 0 ? nullptr : &tree_.orgs(city_); }

const v1::Org* OrgTree::UnionOf(absl::string_view path) const {
  for (; !path.empty(); path = ParentOf(path)) {
    const v1::Org* org = Find(path);
    if (org != nullptr && IsUnion(*org)) return org;
  }
  return nullptr;
}

bool OrgTree::IsCityOffice(absl::string_view path) const {
  const v1::Org* org = Find(path);
  return org != nullptr &&
         (org->kind() == v1::ORG_KIND_CITY || org->kind() == v1::ORG_KIND_SERVICE_CENTER ||
          org->kind() == v1::ORG_KIND_PROTECTION_DEPARTMENT);
}

bool OrgTree::IsServiceCenter(absl::string_view path) const {
  const v1::Org* org = Find(path);
  return org != nullptr && org->kind() == v1::ORG_KIND_SERVICE_CENTER;
}

std::string OrgTree::ReadScope(absl::string_view path) const {
  return IsCityOffice(path) ? City()->id() : std::string(path);
}

std::string OrgTree::NumberPrefix(absl::string_view path) const {
  const v1::Org* org = Find(path);
  if (org == nullptr || IsUnion(*org) || UnionOf(path) == nullptr) return "";
  const v1::Org* parent = Find(ParentOf(path));
  if (parent == nullptr || parent->abbreviation().empty() || org->abbreviation().empty()) return "";
  return absl::StrCat(NormalizeIdentifier(parent->abbreviation()),
                      NormalizeIdentifier(org->abbreviation()));
}

const v1::Org* OrgTree::FindByPrefix(absl::string_view prefix) const {
  const auto found = by_prefix_.find(prefix);
  return found == by_prefix_.end() ? nullptr : &tree_.orgs(found->second);
}

}  // namespace bangfu::domain
