#ifndef BANGFU_SERVER_STORE_POSTGRES_MASTER_KEY_FIXTURE_H_
#define BANGFU_SERVER_STORE_POSTGRES_MASTER_KEY_FIXTURE_H_

#include <string>

#include "server/seal/master_key.h"
#include "server/seal/sealed_value.h"

namespace bangfu::server {

// The master key of the databases of tests; another one for another `letter`.
inline MasterKey TestMasterKey(char letter = 'm') {
  return *MasterKey::FromBytes(std::string(kSealKeyBytes, letter));
}

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_MASTER_KEY_FIXTURE_H_
