#include "server/sync/merge.h"

#include <map>
#include <optional>
#include <utility>

namespace bangfu::server {
namespace {

using domain::FieldEdits;
using domain::FieldValues;

// First value that an unseen revision replaced, and the newest revision that touched the field.
struct Unseen {
  std::optional<std::string> base;
  const Revision* newest = nullptr;
};

// "members[id]" of "members[id].name" and of itself; empty for a field outside lists.
std::string ElementOf(absl::string_view path) {
  const size_t bracket = path.find(']');
  return bracket == absl::string_view::npos ? std::string()
                                            : std::string(path.substr(0, bracket + 1));
}

std::optional<std::string> ValueAt(const FieldValues& values, const std::string& path) {
  const auto it = values.find(path);
  if (it == values.end()) return std::nullopt;
  return it->second;
}

v1::FieldConflict Disagreement(const std::string& path, const std::optional<std::string>& base,
                               const std::optional<std::string>& ours,
                               const std::optional<std::string>& theirs) {
  v1::FieldConflict conflict;
  conflict.set_field(path);
  if (base) conflict.set_base(*base);
  if (ours) conflict.set_ours(*ours);
  if (theirs) conflict.set_theirs(*theirs);
  return conflict;
}

class Merger {
 public:
  Merger(const FieldValues& current, const FieldEdits& edits,
         const std::vector<const Revision*>& unseen)
      : current_(current), edits_(edits) {
    for (const Revision* revision : unseen) {
      for (const auto& [path, before] : revision->before) {
        const auto [it, first] = unseen_.try_emplace(path);
        if (first) it->second.base = before;
        it->second.newest = revision;
        const std::string element = ElementOf(path);
        if (!element.empty()) touched_elements_[element] = revision;
      }
    }
  }

  MergeResult Run(absl::FunctionRef<FieldPermission(absl::string_view)> may_write) {
    for (const auto& [path, theirs] : edits_) {
      const std::optional<std::string> ours = ValueAt(current_, path);
      if (ours == theirs) continue;
      const FieldPermission permission = may_write(path);
      if (permission == FieldPermission::kDenied) {
        result_.not_owned.push_back(path);
        continue;
      }
      if (const Revision* opposing = Opposing(path)) {
        result_.conflicts.push_back(Disagreement(path, BaseOf(path, ours), ours, theirs));
        if (result_.opposing == nullptr || opposing->revision > result_.opposing->revision) {
          result_.opposing = opposing;
        }
        continue;
      }
      if (permission == FieldPermission::kAllowedWithReason) result_.corrected.push_back(path);
      result_.applied.emplace(path, theirs);
    }
    return std::move(result_);
  }

 private:
  // The unseen revision that an edit of `path` disagrees with; nullptr when there is none.
  const Revision* Opposing(const std::string& path) const {
    const auto direct = unseen_.find(path);
    if (direct != unseen_.end()) return direct->second.newest;
    const std::string element = ElementOf(path);
    if (element.empty()) return nullptr;
    const auto touched = touched_elements_.find(element);
    if (touched == touched_elements_.end()) return nullptr;
    const bool we_lack_it = current_.find(element) == current_.end();
    const auto presence = edits_.find(element);
    const bool they_remove_it = presence != edits_.end() && !presence->second.has_value();
    return we_lack_it || they_remove_it ? touched->second : nullptr;
  }

  std::optional<std::string> BaseOf(const std::string& path,
                                    const std::optional<std::string>& ours) const {
    const auto direct = unseen_.find(path);
    return direct == unseen_.end() ? ours : direct->second.base;
  }

  const FieldValues& current_;
  const FieldEdits& edits_;
  std::map<std::string, Unseen> unseen_;
  std::map<std::string, const Revision*> touched_elements_;
  MergeResult result_;
};

}  // namespace

MergeResult Merge(const FieldValues& current, const FieldEdits& edits,
                  const std::vector<const Revision*>& unseen,
                  absl::FunctionRef<FieldPermission(absl::string_view path)> may_write) {
  return Merger(current, edits, unseen).Run(may_write);
}

}  // namespace bangfu::server
