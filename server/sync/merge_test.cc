#include "server/sync/merge.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <optional>
#include <random>
#include <set>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "server/authz/orgs_fixture.h"

namespace bangfu::server {
namespace {

using domain::FieldEdits;
using domain::FieldValues;
using testing::ElementsAre;
using testing::IsEmpty;

constexpr std::nullopt_t kNone = std::nullopt;
constexpr char kWriter[] = "hz.gongye/us";
constexpr char kOthers[] = "hz.gongye/others";

FieldPermission Everything(absl::string_view) { return FieldPermission::kAllowed; }

// Tests draw with single characters.
Standing Draw(const std::string& draw) { return {Office::kUnit, draw, draw}; }
Standing DrawOf(const Revision& revision) { return Draw(revision.change_id); }

Revision Unseen(int64_t number, FieldEdits before, const std::string& draw = "5",
                const std::string& writer = kOthers) {
  Revision revision;
  revision.revision = number;
  revision.change_id = draw;
  revision.pushed_by = writer;
  revision.before = std::move(before);
  return revision;
}

// Edits with a draw below and one above those of the revisions.
constexpr char kLow[] = "1";
constexpr char kHigh[] = "9";

MergeResult MergeOf(const FieldValues& current, const FieldEdits& edits,
                    const std::vector<const Revision*>& history, const std::string& draw = kLow,
                    absl::FunctionRef<FieldPermission(absl::string_view)> may = Everything,
                    int64_t base = 0) {
  return Merge(current, edits, history, {kWriter, base, Draw(draw)}, DrawOf, may);
}

std::string Side(bool has, const std::string& value) { return has ? value : "-"; }

// "phone: base/ours/theirs" of every field, "-" for an empty side.
std::vector<std::string> Fields(const Disagreement& disagreement) {
  std::vector<std::string> lines;
  for (const v1::FieldConflict& c : disagreement.fields) {
    lines.push_back(absl::StrCat(c.field(), ": ", Side(c.has_base(), c.base()), "/",
                                 Side(c.has_ours(), c.ours()), "/",
                                 Side(c.has_theirs(), c.theirs())));
  }
  return lines;
}

FieldValues Apply(FieldValues state, const FieldEdits& edits) {
  for (const auto& [path, value] : edits) {
    if (value) {
      state[path] = *value;
    } else {
      state.erase(path);
    }
  }
  return state;
}

FieldValues After(const FieldValues& current, const MergeResult& result) {
  return Apply(Apply(current, result.restored), result.applied);
}

struct Case {
  const char* name;
  FieldValues current;
  FieldEdits before;  // of the one unseen revision
  FieldEdits edits;   // with a lower draw
  FieldEdits applied;
  std::vector<std::string> lost;
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
    const MergeResult result = MergeOf(c.current, c.edits, {&unseen});
    EXPECT_EQ(result.applied, c.applied);
    EXPECT_EQ(Fields(result.lost), c.lost);
    EXPECT_EQ(result.lost.opposing, c.lost.empty() ? nullptr : &unseen);
    EXPECT_THAT(Fields(result.won), IsEmpty());
    EXPECT_THAT(result.restored, IsEmpty());
    EXPECT_THAT(result.not_owned, IsEmpty());
    EXPECT_THAT(result.corrected, IsEmpty());
  }
}

TEST(MergeTest, TheHigherDrawIsWrittenAndTheOtherValueKept) {
  const Revision unseen = Unseen(7, {{"phone", "1"}, {"bank", kNone}});
  const MergeResult result =
      MergeOf({{"phone", "2"}, {"bank", "a"}}, {{"phone", "3"}, {"bank", "a"}}, {&unseen}, kHigh);
  EXPECT_EQ(result.applied, (FieldEdits{{"phone", "3"}}));
  EXPECT_THAT(Fields(result.won), ElementsAre("phone: 1/3/2"));
  EXPECT_EQ(result.won.opposing, &unseen);
  EXPECT_THAT(Fields(result.lost), IsEmpty());
  // The same value of both sides is no conflict, but stands higher from now on.
  EXPECT_THAT(result.affirmed, ElementsAre("bank"));
  EXPECT_THAT(MergeOf({{"bank", "a"}}, {{"bank", "a"}}, {&unseen}, kLow).affirmed, IsEmpty());
}

TEST(MergeTest, WhatReplacesAValueInheritsWhatTheValueHadWon) {
  const Revision first = Unseen(5, {{"phone", "1"}}, "7");
  const Revision correction = Unseen(6, {{"phone", "2"}}, "3");
  EXPECT_THAT(Fields(MergeOf({{"phone", "3"}}, {{"phone", "9"}}, {&first, &correction}, "6").lost),
              ElementsAre("phone: 1/3/9"));
  EXPECT_THAT(Fields(MergeOf({{"phone", "3"}}, {{"phone", "9"}}, {&first, &correction}, "8").won),
              ElementsAre("phone: 1/9/3"));
  // Whoever had seen the first is compared with the correction alone.
  EXPECT_THAT(Fields(MergeOf({{"phone", "3"}}, {{"phone", "9"}}, {&first, &correction}, "6",
                             Everything, /*base=*/5)
                         .won),
              ElementsAre("phone: 2/9/3"));
}

TEST(MergeTest, OnesOwnValueIsNoOpponent) {
  const Revision theirs = Unseen(5, {{"phone", "1"}}, "7");
  const Revision own = Unseen(6, {{"phone", "2"}}, "8", kWriter);
  const MergeResult result = MergeOf({{"phone", "3"}}, {{"phone", "9"}}, {&theirs, &own}, kLow);
  EXPECT_EQ(result.applied, (FieldEdits{{"phone", "9"}}));
  EXPECT_THAT(Fields(result.won), IsEmpty());
}

TEST(MergeTest, AnEditInsideAnElementBringsItBack) {
  const FieldEdits element = {{"m[a]", ""}, {"m[a].name", "w"}, {"m[a].sex", "1"}};
  const Revision removal = Unseen(7, element);
  const MergeResult result = MergeOf({}, {{"m[a].name", "y"}}, {&removal});
  EXPECT_EQ(After({}, result), (FieldValues{{"m[a]", ""}, {"m[a].name", "y"}, {"m[a].sex", "1"}}));
  EXPECT_THAT(Fields(result.won), ElementsAre("m[a].name: w/y/-"));
  EXPECT_EQ(result.won.opposing, &removal);
  // Whatever comes back so is nobody's edit: a third writer's value is no conflict with it.
  const Revision restored =
      Unseen(8, {{"m[a]", kNone}, {"m[a].name", kNone}, {"m[a].sex", kNone}}, kHigh);
  const MergeResult third = MergeOf(After({}, result), {{"m[a].sex", "2"}}, {&removal, &restored});
  EXPECT_EQ(third.applied, (FieldEdits{{"m[a].sex", "2"}}));
  EXPECT_THAT(Fields(third.lost), IsEmpty());
  // A field that it did not have.
  const MergeResult added = MergeOf({}, {{"m[a].job", "1"}}, {&removal});
  EXPECT_EQ(added.restored.size(), 3u);
  EXPECT_THAT(Fields(added.won), ElementsAre("m[a].job: -/1/-"));
}

TEST(MergeTest, ARemovalThatTheWriterMadeOrSawGivesWayToo) {
  // A child hands on what was decided there: the edit had won over the removal.
  const Revision own = Unseen(7, {{"m[a]", ""}, {"m[a].name", "w"}}, "5", kWriter);
  const MergeResult result = MergeOf({}, {{"m[a].name", "y"}}, {&own});
  EXPECT_EQ(After({}, result), (FieldValues{{"m[a]", ""}, {"m[a].name", "y"}}));
  EXPECT_THAT(Fields(result.won), IsEmpty());
  // Added anew it starts from nothing.
  const Revision removal = Unseen(7, {{"m[a]", ""}, {"m[a].name", "w"}, {"m[a].sex", "1"}});
  const MergeResult anew =
      MergeOf({}, {{"m[a]", ""}, {"m[a].name", "y"}}, {&removal}, kLow, Everything, /*base=*/7);
  EXPECT_EQ(After({}, anew), (FieldValues{{"m[a]", ""}, {"m[a].name", "y"}}));
}

TEST(MergeTest, BaseIsWhatTheWriterSawAndTheNewestRevisionOpposes) {
  const Revision first = Unseen(5, {{"phone", "1"}});
  const Revision second = Unseen(6, {{"phone", "2"}, {"bank", "a"}});
  const Revision third = Unseen(7, {{"address", "x"}});
  const MergeResult result = MergeOf({{"phone", "3"}, {"bank", "b"}, {"address", "y"}},
                                     {{"phone", "9"}}, {&first, &second, &third});
  EXPECT_THAT(Fields(result.lost), ElementsAre("phone: 1/3/9"));
  EXPECT_EQ(result.lost.opposing, &second);
}

TEST(MergeTest, WhatAWriterMayNotWriteIsLeftOut) {
  const auto may = [](absl::string_view path) {
    if (path == "number") return FieldPermission::kDenied;
    if (path == "phone") return FieldPermission::kAllowedWithReason;
    return FieldPermission::kAllowed;
  };
  const FieldValues current = {{"number", "n"}, {"phone", "1"}, {"category", "1"}};
  const FieldEdits edits = {{"number", "m"}, {"phone", "2"}, {"category", "2"}};

  const MergeResult result = MergeOf(current, edits, {}, kLow, may);
  EXPECT_THAT(result.not_owned, ElementsAre("number"));
  EXPECT_THAT(result.corrected, ElementsAre("phone"));
  EXPECT_EQ(result.applied, (FieldEdits{{"phone", "2"}, {"category", "2"}}));

  // Sent as it is, a field is not written, whoever owns it.
  EXPECT_THAT(MergeOf(current, {{"number", "n"}, {"phone", "1"}}, {}, kLow, may).not_owned,
              IsEmpty());

  // Not one's own comes before conflict; a correction that loses needs no reason, one that wins
  // does.
  const Revision unseen = Unseen(2, {{"number", "l"}, {"phone", "0"}});
  const MergeResult late = MergeOf(current, edits, {&unseen}, kLow, may);
  EXPECT_THAT(late.not_owned, ElementsAre("number"));
  EXPECT_THAT(Fields(late.lost), ElementsAre("phone: 0/1/2"));
  EXPECT_THAT(late.corrected, IsEmpty());
  EXPECT_THAT(MergeOf(current, edits, {&unseen}, kHigh, may).corrected, ElementsAre("phone"));
}

TEST(StandingTest, OfficeThenDraw) {
  const domain::OrgTree orgs = HangzhouOrgs();
  const auto standing = [&](const char* org, const char* id) {
    v1::Actor actor;
    actor.set_org(org);
    return StandingOf(orgs, actor, id);
  };
  constexpr char kFirst[] = "ffffffff-ffff-7fff-8000-000000000001";
  constexpr char kSecond[] = "01910000-0000-7000-8000-000000000002";
  EXPECT_LT(standing(kUnitOrg, kFirst), standing(kUnitOrg, kSecond)) << "only the last eight bytes";
  EXPECT_LT(standing(kUnitOrg, kSecond), standing(kUnionOrg, kFirst));
  EXPECT_LT(standing(kUnionOrg, kSecond), standing(kCenterOrg, kFirst));
  EXPECT_EQ(standing(kCenterOrg, kFirst), standing(kCityOrg, kFirst));
  EXPECT_EQ(standing("hz.gongye.closed", kFirst), standing(kUnitOrg, kFirst));
  Revision from_above;
  from_above.pushed_by = kFromUpstream;
  EXPECT_LT(standing(kCityOrg, kSecond), StandingOf(orgs, from_above));
}

// ---- Whoever comes first, the record is the same.

// One put on its way: what its writer changed, on top of its own puts before.
struct Edits {
  std::string writer;
  std::string draw;
  FieldEdits edits;
};

// A node that merges, without everything around it.
class Merging {
 public:
  explicit Merging(FieldValues start) : state_(std::move(start)) {}

