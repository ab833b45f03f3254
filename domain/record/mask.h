#ifndef BANGFU_DOMAIN_RECORD_MASK_H_
#define BANGFU_DOMAIN_RECORD_MASK_H_

#include <string>

#include "absl/strings/string_view.h"
#include "absl/time/civil_time.h"
#include "bangfu/v1/options.pb.h"
#include "google/protobuf/message.h"

namespace bangfu::domain {

// Stands for a text of which nothing may be shown, not even its length.
inline constexpr char kHiddenText[] = "***";

// Who is younger, in completed years, is a minor.
inline constexpr int kAdultAge = 18;

// What may be shown of a sensitive text: of an identity number its first 3 and last 2 characters,
// of a telephone number the first 3 and last 4, of a card the last 4, of a name the first;
// kHiddenText for any other format. Empty stays empty.
std::string MaskText(v1::Format format, absl::string_view text);

// Replaces every value whose field is not SENSITIVITY_PLAIN by its masked form, in nested messages
// too: texts by MaskText; code values, amounts and whatever else is not a text are cleared. What is
// within a field is at least as sensitive as the field. Unknown fields are removed: nobody here
// knows how sensitive they are.
//
// Of a minor on `today` more is hidden: where a message describes a person under kAdultAge, or one
// whose identity number does not tell the age, fields with hidden_of_minors say nothing at all.
void MaskRecord(google::protobuf::Message& record, absl::CivilDay today);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_RECORD_MASK_H_
