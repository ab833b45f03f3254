#ifndef BANGFU_CLIENT_IMPORT_EARLIER_ROWS_H_
#define BANGFU_CLIENT_IMPORT_EARLIER_ROWS_H_

#include <functional>
#include <optional>
#include <string>

#include "absl/container/flat_hash_map.h"
#include "client/import/household.h"
#include "client/import/sheet_table.h"
#include "domain/rules/finding.h"

namespace bangfu::client {

// The persons and existing numbers of the rows that were read, for "one person, one archive" and
// against numbers that are claimed twice. What an accepted row has is taken; what only a refused
// row has is free, but worth a warning.
class EarlierRows {
 public:
  // See RegisterContext::find_person; may be empty. The tables must outlive this.
  EarlierRows(const SheetTable& households, const SheetTable* members,
              const std::function<std::optional<std::string>(const std::string&)>& find_person)
      : households_(households), members_(members), find_person_(find_person) {}

  // What speaks against the household because of earlier rows and the replica.
  domain::Findings Check(const Household& household) const;

  // Remembers the household for the rows below.
  void Add(const Household& household, bool accepted);

 private:
  struct Place {
    const SheetTable* table = nullptr;
    int row = 0;  // 0-based
  };
  using Places = absl::flat_hash_map<std::string, Place>;

  // Calls visit(number, path, place) for each person with a valid identity number, once.
  void VisitPersons(const Household& household,
                    const std::function<void(const std::string& number, const std::string& path,
                                             const Place& place)>& visit) const;

  void CheckPerson(const std::string& number, const std::string& path, const Place& place,
                   domain::Findings& findings) const;
  void CheckNumber(const Household& household, domain::Findings& findings) const;
  Text NameOf(const Place& place) const;

  const SheetTable& households_;
  const SheetTable* members_;
  const std::function<std::optional<std::string>(const std::string&)>& find_person_;
  Places accepted_persons_;
  Places refused_persons_;
  Places accepted_numbers_;
  Places refused_numbers_;
};

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_IMPORT_EARLIER_ROWS_H_
