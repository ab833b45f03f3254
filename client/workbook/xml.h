#ifndef BANGFU_CLIENT_WORKBOOK_XML_H_
#define BANGFU_CLIENT_WORKBOOK_XML_H_

#include <optional>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace bangfu::client {

// The attributes of one element; valid only during the call that hands them out.
class XmlAttributes {
 public:
  // `pairs` are names and values by turns, ended by null.
  explicit XmlAttributes(const char* const* pairs) : pairs_(pairs) {}

  // The attribute without a prefix, or nothing.
  std::optional<absl::string_view> Get(absl::string_view name) const;

  // The attribute with any prefix (r:id), or nothing. Prefixes are the writer's choice.
  std::optional<absl::string_view> GetPrefixed(absl::string_view name) const;

 private:
  const char* const* pairs_;
};

// Sees the elements of a document in order. Names come without their prefix: every part we read has
// one vocabulary.
class XmlVisitor {
 public:
  virtual ~XmlVisitor() = default;
  virtual void StartElement(absl::string_view name, const XmlAttributes& attributes) = 0;
  virtual void EndElement(absl::string_view name) = 0;
  // Text may come in pieces; character references are decoded.
  virtual void Text(absl::string_view text) = 0;
};

// Parses a whole UTF-8 document. A document type declaration is refused, so there are no entities
// to expand (ECMA-376 part 2, 6.2.5 forbids it anyway). Errors: INVALID_ARGUMENT not UTF-8, not
// well-formed, incomplete. `part` names the document in them.
absl::Status ParseXml(absl::string_view part, absl::string_view content, XmlVisitor& visitor);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_WORKBOOK_XML_H_
