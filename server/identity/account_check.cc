#include "server/identity/account_check.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "base/limits.h"
#include "domain/text/normalize.h"
#include "server/identity/identity_errors.h"

namespace bangfu::server {
namespace {

// Of well-formed UTF-8.
int64_t CharactersIn(absl::string_view text) {
  return std::count_if(text.begin(), text.end(),
                       [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; });
}

absl::Status CheckName(absl::string_view name) {
  if (!name.empty() && domain::IsValidUtf8(name) && domain::NormalizeText(name) == name &&
      CharactersIn(name) <= limits::kMaxCharactersOfName) {
    return absl::OkStatus();
  }
  return BadAccountField(
      "person.name",
      {absl::StrCat("姓名须为 1–", limits::kMaxCharactersOfName, " 个字，前后不能有空白。"),
       absl::StrCat("The name needs 1 to ", limits::kMaxCharactersOfName,
                    " characters without blanks around.")});
}

absl::Status CheckRoles(const v1::Person& person) {
  std::set<int> roles;
  for (const int role : person.roles()) {
    if (role != v1::ROLE_UNSPECIFIED && v1::Role_IsValid(role)) roles.insert(role);
  }
  if (!roles.empty() && person.roles_size() <= limits::kMaxRolesPerPerson &&
      roles.size() == static_cast<size_t>(person.roles_size())) {
    return absl::OkStatus();
  }
  return BadAccountField("person.roles", {"请给出一个或多个角色，每个只列一次。",
                                          "Give one or more roles, each of them once."});
}

}  // namespace

bool IsAccountId(absl::string_view text) {
  const auto is_allowed = [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  };
  return !text.empty() && text.size() <= static_cast<size_t>(limits::kMaxAccountCharacters) &&
         std::all_of(text.begin(), text.end(), is_allowed);
}

absl::Status CheckPerson(const v1::Person& person) {
  if (!IsAccountId(person.id())) {
    return BadAccountField("person.id",
                           {absl::StrCat("账号名须为 1–", limits::kMaxAccountCharacters,
                                         " 个字符：小写字母、数字、“-”“_”“.”。"),
                            absl::StrCat("An account needs 1 to ", limits::kMaxAccountCharacters,
                                         " characters of a-z, 0-9, \"-\", \"_\", \".\".")});
  }
  if (absl::Status name = CheckName(person.name()); !name.ok()) return name;
  return CheckRoles(person);
}

absl::Status CheckReason(absl::string_view reason) {
  const bool is_good = domain::IsValidUtf8(reason) && !domain::NormalizeText(reason).empty() &&
                       CharactersIn(reason) <= limits::kMaxCharactersOfReason;
  return is_good ? absl::OkStatus() : ReasonRequired();
}

}  // namespace bangfu::server
