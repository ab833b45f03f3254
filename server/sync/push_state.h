#ifndef BANGFU_SERVER_SYNC_PUSH_STATE_H_
#define BANGFU_SERVER_SYNC_PUSH_STATE_H_

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "absl/time/time.h"
#include "bangfu/v1/change.pb.h"
#include "bangfu/v1/sync_service.pb.h"
#include "domain/policy/policy.h"
#include "domain/rules/org_tree.h"
#include "google/protobuf/message.h"
#include "server/authz/actor_rights.h"
#include "server/authz/people_book.h"
#include "server/authz/principal.h"
#include "server/store/person_key.h"
#include "server/store/store.h"
#include "server/sync/batch.h"
#include "server/sync/batch_cases.h"
#include "server/sync/numbering.h"
#include "server/sync/prepared_change.h"
#include "server/sync/push.h"

namespace bangfu::server {

// Who pushes to which node, and when.
struct PushContext {
  const Principal& principal;
  const domain::OrgTree& orgs;
  const domain::PolicyBook& policy;
  const PeopleBook& people;
  const PersonKeyer& keyer;
  const NodeRole& role;
  absl::Time now;
  std::map<std::string, v1::Reoffer> reoffers{};  // by change_id
  absl::Time epoch_began = absl::InfinitePast();  // with reoffers only
};

// What one run of a push has read, and what it has decided so far.
class PushState {
 public:
  explicit PushState(const PushContext& push_context);
  PushState(const PushState&) = delete;
  PushState& operator=(const PushState&) = delete;

  // The record when the caller may see it, and the actor of the change that is being decided too.
  WorkingRecord* Visible(const std::string& id);
  // Whether the record was once where the caller sees it.
  bool WasVisible(const std::string& id) const;

  // The revision that the writer of a change has seen. One that this node never made (it was
  // restored) proves nothing; neither does one that it made after it was restored, for a change
  // that is older.
  int64_t BaseOf(const v1::Change& change, const WorkingRecord& record) const;
  // Revisions that the writer had not seen, oldest first. What came through the same writer is
  // known there: a child hands on changes in the order in which it accepted them.
  std::vector<const Revision*> UnseenBy(const v1::Change& change, WorkingRecord& record) const;

  // Makes `next` the record's next revision, or its first in `org`, as an effect of the change.
  WorkingRecord& Commit(const PreparedChange& prepared, WorkingRecord* record,
                        const std::string& org, std::unique_ptr<google::protobuf::Message> next,
                        const domain::FieldValues* fields_before = nullptr);

  // A change goes on to the parent as it was entered; only base_revision is restated in the
  // parent's revisions. `record` is nullptr when there is none here.
  void Forward(const WorkingRecord* record, v1::Change change);

  const v1::Reoffer* ReofferOf(const v1::Change& change) const;

  const PushContext& context;
  const absl::CivilDay today;
  const std::string writer;  // Principal::Writer
  const std::string node;    // name under which this node logs
  Batch batch;
  BatchCases cases;
  Numbering numbering;
  std::map<std::string, LoggedChange> logged;  // changes that are answered
  std::map<std::string, std::vector<std::string>> former_orgs;

  // ---- Of the change that is being decided.
  // Rights of its actor; unset until they are known.
  std::optional<ActorRights> actor;
  // Entries of the conflict log about it.
  std::vector<v1::Conflict> entries;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_PUSH_STATE_H_
