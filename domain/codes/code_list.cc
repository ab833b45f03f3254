#include "domain/codes/code_list.h"

#include <algorithm>
#include <cstddef>
#include <unordered_map>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "domain/codes/descriptor_cache.h"
#include "domain/codes/word_key.h"

namespace bangfu::domain {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;

using Words = std::unordered_map<std::string, CodeMatch>;

constexpr char kListSeparator[] = "、";
// What may stand between a code and its word.
constexpr absl::string_view kSignsAfterCode[] = {"-", ".", ":", "、", "_"};

const v1::ValueSpec& SpecOfValue(const EnumValueDescriptor& value) {
  return value.options().GetExtension(v1::value);
}

void AddWord(Words& words, absl::string_view word, CodeMatch match) {
  std::string key = WordKey(word);
  if (!key.empty()) words.try_emplace(std::move(key), match);
}

// "1" for "01": spreadsheets drop the zero of a code that they take for a number.
absl::string_view WithoutLeadingZero(absl::string_view code) {
  if (code.size() > 1) absl::ConsumePrefix(&code, "0");
  return code;
}

Words WordsOf(const EnumDescriptor& list) {
  Words words;
  for (int i = 0; i < list.value_count(); ++i) {
    const EnumValueDescriptor& value = *list.value(i);
    const v1::ValueSpec& spec = SpecOfValue(value);
    AddWord(words, spec.label_zh(), {value.number(), false});
    for (const std::string& alias : spec.aliases()) AddWord(words, alias, {value.number(), false});
    for (const std::string& word : spec.misprints()) AddWord(words, word, {value.number(), true});
    AddWord(words, spec.code(), {value.number(), false});
    AddWord(words, WithoutLeadingZero(spec.code()), {value.number(), false});
  }
  return words;
}

std::optional<CodeMatch> FindKey(const Words& words, absl::string_view key) {
  const auto found = words.find(std::string(key));
  if (found == words.end()) return std::nullopt;
  return found->second;
}

// A code and its word written together, "汉族(01)", "01汉族", "01-汉族": both have to be there and
// to mean the same.
std::optional<CodeMatch> FindPair(const Words& words, absl::string_view key) {
  const auto digit = [](char c) { return absl::ascii_isdigit(static_cast<unsigned char>(c)); };
  absl::string_view code;
  absl::string_view label = key;
  if (digit(key.front())) {
    const auto end = std::find_if_not(key.begin(), key.end(), digit);
    code = key.substr(0, static_cast<size_t>(end - key.begin()));
    label = key.substr(code.size());
    for (const absl::string_view sign : kSignsAfterCode) {
      if (absl::ConsumePrefix(&label, sign)) break;
    }
  } else {
    const bool bracket = absl::ConsumeSuffix(&label, ")");
    const auto begin = std::find_if_not(label.rbegin(), label.rend(), digit);
    code = label.substr(static_cast<size_t>(label.rend() - begin));
    label.remove_suffix(code.size());
    if (absl::ConsumeSuffix(&label, "(") != bracket) return std::nullopt;
  }
  const std::optional<CodeMatch> by_code = FindKey(words, code);
  const std::optional<CodeMatch> by_label = FindKey(words, label);
  if (!by_code || !by_label || by_code->number != by_label->number) return std::nullopt;
  return by_label;
}

}  // namespace

std::optional<CodeMatch> FindCode(const EnumDescriptor& list, absl::string_view word) {
  static auto& cache = *new DescriptorCache<const EnumDescriptor*, Words>();
  const Words& words = cache.Get(&list, [&list] { return WordsOf(list); });
  const std::string key = WordKey(word);
  if (key.empty()) return std::nullopt;
  if (const auto match = FindKey(words, key)) return match;
  return FindPair(words, key);
}

const v1::ValueSpec& SpecOfCode(const EnumDescriptor& list, int number) {
  const EnumValueDescriptor* value = list.FindValueByNumber(number);
  return value == nullptr ? v1::ValueSpec::default_instance() : SpecOfValue(*value);
}

std::string CodeLabel(const EnumDescriptor& list, int number) {
  const EnumValueDescriptor* value = list.FindValueByNumber(number);
  return value == nullptr ? absl::StrCat("#", number) : SpecOfValue(*value).label_zh();
}

std::string CodeLabels(const EnumDescriptor& list) {
  std::string labels;
  for (int i = 0; i < list.value_count(); ++i) {
    const std::string& label = SpecOfValue(*list.value(i)).label_zh();
    if (label.empty()) continue;
    absl::StrAppend(&labels, labels.empty() ? "" : kListSeparator, label);
  }
  return labels;
}

}  // namespace bangfu::domain
