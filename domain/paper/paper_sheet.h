#ifndef BANGFU_DOMAIN_PAPER_PAPER_SHEET_H_
#define BANGFU_DOMAIN_PAPER_PAPER_SHEET_H_

#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/types/span.h"
#include "bangfu/v1/archive.pb.h"
#include "bangfu/v1/options.pb.h"
#include "domain/record/field_access.h"
#include "domain/rules/finding.h"
#include "google/protobuf/descriptor.h"

namespace bangfu::domain {

// A field that is in a group of the paper.
struct PaperField {
  const google::protobuf::FieldDescriptor* field = nullptr;
  v1::PaperGroup group = v1::PAPER_GROUP_UNSPECIFIED;
  FieldAccess access;
};

// Those of Archive and of Member, in the order of the proto.
absl::Span<const PaperField> HouseholdPaperFields();
absl::Span<const PaperField> MemberPaperFields();

// One value of the paper and the field that it is about.
struct PaperCell {
  const google::protobuf::FieldDescriptor* field = nullptr;
  const v1::PaperValue* value = nullptr;
};

// Those of one row: few enough to be kept without memory of their own.
using PaperCells = absl::InlinedVector<PaperCell, 8>;

// A row of a member on paper with a text in it, and the member that it is.
struct PaperRow {
  int number = 0;
  PaperCells cells;
  const v1::Member* member = nullptr;  // nullptr: of nobody in the electronic archive

  // nullptr when the row has no value of the field.
  const v1::PaperValue* Find(const google::protobuf::FieldDescriptor& field) const;
};

// The paper values of an archive, sorted. Points into the archive.
struct PaperSheet {
  PaperCells household;
  absl::InlinedVector<PaperRow, 4> rows;  // by number
  absl::InlinedVector<const google::protobuf::FieldDescriptor*, 8>
      columns;         // of members, in any row
  Findings malformed;  // values left out

  bool HasColumn(const google::protobuf::FieldDescriptor& field) const;
  const v1::PaperValue* Find(const google::protobuf::FieldDescriptor& household_field) const;
  // nullptr when the member is on no row.
  const PaperRow* RowOf(const v1::Member& member) const;
};

// Sorts the values and finds the members of the rows: by identity number first, then by name, each
// member once.
PaperSheet ReadPaperSheet(const v1::Archive& archive);

}  // namespace bangfu::domain

#endif  // BANGFU_DOMAIN_PAPER_PAPER_SHEET_H_
