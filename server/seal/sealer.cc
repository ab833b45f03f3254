#include "server/seal/sealer.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "absl/time/clock.h"
#include "base/error.h"
#include "server/seal/sealed_value.h"

namespace bangfu::server {
namespace {

// A key that was not there is not asked for again before.
constexpr absl::Duration kMissingKeyPause = absl::Seconds(1);

absl::Status Damaged(absl::string_view place) {
  return ErrorBuilder(absl::StatusCode::kDataLoss, v1::ERROR_REASON_INTERNAL,
                      {"数据库中的一项内容已损坏或被改动，无法解封。请从备份恢复数据库。",
                       "a value in the database was damaged or altered and does not open; restore "
                       "the database from a backup"})
      .With("place", place)
      .Build();
}

absl::Status CheckKeys(const SealKeys& keys) {
  const bool right = !keys.empty() && std::all_of(keys.begin(), keys.end(), [](const auto& entry) {
    return entry.first > 0 && entry.second.size() == kSealKeyBytes;
  });
  if (right) return absl::OkStatus();
  return UserError(absl::StatusCode::kInvalidArgument,
                   {"没有可用的数据密钥。", "there is no usable data key"});
}

}  // namespace

absl::StatusOr<std::shared_ptr<const Sealer>> Sealer::Make(SealKeys keys, ReadKeys read_again) {
  if (const absl::Status status = CheckKeys(keys); !status.ok()) return status;
  // The constructor is private.
  return std::shared_ptr<const Sealer>(new Sealer(std::move(keys), std::move(read_again)));
}

std::shared_ptr<const SealKeys> Sealer::keys() const {
  const std::lock_guard<std::mutex> lock(mutex_);
  return keys_;
}

absl::Status Sealer::Refresh() const {
  if (read_again_ == nullptr) return absl::OkStatus();
  absl::StatusOr<SealKeys> read = read_again_();
  if (!read.ok()) return read.status();
  if (const absl::Status status = CheckKeys(*read); !status.ok()) return status;
  auto fresh = std::make_shared<const SealKeys>(*std::move(read));
  const std::lock_guard<std::mutex> lock(mutex_);
  // Of two that read at the same time the one that saw more counts; no key ever goes.
  if (fresh->rbegin()->first >= keys_->rbegin()->first) keys_ = std::move(fresh);
  return absl::OkStatus();
}

absl::StatusOr<std::shared_ptr<const SealKeys>> Sealer::KeysWith(int32_t number) const {
  {
    const std::lock_guard<std::mutex> lock(mutex_);
    const bool asked = missing_ == number && absl::Now() < missed_at_ + kMissingKeyPause;
    if (asked || keys_->contains(number)) return keys_;
  }
  if (const absl::Status status = Refresh(); !status.ok()) return status;
  const std::lock_guard<std::mutex> lock(mutex_);
  if (!keys_->contains(number)) {
    missing_ = number;
    missed_at_ = absl::Now();
  }
  return keys_;
}

std::string Sealer::Seal(absl::string_view place, absl::string_view plain) const {
  const std::shared_ptr<const SealKeys> known = keys();
  const auto& [number, key] = *known->rbegin();
  return SealValue(key, number, place, plain);
}

absl::StatusOr<std::string> Sealer::Open(absl::string_view place, absl::string_view sealed) const {
  if (!IsSealed(sealed)) return std::string(sealed);
  const int32_t number = KeyNumberOf(sealed);
  const auto known = KeysWith(number);
  if (!known.ok()) return known.status();
  const auto key = (*known)->find(number);
  if (key == (*known)->end()) return Damaged(place);
  std::optional<std::string> plain = OpenValue(key->second, place, sealed);
  if (!plain.has_value()) return Damaged(place);
  return *std::move(plain);
}

bool Sealer::IsSealed(absl::string_view value) { return !value.empty() && value[0] == '\0'; }

int32_t Sealer::KeyNumberOf(absl::string_view sealed) { return SealedKeyNumber(sealed); }

}  // namespace bangfu::server
