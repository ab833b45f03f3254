#ifndef BANGFU_DOMAIN_RULES_FORM_H_
#define BANGFU_DOMAIN_RULES_FORM_H_

#include "absl/time/civil_time.h"
#include "bangfu/v1/archive.pb.h"
#include "domain/rules/finding.h"
#include "google/protobuf/message.h"

namespace bangfu::domain {

// Checks the values that are there, field by field, whatever record it is: well-formed dates, money, phones, identity
// numbers (GB 11643), cards (warning), UUIDs and org paths, known codes, length of texts, number of members and papers,
// distinct list keys, no date after `today`. An empty field is not looked at, so a draft passes.
// A record with such an error is never stored.
Findings CheckValues(const google::protobuf::Message& record, absl::CivilDay today);

// Checks that what is required is there: for archives by worker type (annex 1, stars, note 10; A12), also in members
// and papers. Fields that the server or the center writes are not asked for.
Findings CheckRequired(const google::protobuf::Message& record);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_RULES_FORM_H_
