#ifndef BANGFU_CLIENT_WORKBOOK_PACKAGE_PARTS_H_
#define BANGFU_CLIENT_WORKBOOK_PACKAGE_PARTS_H_

#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/strings/string_view.h"
#include "client/workbook/xml.h"

namespace bangfu::client {

// The parts of an .xlsx package beside the sheets, each parsed from its XML text.
// Errors of all: INVALID_ARGUMENT not well-formed. `part` names the part in them.

struct Relationship {
  std::string id;
  // Last word of the type's URI ("worksheet"), which transitional and strict files have in common.
  std::string type;
  // Part name from the root of the package, without a leading slash.
  std::string target;
};

// `base` is the folder of the part the relationships belong to ("xl"), against which targets are
// resolved.
absl::StatusOr<std::vector<Relationship>> ParseRelationships(absl::string_view part,
                                                             absl::string_view content,
                                                             absl::string_view base);

struct SheetEntry {
  std::string name;
  std::string relationship_id;
  bool hidden = false;
};

struct WorkbookPart {
  std::vector<SheetEntry> sheets;
  bool dates_from_1904 = false;
};

absl::StatusOr<WorkbookPart> ParseWorkbookPart(absl::string_view part, absl::string_view content);

// Per cell format (the `s` of a cell) whether it displays a date or time.
absl::StatusOr<std::vector<bool>> ParseDateStyles(absl::string_view part,
                                                  absl::string_view content);

// The shared strings by index.
absl::StatusOr<std::vector<std::string>> ParseSharedStrings(absl::string_view part,
                                                            absl::string_view content);

// Collects the text of a string item (ECMA-376 part 1, 18.4.8 and 18.3.1.53): plain or rich text,
// joined; phonetic guides (rPh) are how a name is read, not part of it. Feed it every event between
// the item's tags.
class StringItem {
 public:
  void Start(absl::string_view name);
  void End(absl::string_view name);
  void Text(absl::string_view text);
  // The collected text with _xHHHH_ escapes (18.18.95 ST_Xstring) decoded; the item is empty
  // afterwards.
  std::string Take();

 private:
  std::string text_;
  bool in_text_ = false;
  bool in_phonetic_ = false;
};

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_WORKBOOK_PACKAGE_PARTS_H_
