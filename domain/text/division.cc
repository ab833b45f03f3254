#include "domain/text/division.h"

#include <algorithm>
#include <cstddef>
#include <iterator>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"

namespace bangfu::domain {
namespace {

constexpr size_t kCodeLength = 6;
constexpr size_t kPrefectureLength = 4;
constexpr absl::string_view kHangzhou = "3301";
constexpr int kFirstYear = 0;    // in force before numbers were issued (1984)
constexpr int kOpenYear = 9999;  // still in force

struct County {
  absl::string_view code;
  int first_year;
  int last_year;
};

// In the order of the codes. 3390xx were the county-level cities while the province had them under
// no prefecture.
constexpr County kHangzhouCounties[] = {
    {"330101", kFirstYear, kOpenYear},  // 市辖区
    {"330102", kFirstYear, kOpenYear},  // 上城区
    {"330103", kFirstYear, 2021},       // 下城区
    {"330104", kFirstYear, 2021},       // 江干区
    {"330105", kFirstYear, kOpenYear},  // 拱墅区
    {"330106", kFirstYear, kOpenYear},  // 西湖区
    {"330107", kFirstYear, 1990},       // 半山区
    {"330108", 1996, kOpenYear},        // 滨江区
    {"330109", 2001, kOpenYear},        // 萧山区
    {"330110", 2001, kOpenYear},        // 余杭区
    {"330111", 2014, kOpenYear},        // 富阳区
    {"330112", 2017, kOpenYear},        // 临安区
    {"330113", 2021, kOpenYear},        // 临平区
    {"330114", 2021, kOpenYear},        // 钱塘区
    {"330121", kFirstYear, 1987},       // 萧山县
    {"330122", kFirstYear, kOpenYear},  // 桐庐县
    {"330123", kFirstYear, 1994},       // 富阳县
    {"330124", kFirstYear, 1996},       // 临安县
    {"330125", kFirstYear, 1994},       // 余杭县
    {"330126", kFirstYear, 1992},       // 建德县
    {"330127", kFirstYear, kOpenYear},  // 淳安县
    {"330181", 1995, 2001},             // 萧山市
    {"330182", 1995, kOpenYear},        // 建德市
    {"330183", 1995, 2014},             // 富阳市
    {"330184", 1995, 2001},             // 余杭市
    {"330185", 1996, 2017},             // 临安市
    {"339005", 1987, 1995},             // 萧山市
    {"339013", 1992, 1995},             // 建德市
    {"339019", 1994, 1995},             // 富阳市
    {"339021", 1994, 1995},             // 余杭市
};

struct Range {
  int first;
  int last;
};

// The first four digits of all divisions, in their order; with 7100, 8100 and 8200, which have no
// divisions below them.
constexpr Range kPrefectures[] = {
    {1101, 1102}, {1201, 1202}, {1301, 1311}, {1321, 1330}, {1390, 1390}, {1401, 1411},
    {1421, 1427}, {1490, 1490}, {1501, 1509}, {1521, 1529}, {2101, 2114}, {2121, 2122},
    {2190, 2190}, {2201, 2208}, {2221, 2226}, {2290, 2290}, {2301, 2312}, {2321, 2327},
    {2390, 2390}, {3101, 3102}, {3201, 3213}, {3221, 3227}, {3290, 3290}, {3301, 3311},
    {3321, 3328}, {3390, 3390}, {3401, 3418}, {3421, 3429}, {3490, 3490}, {3501, 3509},
    {3521, 3527}, {3590, 3590}, {3601, 3611}, {3621, 3626}, {3690, 3690}, {3701, 3717},
    {3721, 3729}, {3790, 3790}, {4101, 4117}, {4121, 4130}, {4190, 4190}, {4201, 4213},
    {4221, 4229}, {4290, 4290}, {4301, 4313}, {4321, 4331}, {4390, 4390}, {4401, 4429},
    {4451, 4453}, {4490, 4490}, {4501, 4514}, {4521, 4528}, {4601, 4604}, {4690, 4690},
    {5001, 5003}, {5101, 5139}, {5170, 5170}, {5190, 5190}, {5201, 5206}, {5221, 5227},
    {5301, 5309}, {5321, 5335}, {5401, 5406}, {5421, 5427}, {6101, 6110}, {6121, 6127},
    {6190, 6190}, {6201, 6212}, {6221, 6230}, {6301, 6302}, {6321, 6323}, {6325, 6328},
    {6401, 6405}, {6421, 6422}, {6501, 6505}, {6521, 6532}, {6540, 6543}, {6590, 6590},
    {7100, 7100}, {8100, 8100}, {8200, 8200}};

bool IsPrefecture(absl::string_view digits) {
  int number = 0;
  if (!absl::SimpleAtoi(digits, &number)) return false;
  return std::any_of(std::begin(kPrefectures), std::end(kPrefectures), [number](Range range) {
    return range.first <= number && number <= range.last;
  });
}

}  // namespace

DivisionStanding StandingOfDivision(absl::string_view code, absl::CivilDay birth,
                                    absl::CivilDay today) {
  if (code.size() != kCodeLength || !std::all_of(code.begin(), code.end(), absl::ascii_isdigit)) {
    return DivisionStanding::kUnknown;
  }
  const auto* county = std::lower_bound(
      std::begin(kHangzhouCounties), std::end(kHangzhouCounties), code,
      [](const County& known, absl::string_view wanted) { return known.code < wanted; });
  if (county != std::end(kHangzhouCounties) && county->code == code) {
    return birth.year() <= county->last_year && county->first_year <= today.year()
               ? DivisionStanding::kInForce
               : DivisionStanding::kNotInForce;
  }
  const bool known =
      !absl::StartsWith(code, kHangzhou) && IsPrefecture(code.substr(0, kPrefectureLength));
  return known ? DivisionStanding::kInForce : DivisionStanding::kUnknown;
}

}  // namespace bangfu::domain
