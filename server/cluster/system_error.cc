#include "server/cluster/system_error.h"

#include <system_error>

#include "absl/strings/str_cat.h"

namespace bangfu::server {

absl::Status SystemError(int error, const Text& text) {
  const std::string reason = std::generic_category().message(error);
  return UserError(absl::ErrnoToStatusCode(error),
                   {absl::StrCat(text.zh, "：", reason), absl::StrCat(text.en, ": ", reason)});
}

}  // namespace bangfu::server
