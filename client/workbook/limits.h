#ifndef BANGFU_CLIENT_WORKBOOK_LIMITS_H_
#define BANGFU_CLIENT_WORKBOOK_LIMITS_H_

#include <cstdint>

namespace bangfu::client {

// What a workbook may cost us, checked while reading, so that a zip bomb or a sheet with a cell in
// its last corner is refused before it eats memory. The defaults hold 100,000 households with every
// column of annex 1.
struct WorkbookLimits {
  // Bytes of the file on disk.
  int64_t file_bytes = int64_t{64} << 20;
  // Bytes of all the parts we unpack from an .xlsx, together.
  int64_t uncompressed_bytes = int64_t{1} << 30;
  // Bytes of all the cell texts together; a shared string counts every time it is used.
  int64_t text_bytes = int64_t{512} << 20;
  // Files in the .xlsx package.
  int package_parts = 4096;
  int sheets = 64;
  // Of one sheet; the last row or column in use counts, not the number of filled ones.
  int rows = 200'000;
  int columns = 1024;
  // Filled cells of all sheets together.
  int64_t cells = 5'000'000;
  // Bytes of one cell. Excel holds 32,767 characters, each at most 4 bytes in UTF-8.
  int64_t cell_text_bytes = int64_t{32767} * 4;
};

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_WORKBOOK_LIMITS_H_
