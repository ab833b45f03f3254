#include "server/store/columns.h"

#include "absl/strings/string_view.h"
#include "bangfu/v1/aid_event.pb.h"
#include "bangfu/v1/archive.pb.h"
#include "bangfu/v1/visit.pb.h"
#include "domain/text/civil_date.h"

namespace bangfu::server {
namespace {

// The column holds days only; a text that is no real day (it came from a node with other rules) has
// no day.
std::string DayOf(absl::string_view text) {
  return domain::ParseIsoDate(text).has_value() ? std::string(text) : std::string();
}

RecordColumns ColumnsOfArchive(const v1::Archive& archive) {
  RecordColumns columns;
  columns.status = archive.status();
  columns.tier = archive.tier();
  columns.category = archive.determined_category() != v1::HARDSHIP_CATEGORY_UNSPECIFIED
                         ? archive.determined_category()
                         : archive.claimed_category();
  columns.number = archive.number();
  columns.on_date = DayOf(archive.filed_on());
  return columns;
}

template <typename Event>
RecordColumns ColumnsOfEvent(const Event& event, absl::string_view day) {
  RecordColumns columns;
  columns.archive_id = event.archive_id();
  columns.on_date = DayOf(day);
  return columns;
}

}  // namespace

RecordColumns ColumnsOf(v1::RecordType type, const google::protobuf::Message& record) {
  switch (type) {
    case v1::RECORD_TYPE_ARCHIVE:
      return ColumnsOfArchive(dynamic_cast<const v1::Archive&>(record));
    case v1::RECORD_TYPE_AID_EVENT: {
      const auto& aid = dynamic_cast<const v1::AidEvent&>(record);
      return ColumnsOfEvent(aid, aid.aided_on());
    }
    case v1::RECORD_TYPE_VISIT: {
      const auto& visit = dynamic_cast<const v1::Visit&>(record);
      return ColumnsOfEvent(visit, visit.visited_on());
    }
    default:
      return {};
  }
}

}  // namespace bangfu::server
