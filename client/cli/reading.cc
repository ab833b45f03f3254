#include "client/cli/reading.h"

#include <algorithm>

#include "absl/strings/str_cat.h"
#include "bangfu/v1/audit_service.pb.h"
#include "base/clock.h"
#include "base/error.h"
#include "base/limits.h"

namespace bangfu::client {
namespace {

absl::Status CheckReason(const Sight& sight) {
  if (sight.unmask && sight.reason.empty()) {
    return ErrorBuilder(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_REASON_REQUIRED,
                        {"查看完整信息须用 --reason 说明理由，理由会记入审计日志。",
                         "To see what is masked give your reason with --reason; it goes into the "
                         "audit log."})
        .Build();
  }
  const auto characters = std::count_if(sight.reason.begin(), sight.reason.end(), [](char c) {
    return (static_cast<unsigned char>(c) & 0xC0) != 0x80;  // not within a UTF-8 sequence
  });
  if (characters <= limits::kMaxCharactersOfReason) return absl::OkStatus();
  return UserError(absl::StatusCode::kInvalidArgument,
                   {absl::StrCat("--reason 的理由超过 ", limits::kMaxCharactersOfReason, " 字。"),
                    absl::StrCat("The reason given with --reason has more than ",
                                 limits::kMaxCharactersOfReason, " characters.")});
}

v1::AuditEntry EntryOf(Session& session, const v1::Person& person, const Sight& sight,
                       const Seen& seen) {
  v1::AuditEntry entry;
  entry.set_report_id(session.NewId());
  // By the machine's clock: the business clock may stand in another year.
  const int64_t seconds = absl::ToUnixSeconds(SystemClock().Now());
  entry.mutable_time()->set_seconds(seconds);
  entry.set_person_id(person.id());
  entry.set_org(person.org());
  entry.set_action(sight.unmask ? v1::ACTION_UNMASK : v1::ACTION_READ);
  entry.set_result(v1::AUDIT_RESULT_DONE);
  entry.set_stated_reason(sight.reason);
  v1::AuditObject& object = *entry.add_objects();
  object.set_record_type(seen.type);
  object.set_id(seen.id);
  object.set_org(seen.place.org);
  return entry;
}

}  // namespace

absl::Status AdmitReader(Session& session, const Sight& sight, const Seen& seen) {
  auto signed_in = session.Signed();
  if (!signed_in.ok()) return signed_in.status();
  const v1::Person& person = signed_in->person;
  const v1::Action action = sight.unmask ? v1::ACTION_UNMASK : v1::ACTION_READ;
  absl::Status may = CheckMayAct(session, person, action, seen.place);
  if (!may.ok()) return may;
  if (absl::Status status = CheckReason(sight); !status.ok()) return status;
  return session.replica().NoteRead(EntryOf(session, person, sight, seen));
}

}  // namespace bangfu::client
