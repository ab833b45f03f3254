#ifndef BANGFU_DOMAIN_CODES_CODE_LIST_H_
#define BANGFU_DOMAIN_CODES_CODE_LIST_H_

#include <optional>
#include <string>

#include "absl/strings/string_view.h"
#include "bangfu/v1/options.pb.h"
#include "google/protobuf/descriptor.h"

namespace bangfu::domain {

// A value of a code list that a word stands for.
struct CodeMatch {
  int number = 0;  // number of the enum value
  // The word is a misprint of it (R69, 新农舍) or one that need not mean it: accept with a warning.
  bool misprint = false;
};

// Finds the value of `list` for a word of a register: label, alias, misprint or code of the
// national standard ("01", also "1"), or code and word together when they agree ("汉族(01)",
// "01汉族"). Width of brackets, blanks and case are ignored. Empty or unknown words give nullopt.
// Constant time: an index is built once per list.
std::optional<CodeMatch> FindCode(const google::protobuf::EnumDescriptor& list,
                                  absl::string_view word);

// The description of a value; empty for the UNSPECIFIED value and for numbers of a newer version.
const v1::ValueSpec& SpecOfCode(const google::protobuf::EnumDescriptor& list, int number);

// Chinese label of a value: the word of the form. Empty for UNSPECIFIED, "#<number>" for one that
// is not known here.
std::string CodeLabel(const google::protobuf::EnumDescriptor& list, int number);

// All labels of the list, joined with "、", for messages that tell which words are possible.
std::string CodeLabels(const google::protobuf::EnumDescriptor& list);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_CODES_CODE_LIST_H_
