#ifndef BANGFU_SERVER_SYNC_MERGE_TOUCHES_H_
#define BANGFU_SERVER_SYNC_MERGE_TOUCHES_H_

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "absl/strings/string_view.h"
#include "domain/record/field_values.h"
#include "server/store/store.h"

namespace bangfu::server {

// "members[id]" of "members[id].name" and of itself; empty for a field outside lists.
std::string ElementOf(absl::string_view path);

// What one revision did to one field.
struct Touch {
  const Revision* revision = nullptr;
  std::optional<std::string> before;
  std::optional<std::string> after;
  // Somebody entered the value. Not so when the field went with its element, or came back with it.
  bool entered = false;
};

// What revisions did to the fields of a record, field by field.
class Touches {
 public:
  // `current` are the present fields; `history` is the end of the record's history, oldest first.
  Touches(const domain::FieldValues& current, const std::vector<const Revision*>& history);

  // What others did to the field after `writer` last wrote it, and after the revision `base` that
  // it had seen: what the writer cannot have known. Oldest first.
  std::vector<const Touch*> UnseenOf(const std::string& path, int64_t base,
                                     absl::string_view writer) const;

  // What anybody did to the field after the revision `base`. Oldest first.
  std::vector<const Touch*> Since(const std::string& path, int64_t base) const;

  // Paths within an element that were touched, itself among them.
  std::vector<std::string> PathsIn(const std::string& element) const;

  // The revision that removed an element which is not there now; nullptr when none did.
  const Revision* RemovalOf(const std::string& element) const;

 private:
  std::map<std::string, std::vector<Touch>> touches_;  // by path, oldest first
};

// Fields of an element as they were before a revision removed it, itself among them.
domain::FieldValues RemovedFields(const Revision& removal, const std::string& element);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_SYNC_MERGE_TOUCHES_H_
