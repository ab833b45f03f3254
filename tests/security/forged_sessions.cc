// Sessions that are none: of other desks, ended, made up. With each, a change and a look into an
// archive.

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "absl/time/clock.h"
#include "bangfu/v1/archive_service.grpc.pb.h"
#include "base/limits.h"
#include "server/identity/session_tokens.h"
#include "tests/security/forged.h"
#include "tests/security/line.h"

namespace bangfu::security {
namespace {

constexpr char kPerson[] = "fc.handler";

struct Token {
  std::vector<std::string> parts;  // header, claims, signature; encoded
  std::string Text() const { return absl::StrCat(parts[0], ".", parts[1], ".", parts[2]); }
};

Token PartsOf(const std::string& session) {
  Token token{absl::StrSplit(session, '.')};
  token.parts.resize(3);
  return token;
}

std::string Replaced(const std::string& encoded, absl::string_view from, absl::string_view to) {
  std::string text;
  absl::WebSafeBase64Unescape(encoded, &text);
  const size_t at = text.find(std::string(from));
  if (at != std::string::npos) text.replace(at, from.size(), std::string(to));
  return absl::WebSafeBase64Escape(text);
}

std::string Hs256(const std::string& key, const std::string& text) {
  unsigned char out[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), out, &size);
  return absl::WebSafeBase64Escape(
      absl::string_view(reinterpret_cast<const char*>(out), static_cast<size_t>(size)));
}

// A session that was tampered with, from a good one for the same desk.
struct Forgery {
  const char* name;
  std::string (*forge)(const City& city, const std::string& desk);
};

std::string Good(const City& city, const std::string& desk) {
  return city.SignedFor(kPerson, desk);
}

Token WithHeader(const City& city, const std::string& desk, absl::string_view from,
                 absl::string_view to) {
  Token token = PartsOf(Good(city, desk));
  token.parts[0] = Replaced(token.parts[0], from, to);
  return token;
}

std::string WithClaim(const City& city, const std::string& desk, absl::string_view from,
                      absl::string_view to) {
  Token token = PartsOf(Good(city, desk));
  token.parts[1] = Replaced(token.parts[1], from, to);
  return token.Text();
}

std::string OfOtherKey(const City& city, const std::string& desk, bool same_name) {
  server::StoredTokenKey key = Must(server::MakeTokenKey(absl::Now()), "key");
  if (same_name) key.key.set_key_id(city.token_key().key.key_id());
  return Must(server::SignSession(key, city.PersonOf(kPerson), desk, absl::Now()), "session");
}

const Forgery kForgeries[] = {
    {"none", [](const City&, const std::string&) { return std::string(); }},
    {"of another desk",
     [](const City& city, const std::string&) { return Good(city, "hz.fuyang.fuchun/other"); }},
    {"of a desk of another union",
     [](const City& city, const std::string&) { return Good(city, "hz.gongye/desk"); }},
    {"expired",
     [](const City& city, const std::string& desk) {
       return city.SignedFor(kPerson, desk, limits::kSessionLife + absl::Seconds(5));
     }},
    {"expired long ago",
     [](const City& city, const std::string& desk) {
       return city.SignedFor(kPerson, desk, absl::Hours(24 * 365));
     }},
    {"of the future",
     [](const City& city, const std::string& desk) {
       return city.SignedFor(kPerson, desk, -absl::Hours(1));
     }},
    {"of an earlier sessions_version",
     [](const City& city, const std::string& desk) {
       v1::Person person = city.PersonOf(kPerson);
       person.set_sessions_version(person.sessions_version() - 1);
       return Must(server::SignSession(city.token_key(), person, desk, absl::Now()), "session");
     }},
    {"of somebody who is not in the directory",
     [](const City& city, const std::string& desk) {
       v1::Person person = city.PersonOf(kPerson);
       person.set_id("nobody");
       return Must(server::SignSession(city.token_key(), person, desk, absl::Now()), "session");
     }},
    {"of a disabled account",
     [](const City& city, const std::string& desk) { return city.SignedFor("fy.gone", desk); }},
    {"alg none, no signature",
     [](const City& city, const std::string& desk) {
       Token token = WithHeader(city, desk, "ES256", "none");
       token.parts[2].clear();
       return token.Text();
     }},
    {"alg None, signature kept",
     [](const City& city, const std::string& desk) {
       return WithHeader(city, desk, "ES256", "None").Text();
     }},
    {"alg nOnE",
     [](const City& city, const std::string& desk) {
       Token token = WithHeader(city, desk, "ES256", "nOnE");
       token.parts[2].clear();
       return token.Text();
     }},
    {"HS256 with the public key",
     [](const City& city, const std::string& desk) {
       Token token = WithHeader(city, desk, "ES256", "HS256");
       token.parts[2] = Hs256(city.token_key().key.public_key_pem(),
                              absl::StrCat(token.parts[0], ".", token.parts[1]));
       return token.Text();
     }},
    {"HS256 with nothing",
     [](const City& city, const std::string& desk) {
       Token token = WithHeader(city, desk, "ES256", "HS256");
       token.parts[2] = Hs256("", absl::StrCat(token.parts[0], ".", token.parts[1]));
       return token.Text();
     }},
    {"ES384 with the same signature",
     [](const City& city, const std::string& desk) {
       return WithHeader(city, desk, "ES256", "ES384").Text();
     }},
    {"other key",
     [](const City& city, const std::string& desk) { return OfOtherKey(city, desk, false); }},
    {"other key under the name of a known one",
     [](const City& city, const std::string& desk) { return OfOtherKey(city, desk, true); }},
    {"key name that is a path",
     [](const City& city, const std::string& desk) {
       return WithHeader(city, desk, city.token_key().key.key_id(), "../../keys/master.key").Text();
     }},
    {"key name that is SQL",
     [](const City& city, const std::string& desk) {
       return WithHeader(city, desk, city.token_key().key.key_id(), "' OR '1'='1").Text();
     }},
    {"another account in it",
     [](const City& city, const std::string& desk) {
       return WithClaim(city, desk, kPerson, "fy.handler");
     }},
    {"another org in it",
     [](const City& city, const std::string& desk) { return WithClaim(city, desk, kUnit, kCity); }},
    {"a longer life in it",
     [](const City& city, const std::string& desk) {
       return WithClaim(city, desk, "\"exp\":1", "\"exp\":9");
     }},
    {"another issuer in it",
     [](const City& city, const std::string& desk) {
       return WithClaim(city, desk, "\"bangfu\"", "\"bangfv\"");
     }},
    {"no signature",
     [](const City& city, const std::string& desk) {
       Token token = PartsOf(Good(city, desk));
       token.parts[2].clear();
       return token.Text();
     }},
    {"half a signature",
     [](const City& city, const std::string& desk) {
       Token token = PartsOf(Good(city, desk));
       token.parts[2].resize(token.parts[2].size() / 2);
       return token.Text();
     }},
    {"a signature of zeros (CVE-2022-21449)",
     [](const City& city, const std::string& desk) {
       Token token = PartsOf(Good(city, desk));
       token.parts[2] = absl::WebSafeBase64Escape(std::string(64, '\0'));
       return token.Text();
     }},
    {"the signature of another session",
     [](const City& city, const std::string& desk) {
       Token token = PartsOf(Good(city, desk));
       token.parts[2] = PartsOf(city.SignedFor("fy.handler", desk)).parts[2];
       return token.Text();
     }},
    {"two parts",
     [](const City& city, const std::string& desk) {
       const Token token = PartsOf(Good(city, desk));
       return absl::StrCat(token.parts[0], ".", token.parts[1]);
     }},
    {"four parts",
     [](const City& city, const std::string& desk) { return Good(city, desk) + ".x"; }},
    {"nonsense", [](const City&, const std::string&) { return std::string("a.b.c"); }},
    {"too long",
     [](const City&, const std::string&) {
       return std::string(static_cast<size_t>(limits::kMaxSessionBytes) + 1, 'a');
     }},
};

Answer LookInto(Stage& stage, const Credentials& desk, const std::string& session) {
  v1::GetArchiveRequest request;
  request.set_id(stage.draft().id());
  const auto stub = v1::ArchiveService::NewStub(ChannelTo(stage.city().city().address, desk));
  return AnswerOf(Ask(*stub, &v1::ArchiveService::Stub::GetArchive, request, session).status());
}

}  // namespace

