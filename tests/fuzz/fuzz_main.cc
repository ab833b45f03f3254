// All fuzz targets in one binary. The environment variable BANGFU_FUZZ_TARGET names the one to run;
// when it is empty the names are printed.
#include <cstdio>
#include <cstdlib>

#include "google/protobuf/stubs/logging.h"
#include "tests/fuzz/targets.h"

extern "C" size_t LLVMFuzzerMutate(uint8_t* data, size_t size, size_t max_size);

namespace bangfu::fuzz {
namespace {

constexpr Target kTargets[] = {
    {"archive_number", FuzzArchiveNumber},
    {"money", FuzzMoney},
    {"identity_number", FuzzIdentityNumber},
    {"phone", FuzzPhone},
    {"bank_card", FuzzBankCard},
    {"spreadsheet_number", FuzzSpreadsheetNumber},
    {"date", FuzzDate},
    {"excel_serial", FuzzExcelSerial},
    {"normalize", FuzzNormalize},
    {"list_split", FuzzListSplit},
    {"uuid", FuzzUuid},
    {"code_word", FuzzCodeWord},
    {"org_path", FuzzOrgPath},
    {"org_tree", FuzzOrgTree},
    {"policy_file", FuzzPolicyFile},
    {"field_path", FuzzFieldPath},
    {"value_text", FuzzValueText},
    {"case_file", FuzzCaseFile, MutateCaseFile},
};

const Target& Chosen() {
  static const Target& chosen = []() -> const Target& {
    const char* const given = std::getenv("BANGFU_FUZZ_TARGET");
    const absl::string_view name = given == nullptr ? "" : given;
    for (const Target& target : kTargets) {
      if (name == target.name) return target;
    }
    for (const Target& target : kTargets) std::puts(target.name);
    std::exit(name.empty() ? EXIT_SUCCESS : EXIT_FAILURE);
  }();
  return chosen;
}

}  // namespace
}  // namespace bangfu::fuzz

extern "C" int LLVMFuzzerInitialize(int* /*argc*/, char*** /*argv*/) {
  bangfu::fuzz::Chosen();
  google::protobuf::SetLogHandler(nullptr);  // bytes that are no message are nothing to tell
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const uint8_t* data, size_t size) {
  bangfu::fuzz::Chosen().run(absl::string_view(reinterpret_cast<const char*>(data), size));
  return 0;
}

extern "C" size_t LLVMFuzzerCustomMutator(uint8_t* data, size_t size, size_t max_size,
                                          unsigned seed) {
  const bangfu::fuzz::Mutate mutate = bangfu::fuzz::Chosen().mutate;
  return mutate == nullptr ? LLVMFuzzerMutate(data, size, max_size)
                           : mutate(data, size, max_size, seed);
}
