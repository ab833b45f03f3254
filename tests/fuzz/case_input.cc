#include "tests/fuzz/case_input.h"

#include <string>

#include "absl/strings/match.h"
#include "google/protobuf/io/tokenizer.h"
#include "google/protobuf/text_format.h"

namespace bangfu::fuzz {
namespace {

// A broken seed tells the fuzzer nothing; its errors would only fill the screen.
class Silent final : public google::protobuf::io::ErrorCollector {
 public:
  void AddError(int /*line*/, int /*column*/, const std::string& /*message*/) override {}
};

}  // namespace

bool ReadCaseFile(absl::string_view input, v1::CaseFile& file) {
  if (!absl::StartsWith(input, "#")) {
    return file.ParseFromArray(input.data(), static_cast<int>(input.size()));
  }
  google::protobuf::TextFormat::Parser parser;
  Silent silent;
  parser.RecordErrorsTo(&silent);
  // Text format takes any bytes for a text, the wire format only UTF-8.
  return parser.ParseFromString(std::string(input), &file) &&
         v1::CaseFile().ParseFromString(file.SerializePartialAsString());
}

}  // namespace bangfu::fuzz
