#ifndef BANGFU_TESTS_FUZZ_TARGETS_H_
#define BANGFU_TESTS_FUZZ_TARGETS_H_

#include <cstddef>
#include <cstdint>

#include "absl/strings/string_view.h"

namespace bangfu::fuzz {

// One thing under test: ends the process when a property does not hold of `input`, any bytes.
using Run = void (*)(absl::string_view input);

// Changes the `size` bytes at `data` in place, which have room for `max_size`, and returns the new
// size. The same `seed` makes the same change.
using Mutate = size_t (*)(uint8_t* data, size_t size, size_t max_size, unsigned seed);

struct Target {
  const char* name;  // of its folder in corpus/
  Run run;
  Mutate mutate = nullptr;  // nullptr: the fuzzer's own
};

// number_targets.cc
void FuzzArchiveNumber(absl::string_view input);
void FuzzMoney(absl::string_view input);
void FuzzIdentityNumber(absl::string_view input);
void FuzzPhone(absl::string_view input);
void FuzzBankCard(absl::string_view input);
void FuzzSpreadsheetNumber(absl::string_view input);

// date_targets.cc
void FuzzDate(absl::string_view input);
void FuzzExcelSerial(absl::string_view input);

// text_targets.cc
void FuzzNormalize(absl::string_view input);
void FuzzListSplit(absl::string_view input);
void FuzzUuid(absl::string_view input);
void FuzzCodeWord(absl::string_view input);

// org_targets.cc
void FuzzOrgPath(absl::string_view input);
void FuzzOrgTree(absl::string_view input);

// policy_target.cc
void FuzzPolicyFile(absl::string_view input);

// record_targets.cc
void FuzzFieldPath(absl::string_view input);
void FuzzValueText(absl::string_view input);

// case_target.cc. Input: a CaseFile in wire format, or in text format after a "#".
void FuzzCaseFile(absl::string_view input);

// case_mutator.cc. Keeps the input a CaseFile.
size_t MutateCaseFile(uint8_t* bytes, size_t size, size_t max_size, unsigned seed);

}  // namespace bangfu::fuzz

#endif  // BANGFU_TESTS_FUZZ_TARGETS_H_
