#include "server/sync/merge.h"

#include <map>
#include <optional>
#include <utility>

#include "base/test_hooks.h"
#include "server/sync/merge_touches.h"

namespace bangfu::server {
namespace {

using domain::FieldEdits;
using domain::FieldValues;
using Value = std::optional<std::string>;

Value ValueAt(const FieldValues& values, const std::string& path) {
  const auto it = values.find(path);
  if (it == values.end()) return std::nullopt;
  return it->second;
}

void Add(Disagreement& disagreement, const std::string& path, const Value& base, const Value& ours,
         const Value& theirs, const Revision* opposing) {
  v1::FieldConflict& field = disagreement.fields.emplace_back();
  field.set_field(path);
  if (base) field.set_base(*base);
  if (ours) field.set_ours(*ours);
  if (theirs) field.set_theirs(*theirs);
  if (disagreement.opposing == nullptr || opposing->revision > disagreement.opposing->revision)
    disagreement.opposing = opposing;
}

// A list element that is gone, and how it was.
struct Removed {
  const Revision* removal = nullptr;
  bool seen = false;  // by the writer, as far as this node can tell
  FieldValues fields;
};

class Merger {
 public:
  Merger(const FieldValues& current, const FieldEdits& edits,
         const std::vector<const Revision*>& history, const Arrival& arrival,
         absl::FunctionRef<Standing(const Revision&)> standing_of)
      : current_(current),
        edits_(edits),
        arrival_(arrival),
        standing_of_(standing_of),
        touches_(current, history) {}

  MergeResult Run(absl::FunctionRef<FieldPermission(absl::string_view)> may_write) {
    for (const auto& [path, theirs] : edits_) FindRemoved(ElementOf(path));
    for (const auto& [path, theirs] : edits_) {
      const std::string element = ElementOf(path);
      if (IsRemoval(element)) {
        if (ValueAt(current_, path)) Remove(path, element, may_write(path));
      } else if (path != element || !theirs || !IsThere(element)) {
        Write(path, theirs, element, may_write(path));
      }
    }
    Restore();
    return std::move(result_);
  }

 private:
  bool IsRemoval(const std::string& element) const {
    const auto presence = edits_.find(element);
    return !element.empty() && presence != edits_.end() && !presence->second;
  }
  bool IsThere(const std::string& element) const {
    return current_.count(element) > 0 || removed_.count(element) > 0;
  }

  // An element that the edits are inside of and that is gone may come back. Whoever adds it anew,
  // knowing that it is gone, starts from nothing.
  void FindRemoved(const std::string& element) {
    if (element.empty() || IsRemoval(element) || IsThere(element)) return;
    const Revision* removal = touches_.RemovalOf(element);
    if (removal == nullptr) return;
    const bool seen = removal->revision <= arrival_.base || removal->pushed_by == arrival_.writer;
    if (seen && edits_.count(element) > 0) return;
    removed_[element] = {removal, seen, RemovedFields(*removal, element)};
  }

  // The value that an edit meets: of an element that may come back, as it was.
  Value Ours(const std::string& path, const std::string& element) const {
    const auto removed = removed_.find(element);
    return ValueAt(removed == removed_.end() ? current_ : removed->second.fields, path);
  }

  void Remove(const std::string& path, const std::string& element, FieldPermission permission) {
    if (permission == FieldPermission::kDenied) {
      result_.not_owned.push_back(path);
      return;
    }
    const Value ours = ValueAt(current_, path);
    if (const Revision* opposing = EditWithin(element); opposing != nullptr) {
      const auto unseen = touches_.UnseenOf(path, arrival_.base, arrival_.writer);
      Add(result_.lost, path, unseen.empty() ? ours : unseen.front()->before, ours, std::nullopt,
          opposing);
      return;
    }
    Apply(path, std::nullopt, permission);
  }

  // The newest edit of others within an element that the writer had not seen.
  const Revision* EditWithin(const std::string& element) const {
    const Revision* newest = nullptr;
    for (const std::string& path : touches_.PathsIn(element)) {
      for (const Touch* touch : touches_.UnseenOf(path, arrival_.base, arrival_.writer)) {
        if (touch->entered && (newest == nullptr || touch->revision->revision > newest->revision))
          newest = touch->revision;
      }
    }
    return newest;
  }

