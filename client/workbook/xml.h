#ifndef BANGFU_CLIENT_WORKBOOK_XML_H_
#define BANGFU_CLIENT_WORKBOOK_XML_H_

#include <optional>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"

namespace bangfu::client {

struct XmlAttribute {
  // The prefix as written, "r" of r:id; empty without one.
  std::string prefix;
  std::string name;
  std::string value;
};

class XmlAttributes {
 public:
  void Add(XmlAttribute attribute) { list_.push_back(std::move(attribute)); }
  void Clear() { list_.clear(); }

  // The attribute without a prefix, or nothing.
  std::optional<absl::string_view> Get(absl::string_view name) const;

  // The attribute with any prefix, or nothing. Prefixes are the writer's choice; the name must be
  // unambiguous.
  std::optional<absl::string_view> GetPrefixed(absl::string_view name) const;

 private:
  std::vector<XmlAttribute> list_;
};

// Sees the elements of a document in order. Names come without their prefix: every part we read has
// one vocabulary.
class XmlVisitor {
 public:
  virtual ~XmlVisitor() = default;
  virtual void StartElement(absl::string_view name, const XmlAttributes& attributes) = 0;
  virtual void EndElement(absl::string_view name) = 0;
  // Text may come in pieces; entities are decoded.
  virtual void Text(absl::string_view text) = 0;
};

// Parses a whole UTF-8 document. External and declared entities are never expanded.
// Errors: INVALID_ARGUMENT not UTF-8, not well-formed, incomplete. `part` names the document in
// them.
absl::Status ParseXml(absl::string_view part, std::string content, XmlVisitor& visitor);

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_WORKBOOK_XML_H_
