#include "server/sync/parent_page.h"

#include <string>
#include <utility>

#include "bangfu/v1/archive.pb.h"
#include "domain/record/record_type.h"

namespace bangfu::server {

ParsedRecord ParseParentRecord(const v1::Record& theirs) {
  ParsedRecord record;
  auto parsed = domain::ParseRecord(theirs.type(), theirs.body());
  if (parsed.ok()) record.message = *std::move(parsed);
  return record;
}

ParentPage::ParentPage(v1::PullResponse page, const PersonKeyer& keyer, Expected what)
    : response(std::move(page)), expected(what), keys(keyer) {
  records.reserve(static_cast<size_t>(response.records_size()));
  for (const v1::Record& theirs : response.records()) {
    ParsedRecord record = ParseParentRecord(theirs);
    if (record.message != nullptr && what == Expected::kNew)
      record.unset_all = domain::UnsetAll(*record.message);
    if (record.message != nullptr && theirs.type() == v1::RECORD_TYPE_ARCHIVE) {
      for (const std::string& number :
           domain::PersonsOf(static_cast<const v1::Archive&>(*record.message))) {
        keys.Of(number);
      }
    }
    records.emplace(&theirs, std::move(record));
  }
}

}  // namespace bangfu::server
