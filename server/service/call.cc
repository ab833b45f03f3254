#include "server/service/call.h"

#include <algorithm>
#include <optional>
#include <string>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "base/error.h"
#include "base/limits.h"
#include "server/service/call_audit.h"
#include "server/service/status_mapping.h"

namespace bangfu::server {
namespace {

// How often a read is done when the rights change while it is done.
constexpr int kMaxReadAttempts = 4;

absl::Status CheckAudience(const Rights& rights, Audience audience) {
  switch (audience) {
    case Audience::kEveryNode:
      return absl::OkStatus();
    case Audience::kSyncingNode:
      return rights.is_operator ? NotPermitted() : absl::OkStatus();
    case Audience::kPersonOrServer:
      if (rights.principal.kind == v1::NODE_KIND_SERVER && !rights.is_operator &&
          rights.session.empty()) {
        return absl::OkStatus();
      }
      [[fallthrough]];
    case Audience::kPersonAtDesk:
      if (rights.principal.kind != v1::NODE_KIND_DESK) return NotPermitted();
      return rights.person ? absl::OkStatus() : SignInRequired();
  }
  return NotPermitted();
}

bool IsDenial(const absl::Status& status) {
  return status.code() == absl::StatusCode::kUnauthenticated ||
         status.code() == absl::StatusCode::kPermissionDenied;
}

// One call on its way from the certificate to the answer.
class Answering {
 public:
  Answering(Node& node, grpc::ServerContext& context, const Method& method)
      : node_(node), context_(context), method_(method) {}

  absl::Status Run(absl::FunctionRef<absl::Status(Call& call)> handler) {
    if (node_.draining) return ShuttingDown();
    auto rights = AdmitCall(node_, context_, method_, Edition::kInStore, caller_);
    if (!rights.ok()) return rights.status();
    for (int attempt = 0; attempt < kMaxReadAttempts; ++attempt) {
      Call call(*std::move(rights), context_);
      absl::Status status = handler(call);
      if (method_.confirmed_read) {
        const auto same = ConfirmRights(node_, context_, call);
        if (!same.ok()) return Refused(same.status(), nullptr);
        if (absl::Status present = CheckAudience(call, method_.audience); !present.ok())
          return Refused(present, &call);
        if (!*same) {
          rights = std::move(static_cast<Rights&>(call));
          continue;
        }
      }
      if (IsDenial(status) && call.read.action() == v1::ACTION_UNSPECIFIED && !EnteredByHandler())
        return Refused(status, &call);
      absl::Status entered = EnterRead(node_, call, status);
      return entered.ok() ? status : entered;
    }
    return RightsChange();
  }

  const std::string& caller() const { return caller_; }

 private:
  // What acts on accounts and nodes enters its refusals with what it was asked for.
  bool EnteredByHandler() const {
    return method_.audience == Audience::kEveryNode && !method_.confirmed_read;
  }

  absl::Status Refused(const absl::Status& status, const Rights* rights) {
    const absl::Status entered =
        EnterRefusal(node_, context_, method_.action, caller_, rights, status);
    return entered.ok() ? status : entered;
  }

  Node& node_;
  grpc::ServerContext& context_;
  const Method& method_;
  std::string caller_;
};

}  // namespace

absl::StatusOr<Rights> AdmitCall(Node& node, const grpc::ServerContextBase& context,
                                 const Method& method, Edition edition, std::string& caller) {
  const Rights* known = nullptr;
  const auto refused = [&](const absl::Status& status) {
    const absl::Status entered = EnterRefusal(node, context, method.action, caller, known, status);
    return entered.ok() ? status : entered;
  };
  auto principal = PrincipalOf(node, context);
  if (!principal.ok()) return refused(principal.status());
  caller = principal->Key();
  if (absl::Status status = node.calls.Take(caller, node.security_clock.Now()); !status.ok()) {
    node.metrics.CountRefused("call");
    return status;
  }
  auto orgs = node.orgs.Tree();
  absl::StatusOr<std::shared_ptr<const PeopleBook>> people = node.people.Book();
  if (edition == Edition::kInStore) people = node.people.Refresh();
  if (!people.ok()) return people.status();
  auto rights = RightsBy(node, context, *std::move(principal), std::move(orgs), *std::move(people));
  if (!rights.ok()) return refused(rights.status());
  known = &*rights;
  if (absl::Status status = CheckAudience(*rights, method.audience); !status.ok())
    return refused(status);
  return rights;
}

void LogCall(Node& node, absl::string_view method, absl::string_view caller, absl::Time start,
             const absl::Status& status) {
  const std::string milliseconds = absl::StrCat(absl::ToInt64Milliseconds(absl::Now() - start));
  if (status.ok()) {
    node.log.Info(
        "call",
        {{"method", std::string(method)}, {"caller", std::string(caller)}, {"ms", milliseconds}});
  } else {
    node.log.Error(
        "call", status,
        {{"method", std::string(method)}, {"caller", std::string(caller)}, {"ms", milliseconds}});
  }
}

grpc::Status Answer(Node& node, grpc::ServerContext& context, const Method& method,
                    absl::FunctionRef<absl::Status(Call& call)> handler) {
  const absl::Time start = absl::Now();
  Answering answering(node, context, method);
  const absl::Status status = answering.Run(handler);
  LogCall(node, method.name, answering.caller().empty() ? "?" : answering.caller(), start, status);
  return ToGrpc(status);
}

grpc::Status Answer(Node& node, grpc::ServerContext& context, absl::string_view method,
                    absl::FunctionRef<absl::Status(Call& call)> handler) {
  return Answer(node, context, Method{method}, handler);
}

absl::Status ShuttingDown() {
  return ErrorBuilder(absl::StatusCode::kUnavailable, v1::ERROR_REASON_SHUTTING_DOWN,
                      {"节点正在停止；请稍后重试。", "The node is shutting down; retry later."})
      .RetryAfter(limits::kDrainTimeout)
      .Build();
}

int PageSize(int requested) {
  return requested <= 0 ? limits::kDefaultPageSize : std::min(requested, limits::kMaxPageSize);
}

absl::Status BadField(absl::string_view field, absl::string_view zh, absl::string_view en) {
  return ErrorBuilder(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_BAD_REQUEST,
                      {std::string(zh), std::string(en)})
      .Field(field, en)
      .Build();
}

absl::Status NotFoundInScope() {
  return ErrorBuilder(absl::StatusCode::kNotFound, v1::ERROR_REASON_NOT_FOUND,
                      {"在您的管辖范围内没有这条记录。", "No such record in your scope."})
      .Build();
}

absl::Status BadPageToken() {
  return ErrorBuilder(absl::StatusCode::kInvalidArgument, v1::ERROR_REASON_BAD_PAGE_TOKEN,
                      {"翻页标记无效；请从第一页开始。",
                       "The page token is not one of this method; start at the first page."})
      .Build();
}

}  // namespace bangfu::server
