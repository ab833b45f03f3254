#include "server/sync/push_paths.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_split.h"
#include "domain/record/field_path.h"
#include "server/sync/merge_touches.h"

namespace bangfu::server {
namespace {

// Whether a path that no field here answers to can be one of a newer program: names of fields, each
// with the key of a list element at most.
bool CouldBeField(absl::string_view path) {
  for (absl::string_view step : absl::StrSplit(path, '.')) {
    const size_t bracket = step.find('[');
    const absl::string_view name = step.substr(0, bracket);
    if (name.empty() || !absl::ascii_islower(static_cast<unsigned char>(name[0])) ||
        !std::all_of(name.begin(), name.end(), [](char c) {
          return absl::ascii_islower(static_cast<unsigned char>(c)) ||
                 absl::ascii_isdigit(static_cast<unsigned char>(c)) || c == '_';
        })) {
      return false;
    }
    if (bracket == absl::string_view::npos) continue;
    const absl::string_view key = step.substr(bracket + 1);
    if (key.size() < 2 || key.find_first_of("[]") != key.size() - 1 || key.back() != ']')
      return false;
  }
  return true;
}

// Whether all names of a path are known: then only its form is wrong.
bool HasUnknownName(const google::protobuf::Descriptor& record, absl::string_view path) {
  const google::protobuf::Descriptor* message = &record;
  for (absl::string_view step : absl::StrSplit(path, '.')) {
    if (message == nullptr) return true;  // something new below a value
    const auto* field = message->FindFieldByName(std::string(step.substr(0, step.find('['))));
    if (field == nullptr) return true;
    message = field->message_type();
  }
  return false;
}

}  // namespace

ChangedPaths SplitPaths(const google::protobuf::Descriptor& record, const v1::Put& put) {
  ChangedPaths paths;
  for (const std::string& path : put.changed_fields()) {
    const auto steps = domain::ParsePath(record, path);
    if (steps && (steps->back().key || domain::IsValue(*steps->back().field))) {
      paths.known.push_back(path);
    } else if (!steps && CouldBeField(path) && HasUnknownName(record, path)) {
      paths.unknown.push_back(path);
    } else {
      paths.malformed = true;
    }
  }
  return paths;
}

std::vector<std::string> ElementsWithin(const v1::Put& put) {
  std::vector<std::string> elements;
  for (const std::string& path : put.changed_fields()) {
    const std::string element = ElementOf(path);
    if (!element.empty() && element != path) elements.push_back(element);
  }
  return elements;
}

}  // namespace bangfu::server
