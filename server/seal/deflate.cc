#include "server/seal/deflate.h"

#include <zlib.h>

namespace bangfu::server {
namespace {

// Without the header and the sum of zlib: what is sealed is authenticated anyway. Level 1 makes
// archives 2 % larger than level 6.
constexpr int kRawWindowBits = -13;  // 8 KiB: an archive is 4
constexpr int kLevel = 1;
constexpr int kMemoryLevel = 6;  // and needs no 256 KiB of tables

void Feed(z_stream& stream, absl::string_view in, std::string& out) {
  // zlib does not write to its input.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(in.data()));
  stream.avail_in = static_cast<uInt>(in.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
}

}  // namespace

std::optional<std::string> Deflate(absl::string_view plain, size_t most) {
  if (plain.size() > kMaxInflatedBytes || most == 0) return std::nullopt;
  z_stream stream = {};
  if (deflateInit2(&stream, kLevel, Z_DEFLATED, kRawWindowBits, kMemoryLevel, Z_DEFAULT_STRATEGY) !=
      Z_OK) {
    return std::nullopt;
  }
  std::string deflated(most - 1, '\0');
  Feed(stream, plain, deflated);
  const bool whole = deflate(&stream, Z_FINISH) == Z_STREAM_END;
  deflated.resize(stream.total_out);
  deflateEnd(&stream);
  if (!whole) return std::nullopt;
  return deflated;
}

std::optional<std::string> Inflate(absl::string_view deflated, size_t size) {
  if (size > kMaxInflatedBytes) return std::nullopt;
  z_stream stream = {};
  if (inflateInit2(&stream, kRawWindowBits) != Z_OK) return std::nullopt;
  std::string plain(size, '\0');
  Feed(stream, deflated, plain);
  const bool whole = inflate(&stream, Z_FINISH) == Z_STREAM_END && stream.total_out == size;
  inflateEnd(&stream);
  if (!whole) return std::nullopt;
  return plain;
}

}  // namespace bangfu::server