  void Write(const std::string& path, const Value& theirs, const std::string& element,
             FieldPermission permission) {
    const auto unseen = touches_.UnseenOf(path, arrival_.base, arrival_.writer);
    const Value ours = Ours(path, element);
    const std::optional<Standing> highest = HighestOf(unseen);
    const bool wins =
        !highest || arrival_.standing > *highest || BANGFU_SEEDED_BUG("last_writer_wins");
    if (ours == theirs) {
      if (permission != FieldPermission::kDenied) Affirm(path, element);
      return;
    }
    if (permission == FieldPermission::kDenied) {
      result_.not_owned.push_back(path);
      return;
    }
    if (!wins) {
      lost_.push_back({path, unseen});
      if (!BANGFU_SEEDED_BUG("conflict_overwrites")) return;
    }
    Apply(path, theirs, permission);
    returning_.insert(element);
    const Revision* opposing = Opposing(unseen, element, highest.has_value());
    if (wins && opposing != nullptr) {
      Add(result_.won, path, unseen.empty() ? ours : unseen.front()->before, theirs,
          ValueAt(current_, path), opposing);
    }
  }

  // The value is entered once more: those who come later meet the higher standing.
  void Affirm(const std::string& path, const std::string& element) {
    const std::optional<Standing> highest = HighestOf(touches_.Since(path, arrival_.base));
    if (!highest || arrival_.standing <= *highest) return;
    result_.affirmed.insert(path);
    returning_.insert(element);
  }

  std::optional<Standing> HighestOf(const std::vector<const Touch*>& unseen) const {
    std::optional<Standing> highest;
    for (const Touch* touch : unseen) {
      if (!touch->entered) continue;
      Standing standing = standing_of_(*touch->revision);
      if (!highest || standing > *highest) highest = std::move(standing);
    }
    return highest;
  }

  // Whose value or removal an edit replaces that its writer had not seen; nullptr when there is
  // none.
  const Revision* Opposing(const std::vector<const Touch*>& unseen, const std::string& element,
                           bool values) const {
    if (const auto removed = removed_.find(element);
        removed != removed_.end() && !removed->second.seen) {
      return removed->second.removal;
    }
    return values ? unseen.back()->revision : nullptr;
  }

  void Apply(const std::string& path, const Value& value, FieldPermission permission) {
    if (permission == FieldPermission::kAllowedWithReason) result_.corrected.push_back(path);
    result_.applied.emplace(path, value);
    // A field that stays empty while its element comes back was entered all the same.
    if (value == ValueAt(current_, path)) result_.affirmed.insert(path);
  }

  // Brings the elements back inside of which an edit was written; says what the lost edits met.
  void Restore() {
    for (const auto& [element, removed] : removed_) {
      if (returning_.count(element) == 0) continue;
      result_.restored.emplace(element, std::string());
      for (const auto& [path, value] : removed.fields) {
        if (result_.applied.count(path) == 0) result_.restored.emplace(path, value);
      }
    }
    for (const auto& [path, unseen] : lost_) {
      const std::string element = ElementOf(path);
      const Value ours =
          returning_.count(element) > 0 ? Ours(path, element) : ValueAt(current_, path);
      Add(result_.lost, path, unseen.front()->before, ours, edits_.at(path),
          unseen.back()->revision);
    }
  }

  const FieldValues& current_;
  const FieldEdits& edits_;
  const Arrival& arrival_;
  const absl::FunctionRef<Standing(const Revision&)> standing_of_;
  const Touches touches_;
  std::map<std::string, Removed> removed_;  // by element
  std::set<std::string> returning_;         // elements inside of which something is written
  std::vector<std::pair<std::string, std::vector<const Touch*>>> lost_;
  MergeResult result_;
};

}  // namespace

MergeResult Merge(const FieldValues& current, const FieldEdits& edits,
                  const std::vector<const Revision*>& history, const Arrival& arrival,
                  absl::FunctionRef<Standing(const Revision&)> standing_of,
                  absl::FunctionRef<FieldPermission(absl::string_view path)> may_write) {
  return Merger(current, edits, history, arrival, standing_of).Run(may_write);
}

}  // namespace bangfu::server
