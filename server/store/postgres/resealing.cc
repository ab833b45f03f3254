#include "server/store/postgres/resealing.h"

#include <iterator>
#include <optional>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "server/store/postgres/array_literal.h"
#include "server/store/postgres/places.h"
#include "server/store/postgres/reseal_queries.h"
#include "server/store/postgres/rows.h"
#include "server/store/postgres/sql_failure.h"

namespace bangfu::server {
namespace {

// A table with sealed values: its statements (reseal_queries.h), and where its values belong.
struct SealedTable {
  const char *look, *lock, *write;
  std::string (*first_place)(absl::string_view id, int64_t number);
  std::string (*second_place)(absl::string_view id, int64_t number);  // nullptr: only one value
};

std::string PlaceOfRecord(absl::string_view id, int64_t) { return RecordPlace(id); }
std::string PlaceOfConflict(absl::string_view id, int64_t) { return ConflictPlace(id); }
std::string PlaceOfChange(absl::string_view id, int64_t) { return UpstreamChangePlace(id); }
std::string PlaceOfOutcome(absl::string_view id, int64_t) { return UpstreamOutcomePlace(id); }

// In the order of their stages, which seal_progress remembers.
constexpr SealedTable kTables[] = {
    {queries::kLookAtRecords, queries::kLockSealedRecords, queries::kResealRecords, PlaceOfRecord,
     nullptr},
    {queries::kLookAtRevisions, queries::kReadSealedRevisions, queries::kResealRevisions,
     ActorPlace, BeforePlace},
    {queries::kLookAtConflicts, queries::kLockSealedConflicts, queries::kResealConflicts,
     PlaceOfConflict, nullptr},
    {queries::kLookAtUpstream, queries::kLockSealedUpstream, queries::kResealUpstream,
     PlaceOfChange, PlaceOfOutcome},
    {queries::kLookAtSent, queries::kLockSealedSent, queries::kResealSent, PlaceOfChange, nullptr},
};
constexpr int kStages = static_cast<int>(std::size(kTables));
constexpr char kFirstId[] = "00000000-0000-0000-0000-000000000000";

// Where the next batch begins.
struct Cursor {
  int stage = 0;
  std::string id = kFirstId;
  int64_t number = 0;
};

// Takes up the pass that is under way, or begins one; nullopt when there is nothing to do.
std::optional<Cursor> TakeUp(pqxx::transaction_base& work, int32_t newest) {
  const pqxx::result rows = work.exec_params(
      queries::kTakeSealProgress, absl::StrCat(absl::ToInt64Seconds(kKeySettleTime), " seconds"));
  if (rows.empty()) return std::nullopt;
  const pqxx::row row = rows[0];
  const bool another_key = IntOf(row[0]) != newest;
  if (!another_key && !BoolOf(row[4])) {
    return Cursor{static_cast<int>(IntOf(row[1])), TextOf(row[2]), IntOf(row[3])};
  }
  // A pass that began while some server may have sealed under the key before is repeated once.
  const bool began_early = BoolOf(row[5]);
  const bool settled = BoolOf(row[6]);
  if (!another_key && !(began_early && settled)) return std::nullopt;
  work.exec_params0(queries::kBeginSealPass, absl::StrCat(newest));
  return Cursor();
}

// Rows of one batch.
struct Sealed {
  int64_t rows = 0;
  int64_t damaged = 0;  // do not open, and stay as they are: somebody has to restore them
};

// A value sealed anew; nullopt when it is damaged. Throws NotOpened when the keys cannot be read.
std::optional<std::string> Anew(const Sealer& sealer, const std::string& place,
                                const pqxx::field& field) {
  const absl::StatusOr<std::string> plain = sealer.Open(place, BytesOf(field));
  if (absl::IsDataLoss(plain.status())) return std::nullopt;
  if (!plain.ok()) throw NotOpened(plain.status());
  return sealer.Seal(place, *plain);
}

// Seals the values of rows anew.
Sealed Reseal(pqxx::transaction_base& work, const Sealer& sealer, const SealedTable& table,
              const ArrayLiteral& ids, const ArrayLiteral& numbers) {
  ArrayLiteral fresh_ids, fresh_numbers, first, second;
  Sealed sealed;
  for (const auto& row : work.exec_params(table.lock, ids.Build(), numbers.Build())) {
    const std::string id = TextOf(row[0]);
    const int64_t number = IntOf(row[1]);
    const bool has_second = !row[3].is_null();
    const auto first_value = Anew(sealer, table.first_place(id, number), row[2]);
    const auto second_value = has_second ? Anew(sealer, table.second_place(id, number), row[3])
                                         : std::optional<std::string>("");
    if (!first_value.has_value() || !second_value.has_value()) {
      ++sealed.damaged;
      continue;
    }
    fresh_ids.Text(id);
    fresh_numbers.Int(number);
    first.Bytes(*first_value);
    second.Bytes(*second_value);
    ++sealed.rows;
  }
  if (sealed.rows > 0) {
    work.exec_params(table.write, fresh_ids.Build(), fresh_numbers.Build(), first.Build(),
                     second.Build());
  }
  return sealed;
}

}  // namespace

int64_t ResealRows(pqxx::transaction_base& work, const Sealer& sealer, int limit) {
  const int32_t newest = sealer.newest_key();
  std::optional<Cursor> cursor = TakeUp(work, newest);
  if (!cursor.has_value()) return 0;
  int64_t looked = 0;
  Sealed sealed;
  while (cursor->stage < kStages && looked < limit) {
    const SealedTable& table = kTables[cursor->stage];
    const pqxx::result rows = work.exec_params(table.look, cursor->id, absl::StrCat(cursor->number),
                                               absl::StrCat(limit - looked), absl::StrCat(newest));
    ArrayLiteral ids, numbers;
    bool stale = false;
    for (const auto& row : rows) {
      ++looked;
      cursor->id = TextOf(row[0]);
      cursor->number = IntOf(row[1]);
      if (!BoolOf(row[2])) continue;
      stale = true;
      ids.Text(cursor->id);
      numbers.Int(cursor->number);
    }
    if (stale) {
      const Sealed batch = Reseal(work, sealer, table, ids, numbers);
      sealed.rows += batch.rows;
      sealed.damaged += batch.damaged;
    }
    if (looked < limit) *cursor = {.stage = cursor->stage + 1};
  }
  const bool ended = cursor->stage == kStages;
  work.exec_params0(queries::kNoteSealProgress, absl::StrCat(ended ? 0 : cursor->stage), cursor->id,
                    absl::StrCat(cursor->number), absl::StrCat(sealed.rows),
                    absl::StrCat(sealed.damaged), ended ? "t" : "f");
  return looked;
}

}  // namespace bangfu::server
