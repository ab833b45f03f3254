#include "client/workbook/package_parts.h"

#include <cstddef>
#include <cstdint>
#include <utility>

#include "absl/container/flat_hash_map.h"
#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "client/workbook/number.h"

namespace bangfu::client {
namespace {

bool IsTrue(absl::string_view value) { return value == "1" || value == "true" || value == "on"; }

// Resolves "../x" and "./x" like a URI reference (RFC 3986 5.2.4); an absolute target ignores
// `base`.
std::string ResolveTarget(absl::string_view base, absl::string_view target) {
  std::vector<absl::string_view> steps;
  if (!absl::ConsumePrefix(&target, "/")) steps = absl::StrSplit(base, '/', absl::SkipEmpty());
  for (absl::string_view step : absl::StrSplit(target, '/')) {
    if (step == "..") {
      if (!steps.empty()) steps.pop_back();
    } else if (step != "." && !step.empty()) {
      steps.push_back(step);
    }
  }
  return absl::StrJoin(steps, "/");
}

class RelationshipVisitor : public XmlVisitor {
 public:
  explicit RelationshipVisitor(absl::string_view base) : base_(base) {}
  std::vector<Relationship> found;

  void StartElement(absl::string_view name, const XmlAttributes& attributes) override {
    if (name != "Relationship" || attributes.Get("TargetMode") == "External") return;
    const absl::string_view type = attributes.Get("Type").value_or("");
    found.push_back({std::string(attributes.Get("Id").value_or("")),
                     std::string(type.substr(type.rfind('/') + 1)),
                     ResolveTarget(base_, attributes.Get("Target").value_or(""))});
  }
  void EndElement(absl::string_view) override {}
  void Text(absl::string_view) override {}

 private:
  absl::string_view base_;
};

class WorkbookVisitor : public XmlVisitor {
 public:
  WorkbookPart found;

  void StartElement(absl::string_view name, const XmlAttributes& attributes) override {
    if (name == "workbookPr") {
      found.dates_from_1904 = IsTrue(attributes.Get("date1904").value_or(""));
    } else if (name == "sheet") {
      const absl::string_view state = attributes.Get("state").value_or("visible");
      found.sheets.push_back({std::string(attributes.Get("name").value_or("")),
                              std::string(attributes.GetPrefixed("id").value_or("")),
                              state != "visible"});
    }
  }
  void EndElement(absl::string_view) override {}
  void Text(absl::string_view) override {}
};

class StyleVisitor : public XmlVisitor {
 public:
  std::vector<bool> date_styles;

  void StartElement(absl::string_view name, const XmlAttributes& attributes) override {
    int id = 0;
    const bool has_id = absl::SimpleAtoi(attributes.Get("numFmtId").value_or(""), &id);
    if (name == "cellXfs") {
      in_cell_formats_ = true;
    } else if (name == "numFmt" && has_id) {
      own_formats_[id] = IsDateFormat(attributes.Get("formatCode").value_or(""));
    } else if (name == "xf" && in_cell_formats_) {
      const auto own = own_formats_.find(id);
      date_styles.push_back(own != own_formats_.end() ? own->second : IsBuiltInDateFormat(id));
    }
  }
  void EndElement(absl::string_view name) override {
    if (name == "cellXfs") in_cell_formats_ = false;
  }
  void Text(absl::string_view) override {}

 private:
  absl::flat_hash_map<int, bool> own_formats_;
  bool in_cell_formats_ = false;
};

class SharedStringVisitor : public XmlVisitor {
 public:
  std::vector<std::string> strings;

  void StartElement(absl::string_view name, const XmlAttributes&) override { item_.Start(name); }
  void EndElement(absl::string_view name) override {
    item_.End(name);
    if (name == "si") strings.push_back(item_.Take());
  }
  void Text(absl::string_view text) override { item_.Text(text); }

 private:
  StringItem item_;
};

// The value of four hexadecimal digits, or -1.
int32_t Hex4(absl::string_view digits) {
  int32_t value = 0;
  for (const char c : digits) {
    const unsigned char u = static_cast<unsigned char>(c);
    if (!absl::ascii_isxdigit(u)) return -1;
    value = value * 16 + (absl::ascii_isdigit(u) ? c - '0' : absl::ascii_tolower(u) - 'a' + 10);
  }
  return value;
}

// Spreadsheets write characters that XML forbids, and carriage returns, as _xHHHH_. Those of them
// that would not be text (NUL, halves of surrogate pairs) stay as they are written.
std::string DecodeEscapes(std::string text) {
  constexpr size_t kEscapeBytes = 7;
  if (!absl::StrContains(text, "_x")) return text;
  std::string out;
  for (size_t i = 0; i < text.size();) {
    const absl::string_view rest = absl::string_view(text).substr(i);
    const bool escape =
        rest.size() >= kEscapeBytes && absl::StartsWith(rest, "_x") && rest[6] == '_';
    const int32_t code = escape ? Hex4(rest.substr(2, 4)) : -1;
    if (code <= 0 || (code >= 0xD800 && code <= 0xDFFF)) {
      out += text[i++];
      continue;
    }
    if (code < 0x80) {
      out += static_cast<char>(code);
    } else if (code < 0x800) {
      out += static_cast<char>(0xC0 | code >> 6);
      out += static_cast<char>(0x80 | (code & 0x3F));
    } else {
      out += static_cast<char>(0xE0 | code >> 12);
      out += static_cast<char>(0x80 | (code >> 6 & 0x3F));
      out += static_cast<char>(0x80 | (code & 0x3F));
    }
    i += kEscapeBytes;
  }
  return out;
}

}  // namespace

void StringItem::Start(absl::string_view name) {
  if (name == "rPh") in_phonetic_ = true;
  if (name == "t") in_text_ = true;
}

void StringItem::End(absl::string_view name) {
  if (name == "rPh") in_phonetic_ = false;
  if (name == "t") in_text_ = false;
}

void StringItem::Text(absl::string_view text) {
  if (in_text_ && !in_phonetic_) absl::StrAppend(&text_, text);
}

std::string StringItem::Take() { return DecodeEscapes(std::exchange(text_, {})); }

absl::StatusOr<std::vector<Relationship>> ParseRelationships(absl::string_view part,
                                                             absl::string_view content,
                                                             absl::string_view base) {
  RelationshipVisitor visitor(base);
  if (absl::Status s = ParseXml(part, content, visitor); !s.ok()) return s;
  return std::move(visitor.found);
}

absl::StatusOr<WorkbookPart> ParseWorkbookPart(absl::string_view part, absl::string_view content) {
  WorkbookVisitor visitor;
  if (absl::Status s = ParseXml(part, content, visitor); !s.ok()) return s;
  return std::move(visitor.found);
}

absl::StatusOr<std::vector<bool>> ParseDateStyles(absl::string_view part,
                                                  absl::string_view content) {
  StyleVisitor visitor;
  if (absl::Status s = ParseXml(part, content, visitor); !s.ok()) return s;
  return std::move(visitor.date_styles);
}

absl::StatusOr<std::vector<std::string>> ParseSharedStrings(absl::string_view part,
                                                            absl::string_view content) {
  SharedStringVisitor visitor;
  if (absl::Status s = ParseXml(part, content, visitor); !s.ok()) return s;
  return std::move(visitor.strings);
}

}  // namespace bangfu::client
