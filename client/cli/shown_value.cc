#include "client/cli/shown_value.h"

#include "domain/record/field_path.h"
#include "domain/record/field_values.h"

namespace bangfu::client {

std::string UnitName(const Session& session, const std::string& org) {
  const v1::Org* unit = session.orgs().Find(org);
  return unit == nullptr ? org : unit->name();
}

std::string ShownValue(const Session& session, const google::protobuf::Descriptor& record,
                       const std::string& path, const std::string& value, bool unmask) {
  const auto steps = domain::ParsePath(record, path);
  if (steps && steps->back().key) return *steps->back().key;
  const v1::FieldSpec* spec = domain::SpecOfPath(record, path);
  const std::string shown =
      domain::DisplayValue(record, path, value, !unmask, session.out().language());
  const bool is_org = spec != nullptr && spec->format() == v1::FORMAT_ORG && shown == value;
  return is_org ? UnitName(session, value) : shown;
}

}  // namespace bangfu::client
