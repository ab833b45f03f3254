#ifndef BANGFU_DOMAIN_RULES_ORG_TREE_H_
#define BANGFU_DOMAIN_RULES_ORG_TREE_H_

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "bangfu/v1/org.pb.h"

namespace bangfu::domain {

// Size of an org path.
inline constexpr size_t kMaxOrgLabels = 8;        // labels
inline constexpr size_t kMaxOrgLabelLength = 32;  // characters

// Whether `path` is `ancestor` or below it: "hz.fuyang.fuchun" is within "hz.fuyang", "hz.fuyangx"
// is not. Nothing is within the empty path.
bool IsWithin(absl::string_view path, absl::string_view ancestor);

// Whether `path` is a well-formed org path: 1–8 labels of 1–32 characters [a-z0-9_], joined by
// dots.
bool IsOrgPath(absl::string_view path);

// The org trees of one city: immutable, cheap to share.
class OrgTree {
 public:
  OrgTree() = default;

  // Checks and indexes a dictionary. INVALID_ARGUMENT names the org when a path is malformed, twice
  // there, without its parent, when there is not exactly one city at the root, when an abbreviation
  // contains digits, when two units would give the same number prefix (A4), or when a former path
  // is malformed, is that of an org of this tree, or is claimed twice.
  static absl::StatusOr<OrgTree> Build(const v1::OrgTree& tree);

  // nullptr when there is no such org.
  const v1::Org* Find(absl::string_view path) const;

  // The org that `path` has become or was merged into (Org.former_ids); nullptr when no org claims
  // it.
  const v1::Org* FindSuccessor(absl::string_view path) const;

  // The org that a register calls `name` (name or alias, blanks and width ignored) at or below
  // `under`; nullptr when none or more than one matches. When it is not below `under` but elsewhere
  // in the city, FindByName(name, root) does.
  const v1::Org* FindByName(absl::string_view name, absl::string_view under) const;

  // The city, root of the tree; nullptr for an empty tree.
  const v1::Org* City() const;

  // The district or industry union at or above `path`, whether or not the dictionary knows `path`
  // itself; nullptr for the city's own offices.
  const v1::Org* UnionOf(absl::string_view path) const;

  // Whether the org is the city, its service center or its protection department.
  bool IsCityOffice(absl::string_view path) const;
  bool IsServiceCenter(absl::string_view path) const;

  // Root of what a node of `path` may read: its own subtree; the whole city for the city's offices.
  std::string ReadScope(absl::string_view path) const;

  // Number prefix of a filing unit (an org below a district or industry union): abbreviation of its
  // parent + its own, "工业橡胶" (R24). Empty when one lacks and for every other org.
  std::string NumberPrefix(absl::string_view path) const;

  // Unit with that prefix; nullptr when there is none.
  const v1::Org* FindByPrefix(absl::string_view prefix) const;

  const v1::OrgTree& proto() const { return tree_; }
  int64_t version() const { return tree_.version(); }

 private:
  absl::Status IndexCity();
  absl::Status IndexFormer(int index);
  absl::Status IndexPrefix(int index);
  void IndexNames(int index);

  v1::OrgTree tree_;
  // Indexes into tree_.orgs().
  int city_ = -1;
  std::map<std::string, int, std::less<>> by_path_;
  std::map<std::string, int, std::less<>> by_former_path_;
  std::map<std::string, std::vector<int>, std::less<>> by_name_;
  std::map<std::string, int, std::less<>> by_prefix_;
};

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_RULES_ORG_TREE_H_
