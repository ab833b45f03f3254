#include "client/cli/role_words.h"

#include "absl/strings/str_cat.h"
#include "client/cli/code_word.h"
#include "domain/rules/label.h"

namespace bangfu::client {

Text RoleWords(const v1::Person& person) {
  Text words;
  for (const int role : person.roles()) {
    const Text word = domain::ValueLabel(*v1::Role_descriptor(), role);
    absl::StrAppend(&words.zh, words.zh.empty() ? "" : "、", word.zh);
    absl::StrAppend(&words.en, words.en.empty() ? "" : ", ", word.en);
  }
  return words;
}

absl::Status SetRoles(const std::vector<std::string>& words, v1::Person& person) {
  person.clear_roles();
  for (const std::string& word : words) {
    auto role = ReadCodeWord(*v1::Role_descriptor(), word);
    if (!role.ok()) return role.status();
    person.add_roles(static_cast<v1::Role>(*role));
  }
  return absl::OkStatus();
}

}  // namespace bangfu::client
