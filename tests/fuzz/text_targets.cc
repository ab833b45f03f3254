#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_join.h"
#include "absl/time/time.h"
#include "bangfu/v1/archive.pb.h"
#include "domain/codes/code_list.h"
#include "domain/codes/field_spec.h"
#include "domain/text/list_split.h"
#include "domain/text/normalize.h"
#include "domain/text/uuid.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/targets.h"

namespace bangfu::fuzz {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::FieldDescriptor;

// What must hold of a normal form: it is well-formed text and its own normal form.
void CheckNormal(const std::string& text, std::string (*normalize)(absl::string_view)) {
  FUZZ_CHECK(domain::IsValidUtf8(text));
  FUZZ_CHECK(normalize(text) == text);
}

}  // namespace

void FuzzNormalize(absl::string_view input) {
  const std::string text = domain::NormalizeText(input);
  CheckNormal(text, domain::NormalizeText);
  FUZZ_CHECK(!absl::StartsWith(text, " ") && !absl::EndsWith(text, " "));
  FUZZ_CHECK(!absl::StrContains(text, "  "));
  CheckNormal(domain::NormalizeIdentifier(input), domain::NormalizeIdentifier);
  CheckNormal(domain::CodeKey(input), domain::CodeKey);

  const std::string masked = domain::MaskMiddle(input, 3, 2);
  CheckNormal(masked, domain::NormalizeIdentifier);
  FUZZ_CHECK(domain::MaskMiddle(masked, 3, 2) == masked);
}

void FuzzListSplit(absl::string_view input) {
  const std::vector<std::string> items = domain::SplitList(input);
  for (const std::string& item : items) {
    FUZZ_CHECK(!item.empty());
    CheckNormal(item, domain::NormalizeText);
  }
  for (const char* separator : {"、", ",", "，", ";", "；", "/", "／", " ", "　", "\n", "、 ,"}) {
    FUZZ_CHECK(domain::SplitList(absl::StrJoin(items, separator)) == items);
  }
}

void FuzzUuid(absl::string_view input) {
  const auto uuid = domain::ParseUuid(input);
  FUZZ_CHECK(uuid.has_value() || !domain::IsUuid(input));
  if (uuid) {
    FUZZ_CHECK(domain::IsUuid(*uuid));
    FUZZ_CHECK(absl::EqualsIgnoreCase(*uuid, input));
    FUZZ_CHECK(domain::ParseUuid(absl::AsciiStrToUpper(input)) == uuid);
  }
  // The input as the random bits and clock of a generator, each byte one call.
  size_t at = 0;
  const auto next = [&]() -> uint64_t {
    return at < input.size() ? static_cast<unsigned char>(input[at++]) : 0;
  };
  domain::UuidGenerator generator([&] { return next() * 0x0101010101010101; });
  std::string last;
  while (at < input.size()) {
    const auto moment = static_cast<int64_t>(next() << 40) - (int64_t{1} << 45);
    const std::string made = generator.Next(absl::FromUnixMillis(moment));
    FUZZ_CHECK(domain::IsUuid(made) && made[14] == '7');
    FUZZ_CHECK(made > last);
    last = made;
  }
}

void FuzzCodeWord(absl::string_view input) {
  const auto& archive = *v1::Archive::descriptor();
  for (int i = 0; i < archive.field_count(); ++i) {
    const EnumDescriptor* list = archive.field(i)->enum_type();
    if (list == nullptr) continue;
    const auto code = domain::FindCode(*list, input);
    if (!code) continue;
    FUZZ_CHECK(list->FindValueByNumber(code->number) != nullptr);
    const auto again = domain::FindCode(*list, domain::CodeLabel(*list, code->number));
    FUZZ_CHECK(again && again->number == code->number && !again->misprint);
  }
  const FieldDescriptor* column = domain::FindColumn(archive, input);
  if (column == nullptr) return;
  FUZZ_CHECK(domain::FindColumn(archive, domain::SpecOf(*column).label_zh()) == column);
}

}  // namespace bangfu::fuzz
