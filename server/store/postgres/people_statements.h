#ifndef BANGFU_SERVER_STORE_POSTGRES_PEOPLE_STATEMENTS_H_
#define BANGFU_SERVER_STORE_POSTGRES_PEOPLE_STATEMENTS_H_

#include <pqxx/pqxx>
#include <vector>

#include "bangfu/v1/identity.pb.h"

namespace bangfu::server {

// Inserts or replaces people by id, without the version of the directory. Throws what libpqxx
// throws.
void WritePeople(pqxx::transaction_base& work, const std::vector<v1::Person>& people);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_PEOPLE_STATEMENTS_H_
