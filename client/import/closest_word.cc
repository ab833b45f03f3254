#include "client/import/closest_word.h"

#include <algorithm>
#include <cstddef>
#include <numeric>

#include "domain/text/normalize.h"

namespace bangfu::client {
namespace {

// Longer words are cut: nobody means a header by a whole sentence.
constexpr size_t kMaxComparedCharacters = 60;

// The characters (code points, as their UTF-8 bytes) of `text`, width and blanks ignored.
std::vector<std::string> CharactersOf(absl::string_view text) {
  std::vector<std::string> characters;
  for (const char byte : domain::CodeKey(text)) {
    const bool begins = (static_cast<unsigned char>(byte) & 0xC0) != 0x80;
    if (begins && characters.size() == kMaxComparedCharacters) break;
    if (begins || characters.empty()) characters.emplace_back();
    characters.back().push_back(byte);
  }
  return characters;
}

// Levenshtein distance, one row of the table at a time.
size_t Distance(const std::vector<std::string>& a, const std::vector<std::string>& b) {
  std::vector<size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), size_t{0});
  for (size_t i = 0; i < a.size(); ++i) {
    size_t diagonal = row[0];
    row[0] = i + 1;
    for (size_t j = 0; j < b.size(); ++j) {
      const size_t changed = diagonal + (a[i] == b[j] ? 0 : 1);
      diagonal = row[j + 1];
      row[j + 1] = std::min({changed, row[j] + 1, diagonal + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string ClosestWord(absl::string_view word, const std::vector<std::string>& words) {
  const std::vector<std::string> wanted = CharactersOf(word);
  std::string closest;
  size_t fewest = 0;
  for (const std::string& candidate : words) {
    const std::vector<std::string> characters = CharactersOf(candidate);
    const size_t changes = Distance(wanted, characters);
    if (changes >= std::max(wanted.size(), characters.size())) continue;
    if (!closest.empty() && changes >= fewest) continue;
    closest = candidate;
    fewest = changes;
  }
  return closest;
}

}  // namespace bangfu::client
