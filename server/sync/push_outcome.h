#ifndef BANGFU_SERVER_SYNC_PUSH_OUTCOME_H_
#define BANGFU_SERVER_SYNC_PUSH_OUTCOME_H_

#include <string>

#include "bangfu/v1/change.pb.h"
#include "domain/rules/finding.h"
#include "server/sync/batch.h"

// Outcomes of changes, and the findings with which a node refuses or parks them.
namespace bangfu::server {

// Of a change that took effect, or whose effect is the parent's business.
v1::Outcome Applied(v1::Verdict verdict, const WorkingRecord& record,
                    domain::Findings findings = {});

// Of a change that was not applied, with the record as it is; nullptr: there is none to show.
v1::Outcome Refuse(domain::Findings findings, const WorkingRecord* record = nullptr);

// Adds the record as it is; nullptr: nothing.
void Attach(const WorkingRecord* record, v1::Outcome& outcome);

v1::Finding NotFound();
v1::Finding NotSpeakingFor();
v1::Finding ChangeIdReused();
v1::Finding CannotWriteField();
v1::Finding HasEnded();
v1::Finding HasMoved();
v1::Finding HasMovedSince();
v1::Finding OutOfScope();
v1::Finding NotEnteredHere();
v1::Finding ReasonMissing(const std::string& path);
// Contents of the filing side are not what the signer has read.
v1::Finding ChangedSinceRead(const google::protobuf::Descriptor& record, const std::string& path);
// Why an edit of this field was left out.
v1::Finding LeftOut(const google::protobuf::Descriptor& record, const std::string& path);
// `masked` is the person's identity number, `holder` the union that has the person's archive.
v1::Finding HasAnArchive(const std::string& masked, const std::string& holder);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_PUSH_OUTCOME_H_
