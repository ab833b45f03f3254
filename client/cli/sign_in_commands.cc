#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "base/clock.h"
#include "client/cli/held_back.h"
#include "client/cli/instant_text.h"
#include "client/cli/people_commands.h"
#include "client/cli/person_proof.h"
#include "client/cli/role_words.h"

namespace bangfu::client {
namespace {

absl::Time TimeOf(const google::protobuf::Timestamp& timestamp) {
  return absl::FromUnixSeconds(timestamp.seconds());
}

// Signs in once, with a new password when the present one is to be replaced.
absl::StatusOr<v1::SignInResponse> TrySignIn(IdentityLink& link, PersonProof& proof, bool replace) {
  v1::SignInRequest request;
  request.set_person_id(proof.person());
  auto password = proof.Password();
  if (!password.ok()) return password.status();
  request.set_password(*std::move(password));
  auto code = proof.Code();
  if (!code.ok()) return code.status();
  request.set_totp_code(*std::move(code));
  if (!replace) return link.SignIn({}, request);
  auto next = proof.NewPassword();
  if (!next.ok()) return next.status();
  request.set_new_password(*std::move(next));
  auto answer = link.SignIn({}, request);
  if (!answer.ok()) return answer;
  if (absl::Status status = proof.Replaced(); !status.ok()) return status;
  return answer;
}

absl::StatusOr<v1::SignInResponse> SignInWith(const Output& out, IdentityLink& link,
                                              PersonProof& proof) {
  auto answer = TrySignIn(link, proof, proof.IsFirst());
  const v1::ErrorReason reason = ReasonOf(answer.status());
  if (reason == v1::ERROR_REASON_NEW_PASSWORD_REQUIRED && !proof.IsFirst()) {
    out.Line(
        {"初始密码须更换后才能使用；请再输入一次，动态码用下一个。",
         "The first password has to be replaced; enter it again, with the next one-time code."});
    return TrySignIn(link, proof, true);
  }
  // The answer to the sign-in before may have been lost.
  if (reason == v1::ERROR_REASON_WRONG_CREDENTIALS && proof.IsFirst() && proof.TakeReplacement()) {
    answer = TrySignIn(link, proof, false);
    if (!answer.ok()) return answer;
    if (absl::Status status = proof.Replaced(); !status.ok()) return status;
  }
  return answer;
}

// Changes that were entered in the person's name and are not sent.
absl::StatusOr<int64_t> WaitingFor(Session& session, const std::string& person) {
  auto held_back = session.replica().HeldBack({});
  if (!held_back.ok()) return held_back.status();
  const auto own = held_back->find(person);
  return own == held_back->end() ? 0 : own->second;
}

Json ToJson(const DeskSession& session) {
  Json json = bangfu::client::ToJson(session.person);
  json["expires"] = InstantJson(session.expires);
  json["signed_in"] = session.IsGood(SystemClock().Now());
  return json;
}

}  // namespace

absl::StatusOr<ExitStatus> SignIn(Session& session, const SignInOptions& options) {
  const Output& out = session.out();
  auto proof = PersonProof::Of(options, out);
  if (!proof.ok()) return proof.status();
  if (proof->person().empty()) {
    return UserError(
        absl::StatusCode::kInvalidArgument,
        {"请写明账号：bangfu login <账号>。", "Name the account: bangfu login <account>."});
  }
  auto link = session.ConnectPeople();
  if (!link.ok()) return link.status();
  auto answer = SignInWith(out, **link, *proof);
  if (!answer.ok()) return answer.status();
  DeskSession signed_in;
  signed_in.person = answer->person();
  signed_in.token = std::move(*answer->mutable_session());
  signed_in.expires = TimeOf(answer->expire_time());
  signed_in.signed_in = SystemClock().Now();
  auto waiting = WaitingFor(session, signed_in.person.id());
  if (!waiting.ok()) return waiting.status();
  if (absl::Status status = session.replica().SaveSession(signed_in); !status.ok()) return status;
  const Text roles = RoleWords(signed_in.person);
  const std::string until = InstantText(signed_in.expires);
  out.Line({absl::StrCat("已登录：", signed_in.person.name(), "（", signed_in.person.org(),
                         "），角色：", roles.zh, "，至 ", until, "。"),
            absl::StrCat("Signed in: ", signed_in.person.name(), " (", signed_in.person.org(),
                         "), roles: ", roles.en, ", until ", until, ".")});
  if (*waiting > 0) {
    out.Line(
        {absl::StrCat("以此账号录入的变更有 ", *waiting, " 项待上送：bangfu sync。"),
         absl::StrCat(*waiting, " changes entered in this name wait to be sent: bangfu sync.")});
  }
  Json document = ToJson(signed_in);
  document["waiting_changes"] = *waiting;
  out.Print(document);
  return kDone;
}

absl::StatusOr<ExitStatus> SignOut(Session& session) {
  auto signed_in = session.Signed();
  if (!signed_in.ok()) return signed_in.status();
  const std::string& person = signed_in->person.id();
  absl::Status told;
  if (signed_in->IsGood(SystemClock().Now())) {
    auto link = session.ConnectPeople();
    told = link.status();
    if (link.ok()) {
      OnBehalf who;
      who.session = signed_in->token;
      told = (*link)->SignOut(who);
    }
  }
  if (absl::Status status = session.replica().RemoveSession(person); !status.ok()) return status;
  session.out().Line({absl::StrCat(person, " 已退出登录。"), absl::StrCat(person, " signed out.")});
  if (!told.ok() && !absl::IsUnauthenticated(told)) {
    session.out().Line({"未能通知服务器，服务器上的登录到期才失效；原因如下。",
                        "The server could not be told: there the session ends in its own time. "
                        "This is why:"});
    return session.out().Fail(told, Json{{"person_id", person}});
  }
  session.out().Print(Json{{"person_id", person}});
  return kDone;
}

absl::StatusOr<ExitStatus> Whoami(Session& session) {
  auto sessions = session.replica().Sessions();
  if (!sessions.ok()) return sessions.status();
  auto current = session.Signed();
  const Output& out = session.out();
  Table table(out.english()
                  ? std::vector<std::string>{"", "account", "name", "org", "roles", "session"}
                  : std::vector<std::string>{"", "账号", "姓名", "单位", "角色", "登录"});
  Json list = Json::array();
  for (const DeskSession& each : *sessions) {
    const bool is_current = current.ok() && current->person.id() == each.person.id();
    const std::string until = InstantText(each.expires);
    table.Add({is_current ? "*" : "", each.person.id(), each.person.name(), each.person.org(),
               out.Say(RoleWords(each.person)),
               each.IsGood(SystemClock().Now())
                   ? out.Say({absl::StrCat("至 ", until), absl::StrCat("until ", until)})
                   : out.Say({"已失效", "ended"})});
    Json json = ToJson(each);
    json["current"] = is_current;
    list.push_back(std::move(json));
  }
  if (!current.ok()) return current.status();
  out.Print(table);
  out.Print(list);
  return kDone;
}

absl::StatusOr<ExitStatus> ChangePassword(Session& session, const SignInOptions& options) {
  const Output& out = session.out();
  auto who = session.Behalf();
  if (!who.ok()) return who.status();
  auto signed_in = session.Signed();
  if (!signed_in.ok()) return signed_in.status();
  SignInOptions of_person = options;
  of_person.person = signed_in->person.id();
  auto proof = PersonProof::Of(of_person, out);
  if (!proof.ok()) return proof.status();
  v1::ChangePasswordRequest request;
  auto password = proof->Password();
  if (!password.ok()) return password.status();
  request.set_password(*std::move(password));
  auto code = proof->Code();
  if (!code.ok()) return code.status();
  request.set_totp_code(*std::move(code));
  auto next = proof->NewPassword();
  if (!next.ok()) return next.status();
  request.set_new_password(*std::move(next));
  auto link = session.ConnectPeople();
  if (!link.ok()) return link.status();
  if (absl::Status status = (*link)->ChangePassword(*who, request); !status.ok()) return status;
  if (absl::Status status = proof->Replaced(); !status.ok()) return status;
  if (absl::Status status = session.replica().EndSession(of_person.person); !status.ok())
    return status;
  out.Line({absl::StrCat("密码已更改，原有登录全部失效；请重新登录：bangfu login ",
                         of_person.person, "。"),
            absl::StrCat("The password was changed and all sessions ended; sign in again: bangfu "
                         "login ",
                         of_person.person, ".")});
  out.Print(Json{{"person_id", of_person.person}});
  return kDone;
}

}  // namespace bangfu::client
