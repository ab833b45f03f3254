#include <map>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "bangfu/v1/archive.pb.h"
#include "domain/record/field_path.h"
#include "domain/record/field_values.h"
#include "domain/record/value_text.h"
#include "domain/text/normalize.h"
#include "tests/fuzz/check.h"
#include "tests/fuzz/targets.h"

namespace bangfu::fuzz {
namespace {

using google::protobuf::FieldDescriptor;

std::string PathText(const domain::FieldPath& steps) {
  std::string path;
  for (const domain::PathStep& step : steps) {
    absl::StrAppend(&path, path.empty() ? "" : ".", step.field->name());
    if (step.key) absl::StrAppend(&path, "[", domain::EscapeKey(*step.key), "]");
  }
  return path;
}

// "path" and "value" of the input "path=value".
std::pair<std::string, std::string> ReadEdit(absl::string_view input) {
  return absl::StrSplit(input, absl::MaxSplits('=', 1));
}

}  // namespace

void FuzzFieldPath(absl::string_view input) {
  const auto& archive = *v1::Archive::descriptor();
  const auto [path, value] = ReadEdit(input);
  const auto steps = domain::ParsePath(archive, path);
  domain::LabelOfPath(archive, path);
  domain::DisplayValue(archive, path, value, /*masked=*/true);
  domain::DisplayValue(archive, path, value, /*masked=*/false, domain::Language::kEnglish);
  FUZZ_CHECK((domain::SpecOfPath(archive, path) != nullptr) == steps.has_value());
  v1::Archive record;
  const bool written = domain::WriteFields(record, {{path, value}}).ok();
  if (!steps) {
    FUZZ_CHECK(!written);
    return;
  }
  FUZZ_CHECK(PathText(*steps) == path);
  if (!written) return;

  // What was written is read again, and writing what was read makes the same record.
  const domain::FieldValues values = domain::ReadFields(record);
  const auto found = values.find(path);
  if (found != values.end()) FUZZ_CHECK(found->second == value);
  v1::Archive copy;
  FUZZ_CHECK(domain::WriteFields(copy, domain::Difference({}, values)).ok());
  FUZZ_CHECK(copy.SerializeAsString() == record.SerializeAsString());
  FUZZ_CHECK(domain::WriteFields(copy, domain::Difference(values, {})).ok());
  FUZZ_CHECK(domain::ReadFields(copy).empty());
}

void FuzzValueText(absl::string_view input) {
  const auto [name, text] = ReadEdit(input);
  const FieldDescriptor* field = v1::Archive::descriptor()->FindFieldByName(name);
  if (field == nullptr || !domain::IsValue(*field)) return;
  v1::Archive record;
  if (!domain::SetValueText(record, *field, text)) return;
  FUZZ_CHECK(domain::IsValidUtf8(text));
  FUZZ_CHECK(domain::ValueText(record, *field) == text);
  FUZZ_CHECK(!field->is_repeated() ||
             domain::SplitItems(text).size() ==
                 static_cast<size_t>(record.GetReflection()->FieldSize(record, field)));
  v1::Archive parsed;
  FUZZ_CHECK(parsed.ParseFromString(record.SerializeAsString()));
  FUZZ_CHECK(domain::ValueText(parsed, *field) == text);
}

}  // namespace bangfu::fuzz
