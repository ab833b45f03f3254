#include "client/cli/rule_basis.h"

#include <filesystem>
#include <system_error>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/cli/as_of.h"
#include "client/cli/check_limits.h"
#include "client/cli/json_file.h"
#include "domain/policy/policy_file.h"
#include "domain/text/civil_date.h"

namespace bangfu::client {
namespace {

// The same error, with the file that it is about.
absl::Status InFile(const std::string& path, const absl::Status& status) {
  const Text text = TextOf(status);
  return UserError(status.code(),
                   {absl::StrCat(path, "：", text.zh), absl::StrCat(path, ": ", text.en)});
}

absl::StatusOr<absl::CivilDay> ReadDay(const CommonOptions& common, const std::string& as_of) {
  auto clock = ClockOf(common);
  if (!clock.ok()) return clock.status();
  return ReadAsOf(as_of, domain::ShanghaiDay((*clock)->Now()));
}

}  // namespace

absl::StatusOr<v1::PolicySet> ReadPolicyFile(const std::string& path) {
  auto text = ReadTextFile(path, domain::kMaxPolicyFileBytes);
  if (!text.ok()) return text.status();
  auto set = domain::ParsePolicySet(*text);
  if (!set.ok()) return InFile(path, set.status());
  return set;
}

absl::StatusOr<domain::PolicyBook> ReadPolicyBook(const std::string& path,
                                                  const domain::OrgTree& orgs) {
  auto set = ReadPolicyFile(path);
  if (!set.ok()) return set.status();
  auto book = domain::PolicyBook::Build(*set, orgs);
  if (!book.ok()) return InFile(path, book.status());
  return book;
}

absl::StatusOr<std::unique_ptr<RuleBasis>> RuleBasis::Load(const CommonOptions& common,
                                                           const BasisOptions& options) {
  std::unique_ptr<RuleBasis> basis(new RuleBasis());
  auto today = ReadDay(common, options.as_of);
  if (!today.ok()) return today.status();
  basis->today_ = *today;
  if (options.with_replica || options.orgs.empty() || options.policy.empty()) {
    if (absl::Status status = basis->LoadReplica(common); !status.ok()) return status;
  }
  if (absl::Status status = basis->LoadOrgs(options.orgs); !status.ok()) return status;
  if (absl::Status status = basis->LoadPolicy(options.policy); !status.ok()) return status;
  return basis;
}

absl::Status RuleBasis::LoadReplica(const CommonOptions& common) {
  const auto folder = FolderOf(common);
  std::error_code ignored;
  if (!folder.ok() || !std::filesystem::exists(folder->replica(), ignored)) {
    return absl::OkStatus();
  }
  auto replica = Replica::Open(folder->replica());
  if (!replica.ok()) return replica.status();
  replica_ = std::move(*replica);
  return absl::OkStatus();
}

absl::Status RuleBasis::LoadOrgs(const std::string& file) {
  v1::OrgTree tree;
  if (!file.empty()) {
    auto text = ReadTextFile(file, limits::kMaxOrgFileBytes);
    if (!text.ok()) return text.status();
    if (absl::Status status = ParseJson(*text, file, tree); !status.ok()) return status;
  } else if (replica_ != nullptr) {
    auto local = replica_->OrgTree();
    if (!local.ok()) return local.status();
    tree = std::move(*local);
    auto identity = replica_->Identity();
    if (!identity.ok()) return identity.status();
    home_ = identity->org;
  } else {
    return absl::OkStatus();
  }
  auto orgs = domain::OrgTree::Build(tree);
  if (!orgs.ok()) return file.empty() ? orgs.status() : InFile(file, orgs.status());
  orgs_ = std::move(*orgs);
  if (home_.empty()) home_ = orgs_.City()->id();
  return absl::OkStatus();
}

absl::Status RuleBasis::LoadPolicy(const std::string& file) {
  if (!file.empty()) {
    auto book = ReadPolicyBook(file, orgs_);
    if (!book.ok()) return book.status();
    policy_ = std::move(*book);
    policy_source_ = {file, file};
    return absl::OkStatus();
  }
  v1::PolicySet set;
  if (replica_ != nullptr) {
    auto local = replica_->PolicySet();
    if (!local.ok()) return local.status();
    set = std::move(*local);
  }
  const bool shipped = set.version() == 0;
  policy_source_ = shipped ? Text{"随程序提供", "shipped with the program"}
                           : Text{"上级节点", "from the upper node"};
  // Not checked against a dictionary: it may know fewer orgs than the city's.
  auto book =
      domain::PolicyBook::Build(shipped ? domain::DefaultPolicySet() : set, domain::OrgTree());
  if (!book.ok()) return book.status();
  policy_ = std::move(*book);
  return absl::OkStatus();
}

}  // namespace bangfu::client
