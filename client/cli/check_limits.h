#ifndef BANGFU_CLIENT_CLI_CHECK_LIMITS_H_
#define BANGFU_CLIENT_CLI_CHECK_LIMITS_H_

#include <cstddef>

// What the commands that read files of their own may cost.
namespace bangfu::client::limits {

inline constexpr size_t kMaxRecordFileBytes = size_t{64} << 20;  // bytes of a record file
inline constexpr size_t kMaxOrgFileBytes = size_t{16} << 20;     // bytes of a dictionary of orgs
inline constexpr size_t kMaxCheckedFiles = 1000;                 // files of one command
inline constexpr size_t kMaxCheckedCases = 20'000;               // archives of all files together

}  // namespace bangfu::client::limits

#endif  // BANGFU_CLIENT_CLI_CHECK_LIMITS_H_
