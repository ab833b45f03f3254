#ifndef BANGFU_TESTS_FUZZ_CASE_INPUT_H_
#define BANGFU_TESTS_FUZZ_CASE_INPUT_H_

#include "absl/strings/string_view.h"
#include "bangfu/v1/case_file.pb.h"

namespace bangfu::fuzz {

// Reads a CaseFile in wire format, or in text format when the input begins with "#", a comment
// there and in no CaseFile a field. False when it is neither.
bool ReadCaseFile(absl::string_view input, v1::CaseFile& file);

}  // namespace bangfu::fuzz

#endif  // BANGFU_TESTS_FUZZ_CASE_INPUT_H_
