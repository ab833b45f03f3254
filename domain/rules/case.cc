#include "domain/rules/case.h"

namespace bangfu::domain {

Case CaseOf(const v1::CaseFile& file) {
  Case c;
  c.archive = &file.archive();
  c.aid_events.reserve(static_cast<size_t>(file.aid_events_size()));
  for (const v1::AidEvent& aid : file.aid_events()) c.aid_events.push_back(&aid);
  c.visits.reserve(static_cast<size_t>(file.visits_size()));
  for (const v1::Visit& visit : file.visits()) c.visits.push_back(&visit);
  return c;
}

}  // namespace bangfu::domain
