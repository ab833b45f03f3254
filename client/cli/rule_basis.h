#ifndef BANGFU_CLIENT_CLI_RULE_BASIS_H_
#define BANGFU_CLIENT_CLI_RULE_BASIS_H_

#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/civil_time.h"
#include "bangfu/v1/policy.pb.h"
#include "base/error.h"
#include "client/cli/session.h"
#include "client/replica/replica.h"
#include "domain/policy/policy.h"
#include "domain/rules/case.h"
#include "domain/rules/org_tree.h"

namespace bangfu::client {

// Options of the commands that apply the rules.
struct BasisOptions {
  std::string as_of;  // ISO day; empty for today
  std::string orgs;   // JSON of bangfu.v1.OrgTree; empty: as this desktop has it
  std::string
      policy;  // JSON of bangfu.v1.PolicySet; empty: as this desktop has it, else as shipped
  bool with_replica = false;  // the records of this desktop are asked for too
};

// Policy data of a file. Errors of ReadTextFile (json_file.h) and ParsePolicySet, naming the file.
absl::StatusOr<v1::PolicySet> ReadPolicyFile(const std::string& path);

// The same, ready for lookups: INVALID_ARGUMENT also when the data have errors.
absl::StatusOr<domain::PolicyBook> ReadPolicyBook(const std::string& path,
                                                  const domain::OrgTree& orgs);

// What the rules are applied with: dictionary of orgs, policy and day. Needs neither a server nor a
// desktop that has joined; what no file gives is taken from this desktop's replica if there is one.
class RuleBasis {
 public:
  // INVALID_ARGUMENT when the day or a file is wrong.
  static absl::StatusOr<std::unique_ptr<RuleBasis>> Load(const CommonOptions& common,
                                                         const BasisOptions& options);

  const domain::OrgTree& orgs() const { return orgs_; }
  const domain::PolicyBook& policy() const { return policy_; }
  absl::CivilDay today() const { return today_; }
  domain::RuleContext context() const { return {orgs_, policy_, today_}; }

  // Where the policy comes from: a file, the upper node, or the program.
  const Text& policy_source() const { return policy_source_; }

  // The org that is meant when none is named: that of this desktop when its replica is used, else
  // the city; empty without a dictionary.
  const std::string& home() const { return home_; }

  // The replica of this desktop; nullptr when it has not joined, or when nothing was wanted of it.
  Replica* replica() const { return replica_.get(); }

 private:
  RuleBasis() = default;

  absl::Status LoadReplica(const CommonOptions& common);
  absl::Status LoadOrgs(const std::string& file);
  absl::Status LoadPolicy(const std::string& file);

  std::unique_ptr<Replica> replica_;
  domain::OrgTree orgs_;
  domain::PolicyBook policy_;
  absl::CivilDay today_;
  Text policy_source_;
  std::string home_;
};

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_RULE_BASIS_H_
