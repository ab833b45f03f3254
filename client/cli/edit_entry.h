#ifndef BANGFU_CLIENT_CLI_EDIT_ENTRY_H_
#define BANGFU_CLIENT_CLI_EDIT_ENTRY_H_

#include <cstdint>
#include <string>

#include "absl/status/statusor.h"
#include "client/cli/local_case.h"
#include "client/cli/session.h"
#include "domain/rules/finding.h"
#include "google/protobuf/message.h"

namespace bangfu::client {

// What somebody wrote into a record of a case.
struct Edit {
  const LocalCase& local;  // the case as it was
  v1::RecordType type = v1::RECORD_TYPE_ARCHIVE;
  const google::protobuf::Message* before = nullptr;  // nullptr: the record is new
  const google::protobuf::Message* after = nullptr;   // never nullptr
  int64_t base_revision = 0;                          // of the record
  std::string reason{};                               // of a correction
  std::string part{};       // path in the archive that the edit is about, "members[0190…]"; empty
                            // for a whole aid event or visit and for fields of the archive
  std::string new_id{};     // of what was added, for the user; empty: nothing was
  domain::Findings read{};  // what reading the texts said
};

// Checks the edit as the server will, enters it, and prints what was entered with what the rules
// have to say about the record or element that was written, or why nothing was. Required fields are
// asked for as long as nothing else will ask for them: a draft is asked at its submission.
absl::StatusOr<ExitStatus> EnterEdit(Session& session, Edit edit);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_EDIT_ENTRY_H_
