#include "server/tls/live_bundle.h"

#include <sys/stat.h>

#include <utility>

#include "absl/strings/str_cat.h"
#include "server/tls/credential_folder.h"

namespace bangfu::server {
namespace {

// Differs when one of the files was replaced or written.
std::string StateOf(const std::string& dir) {
  std::string state;
  for (const char* const name : {kNodeKeyFile, kNodeCertificateFile, kAuthorityCertificateFile}) {
    struct stat info = {};
    if (stat(absl::StrCat(dir, "/", name).c_str(), &info) != 0) continue;
    absl::StrAppend(&state, info.st_ino, ":", info.st_size, ":", info.st_mtim.tv_sec, ".",
                    info.st_mtim.tv_nsec, " ");
  }
  return state;
}

}  // namespace

LiveBundle::LiveBundle(std::string dir, TlsBundle bundle, const Clock& clock)
    : dir_(std::move(dir)),
      clock_(clock),
      bundle_(std::make_shared<const TlsBundle>(std::move(bundle))),
      looked_(absl::InfinitePast()) {}

std::shared_ptr<const TlsBundle> LiveBundle::Current() {
  const std::lock_guard<std::mutex> lock(mutex_);
  const absl::Time now = clock_.Now();
  if (now >= looked_ && now - looked_ < kBundleLookInterval) return bundle_;
  looked_ = now;
  std::string state = StateOf(dir_);
  if (state == seen_) return bundle_;
  absl::StatusOr<TlsBundle> read = LoadBundle(dir_, now);
  if (!read.ok() || !(read->identity == bundle_->identity)) return bundle_;  // looks again
  seen_ = std::move(state);
  if (read->cert_pem != bundle_->cert_pem || read->ca_pem != bundle_->ca_pem) {
    bundle_ = std::make_shared<const TlsBundle>(*std::move(read));
  }
  return bundle_;
}

}  // namespace bangfu::server
