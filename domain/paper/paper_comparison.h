#ifndef BANGFU_DOMAIN_PAPER_PAPER_COMPARISON_H_
#define BANGFU_DOMAIN_PAPER_PAPER_COMPARISON_H_

#include <vector>

#include "bangfu/v1/archive.pb.h"
#include "bangfu/v1/options.pb.h"
#include "domain/rules/finding.h"
#include "google/protobuf/descriptor.h"

namespace bangfu::domain {

enum class PaperVerdict {
  // Nothing of the group, or not all that the electronic archive states of it, was read from the
  // paper yet, and what was read agrees.
  kNotTranscribed,
  kAgrees,
  kDiffers,
};

struct PaperGroupVerdict {
  v1::PaperGroup group = v1::PAPER_GROUP_UNSPECIFIED;
  PaperVerdict verdict = PaperVerdict::kNotTranscribed;
  // Fields of the group that the electronic archive states and nobody read from the paper, those of
  // the household first, in the order of the proto.
  std::vector<const google::protobuf::FieldDescriptor*> not_transcribed;
  Findings differences;  // errors, one for each field or person that differs
};

// Compares the paper's values (Archive.paper_values) with the electronic archive, group by group in
// the order of PaperGroup (R9, R29, R31), after normalisation: 2,300 = 2300.00, full-width =
// half-width, 五年 = 五年以上. Which fields belong to a group is said by the option paper_group.
//
// Household: a field without a paper value is not compared; one whose text is empty is blank on
// paper. Members: a column of which at least one row was read is blank in rows without a value.
// A row of the paper is the member with its identity number, or else with its name, each once and
// rows in their order; rows of blanks are no rows. A person on one side only is a difference of the
// group FAMILY, and so is a row with neither number nor name, which is nobody's. Once a name or
// number was read from the paper, all members have to be on it.
//
// The group FAMILY without any paper value agrees when the electronic archive has no members and
// the paper was checked (paper_checked_on).
std::vector<PaperGroupVerdict> ComparePaper(const v1::Archive& archive);

// The same as findings: the differences, a warning (PAPER_NOT_TRANSCRIBED) for each group of which
// something was not transcribed yet, or one for all before anything was, and errors (MALFORMED) for
// paper values that are none: of a field that is in no group, or a second one of the same field and
// row.
Findings CheckPaper(const v1::Archive& archive);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_PAPER_PAPER_COMPARISON_H_
