#ifndef BANGFU_DOMAIN_RULES_FORM_H_
#define BANGFU_DOMAIN_RULES_FORM_H_

#include "absl/time/civil_time.h"
#include "bangfu/v1/archive.pb.h"
#include "domain/rules/finding.h"
#include "google/protobuf/message.h"

namespace bangfu::domain {

// A finding names the member it is about, and whose turn it is: the filing unit's for its fields,
// the service center's for those that the center or the server writes.
//
// Both checks walk a record (archive, aid event, visit), or a message within one, by its
// descriptor: a field added to the proto is checked by its options. Any other message has no
// findings. A finding cites the rule of the field, of the list around it when it has none itself,
// and R28 when there is neither. A text of nothing but blanks is empty.

// Checks the values that are there, field by field: well-formed dates,
// money, phones, identity numbers (GB 11643; their division a warning), cards (warning), UUIDs and
// org paths, known codes, length of texts, control characters, contract months, number of elements
// of each list, list keys that are there and distinct, no date after `today`. An empty field is not
// looked at, so a draft passes. A record with such an error is never stored.
//
// Days on which something happened may not lie in the future; their fields end in "_on" (filed_on,
// work_started_on). Limits of validity (valid_from, valid_until) may, and do not.
Findings CheckValues(const google::protobuf::Message& record, absl::CivilDay today);

// Checks that what is required is there: for archives by worker type (annex 1, stars, note 10;
// A12), also in members and papers. While the worker type is not stated, only what is required of
// every worker. Fields that the server or the center writes are not asked for.
Findings CheckRequired(const google::protobuf::Message& record);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_RULES_FORM_H_
