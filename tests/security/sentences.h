#ifndef BANGFU_TESTS_SECURITY_SENTENCES_H_
#define BANGFU_TESTS_SECURITY_SENTENCES_H_

#include <vector>

#include "bangfu/v1/codes.pb.h"
#include "bangfu/v1/identity.pb.h"
#include "bangfu/v1/options.pb.h"
#include "domain/rules/permission_table.h"

// The notice, and our readings of it, as sentences about who may do what: written from the text,
// not from the table, so that one of them shows a slip in the other.
namespace bangfu::security {

// One question that the table answers.
struct Cell {
  v1::Action action;
  v1::Role role;
  domain::Place place;
  v1::Tier tier;
  v1::Owner owner;
};

// Whether a sentence grants or forbids.
enum class Mood {
  kMay,      // the cells get `permission`
  kMayOnly,  // the cells get `permission` at the most, whoever grants more
};

struct Sentence {
  const char* number;  // of the rule or reading; "-" for what follows from the roles themselves
  const char* words;
  Mood mood;
  domain::Permission permission;
  bool (*is_about)(const Cell& cell);
};

const std::vector<Sentence>& AllSentences();

}  // namespace bangfu::security

#endif  // BANGFU_TESTS_SECURITY_SENTENCES_H_
