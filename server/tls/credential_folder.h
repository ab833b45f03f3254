#ifndef BANGFU_SERVER_TLS_CREDENTIAL_FOLDER_H_
#define BANGFU_SERVER_TLS_CREDENTIAL_FOLDER_H_

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace bangfu::server {

// File names in the folder of an authority and in the bundle of a node.
inline constexpr char kAuthorityCertificateFile[] = "ca.pem";
inline constexpr char kAuthorityKeyFile[] = "ca.key";
inline constexpr char kNodeCertificateFile[] = "node.pem";
inline constexpr char kNodeKeyFile[] = "node.key";

// Larger files are no certificates or keys.
inline constexpr size_t kMaxCredentialBytes = 256 * 1024;

struct CredentialFile {
  std::string name;
  std::string content;
  bool secret = false;  // mode 0600, else 0644
};

// Makes the folder `folder` (mode 0700) with exactly `files`, on the disk when this returns. It is
// written under another name beside and renamed, so it is complete or absent also after a crash.
//
// Errors: ALREADY_EXISTS `folder` exists and is not empty, nothing is overwritten; otherwise as the
//         file operations reported.
absl::Status PublishFolder(const std::string& folder, const std::vector<CredentialFile>& files);

// Ending of the names under which ReplaceFiles writes first.
inline constexpr char kUnfinishedSuffix[] = ".next";

// Puts `files` in the place of those in `folder`, on the disk when this returns. They are written
// under other names and then renamed in their order, so that a crash leaves either the old files,
// or the first new ones while the others wait under their other names. What an earlier call left
// half done is finished or dropped first. One call at a time, also of several processes.
//
// Errors: as the file operations reported.
absl::Status ReplaceFiles(const std::string& folder, const std::vector<CredentialFile>& files);

// Whether a file of this name waits in the folder for the end of a ReplaceFiles.
bool HasUnfinishedFile(const std::string& folder, const std::string& name);

// The content of <folder>/<name>.
//
// Errors: NOT_FOUND; PERMISSION_DENIED; INVALID_ARGUMENT larger than kMaxCredentialBytes.
absl::StatusOr<std::string> ReadCredential(const std::string& folder, const std::string& name);

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_TLS_CREDENTIAL_FOLDER_H_
