#ifndef BANGFU_DOMAIN_CODES_FIELD_SPEC_H_
#define BANGFU_DOMAIN_CODES_FIELD_SPEC_H_

#include <optional>

#include "absl/strings/string_view.h"
#include "bangfu/v1/options.pb.h"
#include "google/protobuf/descriptor.h"

namespace bangfu::domain {

// The description of a record field from its options (bangfu.v1.spec). A field without one is owned
// by the server and secret, so that forgetting the option opens nothing; one that leaves out owner
// or sensitivity is completed that way.
const v1::FieldSpec& SpecOf(const google::protobuf::FieldDescriptor& field);

// The field of `record` whose column header is `header`: label or alias, compared as a code word
// (width of brackets and blanks do not count). nullptr when there is none. Nested messages
// (members, papers) are neither found nor searched: a column holds values.
const google::protobuf::FieldDescriptor* FindColumn(const google::protobuf::Descriptor& record,
                                                    absl::string_view header);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_CODES_FIELD_SPEC_H_
