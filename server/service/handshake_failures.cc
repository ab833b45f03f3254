#include "server/service/handshake_failures.h"

#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/numbers.h"
#include "absl/strings/strip.h"

namespace bangfu::server {
namespace {

// gRPC 1.51, src/core/lib/transport/handshaker.cc:
//   handshake_manager 0x…: error=OK shutdown=0 index=0, args={endpoint=0x…, args=…
//   handshake_manager 0x…: handshaking complete -- scheduling on_handshake_done with error=…
constexpr absl::string_view kManager = "handshake_manager 0x";
constexpr absl::string_view kBegins = ": error=OK shutdown=0 index=0, args={endpoint=0x";
constexpr absl::string_view kEnds =
    ": handshaking complete -- scheduling on_handshake_done with error=";
constexpr absl::string_view kGood = "OK";
constexpr absl::string_view kTlsFailed = "Ssl handshake failed";
constexpr absl::string_view kTimedOut = "Handshake timed out";
constexpr absl::string_view kOpenSslReason = "routines::";

// The hexadecimal number in front of `text`, cut off from it; 0 when there is none.
uint64_t ConsumePlace(absl::string_view& text) {
  size_t digits = 0;
  while (digits < text.size() && absl::ascii_isxdigit(static_cast<unsigned char>(text[digits]))) {
    ++digits;
  }
  uint64_t place = 0;
  if (!absl::SimpleHexAtoi(text.substr(0, digits), &place)) return 0;
  text.remove_prefix(digits);
  return place;
}

// What OpenSSL says, without places in gRPC's source.
std::string ReasonIn(absl::string_view error) {
  const size_t reason = error.find(kOpenSslReason);
  if (reason != absl::string_view::npos) error.remove_prefix(reason + kOpenSslReason.size());
  return std::string(absl::StripTrailingAsciiWhitespace(error.substr(0, error.find('{'))));
}

}  // namespace

void HandshakeFailures::Read(absl::string_view line) {
  if (!absl::ConsumePrefix(&line, kManager)) return;
  const uint64_t handshake = ConsumePlace(line);
  if (absl::ConsumePrefix(&line, kBegins)) {
    // Connections that this program opens have no endpoint yet when their handshake begins.
    if (ConsumePlace(line) == 0) return;
    const std::lock_guard<std::mutex> lock(mutex_);
    if (followed_.size() < kMaxFollowedHandshakes) followed_.insert(handshake);
    return;
  }
  if (!absl::ConsumePrefix(&line, kEnds)) return;
  const std::lock_guard<std::mutex> lock(mutex_);
  if (followed_.erase(handshake) == 0) return;
  const bool failed = absl::StrContains(line, kTlsFailed) || absl::StrContains(line, kTimedOut);
  if (line == kGood || !failed) return;
  if (untold_.failures.size() < static_cast<size_t>(kMaxToldHandshakeFailures)) {
    untold_.failures.push_back({ReasonIn(line)});
  } else {
    ++untold_.more;
  }
}

HandshakeFailures::Told HandshakeFailures::Take(absl::Time now) {
  const std::lock_guard<std::mutex> lock(mutex_);
  const bool new_minute = now < minute_ || now - minute_ >= absl::Minutes(1);
  if (new_minute) {
    minute_ = now;
    told_ = 0;
  }
  Told told;
  for (HandshakeFailure& failure : untold_.failures) {
    if (told_ < kMaxToldHandshakeFailures) {
      ++told_;
      told.failures.push_back(std::move(failure));
    } else {
      ++untold_.more;
    }
  }
  untold_.failures.clear();
  if (new_minute) std::swap(told.more, untold_.more);
  return told;
}

}  // namespace bangfu::server