void AddForgedSessions(Stage& stage, std::vector<Attempt>& attempts) {
  for (const Forgery& forgery : kForgeries) {
    attempts.push_back({"session", absl::StrCat("push with a session: ", forgery.name),
                        Audited::kAtCity, [&stage, &forgery] {
                          City& city = stage.city();
                          const std::string desk = stage.NewDesk();
                          v1::Archive archive = stage.draft();
                          archive.set_phone("13900000000");
                          Push push{{stage.EditOf(kPerson, archive, "phone")}};
                          const std::string session =
                              forgery.forge(city, absl::StrCat(kUnit, "/", desk));
                          if (!session.empty()) push.sessions.push_back(session);
                          return stage.Send(city.city().address, city.OfDesk(kUnit, desk), push);
                        }});
    attempts.push_back({"session", absl::StrCat("read with a session: ", forgery.name),
                        Audited::kAtCity, [&stage, &forgery] {
                          City& city = stage.city();
                          const std::string desk = stage.NewDesk();
                          return LookInto(stage, city.OfDesk(kUnit, desk),
                                          forgery.forge(city, absl::StrCat(kUnit, "/", desk)));
                        }});
  }
  attempts.push_back(
      {"session", "a good session between more than a push may bring", Audited::kNowhere, [&stage] {
         City& city = stage.city();
         const std::string desk = stage.NewDesk();
         v1::Archive archive = stage.draft();
         archive.set_phone("13900000000");
         Push push{{stage.EditOf(kPerson, archive, "phone")}};
         for (int i = 0; i <= limits::kMaxSessionsPerPush; ++i)
           push.sessions.push_back(Good(city, absl::StrCat(kUnit, "/", desk)));
         return stage.Send(city.city().address, city.OfDesk(kUnit, desk), push);
       }});
  attempts.push_back(
      {"session", "a server shows a session instead of a desk", Audited::kAtCity, [&stage] {
         City& city = stage.city();
         return LookInto(stage, city.OfServer(city.district()),
                         city.SignedFor("fy.handler", "hz.fuyang/fuyang"));
       }});
}

}  // namespace bangfu::security
