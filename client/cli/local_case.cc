#include "client/cli/local_case.h"

#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace bangfu::client {
namespace {

constexpr int kCasesPerPage = 500;  // archives that are read at once

absl::Status Unreadable(const LocalRecord& record) {
  return UserError(absl::StatusCode::kDataLoss,
                   {absl::StrCat("本机的记录 ", record.id, " 无法读取。"),
                    absl::StrCat("The record ", record.id, " here cannot be read.")});
}

// Adds an archive, aid event or visit to the case that it belongs to.
absl::Status Add(const LocalRecord& record, v1::CaseFile& records) {
  bool read = true;  // a record of a type that is not known here is no part of the case
  if (record.type == v1::RECORD_TYPE_ARCHIVE) {
    read = records.mutable_archive()->ParseFromString(record.body);
  } else if (record.type == v1::RECORD_TYPE_AID_EVENT) {
    read = records.add_aid_events()->ParseFromString(record.body);
  } else if (record.type == v1::RECORD_TYPE_VISIT) {
    read = records.add_visits()->ParseFromString(record.body);
  }
  return read ? absl::OkStatus() : Unreadable(record);
}

}  // namespace

absl::StatusOr<LocalCase> ReadCase(const Replica& replica, const LocalRecord& archive) {
  LocalCase local{archive, {}};
  if (absl::Status status = Add(archive, local.records); !status.ok()) return status;
  auto others = replica.ListCaseRecords(archive.id, archive.id);
  if (!others.ok()) return others.status();
  for (const LocalRecord& record : *others) {
    if (absl::Status status = Add(record, local.records); !status.ok()) return status;
  }
  return local;
}

absl::Status ForEachCase(const Replica& replica, absl::FunctionRef<absl::Status(LocalCase&)> take) {
  RecordFilter filter;
  filter.limit = kCasesPerPage;
  for (;;) {
    auto archives = replica.ListRecords(filter);
    if (!archives.ok()) return archives.status();
    if (archives->empty()) return absl::OkStatus();
    const std::string last = archives->back().id;
    auto others = replica.ListCaseRecords(archives->front().id, last);
    if (!others.ok()) return others.status();
    auto other = others->begin();
    for (LocalRecord& archive : *archives) {
      LocalCase local{std::move(archive), {}};
      absl::Status status = Add(local.record, local.records);
      // Both are in the order of the archives' ids; what belongs to no archive here is passed over.
      for (; status.ok() && other != others->end() && other->archive_id <= local.record.id;
           ++other) {
        if (other->archive_id == local.record.id) status = Add(*other, local.records);
      }
      if (status.ok()) status = take(local);
      if (!status.ok()) return status;
    }
    filter.after_id = last;
  }
}

}  // namespace bangfu::client
