#include "server/sync/merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <set>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"

namespace bangfu::server {
namespace {

using domain::FieldEdits;
using domain::FieldValues;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::nullopt_t kNone = std::nullopt;

FieldPermission Everything(absl::string_view) { return FieldPermission::kAllowed; }

Revision Unseen(int64_t number, FieldEdits before) {
  Revision revision;
  revision.revision = number;
  revision.before = std::move(before);
  return revision;
}

std::string Side(bool has, const std::string& value) { return has ? value : "-"; }

// "phone: base/ours/theirs" of every conflict, "-" for an empty side.
std::vector<std::string> Conflicts(const MergeResult& result) {
  std::vector<std::string> lines;
  for (const v1::FieldConflict& c : result.conflicts) {
    lines.push_back(absl::StrCat(c.field(), ": ", Side(c.has_base(), c.base()), "/",
                                 Side(c.has_ours(), c.ours()), "/",
                                 Side(c.has_theirs(), c.theirs())));
  }
  return lines;
}

struct Case {
  const char* name;
  FieldValues current;
  FieldEdits before;  // of the one unseen revision
  FieldEdits edits;
  FieldEdits applied;
  std::vector<std::string> conflicts;
};

TEST(MergeTest, Table) {
  const std::vector<Case> kCases = {
      {"nothing unseen", {{"phone", "1"}}, {}, {{"phone", "2"}}, {{"phone", "2"}}, {}},
      {"no edit is one that changes nothing", {{"phone", "1"}}, {}, {{"phone", "1"}}, {}, {}},
      {"disjoint",
       {{"phone", "2"}, {"bank", "a"}},
       {{"phone", "1"}},
       {{"bank", "b"}},
       {{"bank", "b"}},
       {}},
      {"overlapping, same value", {{"phone", "2"}}, {{"phone", "1"}}, {{"phone", "2"}}, {}, {}},
      {"overlapping, different",
       {{"phone", "2"}},
       {{"phone", "1"}},
       {{"phone", "3"}},
       {},
       {"phone: 1/2/3"}},
      {"overlapping and disjoint",
       {{"phone", "2"}},
       {{"phone", "1"}},
       {{"bank", "b"}, {"phone", "3"}},
       {{"bank", "b"}},
       {"phone: 1/2/3"}},
      {"both filled an empty field",
       {{"phone", "2"}},
       {{"phone", kNone}},
       {{"phone", "3"}},
       {},
       {"phone: -/2/3"}},
      {"we cleared, they changed", {}, {{"phone", "1"}}, {{"phone", "3"}}, {}, {"phone: 1/-/3"}},
      {"they cleared, we changed",
       {{"phone", "2"}},
       {{"phone", "1"}},
       {{"phone", kNone}},
       {},
       {"phone: 1/2/-"}},
      {"both cleared", {}, {{"phone", "1"}}, {{"phone", kNone}}, {}, {}},
      {"a list of values is one field",
       {{"causes", "1,2"}},
       {{"causes", "1"}},
       {{"causes", "1,3"}},
       {},
       {"causes: 1/1,2/1,3"}},
      {"fields of one element merge like others",
       {{"m[a]", ""}, {"m[a].name", "x"}, {"m[a].sex", "1"}},
       {{"m[a].name", "w"}},
       {{"m[a].sex", "2"}},
       {{"m[a].sex", "2"}},
       {}},
      {"we changed inside, they remove the element",
       {{"m[a]", ""}, {"m[a].name", "x"}},
       {{"m[a].name", "w"}},
       {{"m[a]", kNone}},
       {},
       {"m[a]: //-"}},
      {"we changed one field, they remove element and all its fields",
       {{"m[a]", ""}, {"m[a].name", "x"}, {"m[a].sex", "1"}},
       {{"m[a].name", "w"}},
       {{"m[a]", kNone}, {"m[a].name", kNone}, {"m[a].sex", kNone}},
       {},
       {"m[a]: //-", "m[a].name: w/x/-", "m[a].sex: 1/1/-"}},
      {"we removed the element, they change inside",
       {},
       {{"m[a]", ""}, {"m[a].name", "w"}},
       {{"m[a].name", "y"}},
       {},
       {"m[a].name: w/-/y"}},
      {"we removed the element, they fill a field that it did not have",
       {},
       {{"m[a]", ""}, {"m[a].name", "w"}},
       {{"m[a].sex", "2"}},
       {},
       {"m[a].sex: -/-/2"}},
      {"both removed the element",
       {},
       {{"m[a]", ""}, {"m[a].name", "w"}},
       {{"m[a]", kNone}},
       {},
       {}},
      {"removal of an element that nobody touched",
       {{"m[a]", ""}, {"m[b]", ""}},
       {{"m[b]", kNone}},
       {{"m[a]", kNone}},
       {{"m[a]", kNone}},
       {}},
      {"elements added on both sides",
       {{"m[a]", ""}, {"m[a].name", "x"}},
       {{"m[a]", kNone}, {"m[a].name", kNone}},
       {{"m[b]", ""}, {"m[b].name", "y"}},
       {{"m[b]", ""}, {"m[b].name", "y"}},
       {}},
      {"lists do not get in each other's way",
       {{"m[a]", ""}},
       {{"papers[a]", ""}},
       {{"m[a].name", "y"}},
       {{"m[a].name", "y"}},
       {}},
  };
  for (const Case& c : kCases) {
    SCOPED_TRACE(c.name);
    const Revision unseen = Unseen(7, c.before);
    const MergeResult result = Merge(c.current, c.edits, {&unseen}, Everything);
    EXPECT_EQ(result.applied, c.applied);
    EXPECT_EQ(Conflicts(result), c.conflicts);
    EXPECT_EQ(result.opposing, c.conflicts.empty() ? nullptr : &unseen);
    EXPECT_THAT(result.not_owned, IsEmpty());
    EXPECT_THAT(result.corrected, IsEmpty());
  }
}

TEST(MergeTest, BaseIsWhatTheWriterSawAndTheNewestRevisionOpposes) {
  const Revision first = Unseen(5, {{"phone", "1"}});
  const Revision second = Unseen(6, {{"phone", "2"}, {"bank", "a"}});
  const Revision third = Unseen(7, {{"address", "x"}});
  const MergeResult result = Merge({{"phone", "3"}, {"bank", "b"}, {"address", "y"}},
                                   {{"phone", "9"}}, {&first, &second, &third}, Everything);
  EXPECT_THAT(Conflicts(result), ElementsAre("phone: 1/3/9"));
  EXPECT_EQ(result.opposing, &second);
}

TEST(MergeTest, WhatAWriterMayNotWriteIsLeftOut) {
  const auto may = [](absl::string_view path) {
    if (path == "number") return FieldPermission::kDenied;
    if (path == "phone") return FieldPermission::kAllowedWithReason;
    return FieldPermission::kAllowed;
  };
  const FieldValues current = {{"number", "n"}, {"phone", "1"}, {"category", "1"}};
  const FieldEdits edits = {{"number", "m"}, {"phone", "2"}, {"category", "2"}};

  const MergeResult result = Merge(current, edits, {}, may);
  EXPECT_THAT(result.not_owned, ElementsAre("number"));
  EXPECT_THAT(result.corrected, ElementsAre("phone"));
  EXPECT_EQ(result.applied, (FieldEdits{{"phone", "2"}, {"category", "2"}}));

  // Sent as it is, a field is not written, whoever owns it.
  EXPECT_THAT(Merge(current, {{"number", "n"}, {"phone", "1"}}, {}, may).not_owned, IsEmpty());

  // Not one's own comes before conflict; a correction that conflicts needs no reason.
  const Revision unseen = Unseen(2, {{"number", "l"}, {"phone", "0"}});
  const MergeResult late = Merge(current, edits, {&unseen}, may);
  EXPECT_THAT(late.not_owned, ElementsAre("number"));
  EXPECT_THAT(Conflicts(late), ElementsAre("phone: 0/1/2"));
  EXPECT_THAT(late.corrected, IsEmpty());
}

// Random records, histories and edits over few fields, so that they meet often.
class RandomMerge {
 public:
  explicit RandomMerge(unsigned seed) : random_(seed) {
    for (int i = 0; i < 6; ++i) edits_[Path()] = Value();
    FieldValues state;
    for (int i = 0; i < 6; ++i) Change(state);
    const int revisions = Pick(4);
    for (int r = 0; r < revisions; ++r) {
      FieldValues next = state;
      for (int i = Pick(3); i >= 0; --i) Change(next);
      history_.push_back(Unseen(r + 2, domain::Difference(next, state)));
      state = std::move(next);
    }
    current_ = std::move(state);
    for (const Revision& revision : history_) unseen_.push_back(&revision);
  }

