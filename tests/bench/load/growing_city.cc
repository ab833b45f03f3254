#include "tests/bench/load/growing_city.h"

#include <algorithm>
#include <set>

#include "absl/strings/str_cat.h"
#include "tests/bench/load/families.h"

namespace bangfu::bench {
namespace {

constexpr double kMillisecondsPerSecond = 1000;

}  // namespace

GrowingCity::GrowingCity(const LoadOptions& options, Measurements& measurements)
    : city_(options), measurements_(measurements), child_(city_.Line("child", kDistrict)) {}

PushTotals GrowingCity::File(int count) {
  PushTotals totals =
      PushAll(city_, kDistrict, Filings(city_.world(), size(), count, kDistrictUnit));
  if (totals.accepted != count) measurements_.Fail("growing city: not everything was accepted");
  revisions_.resize(revisions_.size() + static_cast<size_t>(count), 1);
  return totals;
}

double GrowingCity::GrowTo(int size) {
  double seconds = 0;
  while (this->size() < size) seconds += File(std::min(kChunk, size - this->size())).seconds;
  return seconds;
}

void GrowingCity::CatchUp() {
  scenario::Must(child_->Handshake({}).status(), "handshake");
  v1::GetDigestRequest request;
  request.set_level(v1::DIGEST_LEVEL_TOP);
  // A comparison of digests ends with the cursor of where it began.
  next_cursor_ = scenario::Must(child_->GetDigest(request), "digest").cursor();
}

void GrowingCity::EditSome() {
  cursor_ = next_cursor_;
  const int stride = size() / kChanges;
  const int offset = edits_ / kChanges % stride;
  std::vector<v1::Change> changes;
  for (int i = 0; i < kChanges; ++i) {
    const int number = i * stride + offset;
    int& revision = revisions_[static_cast<size_t>(number)];
    changes.push_back(PhoneEdit(city_.world(), number, kDistrictUnit, revision, edits_++));
    ++revision;
  }
  if (PushAll(city_, kDistrict, changes).accepted != kChanges) {
    measurements_.Fail("growing city: an edit was not accepted");
  }
}

double GrowingCity::PullChanges() {
  std::set<std::string> edited;
  const Stopwatch watch;
  scenario::Must(child_->Pull(cursor_,
                              [&](const v1::PullResponse& batch) {
                                for (const v1::Record& record : batch.records()) {
                                  if (record.revision() > 1) edited.insert(record.id());
                                }
                                next_cursor_ = batch.next_cursor();
                                return absl::OkStatus();
                              }),
                 "pull");
  const double seconds = watch.Seconds();
  if (edited.size() != kChanges) {
    measurements_.Fail(
        absl::StrCat("growing city: ", edited.size(), " of ", kChanges, " changes were pulled"));
  }
  return seconds * kMillisecondsPerSecond;
}

}  // namespace bangfu::bench
