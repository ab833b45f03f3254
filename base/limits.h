#ifndef BANGFU_BASE_LIMITS_H_
#define BANGFU_BASE_LIMITS_H_

#include <cstdint>

#include "absl/time/time.h"

// Every limit of the protocol and of the nodes, with its unit. Limits of one algorithm live beside
// it.
namespace bangfu::limits {

// Protocol.
inline constexpr int kProtocolVersion = 1;                 // highest that this program speaks
inline constexpr int kOldestProtocolVersion = 1;           // lowest
inline constexpr int kMaxChangesPerPush = 500;             // changes
inline constexpr int64_t kMaxPushBytes = 4 * 1024 * 1024;  // bytes of serialised changes
inline constexpr int kMaxMessageBytes = 8 * 1024 * 1024;   // bytes of one gRPC message
inline constexpr int64_t kMaxReplyBytes =
    7 * 1024 * 1024;  // bytes of the outcomes of one push, with their records
inline constexpr int64_t kMaxRecordBytes = 256 * 1024;  // bytes of one serialised record
inline constexpr int kMaxMembers = 50;                  // household members of one archive
inline constexpr int kMaxMaterials = 400;               // papers of one archive
inline constexpr int kDefaultPullBatchRecords = 200;    // records
inline constexpr int kMaxPullBatchRecords = 500;        // records
inline constexpr int kDefaultPageSize = 100;            // elements of a list
inline constexpr int kMaxPageSize = 1000;               // elements of a list
inline constexpr int kMaxCharactersOfText = 500;  // code points, where the field says nothing else
inline constexpr int kMaxCharactersOfName = 100;  // code points of an account, a name, a node
inline constexpr int kMaxCharactersOfReason = 500;  // code points of a reason or opinion
inline constexpr absl::Duration kMaxEntryTimeAhead = absl::Minutes(10);  // clock skew guard (A23)
inline constexpr int kMaxPendingIds = 1000;                              // ids in a handshake
inline constexpr int kMaxDigestBuckets = 512;                            // buckets in one request
inline constexpr int kMaxRecordsById = 500;                              // records in one request
inline constexpr int kMaxReceipts = 500;                                 // changes in one request
inline constexpr int64_t kMaxPullPageBytes = 1024 * 1024;  // bytes of bodies in one batch

// How long things are kept.
inline constexpr absl::Duration kChildLife =
    absl::Hours(24 * 180);  // a child that has not called for longer is not waited for
inline constexpr absl::Duration kReofferLife =
    absl::Hours(24 * 45);                   // answered changes, for a parent that loses them
inline constexpr int kCompactBatch = 5000;  // rows of the feed looked at in one transaction
inline constexpr absl::Duration kCompactInterval = absl::Minutes(10);

// Transactions.
inline constexpr int kMaxTxnAttempts = 5;  // runs of one transaction body
inline constexpr absl::Duration kStatementTimeout = absl::Seconds(30);
inline constexpr absl::Duration kLockTimeout = absl::Seconds(10);
inline constexpr int kStoreConnections = 8;   // connections of one server
inline constexpr int kSequencerBatch = 5000;  // queue rows moved in one transaction
inline constexpr absl::Duration kSequencerPoll = absl::Seconds(1);  // when no notification comes

// Calls.
inline constexpr absl::Duration kConnectTimeout = absl::Seconds(10);
inline constexpr absl::Duration kCallTimeout = absl::Seconds(60);
inline constexpr absl::Duration kPullTimeout = absl::Minutes(30);
inline constexpr absl::Duration kMinPingInterval =
    absl::Seconds(30);  // keepalive that a server takes
inline constexpr absl::Duration kDrainTimeout = absl::Seconds(20);
inline constexpr int kMaxCallAttempts = 4;  // tries of one call that answers UNAVAILABLE
inline constexpr absl::Duration kFirstBackoff = absl::Milliseconds(200);
inline constexpr absl::Duration kMaxBackoff = absl::Seconds(30);
inline constexpr absl::Duration kStallAfter =
    absl::Minutes(2);  // a backlog that does not move for longer is reported
inline constexpr absl::Duration kVerifyInterval = absl::Hours(6);  // between two comparisons
inline constexpr absl::Duration kWatchHeartbeat = absl::Seconds(30);
inline constexpr absl::Duration kWatchPoll =
    absl::Seconds(60);  // a pull without being told, while a watch is open

// Load of one server: what does not fit is refused with RESOURCE_EXHAUSTED.
inline constexpr int kServerThreads = 256;                        // threads of gRPC; one per call
inline constexpr int64_t kServerMemoryBytes = 512 * 1024 * 1024;  // bytes of gRPC's buffers
inline constexpr int kMaxPullsPerChild = 4;
inline constexpr int kMaxPullsAtOnce = 64;
inline constexpr int kMaxWatchesPerChild = 4;
inline constexpr int kMaxWatchesAtOnce = 5000;
inline constexpr int kMaxPushesPerChild = 2;  // at work or waiting; others are told to come back
inline constexpr int kMaxPushesAtOnce = 6;    // leaves connections for everything else
inline constexpr int kPushShare = 2000;  // changes a second of one child while others push, too
inline constexpr absl::Duration kOthersPushWindow =
    absl::Seconds(5);                      // how long a push counts as "others push, too"
inline constexpr int kMaxOutbox = 200000;  // changes that wait on one desktop
inline constexpr absl::Duration kLinkStopTimeout =
    absl::Seconds(10);  // until a cancelled sync with the parent should have ended

// Identity.
inline constexpr absl::Duration kSessionLife = absl::Hours(8);  // of a person's session at a desk
inline constexpr int kMaxSessionsPerPush = 16;                  // people of one push
inline constexpr int kMaxSessionBytes = 2048;                   // bytes of one session token
inline constexpr int kMaxRolesPerPerson = 6;
inline constexpr int kMaxAccountCharacters = 64;  // characters of an account's id
inline constexpr int kMinPasswordCharacters = 10;
inline constexpr int kMaxPasswordBytes = 256;
inline constexpr int kMaxSignInFailures = 5;  // in a row, then the account is locked
inline constexpr absl::Duration kLockOut = absl::Minutes(15);
inline constexpr int kMaxSignInsAtOnce = 2;  // argon2id takes memory and a core each
inline constexpr absl::Duration kEnrollmentCodeLife = absl::Hours(72);
inline constexpr absl::Duration kMaxEnrollmentCodeLife = absl::Hours(24 * 30);
inline constexpr absl::Duration kCertificateLife = absl::Hours(24 * 90);  // of an enrolled node
inline constexpr double kRenewAfter = 2.0 / 3;  // of its certificate's life, a node renews it
inline constexpr int kMaxCsrBytes = 16 * 1024;  // bytes of one certificate request
inline constexpr int kMaxReportedReads = 500;   // reads in one report
inline constexpr int kAuditChainBatch = 1000;   // entries chained in one transaction

// Load of one caller.
inline constexpr int kCallsPerSecond = 50;        // of one node, on average
inline constexpr int kCallBurst = 200;            // of one node, at once
inline constexpr int kSignInsPerMinute = 30;      // of one node
inline constexpr int kEnrollmentsPerMinute = 10;  // of one address
inline constexpr int kMaxStreamsPerConnection = 64;
inline constexpr absl::Duration kMaxConnectionAge = absl::Minutes(30);
inline constexpr absl::Duration kConnectionAgeGrace = absl::Minutes(5);

// Numbers (R24–R27, R102).
inline constexpr int kMaxSequence = 9999;  // archives of one prefix and year (A2)
inline constexpr int kFirstYear = 2000;
inline constexpr int kLastYear = 2099;

}  // namespace bangfu::limits

#endif  // BANGFU_BASE_LIMITS_H_
