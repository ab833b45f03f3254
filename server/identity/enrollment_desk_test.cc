#include "server/identity/enrollment_desk.h"

#include <gmock/gmock.h>

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "base/limits.h"
#include "server/identity/enrollment_code.h"
#include "server/identity/enrollment_fixture.h"

namespace bangfu::server {
namespace {

using ::testing::MatchesRegex;
using Code = absl::StatusCode;

constexpr char kPeer[] = "ipv4:198.51.100.9:4711";

class EnrollmentDeskTest : public EnrollmentTest {
 protected:
  absl::StatusOr<v1::InviteNodeResponse> Invite(const Asker& asker,
                                                const v1::NodeDescription& node) {
    v1::InviteNodeRequest request;
    *request.mutable_node() = node;
    return desk_->Invite(asker, request);
  }
  v1::InviteNodeResponse Invited(const std::string& name = "unit") {
    auto invited = Invite(OperatorOf(root_), Describe(kUnitOrg, name));
    EXPECT_TRUE(invited.ok()) << invited.status();
    return invited.value_or(v1::InviteNodeResponse());
  }
  absl::StatusOr<v1::RequestEnrollmentResponse> Request(const std::string& code,
                                                        const NodeKey& key) {
    v1::RequestEnrollmentRequest request;
    request.set_code(code);
    request.set_csr_pem(key.csr_pem);
    return desk_->Request(kPeer, request);
  }
  absl::StatusOr<v1::CollectCertificateResponse> Collect(const std::string& code,
                                                         const NodeKey& key) {
    v1::CollectCertificateRequest request;
    request.set_code(code);
    request.set_csr_pem(key.csr_pem);
    return desk_->Collect(kPeer, request);
  }
  absl::StatusOr<v1::DecideEnrollmentResponse> Decide(const std::string& id, bool approve,
                                                      const std::string& reason = "known",
                                                      std::optional<Asker> asker = std::nullopt) {
    v1::DecideEnrollmentRequest request;
    request.set_id(id);
    request.set_approve(approve);
    request.set_reason(reason);
    return desk_->Decide(asker.value_or(OperatorOf(root_)), request);
  }

