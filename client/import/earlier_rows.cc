#include "client/import/earlier_rows.h"

#include <set>

#include "absl/strings/str_cat.h"
#include "client/import/table_rows.h"
#include "domain/rules/archive_number.h"
#include "domain/rules/label.h"
#include "domain/text/identity_number.h"

namespace bangfu::client {
namespace {

using domain::Findings;

constexpr char kPersonRule[] = "R28";
constexpr char kNumberRule[] = "A36";

}  // namespace

Text EarlierRows::NameOf(const Place& place) const {
  const Text row = RowName(place.row, SequenceOf(*place.table, place.row));
  if (place.table == &households_) return row;
  const std::string sheet = Quoted(place.table->sheet->name);
  return Text{absl::StrCat("工作表“", sheet, "”", row.zh),
              absl::StrCat(row.en, " of sheet \"", sheet, "\"")};
}

void EarlierRows::VisitPersons(
    const Household& household,
    const std::function<void(const std::string&, const std::string&, const Place&)>& visit) const {
  std::set<std::string> seen;
  const auto visit_one = [&seen, &visit](const std::string& text, const std::string& path,
                                         const Place& place) {
    const auto number = domain::ParseIdentityNumber(text);
    if (number.ok() && seen.insert(number->number).second) visit(number->number, path, place);
  };
  visit_one(household.archive.identity_number(), "identity_number",
            Place{&households_, household.row});
  for (const v1::Member& member : household.archive.members()) {
    const auto row = household.member_rows.find(member.id());
    if (row == household.member_rows.end()) continue;
    visit_one(member.identity_number(),
              absl::StrCat(domain::ElementPath("members", member.id()), ".identity_number"),
              Place{members_, row->second});
  }
}

void EarlierRows::CheckPerson(const std::string& number, const std::string& path,
                              const Place& place, Findings& findings) const {
  constexpr v1::FindingCode kCode = v1::FINDING_CODE_DUPLICATE_PERSON;
  const Text label = domain::ArchiveLabel(v1::Archive::kIdentityNumberFieldNumber);
  const Text here = NameOf(place);
  if (const auto found = accepted_persons_.find(number); found != accepted_persons_.end()) {
    const Text there = NameOf(found->second);
    findings.push_back(domain::Error(
        kPersonRule, kCode, path,
        Text{absl::StrCat(label.zh, "：", here.zh, "与", there.zh,
                          "是同一人，一人只能列入一份档案（一户一档）；请核对后只保留一处。"),
             absl::StrCat(label.en, ": ", here.en, " is the same person as ", there.en,
                          ", and a person belongs to one archive only; keep one of them")}));
  } else if (const auto refused = refused_persons_.find(number);
             refused != refused_persons_.end()) {
    const Text there = NameOf(refused->second);
    findings.push_back(domain::Warning(
        kPersonRule, kCode, path,
        Text{absl::StrCat(label.zh, "：", here.zh, "与", there.zh,
                          "是同一人，后者因有错误没有导入；请核对后只保留一处。"),
             absl::StrCat(label.en, ": ", here.en, " is the same person as ", there.en,
                          ", which was refused for its errors; keep one of them")}));
  }
  if (!find_person_) return;
  if (const std::optional<std::string> archive = find_person_(number)) {
    findings.push_back(domain::Error(
        kPersonRule, kCode, path,
        Text{absl::StrCat(label.zh, "：", here.zh, "的人已在有效档案中（档案标识 ", *archive,
                          "），没有导入；如需更改请修改该档案，否则请从登记表中删去。"),
             absl::StrCat(label.en, ": the person of ", here.en, " is already filed as archive ",
                          *archive, "; edit that archive to change it, or delete the row here")}));
  }
}

void EarlierRows::CheckNumber(const Household& household, Findings& findings) const {
  const auto claim = domain::ParseArchiveNumber(household.archive.existing_number());
  if (!claim) return;
  const std::string number = domain::FormatArchiveNumber(*claim);
  const auto accepted = accepted_numbers_.find(number);
  const auto refused = refused_numbers_.find(number);
  const bool taken = accepted != accepted_numbers_.end();
  if (!taken && refused == refused_numbers_.end()) return;
  const Text label = domain::ArchiveLabel(v1::Archive::kExistingNumberFieldNumber);
  const Text here = NameOf(Place{&households_, household.row});
  const Text there = NameOf(taken ? accepted->second : refused->second);
  const Text text{
      absl::StrCat(label.zh, "：", here.zh, "与", there.zh, "的编号相同",
                   taken ? "" : "，后者因有错误没有导入", "；请对照纸质档案更正或清空。"),
      absl::StrCat(label.en, ": ", here.en, " has the same number as ", there.en,
                   taken ? "" : ", which was refused for its errors",
                   "; correct or clear it by the paper archive")};
  constexpr v1::FindingCode kCode = v1::FINDING_CODE_NUMBER_TAKEN;
  findings.push_back(taken ? domain::Error(kNumberRule, kCode, "existing_number", text)
                           : domain::Warning(kNumberRule, kCode, "existing_number", text));
}

Findings EarlierRows::Check(const Household& household) const {
  Findings findings;
  CheckNumber(household, findings);
  VisitPersons(household, [this, &findings](const std::string& number, const std::string& path,
                                            const Place& place) {
    CheckPerson(number, path, place, findings);
  });
  return findings;
}

void EarlierRows::Add(const Household& household, bool accepted) {
  Places& persons = accepted ? accepted_persons_ : refused_persons_;
  VisitPersons(household, [&persons](const std::string& number, const std::string&,
                                     const Place& place) { persons.try_emplace(number, place); });
  if (const auto claim = domain::ParseArchiveNumber(household.archive.existing_number())) {
    (accepted ? accepted_numbers_ : refused_numbers_)
        .try_emplace(domain::FormatArchiveNumber(*claim), Place{&households_, household.row});
  }
}

}  // namespace bangfu::client
