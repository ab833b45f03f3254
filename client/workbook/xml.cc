#include "client/workbook/xml.h"

#include <expat.h>

#include <cstddef>
#include <limits>
#include <memory>
#include <type_traits>

#include "absl/strings/str_cat.h"
#include "client/workbook/workbook_error.h"

namespace bangfu::client {
namespace {

static_assert(std::is_same_v<XML_Char, char>, "expat must be the UTF-8 build");

// expat takes a document's length as an int.
constexpr size_t kMaxXmlBytes = std::numeric_limits<int>::max();

absl::string_view LocalName(absl::string_view qualified) {
  return qualified.substr(qualified.find(':') + 1);  // npos + 1 is 0
}

// What the callbacks get: expat has room for one pointer.
struct Context {
  XML_Parser parser;
  XmlVisitor& visitor;
};

Context& ContextOf(void* user_data) { return *static_cast<Context*>(user_data); }

void OnStart(void* user_data, const char* name, const char** attributes) {
  ContextOf(user_data).visitor.StartElement(LocalName(name), XmlAttributes(attributes));
}

void OnEnd(void* user_data, const char* name) {
  ContextOf(user_data).visitor.EndElement(LocalName(name));
}

void OnText(void* user_data, const char* text, int size) {
  ContextOf(user_data).visitor.Text(absl::string_view(text, static_cast<size_t>(size)));
}

void OnDoctype(void* user_data, const char*, const char*, const char*, int) {
  XML_StopParser(ContextOf(user_data).parser, XML_FALSE);
}

}  // namespace

std::optional<absl::string_view> XmlAttributes::Get(absl::string_view name) const {
  for (const char* const* pair = pairs_; *pair != nullptr; pair += 2) {
    if (name == *pair) return pair[1];
  }
  return std::nullopt;
}

std::optional<absl::string_view> XmlAttributes::GetPrefixed(absl::string_view name) const {
  for (const char* const* pair = pairs_; *pair != nullptr; pair += 2) {
    if (LocalName(*pair) == name && name != *pair) return pair[1];
  }
  return std::nullopt;
}

absl::Status ParseXml(absl::string_view part, absl::string_view content, XmlVisitor& visitor) {
  if (content.size() > kMaxXmlBytes) {
    return OverLimit("XML 部件的字节数", "bytes of an XML part", kMaxXmlBytes);
  }
  const std::unique_ptr<std::remove_pointer_t<XML_Parser>, decltype(&XML_ParserFree)> parser(
      XML_ParserCreate("UTF-8"), XML_ParserFree);
  if (parser == nullptr) return absl::ResourceExhaustedError("内存不足 / out of memory");
  Context context{parser.get(), visitor};
  XML_SetUserData(parser.get(), &context);
  XML_SetElementHandler(parser.get(), OnStart, OnEnd);
  XML_SetCharacterDataHandler(parser.get(), OnText);
  XML_SetStartDoctypeDeclHandler(parser.get(), OnDoctype);
  if (XML_Parse(parser.get(), content.data(), static_cast<int>(content.size()), XML_TRUE) !=
      XML_STATUS_OK) {
    return DamagedWorkbook(absl::StrCat(part, " line ", XML_GetCurrentLineNumber(parser.get()),
                                        ": ", XML_ErrorString(XML_GetErrorCode(parser.get()))));
  }
  return absl::OkStatus();
}

}  // namespace bangfu::client
