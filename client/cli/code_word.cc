#include "client/cli/code_word.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "domain/codes/code_list.h"
#include "domain/rules/label.h"

namespace bangfu::client {

absl::StatusOr<int> ReadCodeWord(const google::protobuf::EnumDescriptor& list,
                                 const std::string& word) {
  if (const auto match = domain::FindCode(list, word)) return match->number;
  const std::string name = absl::StrCat("_", absl::AsciiStrToUpper(word));
  for (int i = 0; i < list.value_count(); ++i) {
    const google::protobuf::EnumValueDescriptor& value = *list.value(i);
    if (value.number() == 0) continue;
    if (absl::EndsWith(value.name(), name)) return value.number();
    const std::string& code = domain::SpecOfCode(list, value.number()).code();
    if (!code.empty() && absl::EqualsIgnoreCase(code, word)) return value.number();
  }
  const Text words = domain::ValueLabels(list);
  return UserError(absl::StatusCode::kInvalidArgument,
                   {absl::StrCat("“", word, "”不在可用的词中：", words.zh, "。"),
                    absl::StrCat("\"", word, "\" is none of: ", words.en, ".")});
}

}  // namespace bangfu::client
