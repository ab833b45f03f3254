#ifndef BANGFU_SERVER_SYNC_PARENT_PAGE_H_
#define BANGFU_SERVER_SYNC_PARENT_PAGE_H_

#include <memory>
#include <unordered_map>

#include "bangfu/v1/change.pb.h"
#include "bangfu/v1/sync_service.pb.h"
#include "google/protobuf/message.h"
#include "server/store/person_key.h"
#include "server/sync/batch.h"

namespace bangfu::server {

// Records of the parent as this program reads them; nullptr for one that it cannot read.
using ParsedRecords =
    std::unordered_map<const v1::Record*, std::unique_ptr<google::protobuf::Message>>;

std::unique_ptr<google::protobuf::Message> ParseParentRecord(const v1::Record& theirs);

// A page of a pull, with what can be worked out of it without the store, while another page is
// written. May be moved: records keep their addresses.
struct ParentPage {
  ParentPage(v1::PullResponse page, const PersonKeyer& keyer, Expected what);

  v1::PullResponse response;
  Expected expected;
  ParsedRecords records;
  PersonKeys keys;  // those of the archives on the page
  // What was made of it: takes long to be freed, so that whoever applies pages leaves it here.
  std::shared_ptr<const void> leftovers;
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_PARENT_PAGE_H_
