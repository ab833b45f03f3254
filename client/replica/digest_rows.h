#ifndef BANGFU_CLIENT_REPLICA_DIGEST_ROWS_H_
#define BANGFU_CLIENT_REPLICA_DIGEST_ROWS_H_

#include <vector>

#include "bangfu/v1/sync_service.pb.h"
#include "client/replica/sealed_database.h"

// The hash tree over what the parent has given us (domain/digest), computed from the bytes in the
// file: nothing of it is stored, so damage shows. Of a record on which nothing waits, the copy that
// people see counts, which has to be the parent's too. Reads row by row. Everything here throws
// SQLite::Exception.
namespace bangfu::client {

// Sums of all buckets that are not empty, ascending.
std::vector<v1::DigestSum> ComputeDigestSums(SealedDatabase& db);
// Leaves of these buckets, in the order of their ids.
std::vector<v1::DigestLeaf> ComputeDigestLeaves(SealedDatabase& db,
                                                const std::vector<int>& buckets);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_REPLICA_DIGEST_ROWS_H_