  // Returns what goes on to the parent.
  FieldEdits Put(const Edits& put, const std::string& writer) {
    std::vector<const Revision*> history;
    for (const Revision& revision : history_) history.push_back(&revision);
    const MergeResult result =
        Merge(state_, put.edits, history, {writer, 0, Draw(put.draw)}, DrawOf, Everything);
    if (!result.Writes()) return {};
    FieldValues next = After(state_, result);
    Revision revision = Unseen(static_cast<int64_t>(history_.size()) + 1,
                               domain::Difference(next, state_), put.draw, writer);
    FieldEdits onward = result.applied;
    for (const std::string& path : result.affirmed) {
      const auto value = next.find(path);
      const auto kept = value == next.end() ? kNone : std::make_optional(value->second);
      revision.before[path] = kept;
      onward.emplace(path, kept);
    }
    history_.push_back(std::move(revision));
    state_ = std::move(next);
    return onward;
  }

  const FieldValues& state() const { return state_; }

 private:
  FieldValues state_;
  std::vector<Revision> history_;
};

// Writers who start from one record and do not hear of each other.
class Writers {
 public:
  explicit Writers(unsigned seed) : random_(seed) {
    for (const char* path : {"f0", "f1"}) start_[path] = "a";
    for (const std::string element : {"m[a]", "m[b]"}) {
      start_[element] = "";
      start_[element + ".x"] = "a";
      start_[element + ".y"] = "a";
    }
    std::vector<std::string> draws;
    for (int i = 0; i < 16; ++i) draws.push_back(std::string(1, static_cast<char>('A' + i)));
    std::shuffle(draws.begin(), draws.end(), random_);
    const int writers = 2 + Pick(3);
    for (int w = 0; w < writers; ++w) {
      FieldValues replica = start_;
      chains_.emplace_back();
      for (int i = Pick(3); i >= 0; --i) {
        FieldValues next = replica;
        for (int c = Pick(2); c >= 0; --c) Change(next);
        FieldEdits edits = domain::Difference(replica, next);
        if (edits.empty()) continue;
        chains_.back().push_back({absl::StrCat("w", w), draws.back(), std::move(edits)});
        draws.pop_back();
        replica = std::move(next);
      }
    }
  }

