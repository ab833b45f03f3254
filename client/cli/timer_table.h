#ifndef BANGFU_CLIENT_CLI_TIMER_TABLE_H_
#define BANGFU_CLIENT_CLI_TIMER_TABLE_H_

#include <string>

#include "bangfu/v1/timer.pb.h"
#include "client/cli/local_case.h"
#include "client/cli/session.h"

namespace bangfu::client {

// Timers of archives of this replica, for people and for programs.
class TimerTable {
 public:
  explicit TimerTable(const Session& session);

  void Add(const LocalCase& local, const v1::Timer& timer);

  int size() const { return static_cast<int>(document_.size()); }
  void Print() const { session_.out().Print(table_); }
  // The timers as JSON: fields as in the proto, number, masked name of the worker, and the words.
  const Json& document() const { return document_; }

 private:
  const Session& session_;
  Table table_;
  Json document_ = Json::array();
};

}  // namespace bangfu::client

#endif  // BANGFU_CLIENT_CLI_TIMER_TABLE_H_
