#include "domain/check/case_set.h"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/container/inlined_vector.h"
#include "absl/strings/str_cat.h"
#include "domain/check/case_set_number.h"
#include "domain/check/case_set_units.h"
#include "domain/record/mask.h"
#include "domain/record/record_type.h"
#include "domain/rules/elements.h"
#include "domain/rules/label.h"
#include "domain/rules/org_tree.h"
#include "domain/text/civil_date.h"
#include "domain/text/identity_number.h"

namespace bangfu::domain {
namespace {

constexpr size_t kMaxNamedOthers = 3;  // other archives in one message

// Positions of cases that share something.
using Holders = absl::InlinedVector<size_t, 1>;
using Index = absl::flat_hash_map<std::string, Holders>;

bool IsLiveOn(const v1::Archive& archive, absl::CivilDay day) {
  if (IsLive(archive.status())) return true;
  const auto ended_on = ParseIsoDate(archive.ended_on());
  return ended_on && *ended_on > day;
}

bool IsShared(const Index& index) {
  return std::any_of(index.begin(), index.end(),
                     [](const auto& entry) { return entry.second.size() > 1; });
}

// One archive of several that share something, and the union that others see of it.
struct Sharer {
  size_t position;
  std::string path;
  std::string name;  // empty when it is not known
};

class Comparison {
 public:
  Comparison(absl::Span<const Case> cases, const RuleContext& context)
      : cases_(cases), context_(context) {
    for (size_t i = 0; i < cases_.size(); ++i) {
      const v1::Archive& archive = *cases_[i].archive;
      if (!archive.id().empty()) ids_[archive.id()].push_back(i);
      if (IsLiveOn(archive, context_.today)) {
        for (std::string& number : PersonsOf(archive)) persons_[std::move(number)].push_back(i);
      }
      if (const auto number = NumberAmongOthers(archive)) {
        numbers_[FormatArchiveNumber(*number)].push_back(i);
      }
    }
  }

  std::vector<SetFinding> Run() {
    const bool ids = IsShared(ids_);
    const bool persons = IsShared(persons_);
    const bool numbers = IsShared(numbers_);
    if (!ids && !persons && !numbers) return {};
    for (size_t i = 0; i < cases_.size(); ++i) {
      if (ids) CheckId(i);
      if (persons) CheckPersons(i);
      if (numbers) CheckNumber(i);
    }
    return std::move(found_);
  }

 private:
  const v1::Archive& ArchiveAt(size_t position) const { return *cases_[position].archive; }

  bool IsSameArchive(size_t a, size_t b) const {
    return a == b || (!ArchiveAt(a).id().empty() && ArchiveAt(a).id() == ArchiveAt(b).id());
  }

  void Add(size_t position, v1::Finding finding) {
    finding.set_next_action(v1::NEXT_ACTION_LOOK_INTO);
    found_.push_back({&ArchiveAt(position), ArchiveAt(position).unit(), std::move(finding)});
  }

  Sharer SharerAt(size_t position) const {
    const std::string& unit = ArchiveAt(position).unit();
    if (const v1::Org* owner = context_.orgs.UnionOf(unit)) {
      return {position, owner->id(), owner->name()};
    }
    return {position, unit, IsOrgPath(unit) ? unit : ""};  // what is no path may be anything
  }

  // The archives among `holders`, each once, by their unions, so that the order of the cases does
  // not show. Made once for all of them: many may share a number that somebody made up.
  const std::vector<Sharer>& SharersOf(const Holders& holders) {
    const auto [known, fresh] = sharers_.try_emplace(&holders);
    std::vector<Sharer>& sharers = known->second;
    if (!fresh) return sharers;
    for (const size_t position : holders) sharers.push_back(SharerAt(position));
    const auto by_archive = [this](const Sharer& sharer) {
      return std::tie(ArchiveAt(sharer.position).id(), sharer.path, sharer.name);
    };
    std::sort(sharers.begin(), sharers.end(),
              [&](const Sharer& a, const Sharer& b) { return by_archive(a) < by_archive(b); });
    sharers.erase(std::unique(sharers.begin(), sharers.end(),
                              [this](const Sharer& a, const Sharer& b) {
                                return IsSameArchive(a.position, b.position);
                              }),
                  sharers.end());
    std::sort(sharers.begin(), sharers.end(), [](const Sharer& a, const Sharer& b) {
      return std::tie(a.path, a.name) < std::tie(b.path, b.name);
    });
    return sharers;
  }

