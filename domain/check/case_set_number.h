#ifndef BANGFU_DOMAIN_CHECK_CASE_SET_NUMBER_H_
#define BANGFU_DOMAIN_CHECK_CASE_SET_NUMBER_H_

#include <optional>

#include "bangfu/v1/archive.pb.h"
#include "domain/rules/archive_number.h"

namespace bangfu::domain {

// The unified number that the archive carries among others: the one it was given, else the one it
// claims (A36). An archive that ended without ever getting one has no claim any more. Nothing when
// it has none or it cannot be read.
std::optional<ArchiveNumber> NumberAmongOthers(const v1::Archive& archive);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_CHECK_CASE_SET_NUMBER_H_
