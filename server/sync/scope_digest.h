#ifndef BANGFU_SERVER_SYNC_SCOPE_DIGEST_H_
#define BANGFU_SERVER_SYNC_SCOPE_DIGEST_H_

#include "absl/status/statusor.h"
#include "bangfu/v1/sync_service.pb.h"
#include "domain/rules/org_tree.h"
#include "server/authz/principal.h"
#include "server/store/store.h"

namespace bangfu::server {

// Part of one level of the hash tree over what the principal reads, with a cursor of the feed from
// before it was read. Errors: INVALID_ARGUMENT BAD_REQUEST (level, buckets) · UNAVAILABLE
// STORE_UNAVAILABLE
absl::StatusOr<v1::GetDigestResponse> ReadDigest(Store& store, const domain::OrgTree& orgs,
                                                 const Principal& principal,
                                                 const v1::GetDigestRequest& request);

// Records by id, for a child whose digest differs. Whatever the principal may not see and never saw
// is unknown. Errors: INVALID_ARGUMENT BAD_REQUEST (too many ids, no UUID) · UNAVAILABLE
// STORE_UNAVAILABLE
absl::StatusOr<v1::GetRecordsResponse> ReadRecords(Store& store, const domain::OrgTree& orgs,
                                                   const Principal& principal,
                                                   const v1::GetRecordsRequest& request);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_SCOPE_DIGEST_H_
