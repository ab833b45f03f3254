#include "client/workbook/zip.h"

#include <zlib.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/strip.h"
#include "client/workbook/workbook_error.h"

namespace bangfu::client {
namespace {

// Record sizes, signatures and field offsets are those of APPNOTE sections 4.3.7, 4.3.12, 4.3.16
// and 4.5.3.
constexpr size_t kLocalHeaderBytes = 30;
constexpr size_t kCentralHeaderBytes = 46;
constexpr size_t kEndRecordBytes = 22;
constexpr size_t kMaxCommentBytes = 0xFFFF;
constexpr uint32_t kLocalSignature = 0x04034b50;
constexpr uint32_t kCentralSignature = 0x02014b50;
constexpr absl::string_view kEndSignature("PK\x05\x06", 4);
constexpr uint32_t kInZip64Extra = 0xFFFFFFFF;
constexpr uint16_t kZip64ExtraId = 0x0001;
constexpr uint16_t kEncryptedFlag = 0x0001;
constexpr uint16_t kStored = 0;
constexpr uint16_t kDeflated = 8;
constexpr size_t kInflateChunkBytes = 64 << 10;

uint64_t LittleEndian(absl::string_view bytes, size_t offset, size_t size) {
  uint64_t value = 0;
  for (size_t i = size; i > 0; --i) {
    value = value << 8 | static_cast<uint8_t>(bytes[offset + i - 1]);
  }
  return value;
}

uint16_t U16(absl::string_view bytes, size_t offset) {
  return static_cast<uint16_t>(LittleEndian(bytes, offset, 2));
}

uint32_t U32(absl::string_view bytes, size_t offset) {
  return static_cast<uint32_t>(LittleEndian(bytes, offset, 4));
}

std::string Key(absl::string_view name) {
  // Some writers use backslashes, against the standard; Excel opens those files.
  const std::string slashes = absl::StrReplaceAll(name, {{"\\", "/"}});
  return absl::AsciiStrToLower(absl::StripPrefix(slashes, "/"));
}

absl::Status Incomplete() {
  return WorkbookError(
      "文件不完整（可能没有下载或复制完）。请重新取得该文件",
      "the file is incomplete (perhaps not fully downloaded or copied); get the file again");
}

// Replaces the values marked as too large for 32 bits by those of the zip64 field, which some
// writers always use.
bool ApplyZip64(absl::string_view extra, std::array<uint64_t*, 3> values) {
  while (extra.size() >= 4) {
    const size_t size = U16(extra, 2);
    if (extra.size() - 4 < size) return false;
    if (U16(extra, 0) == kZip64ExtraId) {
      absl::string_view field = extra.substr(4, size);
      for (uint64_t* value : values) {
        if (*value != kInZip64Extra) continue;
        if (field.size() < 8) return false;
        *value = LittleEndian(field, 0, 8);
        field.remove_prefix(8);
      }
      return true;
    }
    extra.remove_prefix(4 + size);
  }
  return std::none_of(values.begin(), values.end(),
                      [](const uint64_t* value) { return *value == kInZip64Extra; });
}

// Unpacks a raw deflate stream that must be exactly `size` bytes long.
std::optional<std::string> Inflate(absl::string_view packed, uint64_t size) {
  z_stream stream{};
  if (inflateInit2(&stream, -MAX_WBITS) != Z_OK) return std::nullopt;
  // zlib does not write through next_in, but its C interface lacks the const.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(packed.data()));
  stream.avail_in = static_cast<uInt>(packed.size());
  std::string out;
  int result = Z_OK;
  while (result == Z_OK && out.size() <= size) {
    // Grows with what really comes out; the claimed size is not trusted with memory.
    const size_t before = out.size();
    out.resize(before + kInflateChunkBytes);
    stream.next_out = reinterpret_cast<Bytef*>(out.data() + before);
    stream.avail_out = static_cast<uInt>(kInflateChunkBytes);
    result = inflate(&stream, Z_NO_FLUSH);
    out.resize(out.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  if (result != Z_STREAM_END || out.size() != size) return std::nullopt;
  return out;
}

}  // namespace

absl::StatusOr<ZipArchive> ZipArchive::Open(absl::string_view bytes, int max_entries) {
  const size_t tail = std::min(bytes.size(), kEndRecordBytes + kMaxCommentBytes);
  const size_t in_tail = bytes.substr(bytes.size() - tail).rfind(kEndSignature);
  if (in_tail == absl::string_view::npos || tail - in_tail < kEndRecordBytes) return Incomplete();
  const absl::string_view end = bytes.substr(bytes.size() - tail + in_tail);

  ZipArchive archive(bytes);
  const int count = U16(end, 10);
  if (count > max_entries)
    return OverLimit("文件包内的部件数", "parts in the package", max_entries);
  uint64_t at = U32(end, 16);
  for (int i = 0; i < count; ++i) {
    if (at > bytes.size() || bytes.size() - at < kCentralHeaderBytes) return Incomplete();
    const absl::string_view header = bytes.substr(at);
    const size_t name_bytes = U16(header, 28), extra_bytes = U16(header, 30);
    if (U32(header, 0) != kCentralSignature) return DamagedWorkbook("zip directory");
    if (header.size() - kCentralHeaderBytes < name_bytes + extra_bytes) return Incomplete();
    Entry entry;
    entry.flags = U16(header, 8);
    entry.method = U16(header, 10);
    entry.crc = U32(header, 16);
    entry.packed_bytes = U32(header, 20);
    entry.bytes = U32(header, 24);
    entry.header_offset = U32(header, 42);
    if (!ApplyZip64(header.substr(kCentralHeaderBytes + name_bytes, extra_bytes),
                    {&entry.bytes, &entry.packed_bytes, &entry.header_offset})) {
      return DamagedWorkbook("zip64 field");
    }
    if (!archive.entries_.emplace(Key(header.substr(kCentralHeaderBytes, name_bytes)), entry)
             .second) {
      return DamagedWorkbook("two parts of one name");
    }
    at += kCentralHeaderBytes + name_bytes + extra_bytes + U16(header, 32);
  }
  return archive;
}

bool ZipArchive::Contains(absl::string_view name) const { return entries_.contains(Key(name)); }

absl::StatusOr<absl::string_view> ZipArchive::Packed(const Entry& entry) const {
  if (entry.header_offset > bytes_.size() ||
      bytes_.size() - entry.header_offset < kLocalHeaderBytes) {
    return Incomplete();
  }
  const absl::string_view header = bytes_.substr(entry.header_offset);
  if (U32(header, 0) != kLocalSignature) return DamagedWorkbook("zip header");
  const size_t start = kLocalHeaderBytes + U16(header, 26) + U16(header, 28);
  if (start > header.size() || header.size() - start < entry.packed_bytes) return Incomplete();
  return header.substr(start, entry.packed_bytes);
}

absl::StatusOr<std::string> ZipArchive::Read(absl::string_view name, int64_t max_bytes) const {
  const auto found = entries_.find(Key(name));
  if (found == entries_.end()) return DamagedWorkbook(absl::StrCat("no part ", name));
  const Entry& entry = found->second;
  if ((entry.flags & kEncryptedFlag) != 0) {
    return WorkbookError("文件已加密。请去掉密码后另存",
                         "the file is encrypted; save it without a password");
  }
  if (max_bytes < 0 || entry.bytes > static_cast<uint64_t>(max_bytes)) {
    return OverLimit("解压后的字节数", "unpacked bytes", max_bytes);
  }
  absl::StatusOr<absl::string_view> packed = Packed(entry);
  if (!packed.ok()) return packed.status();

  std::optional<std::string> content;
  if (entry.method == kDeflated) {
    content = Inflate(*packed, entry.bytes);
  } else if (entry.method == kStored && entry.packed_bytes == entry.bytes) {
    content = std::string(*packed);
  }
  if (!content ||
      crc32_z(0, reinterpret_cast<const Bytef*>(content->data()), content->size()) != entry.crc) {
    return DamagedWorkbook(absl::StrCat("checksum of ", name));
  }
  return *std::move(content);
}

}  // namespace bangfu::client
