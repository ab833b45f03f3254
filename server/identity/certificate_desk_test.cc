#include "server/identity/certificate_desk.h"

#include "base/limits.h"
#include "server/identity/enrollment_fixture.h"

namespace bangfu::server {
namespace {

using Code = absl::StatusCode;

class CertificateDeskTest : public EnrollmentTest {
 protected:
  absl::Status Issue(const Asker& asker, const v1::NodeDescription& node,
                     const std::string& approved_by = "someone") {
    return certificates_->IssueCertificate(asker, IssueFor(node, approved_by)).status();
  }
};

TEST_F(CertificateDeskTest, AServerGetsCertificatesForItsSubtreeOnly) {
  const Asker district = AskerAt(ServerOf(kUnionOrg));
  EXPECT_TRUE(Issue(district, Describe(kUnitOrg, "unit")).ok());
  EXPECT_TRUE(Issue(district, Describe(kUnitOrg, "desk", v1::NODE_KIND_DESK)).ok());
  EXPECT_TRUE(Issue(district, Describe(kUnionOrg, "second")).ok());
  EXPECT_EQ(LastEntry().result(), v1::AUDIT_RESULT_DONE);
  for (const char* const org : {kOtherUnionOrg, kOtherUnitOrg, kCityOrg, kCenterOrg}) {
    const absl::Status status = Issue(district, Describe(org, "unit"));
    EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_NOT_PERMITTED) << org;
    EXPECT_EQ(LastEntry().action(), v1::ACTION_ENROLL);
    EXPECT_EQ(LastEntry().result(), v1::AUDIT_RESULT_DENIED);
    EXPECT_EQ(LastEntry().node(), "hz.gongye/server");
  }
  EXPECT_FALSE(Issue(district, Describe("hz.gongye.nowhere", "unit")).ok());
}

TEST_F(CertificateDeskTest, WhatIsIssuedIsWhatWasApproved) {
  const NodeKey key = MakeNodeKey().value();
  v1::IssueCertificateRequest request =
      IssueFor(Describe(kUnitOrg, "unit", v1::NODE_KIND_SERVER, {"unit.example"}));
  request.set_csr_pem(key.csr_pem);
  const auto issued = certificates_->IssueCertificate(OperatorOf(root_), request);
  ASSERT_TRUE(issued.ok()) << issued.status();
  const auto bundle =
      CheckBundle({issued->ca_pem(), issued->certificate_pem(), key.key_pem}, "test", clock_.Now());
  ASSERT_TRUE(bundle.ok()) << bundle.status();
  EXPECT_EQ(bundle->identity, (NodeIdentity{kUnitOrg, "unit", NodeKind::kServer}));
  EXPECT_EQ(bundle->facts.dns_names, std::vector<std::string>{"unit.example"});
  EXPECT_NEAR(absl::ToDoubleHours(bundle->not_after - clock_.Now()),
              absl::ToDoubleHours(limits::kCertificateLife), 0.1);
  // The entry names the certificate.
  EXPECT_EQ(LastEntry().objects(1).id(), bundle->facts.serial);
}

TEST_F(CertificateDeskTest, ANodeRenewsItsOwnAndNoOther) {
  Principal desk = ServerOf(kUnitOrg, "desk");
  desk.kind = v1::NODE_KIND_DESK;
  const Asker asker = AskerAt(desk);
  EXPECT_TRUE(Issue(asker, Describe(kUnitOrg, "desk", v1::NODE_KIND_DESK), "").ok());
  // Another kind, name or org; or with an approval, which a desk has no right to give.
  EXPECT_FALSE(Issue(asker, Describe(kUnitOrg, "desk", v1::NODE_KIND_SERVER), "").ok());
  EXPECT_FALSE(Issue(asker, Describe(kUnitOrg, "other", v1::NODE_KIND_DESK), "").ok());
  EXPECT_FALSE(Issue(asker, Describe(kSiblingOrg, "desk", v1::NODE_KIND_DESK), "").ok());
  EXPECT_FALSE(Issue(asker, Describe(kUnitOrg, "desk", v1::NODE_KIND_DESK), "me").ok());
}

TEST_F(CertificateDeskTest, AdministratorsOfTheOrgMayOthersMayNot) {
  const v1::NodeDescription node = Describe(kUnitOrg, "unit");
  EXPECT_TRUE(Issue(PersonOf(kUnionOrg, v1::ROLE_ADMINISTRATOR), node).ok());
  EXPECT_FALSE(Issue(PersonOf(kOtherUnionOrg, v1::ROLE_ADMINISTRATOR), node).ok());
  EXPECT_FALSE(Issue(PersonOf(kUnionOrg, v1::ROLE_APPROVER), node).ok());
  Asker nobody = AskerAt(PersonOf(kUnionOrg, v1::ROLE_ADMINISTRATOR).node);
  EXPECT_EQ(Issue(nobody, node).code(), Code::kUnauthenticated);
}

TEST_F(CertificateDeskTest, NobodyPassesForTheRoot) {
  const Asker district = AskerAt(ServerOf(kUnionOrg));
  const auto named = [](const std::string& name) {
    return Describe(kUnionOrg, "second", v1::NODE_KIND_SERVER, {name});
  };
  EXPECT_TRUE(Issue(district, named("union.example")).ok());
  EXPECT_EQ(Issue(district, named("city.example")).code(), Code::kPermissionDenied);
  EXPECT_EQ(Issue(district, named("CITY.example")).code(), Code::kPermissionDenied);
  EXPECT_EQ(Issue(district, named("*.example")).code(), Code::kInvalidArgument);
  v1::NodeDescription by_address = Describe(kUnionOrg, "second");
  by_address.add_ip_addresses("192.0.2.1");
  EXPECT_EQ(Issue(district, by_address).code(), Code::kPermissionDenied);
  // The root keeps its own.
  EXPECT_TRUE(
      Issue(OperatorOf(root_),
            Describe(kCityOrg, "city", v1::NODE_KIND_SERVER, {"city.example", "*.city.example"}),
            "")
          .ok());
}

TEST_F(CertificateDeskTest, ADeskHasNoNames) {
  EXPECT_EQ(
      Issue(OperatorOf(root_), Describe(kUnitOrg, "desk", v1::NODE_KIND_DESK, {"desk.example"}))
          .code(),
      Code::kInvalidArgument);
  EXPECT_EQ(Issue(OperatorOf(root_), Describe(kUnitOrg, "desk", v1::NODE_KIND_UNSPECIFIED)).code(),
            Code::kInvalidArgument);
}

TEST_F(CertificateDeskTest, WhoIsRevokedGetsNothing) {
  const Principal server = ServerOf(kUnionOrg);
  ASSERT_TRUE(Revoke(OperatorOf(root_), server.Key()).ok());
  EXPECT_EQ(ReasonOf(Issue(AskerAt(server), Describe(kUnitOrg, "unit"))),
            v1::ERROR_REASON_CERTIFICATE_REVOKED);
  EXPECT_EQ(ReasonOf(Issue(AskerAt(server), Describe(kUnionOrg, "server"), "")),
            v1::ERROR_REASON_CERTIFICATE_REVOKED);
}

TEST_F(CertificateDeskTest, AServerBetweenCannotRenewForARevokedNode) {
  const Asker district = AskerAt(ServerOf(kUnionOrg));
  const v1::NodeDescription desk = Describe(kUnitOrg, "desk", v1::NODE_KIND_DESK);
  EXPECT_TRUE(Issue(district, desk, "").ok());
  ASSERT_TRUE(Revoke(OperatorOf(root_), "hz.gongye.xiangjiao/desk").ok());
  EXPECT_EQ(ReasonOf(Issue(district, desk, "")), v1::ERROR_REASON_CERTIFICATE_REVOKED);
  // Joining anew is another matter, and its renewal comes much later.
  EXPECT_TRUE(Issue(district, desk, "someone").ok());
  clock_.ahead_seconds = absl::ToInt64Seconds(kRevocationSettles) + 1;
  EXPECT_TRUE(Issue(district, desk, "").ok());
}

TEST_F(CertificateDeskTest, RevokingIsForThoseWhoManageTheNode) {
  EXPECT_EQ(Revoke(AskerAt(ServerOf(kUnionOrg)), "hz.fuyang/server").code(),
            Code::kPermissionDenied);
  EXPECT_EQ(Revoke(PersonOf(kUnionOrg, v1::ROLE_HANDLER), "hz.gongye/x").code(),
            Code::kPermissionDenied);
  EXPECT_TRUE(Revoke(PersonOf(kUnionOrg, v1::ROLE_ADMINISTRATOR), "hz.gongye/x").ok());
  EXPECT_TRUE(Revoke(AskerAt(ServerOf(kUnionOrg)), "hz.gongye.xiangjiao/x", "AB1").ok());
  const auto directory = store_.LoadDirectory();
  ASSERT_EQ(directory->revoked_nodes_size(), 2);
  EXPECT_EQ(directory->revoked_nodes(1).serial(), "0ab1");  // as certificates are read
  EXPECT_EQ(directory->version(), 2);
  EXPECT_EQ(LastEntry().action(), v1::ACTION_MANAGE_NODES);
  EXPECT_EQ(LastEntry().stated_reason(), "lost");
}

TEST_F(CertificateDeskTest, NobodySawsOffTheOwnBranch) {
  EXPECT_EQ(Revoke(OperatorOf(root_), root_.Key()).code(), Code::kInvalidArgument);
  EXPECT_EQ(Revoke(OperatorOf(root_), root_.Key(), root_.serial).code(), Code::kInvalidArgument);
  EXPECT_TRUE(Revoke(OperatorOf(root_), root_.Key(), "0999").ok());  // an earlier one
  v1::RevokeNodeRequest without_reason;
  without_reason.set_node("hz.gongye/x");
  EXPECT_EQ(ReasonOf(certificates_->RevokeNode(OperatorOf(root_), without_reason)),
            v1::ERROR_REASON_REASON_REQUIRED);
  for (const char* const bad : {"", "hz.gongye", "hz.gongye/", "hz.gongye/x/y", "HZ/x"}) {
    EXPECT_EQ(Revoke(OperatorOf(root_), bad).code(), Code::kInvalidArgument) << bad;
  }
}

TEST_F(CertificateDeskTest, NothingWithoutAnEntry) {
  audit_.FailWith(absl::UnavailableError("disk"));
  EXPECT_EQ(Issue(OperatorOf(root_), Describe(kUnitOrg, "unit")).code(), Code::kUnavailable);
  EXPECT_EQ(Revoke(OperatorOf(root_), "hz.gongye/x").code(), Code::kUnavailable);
  EXPECT_EQ(store_.LoadDirectory()->revoked_nodes_size(), 0);
}

TEST_F(CertificateDeskTest, ARootWithoutAuthoritySaysSo) {
  CertificateDesk desk(store_, audit_, Current(), clock_, {root_, "", nullptr});
  EXPECT_EQ(desk.IssueCertificate(OperatorOf(root_), IssueFor(Describe(kUnitOrg, "unit")))
                .status()
                .code(),
            Code::kFailedPrecondition);
}

}  // namespace
}  // namespace bangfu::server