  // Those of `holders` that are other archives than the one at `position`, which is one of them.
  // Empty when there are none.
  Text Others(const Holders& holders, size_t position) {
    const std::vector<Sharer>& sharers = SharersOf(holders);
    const size_t others = sharers.size() - 1;
    Text text;
    size_t named = 0;
    for (const Sharer& sharer : sharers) {
      if (IsSameArchive(sharer.position, position)) continue;
      if (named == kMaxNamedOthers) break;
      absl::StrAppend(&text.zh, named == 0 ? "" : "、",
                      sharer.name.empty() ? "单位不明的工会" : sharer.name);
      absl::StrAppend(&text.en, named == 0 ? "" : ", ",
                      sharer.name.empty() ? "a unit that is not known" : sharer.name);
      ++named;
    }
    if (others > kMaxNamedOthers) {
      absl::StrAppend(&text.zh, " 等");
      absl::StrAppend(&text.en, " and others");
    }
    if (others > 1) {
      absl::StrAppend(&text.zh, "（共 ", others, " 份）");
      absl::StrAppend(&text.en, " (", others, " archives)");
    }
    return text;
  }

  void CheckId(size_t position) {
    const std::string& id = ArchiveAt(position).id();
    const auto holders = ids_.find(id);
    if (holders == ids_.end() || holders->second.size() < 2) return;
    Add(position,
        Error("R28", v1::FINDING_CODE_MALFORMED, "id",
              Text{absl::StrCat("档案标识：有 ", holders->second.size(),
                                " 份记录使用同一标识，无法确定以哪一份为准；请只保留一份。"),
                   absl::StrCat("archive id: ", holders->second.size(),
                                " records have the same id, so none can be told to be the right "
                                "one; keep one of them")}));
  }

  void CheckPersons(size_t position) {
    const v1::Archive& archive = ArchiveAt(position);
    if (!IsLiveOn(archive, context_.today)) return;
    // A person who is twice in one household is another finding: only the first place counts here.
    absl::InlinedVector<std::string, 8> seen;
    CheckPerson(position, archive.identity_number(), nullptr, seen);
    for (const v1::Member* member : InOrderOfId(archive.members())) {
      CheckPerson(position, member->identity_number(), member, seen);
    }
  }

  void CheckPerson(size_t position, const std::string& identity_number, const v1::Member* member,
                   absl::InlinedVector<std::string, 8>& seen) {
    const auto person = ParseIdentityNumber(identity_number);
    if (!person.ok() || std::find(seen.begin(), seen.end(), person->number) != seen.end()) return;
    seen.push_back(person->number);
    const auto holders = persons_.find(person->number);
    if (holders == persons_.end() || holders->second.size() < 2) return;
    const Text others = Others(holders->second, position);
    if (others.zh.empty()) return;
    const Text who = member != nullptr ? MemberLabel(*member) : WorkerLabel(ArchiveAt(position));
    const std::string masked = MaskText(v1::FORMAT_IDENTITY_NUMBER, person->number);
    v1::Finding finding = Error(
        "R28", v1::FINDING_CODE_DUPLICATE_PERSON,
        member != nullptr ? absl::StrCat(ElementPath("members", member->id()), ".identity_number")
                          : "identity_number",
        Text{absl::StrCat("身份证号：", who.zh, "（", masked, "）还列在 ", others.zh,
                          " 的有效档案中，一人只能列入一份档案（一户一档）；请报市职工服务中心核查"
                          "，只保留一处。"),
             absl::StrCat("identity number: ", who.en, " (", masked,
                          ") is also in a live archive of ", others.en,
                          ", and a person belongs to one archive only; have the service center "
                          "look into it and keep one")});
    if (member != nullptr) finding.set_member(member->id());
    Add(position, std::move(finding));
  }

  void CheckNumber(size_t position) {
    const auto number = NumberAmongOthers(ArchiveAt(position));
    if (!number) return;
    const std::string text = FormatArchiveNumber(*number);
    const Text others = Others(numbers_.at(text), position);
    if (others.zh.empty()) return;
    const bool given = !ArchiveAt(position).number().empty();
    Add(position,
        Error("R26", v1::FINDING_CODE_NUMBER_REPEATED, given ? "number" : "existing_number",
              Text{absl::StrCat("统一编号：", text, " 与 ", others.zh,
                                " 的另一份档案相同，编号不得重复使用；请对照纸质档案核查。"),
                   absl::StrCat("unified number: ", text,
                                " is also that of another "
                                "archive of ",
                                others.en,
                                ", and a number is used once only; check both against "
                                "the paper archives")}));
  }

  const absl::Span<const Case> cases_;
  const RuleContext& context_;
  Index ids_;
  Index persons_;
  Index numbers_;
  absl::flat_hash_map<const Holders*, std::vector<Sharer>> sharers_;
  std::vector<SetFinding> found_;
};

}  // namespace

std::vector<SetFinding> CheckCaseSet(absl::Span<const Case> cases, const RuleContext& context) {
  std::vector<SetFinding> found = Comparison(cases, context).Run();
  std::vector<SetFinding> units = CheckNumberGaps(cases, context);
  std::vector<SetFinding> shares = CheckDecemberShare(cases, context);
  std::move(shares.begin(), shares.end(), std::back_inserter(units));
  std::stable_sort(units.begin(), units.end(),
                   [](const SetFinding& a, const SetFinding& b) { return a.unit < b.unit; });
  std::move(units.begin(), units.end(), std::back_inserter(found));
  return found;
}

}  // namespace bangfu::domain
