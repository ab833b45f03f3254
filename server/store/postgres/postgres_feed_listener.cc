#include "server/store/postgres/postgres_feed_listener.h"

#include "absl/strings/str_cat.h"
#include "server/store/postgres/feed_queries.h"
#include "server/store/postgres/rows.h"

namespace bangfu::server {
namespace {

int64_t HeadOf(pqxx::transaction_base& work) { return IntOf(work.exec1(queries::kFeedHead)[0]); }

}  // namespace

absl::StatusOr<std::unique_ptr<FeedListener>> PostgresFeedListener::Open(
    const std::string& connection_string) {
  constexpr char kOperation[] = "OpenFeedListener";
  absl::StatusOr<ListeningSession> session =
      ListeningSession::Open(connection_string, queries::kFeedChannel, kOperation);
  if (!session.ok()) return session.status();
  const absl::StatusOr<int64_t> head =
      session->Run<int64_t>(kOperation, [](Connection& connection) {
        pqxx::nontransaction work(connection);
        return HeadOf(work);
      });
  if (!head.ok()) return head.status();
  return std::make_unique<PostgresFeedListener>(*std::move(session), *head);
}

absl::StatusOr<FeedNews> PostgresFeedListener::Look() {
  return session_.Run<FeedNews>("FeedNews", [&](Connection& connection) {
    pqxx::nontransaction work(connection);
    FeedNews news{.head = HeadOf(work), .orgs = {}};
    // Numbers go back when the database was restored.
    news.everywhere = news.head < head_ || news.head - head_ > kMaxNewsRows;
    if (news.head > head_ && !news.everywhere) {
      for (const auto& row :
           work.exec_params(queries::kFeedNews, absl::StrCat(head_), absl::StrCat(news.head))) {
        news.orgs.push_back(TextOf(row[0]));
      }
    }
    head_ = news.head;
    return news;
  });
}

absl::StatusOr<FeedNews> PostgresFeedListener::Wait(absl::Duration timeout) {
  const int64_t before = head_;
  absl::StatusOr<FeedNews> news = Look();
  if (!news.ok() || news->head != before) return news;
  const absl::Status waited = session_.Wait(timeout);
  if (!waited.ok()) return waited;
  return Look();
}

}  // namespace bangfu::server
