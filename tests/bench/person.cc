#include "tests/bench/person.h"

#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "domain/rules/sample_archive.h"
#include "domain/text/bank_card.h"

namespace bangfu::bench {
namespace {

constexpr const char* kSurnames[] = {"王", "李", "张", "刘", "陈", "杨", "黄", "赵", "吴", "周"};
constexpr const char* kGivenNames[] = {"建国", "秀英", "伟", "桂兰", "志强", "丽华", "军", "小明"};

}  // namespace

std::string Name(int number) {
  return absl::StrCat(kSurnames[number % std::size(kSurnames)],
                      kGivenNames[number / 10 % std::size(kGivenNames)]);
}

std::string IdentityNumber(int number, int year, bool male) {
  const int sequence = number % 500;
  const int day = number / 500 % 28 + 1;
  const int month = number / 14'000 % 12 + 1;
  return domain::sample::Number(
      absl::StrFormat("330102%04d%02d%02d%03d", year + number / 168'000, month, day,
                      sequence / 5 * 10 + sequence % 5 * 2 + (male ? 1 : 0)));
}

std::string BankCard(int number) {
  std::string card = absl::StrFormat("62170015%010d0", number);
  while (!domain::PassesLuhn(card)) ++card.back();
  return card;
}

}  // namespace bangfu::bench
