#include "server/sync/parent_page.h"

#include <string>
#include <utility>

#include "bangfu/v1/archive.pb.h"
#include "domain/record/record_type.h"

namespace bangfu::server {

std::unique_ptr<google::protobuf::Message> ParseParentRecord(const v1::Record& theirs) {
  auto parsed = domain::ParseRecord(theirs.type(), theirs.body());
  return parsed.ok() ? *std::move(parsed) : nullptr;
}

ParentPage::ParentPage(v1::PullResponse page, const PersonKeyer& keyer, Expected what)
    : response(std::move(page)), expected(what), keys(keyer) {
  records.reserve(static_cast<size_t>(response.records_size()));
  for (const v1::Record& theirs : response.records()) {
    std::unique_ptr<google::protobuf::Message> record = ParseParentRecord(theirs);
    if (record != nullptr && theirs.type() == v1::RECORD_TYPE_ARCHIVE) {
      for (const std::string& number :
           domain::PersonsOf(static_cast<const v1::Archive&>(*record))) {
        keys.Of(number);
      }
    }
    records.emplace(&theirs, std::move(record));
  }
}

}  // namespace bangfu::server
