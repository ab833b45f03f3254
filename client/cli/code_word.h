#ifndef BANGFU_CLIENT_CLI_CODE_WORD_H_
#define BANGFU_CLIENT_CLI_CODE_WORD_H_

#include <string>

#include "absl/status/statusor.h"
#include "google/protobuf/descriptor.h"

namespace bangfu::client {

// The value of a code list that a user means by a word of the form ("已提交"), the English name
// ("submitted") or the end of it, or the code ("R49"). INVALID_ARGUMENT names the possible words.
absl::StatusOr<int> ReadCodeWord(const google::protobuf::EnumDescriptor& list,
                                 const std::string& word);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_CODE_WORD_H_
