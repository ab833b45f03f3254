#include "server/sync/merge_touches.h"

#include <algorithm>
#include <utility>

namespace bangfu::server {
namespace {

bool Removes(const Touch& presence) { return presence.before && !presence.after; }

std::optional<std::string> Before(const Revision& revision, const std::string& path) {
  const auto it = revision.before.find(path);
  return it == revision.before.end() ? std::nullopt : it->second;
}

// Whether a touch of a field within an element is an edit, given what happened to the element.
bool IsEntered(const Touch& touch, const std::string& path, const std::vector<Touch>& presence) {
  const Revision* removal = nullptr;
  for (const Touch& whole : presence) {
    if (whole.revision->revision > touch.revision->revision) break;
    if (whole.revision != touch.revision) {
      if (Removes(whole)) removal = whole.revision;
      continue;
    }
    if (Removes(whole)) return false;
    return removal == nullptr || touch.before == touch.after ||
           touch.after != Before(*removal, path);
  }
  return true;
}

}  // namespace

std::string ElementOf(absl::string_view path) {
  const size_t bracket = path.find(']');
  return bracket == absl::string_view::npos ? std::string()
                                            : std::string(path.substr(0, bracket + 1));
}

Touches::Touches(const domain::FieldValues& current, const std::vector<const Revision*>& history) {
  for (const Revision* revision : history) {
    for (const auto& [path, before] : revision->before) {
      std::vector<Touch>& of_path = touches_[path];
      if (!of_path.empty()) of_path.back().after = before;
      of_path.push_back({revision, before, std::nullopt, false});
    }
  }
  for (auto& [path, of_path] : touches_) {
    if (const auto now = current.find(path); now != current.end())
      of_path.back().after = now->second;
  }
  static const std::vector<Touch> kNone;
  for (auto& [path, of_path] : touches_) {
    const auto presence = touches_.find(ElementOf(path));
    for (Touch& touch : of_path) {
      touch.entered = IsEntered(touch, path, presence == touches_.end() ? kNone : presence->second);
    }
  }
}

std::vector<const Touch*> Touches::UnseenOf(const std::string& path, int64_t base,
                                            absl::string_view writer) const {
  std::vector<const Touch*> unseen;
  const auto of_path = touches_.find(path);
  if (of_path == touches_.end()) return unseen;
  for (auto touch = of_path->second.rbegin(); touch != of_path->second.rend(); ++touch) {
    if (touch->revision->revision <= base) break;
    const bool own = touch->revision->pushed_by == writer;
    if (own && touch->entered) break;
    if (!own) unseen.push_back(&*touch);
  }
  std::reverse(unseen.begin(), unseen.end());
  return unseen;
}

std::vector<const Touch*> Touches::Since(const std::string& path, int64_t base) const {
  std::vector<const Touch*> since;
  const auto of_path = touches_.find(path);
  if (of_path == touches_.end()) return since;
  for (const Touch& touch : of_path->second) {
    if (touch.revision->revision > base) since.push_back(&touch);
  }
  return since;
}

std::vector<std::string> Touches::PathsIn(const std::string& element) const {
  std::vector<std::string> paths;
  for (auto it = touches_.lower_bound(element);
       it != touches_.end() && it->first.compare(0, element.size(), element) == 0; ++it) {
    paths.push_back(it->first);
  }
  return paths;
}

const Revision* Touches::RemovalOf(const std::string& element) const {
  const auto presence = touches_.find(element);
  if (presence == touches_.end() || !Removes(presence->second.back())) return nullptr;
  return presence->second.back().revision;
}

domain::FieldValues RemovedFields(const Revision& removal, const std::string& element) {
  domain::FieldValues fields;
  for (auto it = removal.before.lower_bound(element);
       it != removal.before.end() && it->first.compare(0, element.size(), element) == 0; ++it) {
    if (it->second) fields.emplace(it->first, *it->second);
  }
  return fields;
}

}  // namespace bangfu::server