  int Pick(int below) { return static_cast<int>(random_() % static_cast<unsigned>(below)); }

  // All puts in a random order in which those of one writer stay in theirs.
  std::vector<Edits> Shuffled() {
    std::vector<size_t> order;
    for (size_t w = 0; w < chains_.size(); ++w) order.insert(order.end(), chains_[w].size(), w);
    std::shuffle(order.begin(), order.end(), random_);
    std::vector<size_t> next(chains_.size());
    std::vector<Edits> puts;
    for (const size_t w : order) puts.push_back(chains_[w][next[w]++]);
    return puts;
  }

  const FieldValues& start() const { return start_; }

 private:
  void Change(FieldValues& state) {
    const std::string element = Pick(2) == 0 ? "m[a]" : "m[b]";
    const int what = Pick(6);
    if (what < 2) {
      Set(state, what == 0 ? "f0" : "f1");
    } else if (what == 2) {
      for (const char* field : {"", ".x", ".y"}) state.erase(element + field);
    } else if (state.count(element) > 0) {
      Set(state, element + (what == 3 ? ".x" : ".y"));
    }
  }
  // Few values, so that writers agree now and then.
  void Set(FieldValues& state, const std::string& path) {
    const int value = Pick(4);
    if (value == 0) {
      state.erase(path);
    } else {
      state[path] = std::string(1, static_cast<char>('a' + value));
    }
  }

