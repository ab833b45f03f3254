#include "domain/codes/code_list.h"

#include <unordered_map>
#include <utility>

#include "absl/strings/str_cat.h"
#include "domain/codes/descriptor_cache.h"
#include "domain/codes/word_key.h"

namespace bangfu::domain {
namespace {

using google::protobuf::EnumDescriptor;
using google::protobuf::EnumValueDescriptor;

using Words = std::unordered_map<std::string, CodeMatch>;

constexpr char kListSeparator[] = "、";

const v1::ValueSpec& SpecOfValue(const EnumValueDescriptor& value) {
  return value.options().GetExtension(v1::value);
}

void AddWord(Words& words, absl::string_view word, CodeMatch match) {
  std::string key = WordKey(word);
  if (!key.empty()) words.try_emplace(std::move(key), match);
}

Words WordsOf(const EnumDescriptor& list) {
  Words words;
  for (int i = 0; i < list.value_count(); ++i) {
    const EnumValueDescriptor& value = *list.value(i);
    const v1::ValueSpec& spec = SpecOfValue(value);
    AddWord(words, spec.label_zh(), {value.number(), false});
    for (const std::string& alias : spec.aliases()) AddWord(words, alias, {value.number(), false});
    for (const std::string& word : spec.misprints()) AddWord(words, word, {value.number(), true});
  }
  return words;
}

}  // namespace

std::optional<CodeMatch> FindCode(const EnumDescriptor& list, absl::string_view word) {
  static auto& cache = *new DescriptorCache<const EnumDescriptor*, Words>();
  const Words& words = cache.Get(&list, [&list] { return WordsOf(list); });
  const auto found = words.find(WordKey(word));
  if (found == words.end()) return std::nullopt;
  return found->second;
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
