#ifndef BANGFU_TESTS_SECURITY_MESSAGE_MUTATOR_H_
#define BANGFU_TESTS_SECURITY_MESSAGE_MUTATOR_H_

#include <cstdint>
#include <random>
#include <string>
#include <vector>

#include "google/protobuf/descriptor.h"
#include "google/protobuf/message.h"

namespace bangfu::security {

// Makes messages that nobody would send: fields of any value that their type has, words from a
// list among them, and bytes that are no message. The same seed makes the same.
class MessageMutator {
 public:
  // `words` are texts and bytes that mean something to the server: ids, paths, records.
  MessageMutator(uint64_t seed, std::vector<std::string> words)
      : random_(seed), words_(std::move(words)) {}

  // A message of the type, serialised and perhaps damaged.
  std::string Make(const google::protobuf::Descriptor& type);
  // `message` with some fields changed, serialised and perhaps damaged.
  std::string Mutate(const google::protobuf::Message& message);

  std::string Word();
  uint64_t Random(uint64_t bound) { return random_() % bound; }

 private:
  bool Chance(int percent) { return Random(100) < static_cast<uint64_t>(percent); }
  int64_t Number();
  std::string Text(bool utf8);
  void Fill(google::protobuf::Message& message, int depth);
  void Alter(google::protobuf::Message& message, int depth);
  void SetField(google::protobuf::Message& message, const google::protobuf::FieldDescriptor& field,
                int depth);
  void SetOne(google::protobuf::Message& message, const google::protobuf::FieldDescriptor& field,
              int depth);
  std::string Damaged(std::string bytes);

  std::mt19937_64 random_;
  std::vector<std::string> words_;
};

}  // namespace bangfu::security

#endif  // BANGFU_TESTS_SECURITY_MESSAGE_MUTATOR_H_