  std::mt19937 random_;
  FieldValues start_;
  std::vector<std::vector<Edits>> chains_;
};

std::string Told(const std::vector<Edits>& puts) {
  std::string text;
  for (const Edits& put : puts) {
    absl::StrAppend(&text, put.writer, "/", put.draw, ":");
    for (const auto& [path, value] : put.edits)
      absl::StrAppend(&text, " ", path, "=", value.value_or("-"));
    absl::StrAppend(&text, "; ");
  }
  return text;
}

constexpr unsigned kSeed = 20140310;
constexpr unsigned kSets = 4000;
constexpr int kOrders = 6;

TEST(MergePropertyTest, EveryOrderGivesTheSameRecord) {
  for (unsigned i = 0; i < kSets; ++i) {
    Writers writers(kSeed + i);
    std::optional<FieldValues> expected;
    std::vector<Edits> first;
    for (int order = 0; order < kOrders; ++order) {
      const std::vector<Edits> puts = writers.Shuffled();
      Merging node(writers.start());
      for (const Edits& put : puts) node.Put(put, put.writer);
      if (!expected) {
        expected = node.state();
        first = puts;
      }
      ASSERT_EQ(node.state(), *expected) << "seed " << kSeed + i << "\n"
                                         << Told(first) << "\n"
                                         << Told(puts);
    }
  }
}

// Some of the writers work below a node that merges first and hands on what it accepted.
TEST(MergePropertyTest, TwoTiersGiveTheSameRecordAsOne) {
  for (unsigned i = 0; i < kSets; ++i) {
    Writers writers(kSeed + i);
    const std::vector<Edits> direct = writers.Shuffled();
    Merging alone(writers.start());
    for (const Edits& put : direct) alone.Put(put, put.writer);
    for (int order = 0; order < kOrders; ++order) {
      const std::vector<Edits> puts = writers.Shuffled();
      Merging district(writers.start());
      Merging city(writers.start());
      std::vector<Edits> line;
      const auto hand_on = [&] {
        city.Put(line.front(), "district");
        line.erase(line.begin());
      };
      for (const Edits& put : puts) {
        if (put.writer == "w0" || put.writer == "w1") {
          const FieldEdits onward = district.Put(put, put.writer);
          if (!onward.empty()) line.push_back({put.writer, put.draw, onward});
        } else {
          city.Put(put, put.writer);
        }
        while (!line.empty() && writers.Pick(2) == 0) hand_on();
      }
      while (!line.empty()) hand_on();
      ASSERT_EQ(city.state(), alone.state()) << "seed " << kSeed + i << "\n"
                                             << Told(direct) << "\n"
                                             << Told(puts);
    }
  }
}

}  // namespace
}  // namespace bangfu::server
