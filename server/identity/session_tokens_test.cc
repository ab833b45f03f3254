#include "server/identity/session_tokens.h"

#include <gtest/gtest.h>
#include <jwt.h>
#include <openssl/err.h>

#include <cstdlib>
#include <functional>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/error.h"
#include "base/limits.h"

namespace bangfu::server {
namespace {

constexpr char kDesk[] = "hz.gongye.xiangjiao/desk";
const absl::Time kNow = absl::FromUnixSeconds(1'900'000'000);

struct Claims {
  std::string iss = "bangfu";
  std::string sub = "zhang.san";
  std::string desk = kDesk;
  long ver = 3;
  long iat = absl::ToUnixSeconds(kNow);
  long exp = absl::ToUnixSeconds(kNow) + 3600;
};

class SessionTokensTest : public testing::Test {
 protected:
  SessionTokensTest() {
    person_.set_id("zhang.san");
    person_.set_name("张三");
    person_.set_org("hz.gongye.xiangjiao");
    person_.add_roles(v1::ROLE_HANDLER);
    person_.set_sessions_version(3);
    key_ = MakeTokenKey(kNow).value();
  }

  PeopleBook Book() const {
    v1::Directory directory;
    directory.set_version(1);
    if (!gone_) *directory.add_people() = person_;
    *directory.add_token_keys() = key_.key;
    return PeopleBook(directory);
  }
  std::string Session() const {
    const auto session = SignSession(key_, person_, kDesk, kNow);
    EXPECT_TRUE(session.ok()) << session.status();
    return session.value_or("");
  }
  // A token with any claims, made by libjwt.
  std::string Forge(const Claims& claims, jwt_alg_t algorithm, const std::string& secret,
                    const std::string& key_id) const {
    jwt_t* token = nullptr;
    EXPECT_EQ(jwt_new(&token), 0);
    if (!key_id.empty()) jwt_add_header(token, "kid", key_id.c_str());
    jwt_add_grant(token, "iss", claims.iss.c_str());
    jwt_add_grant(token, "sub", claims.sub.c_str());
    jwt_add_grant(token, "desk", claims.desk.c_str());
    jwt_add_grant_int(token, "ver", claims.ver);
    jwt_add_grant_int(token, "iat", claims.iat);
    jwt_add_grant_int(token, "exp", claims.exp);
    const auto* bytes = reinterpret_cast<const unsigned char*>(secret.data());
    EXPECT_EQ(jwt_set_alg(token, algorithm, secret.empty() ? nullptr : bytes,
                          static_cast<int>(secret.size())),
              0);
    char* text = jwt_encode_str(token);
    EXPECT_NE(text, nullptr);
    std::string made(text == nullptr ? "" : text);
    std::free(text);
    jwt_free(token);
    return made;
  }
  // Signed as the root signs.
  std::string Signed(const Claims& claims) const {
    return Forge(claims, JWT_ALG_ES256, key_.private_key_pem, key_.key.key_id());
  }

  absl::StatusOr<v1::Person> Verify(const std::string& session, absl::Time now = kNow,
                                    const std::string& desk = kDesk) const {
    return VerifySession(Book(), session, desk, now);
  }
  void ExpectRefused(const std::string& session, absl::Time now = kNow,
                     const std::string& desk = kDesk) const {
    const auto person = Verify(session, now, desk);
    EXPECT_EQ(person.status().code(), absl::StatusCode::kUnauthenticated);
    EXPECT_EQ(ReasonOf(person.status()), v1::ERROR_REASON_SIGN_IN_REQUIRED);
    EXPECT_EQ(person.status(), Verify("").status()) << "it is not said which";
    EXPECT_EQ(ERR_peek_error(), 0u) << "left for the next TLS call of the thread";
  }

  v1::Person person_;
  StoredTokenKey key_;
  bool gone_ = false;
};

// The header or the payload of a token replaced, its signature left.
std::string WithPart(const std::string& session, size_t index, const std::string& json) {
  std::vector<std::string> parts = absl::StrSplit(session, '.');
  parts[index] = absl::WebSafeBase64Escape(json);
  return absl::StrCat(parts[0], ".", parts[1], ".", parts[2]);
}

bool LibjwtTakes(const std::string& session, const std::string& key) {
  jwt_t* token = nullptr;
  const int failed =
      jwt_decode(&token, session.c_str(), reinterpret_cast<const unsigned char*>(key.data()),
                 static_cast<int>(key.size()));
  jwt_free(token);
  return failed == 0;
}

TEST_F(SessionTokensTest, SaysWhoAsTheDirectoryHasThem) {
  const std::string session = Session();
  EXPECT_LT(session.size(), static_cast<size_t>(limits::kMaxSessionBytes));
  person_.set_roles(0, v1::ROLE_AUDITOR);  // since
  const auto person = Verify(session);
  ASSERT_TRUE(person.ok()) << person.status();
  EXPECT_EQ(person->id(), "zhang.san");
  EXPECT_EQ(person->roles(0), v1::ROLE_AUDITOR);
}

TEST_F(SessionTokensTest, TellsNothingButWhoAndWhere) {
  std::string payload;
  ASSERT_TRUE(absl::WebSafeBase64Unescape(
      std::vector<std::string>(absl::StrSplit(Session(), '.'))[1], &payload));
  EXPECT_FALSE(absl::StrContains(payload, "张三"));
  EXPECT_FALSE(absl::StrContains(payload, "role"));
  EXPECT_TRUE(absl::StrContains(payload, "\"jti\"")) << payload;
  EXPECT_NE(Session(), Session());
}

TEST_F(SessionTokensTest, LastsEightHours) {
  const std::string session = Session();
  EXPECT_TRUE(Verify(session, kNow + limits::kSessionLife - absl::Seconds(1)).ok());
  ExpectRefused(session, kNow + limits::kSessionLife);
}

TEST_F(SessionTokensTest, NotYetValidBeyondTheSkewOfClocks) {
  const std::string session = Session();
  EXPECT_TRUE(Verify(session, kNow - absl::Minutes(2)).ok());
  ExpectRefused(session, kNow - absl::Minutes(2) - absl::Seconds(1));
}

TEST_F(SessionTokensTest, OnlyAtItsDesk) {
  const std::string session = Session();
  ExpectRefused(session, kNow, "hz.gongye.xiangjiao/desk2");
  ExpectRefused(session, kNow, "");
  Claims nowhere;
  nowhere.desk = "";
  ExpectRefused(Signed(nowhere), kNow, "");
}

TEST_F(SessionTokensTest, EndsWithTheVersionOfSessions) {
  const std::string session = Session();
  person_.set_sessions_version(4);
  ExpectRefused(session);
}

TEST_F(SessionTokensTest, ADirectoryThatLagsBehindTakesALaterVersion) {
  const std::string session = Session();
  person_.set_sessions_version(2);
  EXPECT_TRUE(Verify(session).ok());
}

TEST_F(SessionTokensTest, EndsWithTheAccount) {
  const std::string session = Session();
  person_.set_disabled(true);
  ExpectRefused(session);
  person_.set_disabled(false);
  EXPECT_TRUE(Verify(session).ok());
  gone_ = true;
  ExpectRefused(session);
}

TEST_F(SessionTokensTest, OfAKeyThatIsInTheDirectory) {
  const std::string session = Session();
  const StoredTokenKey other = MakeTokenKey(kNow).value();
  ExpectRefused(Forge(Claims(), JWT_ALG_ES256, other.private_key_pem, other.key.key_id()));
  // Under the name of the right key.
  ExpectRefused(Forge(Claims(), JWT_ALG_ES256, other.private_key_pem, key_.key.key_id()));
  ExpectRefused(Forge(Claims(), JWT_ALG_ES256, key_.private_key_pem, ""));
  EXPECT_TRUE(Verify(Signed(Claims())).ok());
  key_ = other;
  ExpectRefused(session);
}

TEST_F(SessionTokensTest, UnsignedTokensAreRefused) {
  ExpectRefused(Forge(Claims(), JWT_ALG_NONE, "", key_.key.key_id()));
  const std::string session = Session();
  const std::string header =
      absl::StrCat(R"({"alg":"none","kid":")", key_.key.key_id(), R"(","typ":"JWT"})");
  const std::string renamed = WithPart(session, 0, header);
  ExpectRefused(renamed);
  ExpectRefused(renamed.substr(0, renamed.rfind('.') + 1));
}

// Whoever knows the public key, which is in every directory, could sign with it as a secret.
TEST_F(SessionTokensTest, PublicKeyIsNoSecretOfAnHmac) {
  for (const jwt_alg_t algorithm : {JWT_ALG_HS256, JWT_ALG_HS384, JWT_ALG_HS512}) {
    const std::string forged =
        Forge(Claims(), algorithm, key_.key.public_key_pem(), key_.key.key_id());
    ASSERT_TRUE(LibjwtTakes(forged, key_.key.public_key_pem())) << "the forgery is a good one";
    ExpectRefused(forged);
  }
}

TEST_F(SessionTokensTest, NoOtherAlgorithmWithTheRightKey) {
  for (const jwt_alg_t algorithm : {JWT_ALG_ES384, JWT_ALG_ES512}) {
    ExpectRefused(Forge(Claims(), algorithm, key_.private_key_pem, key_.key.key_id()));
  }
  const std::string session = Session();
  for (const std::string& alg : {std::string(R"("es256")"), std::string(R"("ES256 ")"),
                                 std::string("256"), std::string("null"), std::string(R"("")")}) {
    ExpectRefused(WithPart(
        session, 0,
        absl::StrCat(R"({"alg":)", alg, R"(,"kid":")", key_.key.key_id(), R"(","typ":"JWT"})")));
  }
}

TEST_F(SessionTokensTest, TypeIsJwt) {
  const std::string session = Session();
  ExpectRefused(
      WithPart(session, 0, absl::StrCat(R"({"alg":"ES256","kid":")", key_.key.key_id(), R"("})")));
  ExpectRefused(WithPart(
      session, 0,
      absl::StrCat(R"({"alg":"ES256","kid":")", key_.key.key_id(), R"(","typ":"other"})")));
}

TEST_F(SessionTokensTest, EveryChangedByteOfTheSignatureIsRefused) {
  const std::string session = Session();
  const size_t signature = session.rfind('.') + 1;
  // The last letter has bits that stand for nothing.
  for (size_t i = signature; i + 1 < session.size(); ++i) {
    std::string changed = session;
    changed[i] = changed[i] == 'A' ? 'B' : 'A';
    ExpectRefused(changed);
  }
}

TEST_F(SessionTokensTest, ChangedClaimsAreRefused) {
  const std::string session = Session();
  std::string payload;
  ASSERT_TRUE(absl::WebSafeBase64Unescape(std::vector<std::string>(absl::StrSplit(session, '.'))[1],
                                          &payload));
  EXPECT_TRUE(Verify(WithPart(session, 1, payload)).ok());
  const size_t version = payload.find("\"ver\":3");
  ASSERT_NE(version, std::string::npos) << payload;
  payload[version + 6] = '4';
  ExpectRefused(WithPart(session, 1, payload));
}

TEST_F(SessionTokensTest, SignedClaimsThatDoNotFit) {
  const std::vector<std::function<void(Claims&)>> changes = {
      [](Claims& claims) { claims.iss = "other"; }, [](Claims& claims) { claims.iss = ""; },
      [](Claims& claims) { claims.sub = "li.si"; }, [](Claims& claims) { claims.sub = ""; },
      [](Claims& claims) { claims.ver = 2; },       [](Claims& claims) { claims.ver = -1; },
      [](Claims& claims) { claims.exp = 0; },       [](Claims& claims) { claims.iat += 1000; },
  };
  for (size_t i = 0; i < changes.size(); ++i) {
    SCOPED_TRACE(i);
    Claims claims;
    changes[i](claims);
    ExpectRefused(Signed(claims));
  }
}

TEST_F(SessionTokensTest, WhatIsNoToken) {
  const std::string session = Session();
  const std::string others[] = {"",
                                ".",
                                "..",
                                "a.b.c",
                                session + ".x",
                                session.substr(0, session.rfind('.')),
                                session.substr(1),
                                "Bearer " + session,
                                std::string(64, '\0'),
                                WithPart(session, 0, "[]"),
                                WithPart(session, 0, "{"),
                                WithPart(session, 1, "{}")};
  for (const std::string& other : others) ExpectRefused(other);
}

TEST_F(SessionTokensTest, LargerThanAnySession) {
  v1::Person person = person_;
  person.set_org(std::string(static_cast<size_t>(limits::kMaxSessionBytes), 'x'));
  ExpectRefused(SignSession(key_, person, kDesk, kNow).value_or(""));
}

TEST_F(SessionTokensTest, KeyOfTheDirectoryThatCannotBeRead) {
  const std::string session = Session();
  key_.key.set_public_key_pem("-----BEGIN PUBLIC KEY-----\ndamaged\n-----END PUBLIC KEY-----\n");
  ExpectRefused(session);
  key_.key.clear_public_key_pem();
  ExpectRefused(session);
}

TEST_F(SessionTokensTest, KeysAreOfP256AndEachItsOwn) {
  const StoredTokenKey other = MakeTokenKey(kNow).value();
  EXPECT_NE(other.key.key_id(), key_.key.key_id());
  EXPECT_NE(other.private_key_pem, key_.private_key_pem);
  EXPECT_TRUE(absl::StartsWith(key_.key.public_key_pem(), "-----BEGIN PUBLIC KEY-----"));
  EXPECT_EQ(key_.created, kNow);
}

TEST_F(SessionTokensTest, KeyThatCannotSignIsAnErrorWithoutTheKey) {
  StoredTokenKey damaged = key_;
  damaged.private_key_pem = "-----BEGIN PRIVATE KEY-----\ndamaged";
  const auto session = SignSession(damaged, person_, kDesk, kNow);
  EXPECT_EQ(session.status().code(), absl::StatusCode::kInternal);
  EXPECT_FALSE(absl::StrContains(session.status().ToString(), "damaged"));
  EXPECT_EQ(ERR_peek_error(), 0u);
}

}  // namespace
}  // namespace bangfu::server
