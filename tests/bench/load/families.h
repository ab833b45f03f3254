#ifndef BANGFU_TESTS_BENCH_LOAD_FAMILIES_H_
#define BANGFU_TESTS_BENCH_LOAD_FAMILIES_H_

#include <string>
#include <vector>

#include "bangfu/v1/aid_event.pb.h"
#include "bangfu/v1/archive.pb.h"
#include "bangfu/v1/change.pb.h"
#include "bangfu/v1/visit.pb.h"
#include "tests/scenario/world.h"

namespace bangfu::bench {

inline constexpr int kMaxFamilies = 4'000'000;
inline constexpr int kAidEventsPerFamily = 5;
inline constexpr int kVisitsPerFamily = 2;

// Unit in a district, and one below an industry union.
inline constexpr char kDistrict[] = "hz.fuyang";
inline constexpr char kDistrictUnit[] = "hz.fuyang.fuchun";
inline constexpr char kUnion[] = "hz.gongye";
inline constexpr char kUnionUnit[] = "hz.gongye.xiangjiao";

// A fictional archive of a worker with three members of the household and the papers that are due,
// 1.5 KB; another for each `number` below kMaxFamilies.
v1::Archive Family(int number, const std::string& unit);

// The changes that enter such archives, numbers `first` to `first` + `count` - 1, in order.
std::vector<v1::Change> Filings(scenario::World& world, int first, int count,
                                const std::string& unit);
// The same with the aid events and visits of each archive after it.
std::vector<v1::Change> WholeFilings(scenario::World& world, int first, int count,
                                     const std::string& unit);

// An edit of the telephone number of an archive; it tells which `edit` wrote it.
v1::Change PhoneEdit(scenario::World& world, int number, const std::string& unit,
                     int64_t base_revision, int edit);

}  // namespace bangfu::bench

#endif  // BANGFU_TESTS_BENCH_LOAD_FAMILIES_H_
