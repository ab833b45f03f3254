#ifndef BANGFU_SERVER_STORE_POSTGRES_POSTGRES_FEED_LISTENER_H_
#define BANGFU_SERVER_STORE_POSTGRES_POSTGRES_FEED_LISTENER_H_

#include <cstdint>
#include <memory>
#include <string>
#include <utility>

#include "server/store/postgres/listening_session.h"
#include "server/store/store.h"

namespace bangfu::server {

// What a listener calls itself towards PostgreSQL: the application name of the store with this
// behind.
inline constexpr char kListenerSuffix[] = "-listener";

// Rows whose orgs are named in one piece of news; more are everywhere.
inline constexpr int64_t kMaxNewsRows = 10000;

// A listener on a connection of its own. When that breaks, Wait returns UNAVAILABLE
// STORE_UNAVAILABLE; open a new one then and take everything for new.
class PostgresFeedListener final : public FeedListener {
 public:
  static absl::StatusOr<std::unique_ptr<FeedListener>> Open(const std::string& connection_string);

  PostgresFeedListener(ListeningSession session, int64_t head)
      : session_(std::move(session)), head_(head) {}

  absl::StatusOr<FeedNews> Wait(absl::Duration timeout) override;

 private:
  // What has come since `head_`.
  absl::StatusOr<FeedNews> Look();

  ListeningSession session_;
  int64_t head_;  // up to here it was told
};

}  // namespace bangfu::server

#endif  // BANGFU_SERVER_STORE_POSTGRES_POSTGRES_FEED_LISTENER_H_