  const NodeKey key_ = MakeNodeKey().value();
  const NodeKey other_key_ = MakeNodeKey().value();
};

TEST_F(EnrollmentDeskTest, ANodeJoins) {
  const v1::InviteNodeResponse invited = Invited();
  EXPECT_THAT(invited.code(), MatchesRegex("[A-Z2-7]{26}"));
  EXPECT_EQ(invited.address(), "city.example:7444");
  EXPECT_EQ(invited.ca_pem(), "authorities");
  EXPECT_EQ(invited.enrollment().invited_by(), "operator@hz/city");
  const std::string id = invited.enrollment().id();

  const auto asked = Request(absl::AsciiStrToLower(invited.code()), key_);
  ASSERT_TRUE(asked.ok()) << asked.status();
  EXPECT_EQ(asked->enrollment().state(), v1::ENROLLMENT_STATE_REQUESTED);
  EXPECT_EQ(asked->enrollment().key_fingerprint(), key_.fingerprint);
  EXPECT_EQ(LastEntry().action(), v1::ACTION_ENROLL);
  EXPECT_EQ(LastEntry().peer(), kPeer);
  EXPECT_EQ(LastEntry().node(), "");

  const auto waiting = Collect(invited.code(), key_);
  ASSERT_TRUE(waiting.ok()) << waiting.status();
  EXPECT_EQ(waiting->certificate_pem(), "");

  const auto approved = Decide(id, true);
  ASSERT_TRUE(approved.ok()) << approved.status();
  EXPECT_EQ(approved->enrollment().state(), v1::ENROLLMENT_STATE_APPROVED);
  const auto collected = Collect(invited.code(), NodeKeyOf(key_.key_pem).value());
  ASSERT_TRUE(collected.ok()) << collected.status();
  const auto bundle = CheckBundle({collected->ca_pem(), collected->certificate_pem(), key_.key_pem},
                                  "test", clock_.Now());
  ASSERT_TRUE(bundle.ok()) << bundle.status();
  EXPECT_EQ(bundle->facts.serial, approved->enrollment().serial());
  EXPECT_EQ(Collect(invited.code(), key_)->certificate_pem(), collected->certificate_pem());
}

TEST_F(EnrollmentDeskTest, OnlyAHashOfTheCodeIsKept) {
  const std::string code = Invited().code();
  const auto kept = store_.ListEnrollments(kCityOrg, v1::ENROLLMENT_STATE_UNSPECIFIED, "", 10);
  ASSERT_TRUE(kept.ok()) << kept.status();
  ASSERT_EQ(kept->size(), 1u);
  for (const StoredEnrollment& stored : *kept) {
    EXPECT_EQ(stored.code_hash.size(), 64u);
    EXPECT_FALSE(absl::StrContains(stored.enrollment.DebugString(), code));
  }
  for (const v1::AuditEntry& entry : audit_.entries()) {
    EXPECT_FALSE(absl::StrContains(entry.DebugString(), code));
  }
}

TEST_F(EnrollmentDeskTest, UnknownUsedAndOldCodesReadAlike) {
  const std::string used = Invited("a").code();
  ASSERT_TRUE(Request(used, key_).ok());
  const v1::InviteNodeResponse back = Invited("b");
  ASSERT_TRUE(Decide(back.enrollment().id(), false).ok());
  const std::string old = Invited("c").code();
  clock_.ahead_seconds = absl::ToInt64Seconds(limits::kEnrollmentCodeLife);
  const absl::Status unknown = Request(MakeEnrollmentCode().value(), other_key_).status();
  EXPECT_EQ(ReasonOf(unknown), v1::ERROR_REASON_BAD_ENROLLMENT_CODE);
  for (const std::string& code : {used, back.code(), old, std::string()}) {
    EXPECT_EQ(Request(code, other_key_).status(), unknown);
    EXPECT_EQ(LastEntry().result(), v1::AUDIT_RESULT_DENIED);
    EXPECT_EQ(LastEntry().reason(), "BAD_ENROLLMENT_CODE");
    EXPECT_EQ(Collect(code, other_key_).status(), unknown);
  }
}

TEST_F(EnrollmentDeskTest, TheSameKeyMayAskAgainWhenTheAnswerWasLost) {
  const std::string code = Invited().code();
  ASSERT_TRUE(Request(code, key_).ok());
  const size_t entries = audit_.entries().size();
  const auto again = Request(code, NodeKeyOf(key_.key_pem).value());
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_EQ(again->enrollment().key_fingerprint(), key_.fingerprint);
  EXPECT_EQ(audit_.entries().size(), entries);
}

TEST_F(EnrollmentDeskTest, ABadRequestDoesNotUseTheCodeUp) {
  const std::string code = Invited().code();
  NodeKey broken = key_;
  broken.csr_pem.resize(broken.csr_pem.size() / 2);
  EXPECT_EQ(Request(code, broken).status().code(), Code::kInvalidArgument);
  EXPECT_TRUE(Request(code, key_).ok());
}

TEST_F(EnrollmentDeskTest, InvitationsStayWithinWhatOneManages) {
  EXPECT_TRUE(Invite(PersonOf(kUnionOrg, v1::ROLE_ADMINISTRATOR), Describe(kUnitOrg, "a")).ok());
  for (const Asker& asker :
       {PersonOf(kUnionOrg, v1::ROLE_ADMINISTRATOR), PersonOf(kOtherUnionOrg, v1::ROLE_HANDLER)}) {
    EXPECT_EQ(Invite(asker, Describe(kOtherUnitOrg, "a")).status().code(), Code::kPermissionDenied);
    EXPECT_EQ(LastEntry().action(), v1::ACTION_MANAGE_NODES);
    EXPECT_EQ(LastEntry().result(), v1::AUDIT_RESULT_DENIED);
  }
  // A server of a union invites for itself at most.
  EnrollmentDesk below(store_, audit_, *authority_, Current(), clock_,
                       {ServerOf(kUnionOrg), "", nullptr});
  v1::InviteNodeRequest request;
  *request.mutable_node() = Describe(kOtherUnitOrg, "a");
  EXPECT_EQ(below.Invite(OperatorOf(ServerOf(kUnionOrg)), request).status().code(),
            Code::kPermissionDenied);
  Asker city = PersonOf(kUnionOrg, v1::ROLE_ADMINISTRATOR);
  city.person->set_org(kCityOrg);
  EXPECT_EQ(below.Invite(city, request).status().code(), Code::kPermissionDenied);
}

TEST_F(EnrollmentDeskTest, ANameHasOneNode) {
  const std::string id = Invited().enrollment().id();
  const auto again = [&] { return Invite(OperatorOf(root_), Describe(kUnitOrg, "unit")).status(); };
  EXPECT_EQ(ReasonOf(again()), v1::ERROR_REASON_ALREADY_EXISTS);
  ASSERT_TRUE(Decide(id, false).ok());
  const auto second = Invite(OperatorOf(root_), Describe(kUnitOrg, "unit"));
  ASSERT_TRUE(second.ok()) << second.status();
  ASSERT_TRUE(Request(second->code(), key_).ok());
  EXPECT_EQ(again().code(), Code::kAlreadyExists);
  ASSERT_TRUE(Decide(second->enrollment().id(), true).ok());
  EXPECT_EQ(again().code(), Code::kAlreadyExists);
  clock_.ahead_seconds = 2;  // revoked after it was issued
  ASSERT_TRUE(Revoke(OperatorOf(root_), "hz.gongye.xiangjiao/unit").ok());
  EXPECT_TRUE(again().ok());
  EXPECT_EQ(Invite(OperatorOf(root_), Describe(kCityOrg, "city")).status().code(),
            Code::kAlreadyExists);
}

TEST_F(EnrollmentDeskTest, AnInvitationThatEndedFreesTheName) {
  Invited();
  clock_.ahead_seconds = absl::ToInt64Seconds(limits::kEnrollmentCodeLife);
  EXPECT_TRUE(Invite(OperatorOf(root_), Describe(kUnitOrg, "unit")).ok());
}

TEST_F(EnrollmentDeskTest, DecisionsAreForThoseWhoManageTheNode) {
  const v1::InviteNodeResponse invited = Invited();
  const std::string id = invited.enrollment().id();
  EXPECT_EQ(Decide(id, true).status().code(), Code::kInvalidArgument);  // nobody has asked
  ASSERT_TRUE(Request(invited.code(), key_).ok());
  const Asker stranger = PersonOf(kOtherUnionOrg, v1::ROLE_ADMINISTRATOR);
  const absl::Status hidden = Decide(id, true, "", stranger).status();
  EXPECT_EQ(hidden.code(), Code::kNotFound);
  EXPECT_EQ(LastEntry().result(), v1::AUDIT_RESULT_DENIED);
  EXPECT_EQ(Decide("00000000-0000-7000-8000-000000000000", true, "", stranger).status(), hidden);
  EXPECT_EQ(Decide(id, true, "", PersonOf(kUnionOrg, v1::ROLE_REVIEWER)).status().code(),
            Code::kPermissionDenied);
  EXPECT_EQ(ReasonOf(Decide(id, false, "").status()), v1::ERROR_REASON_REASON_REQUIRED);
  const auto approved = Decide(id, true, "", PersonOf(kUnionOrg, v1::ROLE_ADMINISTRATOR));
  ASSERT_TRUE(approved.ok()) << approved.status();
  EXPECT_EQ(approved->enrollment().decided_by(), "someone");
  EXPECT_TRUE(Decide(id, true).ok());  // no other certificate
  EXPECT_EQ(Decide(id, true)->enrollment().serial(), approved->enrollment().serial());
  EXPECT_EQ(Decide(id, false).status().code(), Code::kInvalidArgument);
}

TEST_F(EnrollmentDeskTest, WhoWasRefusedLearnsIt) {
  const v1::InviteNodeResponse invited = Invited();
  ASSERT_TRUE(Request(invited.code(), key_).ok());
  ASSERT_TRUE(Decide(invited.enrollment().id(), false).ok());
  const auto collected = Collect(invited.code(), key_);
  ASSERT_TRUE(collected.ok()) << collected.status();
  EXPECT_EQ(collected->enrollment().state(), v1::ENROLLMENT_STATE_REJECTED);
  EXPECT_EQ(collected->certificate_pem(), "");
  EXPECT_EQ(Decide(invited.enrollment().id(), true).status().code(), Code::kInvalidArgument);
}

TEST_F(EnrollmentDeskTest, WhenTheRootIsAwayTheRequestWaits) {
  const v1::InviteNodeResponse invited = Invited();
  ASSERT_TRUE(Request(invited.code(), key_).ok());
  authority_->away = absl::UnavailableError("away");
  EXPECT_EQ(Decide(invited.enrollment().id(), true).status().code(), Code::kUnavailable);
  EXPECT_EQ(LastEntry().result(), v1::AUDIT_RESULT_FAILED);
  authority_->away = absl::OkStatus();
  EXPECT_TRUE(Decide(invited.enrollment().id(), true).ok());
}

TEST_F(EnrollmentDeskTest, ARequestThatWaitedTooLongIsMadeAnew) {
  const v1::InviteNodeResponse invited = Invited();
  ASSERT_TRUE(Request(invited.code(), key_).ok());
  clock_.ahead_seconds = absl::ToInt64Seconds(limits::kEnrollmentCodeLife + kMaxEnrollmentWait);
  EXPECT_EQ(Decide(invited.enrollment().id(), true).status().code(), Code::kInvalidArgument);
}

TEST_F(EnrollmentDeskTest, ListsPageByPageWhatOneManages) {
  for (const char* const name : {"a", "b", "c"}) Invited(name);
  ASSERT_TRUE(Invite(OperatorOf(root_), Describe(kOtherUnitOrg, "d")).ok());
  v1::ListEnrollmentsRequest request;
  request.set_page_size(2);
  std::string names;
  do {
    const auto page = desk_->List(PersonOf(kUnionOrg, v1::ROLE_ADMINISTRATOR), request);
    ASSERT_TRUE(page.ok()) << page.status();
    for (const v1::Enrollment& enrollment : page->enrollments()) names += enrollment.node().node();
    request.set_page_token(page->next_page_token());
  } while (!request.page_token().empty());
  EXPECT_EQ(names, "cba");
  request.set_page_token("x");
  EXPECT_EQ(ReasonOf(desk_->List(OperatorOf(root_), request).status()),
            v1::ERROR_REASON_BAD_PAGE_TOKEN);
  EXPECT_EQ(desk_->List(PersonOf(kUnionOrg, v1::ROLE_AUDITOR), {}).status().code(),
            Code::kPermissionDenied);
}

TEST_F(EnrollmentDeskTest, ACodeLivesAMonthAtMost) {
  v1::InviteNodeRequest request;
  *request.mutable_node() = Describe(kUnitOrg, "unit");
  for (const int64_t seconds : {int64_t{0}, int64_t{-1}, int64_t{31 * 24 * 3600}}) {
    request.mutable_code_life()->set_seconds(seconds);
    EXPECT_EQ(desk_->Invite(OperatorOf(root_), request).status().code(), Code::kInvalidArgument);
  }
  request.mutable_code_life()->set_seconds(60);
  const auto invited = desk_->Invite(OperatorOf(root_), request);
  ASSERT_TRUE(invited.ok()) << invited.status();
  clock_.ahead_seconds = 61;
  EXPECT_FALSE(Request(invited->code(), key_).ok());
}

}  // namespace
}  // namespace bangfu::server
