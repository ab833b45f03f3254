#ifndef BANGFU_CLIENT_CLI_SHOWN_VALUE_H_
#define BANGFU_CLIENT_CLI_SHOWN_VALUE_H_

#include <string>

#include "client/cli/session.h"
#include "google/protobuf/descriptor.h"

namespace bangfu::client {

// Name of a unit; its path when the dictionary does not know it.
std::string UnitName(const Session& session, const std::string& org);

// The value of a path of a record for people: units by their names, the presence of a list element
// as the id that commands take. Masked unless `unmask`.
std::string ShownValue(const Session& session, const google::protobuf::Descriptor& record,
                       const std::string& path, const std::string& value, bool unmask);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_SHOWN_VALUE_H_
