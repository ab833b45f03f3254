#include "domain/check/case_set_number.h"

#include "domain/record/record_type.h"

namespace bangfu::domain {

std::optional<ArchiveNumber> NumberAmongOthers(const v1::Archive& archive) {
  if (!archive.number().empty()) return ParseArchiveNumber(archive.number());
  if (archive.existing_number().empty() || !IsLive(archive.status())) return std::nullopt;
  return ParseArchiveNumber(archive.existing_number());
}

}  // namespace bangfu::domain
