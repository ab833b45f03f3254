#ifndef BANGFU_DOMAIN_RECORD_RECORD_EDIT_H_
#define BANGFU_DOMAIN_RECORD_RECORD_EDIT_H_

#include <memory>
#include <optional>
#include <string>
#include <unordered_map>
#include <unordered_set>
#include <vector>

#include "absl/status/status.h"
#include "absl/strings/string_view.h"
#include "absl/types/span.h"
#include "domain/record/field_path.h"
#include "google/protobuf/message.h"

namespace bangfu::domain {

// The elements of one list by their key, while they are edited.
class ListEdit {
 public:
  // `field` is a list with a list key in `owner`, which must outlive this and be edited by nobody
  // else.
  ListEdit(google::protobuf::Message& owner, const google::protobuf::FieldDescriptor& field);

  // nullptr when there is none.
  google::protobuf::Message* Find(const std::string& key) const;
  google::protobuf::Message& FindOrAdd(const std::string& key);
  // The element goes away in Finish, whatever is written to it until then.
  void Remove(const std::string& key);

  // Takes out what was removed and puts the rest in the order of the keys.
  void Finish();

  const google::protobuf::Message& owner() const { return owner_; }
  const google::protobuf::FieldDescriptor& field() const { return field_; }

 private:
  std::string KeyOf(const google::protobuf::Message& element) const;
  bool IsInOrder() const;

  google::protobuf::Message& owner_;
  const google::protobuf::FieldDescriptor& field_;
  const google::protobuf::FieldDescriptor& key_field_;
  std::unordered_map<std::string, google::protobuf::Message*> elements_;
  std::unordered_set<std::string> removed_;
};

// Writes values into a record by their paths; see WriteFields.
class RecordEdit {
 public:
  explicit RecordEdit(google::protobuf::Message& record) : record_(record) {}

  // Sets or clears one value. Errors as in WriteFields.
  absl::Status Write(absl::string_view path, const std::optional<std::string>& value);

  // To be called once, after the last Write: removes elements, orders lists, drops groups that
  // became empty.
  void Finish();

 private:
  // A list, or a group of fields, that was written to.
  struct Container {
    google::protobuf::Message* owner;
    const google::protobuf::FieldDescriptor* field;
    std::unique_ptr<ListEdit> list;  // nullptr for a group
  };

  google::protobuf::Message* Enter(google::protobuf::Message& message, const PathStep& step,
                                   bool add);
  Container& Open(google::protobuf::Message& message,
                  const google::protobuf::FieldDescriptor& field);

  google::protobuf::Message& record_;
  std::vector<Container> opened_;  // outer containers before those within them
};

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_RECORD_RECORD_EDIT_H_
