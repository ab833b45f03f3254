#include "server/identity/token_keys.h"

#include <vector>

#include "base/error.h"
#include "server/identity/session_tokens.h"

namespace bangfu::server {

absl::Status TokenKeys::Add(absl::Time drop_before, absl::Time now) {
  const absl::StatusOr<StoredTokenKey> key = MakeTokenKey(now);
  if (!key.ok()) return key.status();
  v1::AuditEntry entry;
  entry.mutable_time()->set_seconds(absl::ToUnixSeconds(now));
  entry.set_node(self_.Key());
  entry.set_org(self_.org);
  entry.set_action(v1::ACTION_ROTATE_KEYS);
  entry.set_result(v1::AUDIT_RESULT_DONE);
  entry.add_objects()->set_id(key->key.key_id());
  return store_.AddTokenKey(*key, drop_before, entry);
}

absl::StatusOr<StoredTokenKey> TokenKeys::Current() {
  const std::lock_guard<std::mutex> lock(mutex_);
  const absl::Time now = clock_.Now();
  absl::StatusOr<std::vector<StoredTokenKey>> keys = store_.LoadTokenKeys();
  if (!keys.ok()) return keys.status();
  if (keys->empty() || keys->front().created + kTokenKeyAge <= now) {
    // The newest of the old ones has signed until now; those before it a month ago at the latest.
    const absl::Time drop_before = keys->empty() ? now : keys->front().created;
    if (absl::Status added = Add(drop_before, now); !added.ok()) return added;
    keys = store_.LoadTokenKeys();
    if (!keys.ok()) return keys.status();
  }
  for (const StoredTokenKey& key : *keys) {
    if (key.created + kTokenKeyLead <= now) return key;
  }
  if (!keys->empty()) return keys->back();  // all are new: the one that is known longest
  return ErrorBuilder(absl::StatusCode::kInternal, v1::ERROR_REASON_INTERNAL,
                      {"服务器没有保存下登录签名密钥；请联系运维人员检查数据库。",
                       "The server did not keep the key of sessions; ask its operator to check "
                       "the database."})
      .Build();
}

}  // namespace bangfu::server
