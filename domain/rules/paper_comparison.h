#ifndef BANGFU_DOMAIN_RULES_PAPER_COMPARISON_H_
#define BANGFU_DOMAIN_RULES_PAPER_COMPARISON_H_

#include <vector>

#include "bangfu/v1/archive.pb.h"
#include "bangfu/v1/options.pb.h"
#include "domain/rules/finding.h"

namespace bangfu::domain {

enum class PaperVerdict {
  kNotTranscribed,  // no value of the group was read from the paper yet
  kAgrees,
  kDiffers,
};

struct PaperGroupVerdict {
  v1::PaperGroup group = v1::PAPER_GROUP_UNSPECIFIED;
  PaperVerdict verdict = PaperVerdict::kNotTranscribed;
  Findings differences;  // errors, one for each field or person that differs
};

// Compares the paper's values (Archive.paper_values) with the electronic archive, group by group in
// the order of PaperGroup (R9, R29, R31), after normalisation: 2,300 = 2300.00, full-width =
// half-width, 五年 = 五年以上. Which fields belong to a group is said by the option paper_group.
std::vector<PaperGroupVerdict> ComparePaper(const v1::Archive& archive);

// The same as findings; before anything was transcribed a warning for each group.
Findings CheckPaper(const v1::Archive& archive);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_RULES_PAPER_COMPARISON_H_
