#ifndef BANGFU_DOMAIN_RECORD_MASK_H_
#define BANGFU_DOMAIN_RECORD_MASK_H_

#include <string>

#include "absl/strings/string_view.h"
#include "bangfu/v1/options.pb.h"
#include "google/protobuf/message.h"

namespace bangfu::domain {

// Stands for a text of which nothing may be shown, not even its length.
inline constexpr char kHiddenText[] = "***";

// What may be shown of a sensitive text: of an identity number its first 3 and last 2 characters,
// of a telephone number the first 3 and last 4, of a card the last 4, of a name the first;
// kHiddenText for any other format. Empty stays empty.
std::string MaskText(v1::Format format, absl::string_view text);

// Replaces every value whose field is not SENSITIVITY_PLAIN by its masked form, in nested messages
// too: texts by MaskText; code values, amounts and whatever else is not a text are cleared. What is
// within a field is at least as sensitive as the field. Unknown fields are removed: nobody here
// knows how sensitive they are.
void MaskRecord(google::protobuf::Message& record);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_RECORD_MASK_H_