  static FieldPermission May(absl::string_view path) {
    return path == "f0" ? FieldPermission::kDenied : FieldPermission::kAllowed;
  }

  int Pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }

  FieldValues current_;
  FieldEdits edits_;
  std::vector<Revision> history_;
  std::vector<const Revision*> unseen_;
  std::mt19937 random_;

 private:
  std::string Path() {
    static constexpr const char* kPaths[] = {"f0",     "f1",     "f2",   "m[a]",
                                             "m[a].x", "m[a].y", "m[b]", "m[b].x"};
    return kPaths[Pick(8)];
  }
  std::optional<std::string> Value() {
    if (Pick(3) == 0) return std::nullopt;
    return std::string(1, static_cast<char>('p' + Pick(3)));
  }
  void Change(FieldValues& state) {
    const std::string path = Path();
    const auto value = Value();
    if (value) {
      state[path] = *value;
    } else {
      state.erase(path);
    }
  }
};

TEST(MergePropertyTest, EveryEditThatDiffersEndsInExactlyOnePlace) {
  constexpr unsigned kSeed = 20140310;
  for (unsigned i = 0; i < 3000; ++i) {
    SCOPED_TRACE(absl::StrCat("seed ", kSeed + i));
    RandomMerge random(kSeed + i);
    const MergeResult result =
        Merge(random.current_, random.edits_, random.unseen_, RandomMerge::May);
    std::vector<std::string> placed(result.not_owned.begin(), result.not_owned.end());
    for (const auto& [path, value] : result.applied) placed.push_back(path);
    for (const v1::FieldConflict& conflict : result.conflicts) placed.push_back(conflict.field());
    std::sort(placed.begin(), placed.end());

    std::vector<std::string> differing;
    std::set<std::string> touched;
    for (const Revision& revision : random.history_) {
      for (const auto& [path, before] : revision.before) touched.insert(path);
    }
    for (const auto& [path, value] : random.edits_) {
      const auto ours = random.current_.find(path);
      const bool same = ours == random.current_.end() ? !value : value && *value == ours->second;
      if (!same) differing.push_back(path);
    }
    ASSERT_EQ(placed, differing);
    for (const auto& [path, value] : result.applied) {
      ASSERT_EQ(value, random.edits_.at(path));
      ASSERT_EQ(touched.count(path), 0u) << path;  // nothing unseen is ever overwritten
      // ... and no element is removed in which something unseen happened.
      if (!value && absl::EndsWith(path, "]")) {
        for (const std::string& other : touched) ASSERT_FALSE(absl::StartsWith(other, path));
      }
    }
  }
}

// Two writers of different fields: whoever comes first, the record is the same.
TEST(MergePropertyTest, DisjointEditsCommute) {
  constexpr unsigned kSeed = 415;
  const auto apply = [](FieldValues state, const FieldEdits& edits) {
    for (const auto& [path, value] : edits) {
      if (value) {
        state[path] = *value;
      } else {
        state.erase(path);
      }
    }
    return state;
  };
  for (unsigned i = 0; i < 500; ++i) {
    SCOPED_TRACE(absl::StrCat("seed ", kSeed + i));
    RandomMerge random(kSeed + i);
    FieldEdits a, b;
    for (const auto& [path, value] : random.edits_) {
      if (absl::StartsWith(path, "f")) (random.Pick(2) == 0 ? a : b).emplace(path, value);
    }
    const auto in_order = [&](const FieldEdits& first, const FieldEdits& second) {
      const FieldValues middle =
          apply(random.current_, Merge(random.current_, first, {}, Everything).applied);
      const Revision revision = Unseen(2, domain::Difference(middle, random.current_));
      const MergeResult merged = Merge(middle, second, {&revision}, Everything);
      EXPECT_THAT(Conflicts(merged), IsEmpty());
      return apply(middle, merged.applied);
    };
    ASSERT_EQ(in_order(a, b), in_order(b, a));
  }
}

}  // namespace
}  // namespace bangfu::server
