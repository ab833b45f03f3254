#include "server/identity/random_bytes.h"

#include <openssl/rand.h>

#include "base/error.h"
#include "server/tls/pem.h"

namespace bangfu::server {

absl::StatusOr<std::string> RandomBytes(size_t count) {
  std::string bytes(count, '\0');
  if (RAND_bytes(reinterpret_cast<unsigned char*>(bytes.data()), static_cast<int>(count)) != 1) {
    return OpenSslError("RAND_bytes");
  }
  return bytes;
}

}  // namespace bangfu::server
