#include "domain/record/record_edit.h"

#include <algorithm>
#include <utility>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "bangfu/v1/error_reason.pb.h"
#include "base/error.h"
#include "domain/record/value_text.h"
#include "domain/text/normalize.h"

namespace bangfu::domain {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;
using google::protobuf::Reflection;

constexpr size_t kMaxQuotedPath = 120;  // bytes of a path that an error repeats

absl::Status Refusal(absl::string_view path, absl::string_view zh, absl::string_view en) {
  const std::string quoted = absl::CHexEscape(path.substr(0, kMaxQuotedPath));
  return ErrorBuilder(
             absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_BAD_REQUEST,
             {absl::StrCat("字段“", quoted, "”", zh), absl::StrCat("field \"", quoted, "\" ", en)})
      .Field(quoted, en)
      .Build();
}

absl::Status NoSuchPath(absl::string_view path) {
  return Refusal(path, "不存在：请检查字段路径，或升级本节点",
                 "does not exist: check the path, or upgrade this node");
}

absl::Status NotAValue(absl::string_view path) {
  return Refusal(path, "的内容不是该字段的有效值：请更正后重新发送",
                 "got a text that is not a value of it: correct it and send it again");
}

absl::Status KeyChanges(absl::string_view path) {
  return Refusal(
      path, "是列表项的标识，不能更改：请删除该项后另行添加",
      "is the key of a list element and never changes: remove the element and add another");
}

bool IsWritable(const PathStep& last) { return last.key.has_value() || IsValue(*last.field); }

}  // namespace

ListEdit::ListEdit(Message& owner, const FieldDescriptor& field)
    : owner_(owner), field_(field), key_field_(*ListKeyOf(field)) {
  const Reflection& reflection = *owner_.GetReflection();
  const int size = reflection.FieldSize(owner_, &field_);
  for (int i = 0; i < size; ++i) {
    Message* element = reflection.MutableRepeatedMessage(&owner_, &field_, i);
    elements_.try_emplace(KeyOf(*element), element);
  }
}

Message* ListEdit::Find(const std::string& key) const {
  const auto found = elements_.find(key);
  return found == elements_.end() ? nullptr : found->second;
}

Message& ListEdit::FindOrAdd(const std::string& key) {
  Message*& element = elements_[key];
  if (element == nullptr) {
    element = owner_.GetReflection()->AddMessage(&owner_, &field_);
    element->GetReflection()->SetString(element, &key_field_, key);
  }
  return *element;
}

void ListEdit::Remove(const std::string& key) { removed_.insert(key); }

void ListEdit::Finish() {
  if (removed_.empty() && IsInOrder()) return;
  const Reflection& reflection = *owner_.GetReflection();
  std::vector<std::pair<std::string, Message*>> elements;
  while (reflection.FieldSize(owner_, &field_) > 0) {
    Message* element = reflection.ReleaseLast(&owner_, &field_);
    elements.emplace_back(KeyOf(*element), element);
  }
  std::reverse(elements.begin(), elements.end());
  std::stable_sort(elements.begin(), elements.end(),
                   [](const auto& a, const auto& b) { return a.first < b.first; });
  for (const auto& [key, element] : elements) {
    if (removed_.count(key) > 0) {
      delete element;
    } else {
      reflection.AddAllocatedMessage(&owner_, &field_, element);
    }
  }
}

std::string ListEdit::KeyOf(const Message& element) const {
  return element.GetReflection()->GetString(element, &key_field_);
}

bool ListEdit::IsInOrder() const {
  const Reflection& reflection = *owner_.GetReflection();
  const int size = reflection.FieldSize(owner_, &field_);
  std::string last;
  for (int i = 0; i < size; ++i) {
    std::string key = KeyOf(reflection.GetRepeatedMessage(owner_, &field_, i));
    if (key < last) return false;
    last = std::move(key);
  }
  return true;
}

absl::Status RecordEdit::Write(absl::string_view path, const std::optional<std::string>& value) {
  const auto steps = ParsePath(*record_.GetDescriptor(), path);
  if (!steps.has_value() || !IsWritable(steps->back())) return NoSuchPath(path);
  const PathStep& last = steps->back();
  Message* message = &record_;
  for (size_t i = 0; i + 1 < steps->size(); ++i) {
    const PathStep& step = (*steps)[i];
    if (step.key.has_value() && !IsValidUtf8(*step.key)) return NoSuchPath(path);
    const bool names_key =
        step.key.has_value() && i + 2 == steps->size() && last.field == ListKeyOf(*step.field);
    if (names_key && value != *step.key) return KeyChanges(path);
    message = Enter(*message, step, value.has_value());
    if (message == nullptr) return absl::OkStatus();
  }
  if (last.key.has_value()) {
    ListEdit& list = *Open(*message, *last.field).list;
    if (!value.has_value()) {
      list.Remove(*last.key);
      return absl::OkStatus();
    }
    if (!value->empty()) return NotAValue(path);
    if (!IsValidUtf8(*last.key)) return NoSuchPath(path);
    list.FindOrAdd(*last.key);
    return absl::OkStatus();
  }
  if (!value.has_value()) {
    message->GetReflection()->ClearField(message, last.field);
    return absl::OkStatus();
  }
  return SetValueText(*message, *last.field, *value) ? absl::OkStatus() : NotAValue(path);
}

void RecordEdit::Finish() {
  // From the inside out: what is outside may be freed then.
  for (auto container = opened_.rbegin(); container != opened_.rend(); ++container) {
    if (container->list != nullptr) {
      container->list->Finish();
      continue;
    }
    const Reflection& reflection = *container->owner->GetReflection();
    const Message& group = reflection.GetMessage(*container->owner, container->field);
    if (group.ByteSizeLong() == 0) reflection.ClearField(container->owner, container->field);
  }
  opened_.clear();
}

// The message that `step` leads to. nullptr when it does not exist and is not to be added.
Message* RecordEdit::Enter(Message& message, const PathStep& step, bool add) {
  if (step.key.has_value()) {
    ListEdit& list = *Open(message, *step.field).list;
    return add ? &list.FindOrAdd(*step.key) : list.Find(*step.key);
  }
  const Reflection& reflection = *message.GetReflection();
  if (!add && !reflection.HasField(message, step.field)) return nullptr;
  Open(message, *step.field);
  return reflection.MutableMessage(&message, step.field);
}

RecordEdit::Container& RecordEdit::Open(Message& message, const FieldDescriptor& field) {
  for (Container& container : opened_) {
    if (container.owner == &message && container.field == &field) return container;
  }
  auto list = IsGroup(field) ? nullptr : std::make_unique<ListEdit>(message, field);
  return opened_.emplace_back(Container{&message, &field, std::move(list)});
}

}  // namespace bangfu::domain
