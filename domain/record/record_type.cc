#include "domain/record/record_type.h"

#include <limits>
#include <set>

#include "bangfu/v1/aid_event.pb.h"
#include "bangfu/v1/error_reason.pb.h"
#include "bangfu/v1/visit.pb.h"
#include "base/error.h"
#include "domain/text/identity_number.h"

namespace bangfu::domain {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

constexpr char kIdField[] = "id";
constexpr char kParentField[] = "archive_id";

const FieldDescriptor* TextField(const Message& record, const char* name) {
  const FieldDescriptor* field = record.GetDescriptor()->FindFieldByName(name);
  const bool is_text = field != nullptr && !field->is_repeated() &&
                       field->cpp_type() == FieldDescriptor::CPPTYPE_STRING;
  return is_text ? field : nullptr;
}

std::string TextOfField(const Message& record, const char* name) {
  const FieldDescriptor* field = TextField(record, name);
  return field == nullptr ? std::string() : record.GetReflection()->GetString(record, field);
}

void AddPerson(std::set<std::string>& persons, const std::string& identity_number) {
  const auto parsed = ParseIdentityNumber(identity_number);
  if (parsed.ok()) persons.insert(parsed->number);
}

}  // namespace

std::unique_ptr<Message> NewRecord(v1::RecordType type) {
  switch (type) {
    case v1::RECORD_TYPE_ARCHIVE:
      return std::make_unique<v1::Archive>();
    case v1::RECORD_TYPE_AID_EVENT:
      return std::make_unique<v1::AidEvent>();
    case v1::RECORD_TYPE_VISIT:
      return std::make_unique<v1::Visit>();
    default:
      return nullptr;
  }
}

absl::StatusOr<std::unique_ptr<Message>> ParseRecord(v1::RecordType type, absl::string_view body) {
  std::unique_ptr<Message> record = NewRecord(type);
  if (record == nullptr) {
    return ErrorBuilder(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_BAD_REQUEST,
                        {"记录类型未知：请升级本节点，或检查发送方",
                         "unknown type of record: upgrade this node, or check the sender"})
        .Field("type", "unknown record type")
        .Build();
  }
  if (body.size() > std::numeric_limits<int>::max() ||
      !record->ParseFromArray(body.data(), static_cast<int>(body.size()))) {
    return ErrorBuilder(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_BAD_REQUEST,
                        {"记录内容无法解读，可能在传输中损坏：请重新发送",
                         "the body of the record cannot be read, it may be damaged: send it again"})
        .Field("body", "not a message of the record type")
        .Build();
  }
  return record;
}

std::string IdOf(const Message& record) { return TextOfField(record, kIdField); }

void SetId(Message& record, absl::string_view id) {
  const FieldDescriptor* field = TextField(record, kIdField);
  if (field != nullptr) record.GetReflection()->SetString(&record, field, std::string(id));
}

std::string ParentIdOf(const Message& record) { return TextOfField(record, kParentField); }

bool IsLive(v1::ArchiveStatus status) {
  switch (status) {
    case v1::ARCHIVE_STATUS_WITHDRAWN:
    case v1::ARCHIVE_STATUS_DEREGISTERED:
    case v1::ARCHIVE_STATUS_MERGED:
      return false;
    default:
      // A status of a newer version counts too: a second archive that is held back can be let
      // through later, one that was let through cannot be taken back.
      return true;
  }
}

std::vector<std::string> PersonsOf(const v1::Archive& archive) {
  std::set<std::string> persons;
  AddPerson(persons, archive.identity_number());
  for (const v1::Member& member : archive.members()) AddPerson(persons, member.identity_number());
  return {persons.begin(), persons.end()};
}

}  // namespace bangfu::domain
