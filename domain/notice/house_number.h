#ifndef BANGFU_DOMAIN_NOTICE_HOUSE_NUMBER_H_
#define BANGFU_DOMAIN_NOTICE_HOUSE_NUMBER_H_

#include <string>

#include "absl/strings/string_view.h"

namespace bangfu::domain {

// Stands for a number that is not shown.
inline constexpr char kHiddenNumber[] = "**";

// `address` after NormalizeText with the numbers of house, building, entrance, floor and room
// replaced by kHiddenNumber: 文三路12号3幢2单元501室 becomes 文三路**号**幢**单元**室, 5-2-301
// becomes **. Street, village and group stay: 23号大街, 朝晖六区, 春江村12组, 十五奎巷.
//
// Numbers in digits are hidden wherever they stand unless a word for a street or a settlement
// follows; Chinese numerals, which are part of many names, only before 号 幢 栋 单元 室 楼 层 or
// when joined by dashes; letters only before these and 座. In doubt a number is hidden.
std::string HideHouseNumbers(absl::string_view address);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_NOTICE_HOUSE_NUMBER_H_
