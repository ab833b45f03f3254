#include "server/identity/session_tokens.h"

#include <jwt.h>
#include <openssl/ec.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <cerrno>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <optional>
#include <utility>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"
#include "base/limits.h"
#include "server/identity/identity_errors.h"
#include "server/identity/random_bytes.h"
#include "server/tls/openssl_handles.h"
#include "server/tls/pem.h"

namespace bangfu::server {
namespace {

constexpr char kIssuer[] = "bangfu";
constexpr char kAlgorithm[] = "ES256";  // RFC 7518, 3.4
constexpr char kType[] = "JWT";
constexpr char kCurve[] = "P-256";
constexpr size_t kKeyIdBytes = 8;
constexpr size_t kTokenIdBytes = 16;
// The clock of a node may be behind that of the root.
constexpr absl::Duration kMaxClockSkew = absl::Minutes(2);

struct JwtFree {
  void operator()(jwt_t* token) const { jwt_free(token); }
};
using JwtHandle = std::unique_ptr<jwt_t, JwtFree>;

absl::Status SigningFailed(int error) {
  ERR_clear_error();
  return ErrorBuilder(absl::StatusCode::kInternal, v1::ERROR_REASON_INTERNAL,
                      {"服务器无法签发登录凭据；请联系市总工会的运维人员。",
                       "The server cannot sign a session; ask its operator."})
      .With("errno", absl::StrCat(error))
      .Build();
}

JwtHandle Decode(const std::string& session, const std::string& key) {
  jwt_t* token = nullptr;
  const auto* bytes = reinterpret_cast<const unsigned char*>(key.data());
  const int failed = jwt_decode(&token, session.c_str(), key.empty() ? nullptr : bytes,
                                static_cast<int>(key.size()));
  JwtHandle handle(token);
  return failed == 0 ? std::move(handle) : nullptr;
}

bool HeaderIs(jwt_t& token, const char* name, absl::string_view wanted) {
  const char* value = jwt_get_header(&token, name);
  return value != nullptr && value == wanted;
}

std::string Text(jwt_t& token, const char* claim) {
  const char* value = jwt_get_grant(&token, claim);
  return value == nullptr ? std::string() : std::string(value);
}

std::optional<int64_t> Number(jwt_t& token, const char* claim) {
  errno = 0;
  const long value = jwt_get_grant_int(&token, claim);
  if (errno != 0) return std::nullopt;
  return value;
}

// The token when one of the directory's keys has signed it with the one algorithm that we use.
// libjwt takes algorithm and kind of key from the token itself: "none", or HMAC with the text of
// the public key as its secret (RFC 8725, 2.1). So the header is read and pinned before any key is
// given to it, and what it has used is compared afterwards.
JwtHandle Authentic(const PeopleBook& people, const std::string& session) {
  const JwtHandle unverified = Decode(session, "");
  if (unverified == nullptr) return nullptr;
  if (!HeaderIs(*unverified, "alg", kAlgorithm) || !HeaderIs(*unverified, "typ", kType)) {
    return nullptr;
  }
  const char* key_id = jwt_get_header(unverified.get(), "kid");
  const v1::TokenKey* key = key_id == nullptr ? nullptr : people.FindTokenKey(key_id);
  if (key == nullptr || key->public_key_pem().empty()) return nullptr;
  JwtHandle token = Decode(session, key->public_key_pem());
  if (token == nullptr || jwt_get_alg(token.get()) != JWT_ALG_ES256) return nullptr;
  return token;
}

bool IsTimely(jwt_t& token, absl::Time now) {
  const std::optional<int64_t> issued = Number(token, "iat");
  const std::optional<int64_t> ends = Number(token, "exp");
  return issued && ends && absl::FromUnixSeconds(*issued) <= now + kMaxClockSkew &&
         now < absl::FromUnixSeconds(*ends);
}

}  // namespace

absl::StatusOr<std::string> SignSession(const StoredTokenKey& key, const v1::Person& person,
                                        absl::string_view desk, absl::Time now) {
  const absl::StatusOr<std::string> token_id = RandomBytes(kTokenIdBytes);
  if (!token_id.ok()) return token_id.status();
  jwt_t* made = nullptr;
  if (const int error = jwt_new(&made); error != 0) return SigningFailed(error);
  const JwtHandle token(made);
  const auto ends = absl::ToUnixSeconds(now) + absl::ToInt64Seconds(limits::kSessionLife);
  int error = 0;
  const auto keep = [&error](int result) { error = error != 0 ? error : result; };
  keep(jwt_add_header(made, "kid", key.key.key_id().c_str()));
  keep(jwt_add_grant(made, "iss", kIssuer));
  keep(jwt_add_grant(made, "sub", person.id().c_str()));
  keep(jwt_add_grant(made, "org", person.org().c_str()));
  keep(jwt_add_grant(made, "desk", std::string(desk).c_str()));
  keep(jwt_add_grant_int(made, "ver", person.sessions_version()));
  keep(jwt_add_grant_int(made, "iat", absl::ToUnixSeconds(now)));
  keep(jwt_add_grant_int(made, "exp", ends));
  keep(jwt_add_grant(made, "jti", absl::BytesToHexString(*token_id).c_str()));
  keep(jwt_set_alg(made, JWT_ALG_ES256,
                   reinterpret_cast<const unsigned char*>(key.private_key_pem.data()),
                   static_cast<int>(key.private_key_pem.size())));
  if (error != 0) return SigningFailed(error);
  errno = 0;
  char* text = jwt_encode_str(made);
  if (text == nullptr) return SigningFailed(errno);
  std::string session(text);
  std::free(text);
  return session;
}

absl::StatusOr<v1::Person> VerifySession(const PeopleBook& people, absl::string_view session,
                                         absl::string_view desk, absl::Time now) {
  if (session.empty() || session.size() > limits::kMaxSessionBytes || desk.empty()) {
    return NoSession();
  }
  // What OpenSSL found wrong with a token must not be read by the next TLS call of this thread.
  const auto forget = absl::MakeCleanup([] { ERR_clear_error(); });
  const JwtHandle token = Authentic(people, std::string(session));
  if (token == nullptr) return NoSession();
  if (Text(*token, "iss") != kIssuer || Text(*token, "desk") != desk || !IsTimely(*token, now)) {
    return NoSession();
  }
  const v1::Person* person = people.Find(Text(*token, "sub"));
  const std::optional<int64_t> version = Number(*token, "ver");
  // A later version than ours: the root knows more of the person than this directory, so far.
  if (person == nullptr || person->disabled() || !version ||
      *version < person->sessions_version()) {
    return NoSession();
  }
  return *person;
}

absl::StatusOr<StoredTokenKey> MakeTokenKey(absl::Time now) {
  const absl::StatusOr<std::string> key_id = RandomBytes(kKeyIdBytes);
  if (!key_id.ok()) return key_id.status();
  const KeyHandle pair(EVP_EC_gen(kCurve));
  if (pair == nullptr) return OpenSslError("EVP_EC_gen");
  const absl::StatusOr<std::string> private_pem = KeyToPem(*pair);
  if (!private_pem.ok()) return private_pem.status();
  const BioHandle out(BIO_new(BIO_s_mem()));
  if (out == nullptr || PEM_write_bio_PUBKEY(out.get(), pair.get()) != 1) {
    return OpenSslError("PEM_write_bio_PUBKEY");
  }
  char* text = nullptr;
  const long size = BIO_get_mem_data(out.get(), &text);
  StoredTokenKey key;
  key.key.set_key_id(absl::BytesToHexString(*key_id));
  key.key.set_public_key_pem(std::string(text, static_cast<size_t>(size)));
  key.private_key_pem = *private_pem;
  key.created = now;
  return key;
}

}  // namespace bangfu::server
