#include "client/workbook/xml.h"

// The parser below checks malformed input with assert() in its header templates. A damaged file
// must be an error in every build type, never an abort.
#ifndef NDEBUG
#define NDEBUG
#endif

#include <cstddef>
#include <exception>
#include <orcus/sax_parser.hpp>
#include <string_view>
#include <utility>

#include "absl/strings/str_cat.h"
#include "client/workbook/utf8.h"
#include "client/workbook/workbook_error.h"

namespace bangfu::client {
namespace {

// orcus 0.17 looks a few bytes past the end of input that stops inside a tag. A character that is
// valid nowhere in a tag, put there, turns each such look into its error.
constexpr size_t kGuardBytes = 64;
constexpr char kGuard = '<';

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

// Passes events on and checks what the parser does not: that tags match and that the document ends.
class CheckedHandler : public orcus::sax_handler {
 public:
  explicit CheckedHandler(XmlVisitor& visitor) : visitor_(visitor) {}

  bool complete() const { return matched_ && seen_root_ && open_.empty(); }

  void attribute(const orcus::sax::parser_attribute& attribute) {
    attributes_.Add(
        {std::string(attribute.ns), std::string(attribute.name), std::string(attribute.value)});
  }
  void end_declaration(std::string_view) { attributes_.Clear(); }
  void start_element(const orcus::sax::parser_element& element) {
    open_.emplace_back(element.ns, element.name);
    seen_root_ = true;
    visitor_.StartElement(View(element.name), attributes_);
    attributes_.Clear();
  }
  void end_element(const orcus::sax::parser_element& element) {
    if (open_.empty() || open_.back() != std::pair(element.ns, element.name)) {
      matched_ = false;
      return;
    }
    open_.pop_back();
    visitor_.EndElement(View(element.name));
  }
  void characters(std::string_view text, bool /*transient*/) {
    if (!open_.empty()) visitor_.Text(View(text));
  }

 private:
  XmlVisitor& visitor_;
  XmlAttributes attributes_;
  // The open elements; they point into the content.
  std::vector<std::pair<std::string_view, std::string_view>> open_;
  bool matched_ = true;
  bool seen_root_ = false;
};

}  // namespace

std::optional<absl::string_view> XmlAttributes::Get(absl::string_view name) const {
  for (const XmlAttribute& attribute : list_) {
    if (attribute.prefix.empty() && attribute.name == name) return attribute.value;
  }
  return std::nullopt;
}

std::optional<absl::string_view> XmlAttributes::GetPrefixed(absl::string_view name) const {
  for (const XmlAttribute& attribute : list_) {
    if (!attribute.prefix.empty() && attribute.name == name) return attribute.value;
  }
  return std::nullopt;
}

absl::Status ParseXml(absl::string_view part, std::string content, XmlVisitor& visitor) {
  if (!IsUtf8(content)) return DamagedWorkbook(absl::StrCat(part, " is not UTF-8"));
  const size_t size = content.size();
  content.append(kGuardBytes, kGuard);
  CheckedHandler handler(visitor);
  try {
    orcus::sax_parser<CheckedHandler>(content.data(), size, handler).parse();
  } catch (const std::exception&) {
    // The parser's own text may quote the content, which is personal data.
    return DamagedWorkbook(absl::StrCat(part, " is not well-formed XML"));
  }
  if (!handler.complete()) return DamagedWorkbook(absl::StrCat(part, " is incomplete XML"));
  return absl::OkStatus();
}

}  // namespace bangfu::client
