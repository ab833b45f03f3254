#include "client/transport/grpc_server_link.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <grpcpp/security/auth_context.h>
#include <grpcpp/security/server_credentials.h>
#include <grpcpp/server.h>
#include <grpcpp/server_builder.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/synchronization/notification.h"
#include "absl/time/clock.h"
#include "absl/time/time.h"
#include "bangfu/v1/archive_service.grpc.pb.h"
#include "bangfu/v1/conflict_service.grpc.pb.h"
#include "bangfu/v1/org_service.grpc.pb.h"
#include "bangfu/v1/sync_service.grpc.pb.h"
#include "base/error.h"
#include "base/limits.h"
#include "google/rpc/error_details.pb.h"
#include "server/tls/bundle.h"
#include "server/tls/certificate_authority.h"

namespace bangfu::client {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::UnorderedElementsAre;

// A status as our servers send it.
grpc::Status OnTheWire(const absl::Status& status) {
  google::rpc::Status details;
  details.set_code(static_cast<int>(status.code()));
  details.set_message(std::string(status.message()));
  status.ForEachPayload([&](absl::string_view type, const absl::Cord& payload) {
    auto* any = details.add_details();
    any->set_type_url(std::string(type));
    any->set_value(std::string(payload));
  });
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), std::string(status.message()),
                      details.SerializeAsString());
}

absl::Status StoreUnavailable() {
  return ErrorBuilder(absl::StatusCode::kUnavailable, v1::ERROR_REASON_STORE_UNAVAILABLE,
                      {"数据库暂时不可用", "the store is down"})
      .With("node", "fuyang-1")
      .Build();
}

v1::Change Change(const std::string& id) {
  v1::Change change;
  change.set_change_id(id);
  return change;
}

class ScriptedSync final : public v1::SyncService::Service {
 public:
  grpc::Status Handshake(grpc::ServerContext* context, const v1::HandshakeRequest* request,
                         v1::HandshakeResponse* response) override {
    ++handshakes;
    if (failures_left > 0) {
      --failures_left;
      return OnTheWire(failure);
    }
    peer_authenticated = context->auth_context()->IsPeerAuthenticated();
    asked = *request;
    response->set_protocol_version(version);
    for (const v1::Capability capability : capabilities) response->add_capabilities(capability);
    response->set_node("fuchun-1");
    response->set_directory_version(directory_of_handshake);
    return grpc::Status::OK;
  }

  grpc::Status Push(grpc::ServerContext*, const v1::PushRequest* request,
                    v1::PushResponse* response) override {
    pushes.push_back(*request);
    for (const v1::Change& change : request->changes()) {
      v1::Outcome* outcome = response->add_outcomes();
      outcome->set_change_id(change.change_id());
      outcome->set_verdict(verdict);
    }
    if (mutate) mutate(*response);
    return grpc::Status::OK;
  }

  // Batches 1 … batches, broken off after every `break_after`.
  grpc::Status Pull(grpc::ServerContext*, const v1::PullRequest* request,
                    grpc::ServerWriter<v1::PullResponse>* writer) override {
    cursors.push_back(request->cursor());
    with_conflicts = request->with_conflicts();
    int sent = 0;
    for (int next = request->cursor().empty() ? 1 : std::stoi(request->cursor()) + 1;
         next <= batches; ++next) {
      if (sent++ == break_after) return grpc::Status(grpc::StatusCode::UNAVAILABLE, "bye");
      v1::PullResponse batch;
      batch.set_next_cursor(std::to_string(next));
      batch.set_caught_up(next == batches);
      if (!writer->Write(batch)) break;
    }
    return grpc::Status::OK;
  }

  // Says what is in `news`, then nothing more until the caller goes.
  grpc::Status Watch(grpc::ServerContext* context, const v1::WatchRequest* request,
                     grpc::ServerWriter<v1::WatchResponse>* writer) override {
    cursors.push_back(request->cursor());
    for (const bool more : news) {
      v1::WatchResponse response;
      response.set_more(more);
      writer->Write(response);
    }
    for (const int64_t told : directories) {
      v1::WatchResponse response;
      response.set_directory_version(told);
      writer->Write(response);
    }
    while (!break_watch && !context->IsCancelled()) absl::SleepFor(absl::Milliseconds(10));
    return grpc::Status::OK;
  }

  grpc::Status GetDigest(grpc::ServerContext*, const v1::GetDigestRequest* request,
                         v1::GetDigestResponse* response) override {
    response->add_sums()->set_bucket(request->buckets(0));
    return grpc::Status::OK;
  }

  // At most `room` records in one answer.
  grpc::Status GetRecords(grpc::ServerContext*, const v1::GetRecordsRequest* request,
                          v1::GetRecordsResponse* response) override {
    sizes.push_back(request->ids_size());
    for (const std::string& id : request->ids()) {
      if (response->records_size() < room) {
        response->add_records()->set_id(id);
      } else {
        response->add_omitted_ids(id);
      }
    }
    return grpc::Status::OK;
  }

  grpc::Status GetReceipts(grpc::ServerContext*, const v1::GetReceiptsRequest* request,
                           v1::GetReceiptsResponse* response) override {
    sizes.push_back(request->change_ids_size());
    for (const std::string& id : request->change_ids()) response->add_receipts()->set_change_id(id);
    return grpc::Status::OK;
  }

  grpc::Status GetNodeStatus(grpc::ServerContext*, const v1::GetNodeStatusRequest*,
                             v1::GetNodeStatusResponse* response) override {
    response->set_feed_head(9);
    return grpc::Status::OK;
  }

  int handshakes = 0;
  int failures_left = 0;
  absl::Status failure = StoreUnavailable();
  bool peer_authenticated = false;
  v1::HandshakeRequest asked;
  std::vector<v1::Capability> capabilities;
  int version = limits::kProtocolVersion;
  v1::Verdict verdict = v1::VERDICT_ACCEPTED;
  std::function<void(v1::PushResponse&)> mutate;
  int batches = 5;
  int break_after = 100;
  std::vector<std::string> cursors;
  bool with_conflicts = false;
  std::vector<v1::PushRequest> pushes;
  std::vector<bool> news;
  std::vector<int64_t> directories;  // versions that a watch tells, one after the other
  int64_t directory_of_handshake = 0;
  std::atomic<bool> break_watch{false};
  int room = 1000;
  std::vector<int> sizes;
};

class ScriptedOrg final : public v1::OrgService::Service {
 public:
  grpc::Status GetOrgTree(grpc::ServerContext*, const v1::GetOrgTreeRequest* request,
                          v1::GetOrgTreeResponse* response) override {
    if (request->known_version() != 4) response->mutable_tree()->set_version(4);
    return grpc::Status::OK;
  }
  grpc::Status PreviewMove(grpc::ServerContext*, const v1::PreviewMoveRequest*,
                           v1::PreviewMoveResponse* response) override {
    response->set_records(12);
    return grpc::Status::OK;
  }
  grpc::Status GetPolicySet(grpc::ServerContext*, const v1::GetPolicySetRequest* request,
                            v1::GetPolicySetResponse* response) override {
    if (request->known_version() != 7) response->mutable_policy_set()->set_version(7);
    return grpc::Status::OK;
  }
};

class ScriptedConflicts final : public v1::ConflictService::Service {
 public:
  grpc::Status GetConflict(grpc::ServerContext*, const v1::GetConflictRequest* request,
                           v1::GetConflictResponse* response) override {
    response->mutable_conflict()->set_id(request->id());
    return grpc::Status::OK;
  }
  grpc::Status ListConflicts(grpc::ServerContext*, const v1::ListConflictsRequest* request,
                             v1::ListConflictsResponse* response) override {
    response->add_conflicts()->set_record_id(request->record_id());
    return grpc::Status::OK;
  }
};

class ScriptedArchives final : public v1::ArchiveService::Service {
 public:
  grpc::Status GetArchive(grpc::ServerContext*, const v1::GetArchiveRequest* request,
                          v1::GetArchiveResponse* response) override {
    response->mutable_archive()->set_id(request->id());
    response->set_revision(7);
    return grpc::Status::OK;
  }
  grpc::Status ListArchives(grpc::ServerContext*, const v1::ListArchivesRequest*,
                            v1::ListArchivesResponse* response) override {
    // One more byte than a message may have.
    response->add_archives()->set_hardship_description(
        std::string(static_cast<size_t>(limits::kMaxMessageBytes), 'a'));
    return grpc::Status::OK;
  }
};

class GrpcServerLinkTest : public ::testing::Test {
 protected:
  void SetUp() override {
    ASSERT_NE(mkdtemp(folder_.data()), nullptr);
    MakeAuthority("ca");
    Issue("server", "ca", "fuyang-1", absl::Now(), server::kDefaultNodeValidity);
    Issue("client", "ca", "fuchun-1", absl::Now(), server::kDefaultNodeValidity);
  }
  void TearDown() override {
    if (server_ != nullptr) server_->Shutdown();
    std::filesystem::remove_all(folder_);
  }

  void MakeAuthority(const std::string& name) {
    const absl::Status made =
        server::InitAuthority(folder_ + "/" + name, "Test city", absl::Now() - absl::Hours(48));
    ASSERT_TRUE(made.ok()) << made;
  }
  void Issue(const std::string& name, const std::string& authority, const std::string& node,
             absl::Time now, absl::Duration validity) {
    server::NodeCertificateRequest request;
    request.node_name = node;
    request.org = "hz.fuyang";
    request.dns_names = {"fuyang.example"};
    request.ip_addresses = {"127.0.0.1"};
    request.now = now;
    request.validity = validity;
    const absl::Status issued =
        server::IssueCertificate(folder_ + "/" + authority, request, folder_ + "/" + name);
    ASSERT_TRUE(issued.ok()) << issued;
  }
  // Valid for a minute, a day ago.
  void IssueExpired(const std::string& name) {
    Issue(name, "ca", "old-1", absl::Now() - absl::Hours(24), absl::Minutes(1));
  }

  LinkCredentials Credentials(const std::string& name, absl::Time when = absl::Now()) {
    auto bundle = server::LoadBundle(folder_ + "/" + name, when);
    EXPECT_TRUE(bundle.ok()) << bundle.status();
    if (!bundle.ok()) return {};
    return {bundle->ca_pem, bundle->cert_pem, bundle->key_pem};
  }
  LinkCredentials ExpiredCredentials(const std::string& name) {
    return Credentials(name, absl::Now() - absl::Hours(24));
  }

  void Serve(const LinkCredentials& credentials) {
    grpc::SslServerCredentialsOptions tls(
        GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
    tls.pem_root_certs = credentials.ca_pem;
    tls.pem_key_cert_pairs.push_back({credentials.key_pem, credentials.cert_pem});
    grpc::ServerBuilder builder;
    builder.AddListeningPort("127.0.0.1:0", grpc::SslServerCredentials(tls), &port_);
    for (grpc::Service* service :
         std::initializer_list<grpc::Service*>{&sync_, &org_, &conflicts_, &archives_}) {
      builder.RegisterService(service);
    }
    server_ = builder.BuildAndStart();
    ASSERT_NE(server_, nullptr);
  }

  std::unique_ptr<GrpcServerLink> Link(const LinkCredentials& credentials,
                                       std::optional<std::string> name = std::nullopt) {
    auto link = GrpcServerLink::Connect(absl::StrCat("127.0.0.1:", port_), credentials, name);
    EXPECT_TRUE(link.ok()) << link.status();
    return link.ok() ? *std::move(link) : nullptr;
  }
  std::unique_ptr<GrpcServerLink> ServeAndLink() {
    Serve(Credentials("server"));
    return Link(Credentials("client"));
  }

  static void ExpectUserError(const absl::Status& status, absl::StatusCode code,
                              const std::string& zh, const std::string& en) {
    EXPECT_EQ(status.code(), code) << status;
    EXPECT_THAT(TextOf(status).zh, HasSubstr(zh));
    EXPECT_THAT(TextOf(status).en, HasSubstr(en));
  }

  std::string folder_ = "/tmp/bangfu-link-XXXXXX";
  ScriptedSync sync_;
  ScriptedOrg org_;
  ScriptedConflicts conflicts_;
  ScriptedArchives archives_;
  std::unique_ptr<grpc::Server> server_;
  int port_ = 0;
};

TEST_F(GrpcServerLinkTest, CallsOverMutualTls) {
  auto link = ServeAndLink();
  auto handshake = link->Handshake({});
  ASSERT_TRUE(handshake.ok()) << handshake.status();
  EXPECT_EQ(handshake->node(), "fuchun-1");
  EXPECT_EQ(link->GetNodeStatus()->feed_head(), 9);
  EXPECT_EQ(link->PreviewMove({})->records(), 12);
  EXPECT_TRUE(sync_.peer_authenticated);
  EXPECT_EQ((*link->GetOrgTree(0))->version(), 4);
  EXPECT_FALSE(link->GetOrgTree(4)->has_value());
  EXPECT_EQ((*link->GetPolicySet(0))->version(), 7);
  EXPECT_FALSE(link->GetPolicySet(7)->has_value());
  EXPECT_EQ(link->GetConflict("c1")->id(), "c1");
  v1::ListConflictsRequest query;
  query.set_record_id("r1");
  EXPECT_EQ(link->ListConflicts(query)->conflicts(0).record_id(), "r1");
  EXPECT_EQ(link->GetArchive("a1")->archive().id(), "a1");
  EXPECT_EQ(link->GetArchive("a1")->revision(), 7);
}

TEST_F(GrpcServerLinkTest, TheCertificateMayCarryAnotherNameThanTheAddress) {
  Serve(Credentials("server"));
  EXPECT_TRUE(Link(Credentials("client"), "fuyang.example")->Handshake({}).ok());
}

TEST_F(GrpcServerLinkTest, PushReturnsAnOutcomeForEachChange) {
  auto link = ServeAndLink();
  auto outcomes = link->Push({Change("a"), Change("b")}, {});
  ASSERT_TRUE(outcomes.ok()) << outcomes.status();
  ASSERT_EQ(outcomes->size(), 2u);
  EXPECT_EQ((*outcomes)[1].change_id(), "b");
  EXPECT_TRUE(link->Push({}, {})->empty());
}

TEST_F(GrpcServerLinkTest, SessionsGoWithAPushToAServerThatKnowsOfPeople) {
  auto link = ServeAndLink();
  PushNote note;
  note.sessions = {"s1", "s2"};
  sync_.capabilities = {v1::CAPABILITY_PEOPLE};
  ASSERT_TRUE(link->Handshake({}).ok());
  ASSERT_TRUE(link->Push({Change("a")}, note).ok());
  EXPECT_THAT(sync_.pushes.back().sessions(), ElementsAre("s1", "s2"));
  sync_.capabilities = {};
  ASSERT_TRUE(link->Handshake({}).ok());
  ASSERT_TRUE(link->Push({Change("b")}, note).ok());
  EXPECT_TRUE(sync_.pushes.back().sessions().empty());
  EXPECT_EQ(link->GetDirectory(0).status().code(), absl::StatusCode::kUnimplemented);
}

TEST_F(GrpcServerLinkTest, AWatchTellsOfAnotherDirectory) {
  auto link = ServeAndLink();
  sync_.capabilities = {v1::CAPABILITY_WATCH};
  sync_.directory_of_handshake = 4;
  ASSERT_TRUE(link->Handshake({}).ok());
  sync_.directories = {4, 0, 5, 5};
  sync_.break_watch = true;
  int told = 0;
  const auto count = [&] {
    ++told;
    return absl::OkStatus();
  };
  EXPECT_FALSE(link->Watch("", count).ok());
  EXPECT_EQ(told, 1);
  EXPECT_FALSE(link->Watch("", count).ok());
  EXPECT_EQ(told, 3) << "4 is another one again, and 5 after it";
}

TEST_F(GrpcServerLinkTest, AnAnswerThatDoesNotFitIsNotUsed) {
  auto link = ServeAndLink();
  sync_.mutate = [](v1::PushResponse& response) { response.mutable_outcomes()->RemoveLast(); };
  EXPECT_EQ(link->Push({Change("a"), Change("b")}, {}).status().code(),
            absl::StatusCode::kInternal);
  sync_.mutate = [](v1::PushResponse& response) {
    response.mutable_outcomes()->SwapElements(0, 1);
  };
  EXPECT_EQ(link->Push({Change("a"), Change("b")}, {}).status().code(),
            absl::StatusCode::kInternal);
  sync_.mutate = nullptr;
  sync_.verdict = static_cast<v1::Verdict>(77);
  EXPECT_EQ(link->Push({Change("a")}, {}).status().code(), absl::StatusCode::kInternal);
  sync_.verdict = v1::VERDICT_UNSPECIFIED;
  EXPECT_EQ(link->Push({Change("a")}, {}).status().code(), absl::StatusCode::kInternal);
}

TEST_F(GrpcServerLinkTest, CancelEndsTheCallUnderWayAndAllLaterOnes) {
  auto link = ServeAndLink();
  absl::Notification entered;
  // Shared: the handler may still be waking from it when this test has ended.
  const auto done = std::make_shared<absl::Notification>();
  sync_.mutate = [&entered, done](v1::PushResponse&) {
    entered.Notify();
    done->WaitForNotification();  // an answer that does not come
  };
  absl::Status status;
  std::thread caller([&] { status = link->Push({Change("a")}, {}).status(); });
  entered.WaitForNotification();
  link->Cancel();
  caller.join();
  done->Notify();
  EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
  const int before = sync_.handshakes;
  EXPECT_EQ(link->Handshake({}).status().code(), absl::StatusCode::kCancelled);
  EXPECT_EQ(sync_.handshakes, before);
}

TEST_F(GrpcServerLinkTest, AnotherProtocolVersionIsRefusedClearly) {
  auto link = ServeAndLink();
  sync_.version = limits::kProtocolVersion + 1;
  const absl::Status status = link->Handshake({}).status();
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_PROTOCOL_VERSION);
  ExpectUserError(status, absl::StatusCode::kFailedPrecondition, "请升级本程序",
                  "update this program");
}

TEST_F(GrpcServerLinkTest, AServerThatIsTooOldIsToBeUpdated) {
  auto link = ServeAndLink();
  sync_.version = limits::kOldestProtocolVersion - 1;
  const absl::Status status = link->Handshake({}).status();
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_PROTOCOL_VERSION);
  ExpectUserError(status, absl::StatusCode::kFailedPrecondition, "请升级服务器",
                  "update the server");
}

TEST_F(GrpcServerLinkTest, TheHandshakeSaysWhatWeAreAndWhatWaits) {
  auto link = ServeAndLink();
  v1::HandshakeRequest about_us;
  about_us.set_protocol_version(77);
  about_us.set_pending_changes(3);
  about_us.add_pending_record_ids("r1");
  ASSERT_TRUE(link->Handshake(about_us).ok());
  EXPECT_EQ(sync_.asked.protocol_version(), limits::kProtocolVersion);
  EXPECT_EQ(sync_.asked.oldest_protocol_version(), limits::kOldestProtocolVersion);
  EXPECT_EQ(sync_.asked.pending_changes(), 3);
  EXPECT_THAT(sync_.asked.pending_record_ids(), ElementsAre("r1"));
  EXPECT_THAT(sync_.asked.capabilities(),
              UnorderedElementsAre(v1::CAPABILITY_WATCH, v1::CAPABILITY_DIGEST,
                                   v1::CAPABILITY_RECEIPT, v1::CAPABILITY_CONFLICT_FEED,
                                   v1::CAPABILITY_REOFFER, v1::CAPABILITY_PEOPLE));
}

TEST_F(GrpcServerLinkTest, WhatTheServerDidNotNameIsNotAsked) {
  auto link = ServeAndLink();
  ASSERT_TRUE(link->Handshake({}).ok());
  const auto nothing = [] { return absl::OkStatus(); };
  EXPECT_EQ(link->Watch("", nothing).code(), absl::StatusCode::kUnimplemented);
  EXPECT_EQ(link->GetDigest({}).status().code(), absl::StatusCode::kUnimplemented);
  EXPECT_EQ(link->GetRecords({"r1"}).status().code(), absl::StatusCode::kUnimplemented);
  EXPECT_EQ(link->GetReceipts({"c1"}).status().code(), absl::StatusCode::kUnimplemented);
  PushNote note{"replica", {}};
  note.reoffers.emplace_back().set_change_id("a");
  ASSERT_TRUE(link->Push({Change("a")}, note).ok());
  EXPECT_EQ(sync_.pushes.back().reoffers_size(), 0);
  EXPECT_EQ(sync_.pushes.back().replica_id(), "replica");
  ASSERT_TRUE(link->Pull("", [](const v1::PullResponse&) { return absl::OkStatus(); }).ok());
  EXPECT_FALSE(sync_.with_conflicts);
  EXPECT_EQ(sync_.cursors.size(), 1u);  // of the pull
  EXPECT_TRUE(sync_.sizes.empty());

  // An update of the server is noticed with the next handshake.
  sync_.capabilities = {v1::CAPABILITY_DIGEST, v1::CAPABILITY_RECEIPT, v1::CAPABILITY_REOFFER,
                        v1::CAPABILITY_CONFLICT_FEED};
  ASSERT_TRUE(link->Handshake({}).ok());
  v1::GetDigestRequest digest;
  digest.add_buckets(7);
  EXPECT_EQ(link->GetDigest(digest)->sums(0).bucket(), 7);
  EXPECT_EQ(link->GetReceipts({"c1"})->front().change_id(), "c1");
  EXPECT_EQ(link->Watch("", nothing).code(), absl::StatusCode::kUnimplemented);
  ASSERT_TRUE(link->Push({Change("a")}, note).ok());
  EXPECT_EQ(sync_.pushes.back().reoffers(0).change_id(), "a");
  ASSERT_TRUE(link->Pull("", [](const v1::PullResponse&) { return absl::OkStatus(); }).ok());
  EXPECT_TRUE(sync_.with_conflicts);
}

TEST_F(GrpcServerLinkTest, AfterAWaitThatTheServerAskedForTheNextPushGoesOut) {
  auto link = ServeAndLink();
  sync_.mutate = [](v1::PushResponse& response) { response.mutable_wait()->set_nanos(600000000); };
  ASSERT_TRUE(link->Push({Change("a")}, {}).ok());
  absl::Time start = absl::Now();
  ASSERT_TRUE(link->Handshake({}).ok());  // other calls do not wait
  EXPECT_LT(absl::Now() - start, absl::Milliseconds(400));
  sync_.mutate = nullptr;
  ASSERT_TRUE(link->Push({Change("b")}, {}).ok());
  EXPECT_GE(absl::Now() - start, absl::Milliseconds(500));
  start = absl::Now();
  ASSERT_TRUE(link->Push({Change("c")}, {}).ok());
  EXPECT_LT(absl::Now() - start, absl::Milliseconds(400));
}

TEST_F(GrpcServerLinkTest, AWaitCanBeCancelled) {
  auto link = ServeAndLink();
  sync_.mutate = [](v1::PushResponse& response) { response.mutable_wait()->set_seconds(1000000); };
  ASSERT_TRUE(link->Push({Change("a")}, {}).ok());
  const absl::Time start = absl::Now();
  absl::Status status;
  std::thread caller([&] { status = link->Push({Change("b")}, {}).status(); });
  absl::SleepFor(absl::Milliseconds(100));
  link->Cancel();
  caller.join();
  EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
  EXPECT_LT(absl::Now() - start, absl::Seconds(10));
}

TEST_F(GrpcServerLinkTest, WhoIsOverItsQuotaComesBackWhenToldTo) {
  auto link = ServeAndLink();
  sync_.failure = ErrorBuilder(absl::StatusCode::kResourceExhausted,
                               v1::ERROR_REASON_QUOTA_EXCEEDED, {"超出限额", "more than its share"})
                      .RetryAfter(absl::Seconds(1))
                      .Build();
  sync_.failures_left = 1;
  const absl::Time start = absl::Now();
  EXPECT_TRUE(link->Handshake({}).ok());
  EXPECT_GE(absl::Now() - start, absl::Seconds(1));
  EXPECT_EQ(sync_.handshakes, 2);

  // Without RetryInfo it is about something that waiting will not mend.
  sync_.failure = absl::ResourceExhaustedError("no");
  sync_.failures_left = 1;
  EXPECT_EQ(link->Handshake({}).status().code(), absl::StatusCode::kResourceExhausted);
  EXPECT_EQ(sync_.handshakes, 3);
}

TEST_F(GrpcServerLinkTest, AWatchTellsOfEveryNewsButNotOfHeartbeats) {
  sync_.capabilities = {v1::CAPABILITY_WATCH};
  auto link = ServeAndLink();
  ASSERT_TRUE(link->Handshake({}).ok());
  sync_.news = {true, false, false, true};
  int more = 0;
  const absl::Status enough = absl::OutOfRangeError("enough");
  EXPECT_EQ(link->Watch("at", [&] { return ++more == 2 ? enough : absl::OkStatus(); }), enough);
  EXPECT_EQ(more, 2);
  EXPECT_THAT(sync_.cursors, ElementsAre("at"));
}

TEST_F(GrpcServerLinkTest, AWatchThatTheServerEndsIsNeverWell) {
  auto link = ServeAndLink();
  sync_.break_watch = true;
  EXPECT_EQ(link->Watch("", [] { return absl::OkStatus(); }).code(),
            absl::StatusCode::kUnavailable);
  EXPECT_EQ(sync_.cursors.size(), 1u);
}

TEST_F(GrpcServerLinkTest, CancelEndsAWatch) {
  auto link = ServeAndLink();
  sync_.news = {true};
  absl::Notification entered;
  absl::Status status;
  std::thread watcher([&] {
    status = link->Watch("", [&] {
      entered.Notify();
      return absl::OkStatus();
    });
  });
  entered.WaitForNotification();
  link->Cancel();
  watcher.join();
  EXPECT_EQ(status.code(), absl::StatusCode::kCancelled);
}

TEST_F(GrpcServerLinkTest, RecordsThatDidNotFitAreAskedForAgain) {
  auto link = ServeAndLink();
  sync_.room = 3;
  const auto records = link->GetRecords({"a", "b", "c", "d", "e", "f", "g"});
  ASSERT_TRUE(records.ok()) << records.status();
  EXPECT_EQ(records->omitted_ids_size(), 0);
  std::vector<std::string> ids;
  for (const v1::Record& record : records->records()) ids.push_back(record.id());
  EXPECT_THAT(ids, ElementsAre("a", "b", "c", "d", "e", "f", "g"));
  EXPECT_THAT(sync_.sizes, ElementsAre(7, 4, 1));
  // A server that never has room is not asked for ever.
  sync_.room = 0;
  EXPECT_EQ(link->GetRecords({"a"}).status().code(), absl::StatusCode::kInternal);
}

TEST_F(GrpcServerLinkTest, WhatIsTooMuchForOneRequestGoesInSeveral) {
  auto link = ServeAndLink();
  const std::vector<std::string> ids(limits::kMaxReceipts + 1, "c");
  EXPECT_EQ(link->GetReceipts(ids)->size(), ids.size());
  EXPECT_EQ(link->GetRecords(ids)->records_size(), static_cast<int>(ids.size()));
  EXPECT_THAT(sync_.sizes, ElementsAre(limits::kMaxReceipts, 1, limits::kMaxRecordsById, 1));
}

TEST_F(GrpcServerLinkTest, UnavailableIsTriedAgainALimitedNumberOfTimes) {
  auto link = ServeAndLink();
  sync_.failures_left = limits::kMaxCallAttempts - 1;
  EXPECT_TRUE(link->Handshake({}).ok());
  EXPECT_EQ(sync_.handshakes, limits::kMaxCallAttempts);

  sync_.handshakes = 0;
  sync_.failures_left = limits::kMaxCallAttempts;
  const absl::Status status = link->Handshake({}).status();
  EXPECT_EQ(sync_.handshakes, limits::kMaxCallAttempts);
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_STORE_UNAVAILABLE);
  ExpectUserError(status, absl::StatusCode::kUnavailable, "数据库暂时不可用", "the store is down");
}

TEST_F(GrpcServerLinkTest, OtherErrorsAreReturnedAtOnceWithTheirDetails) {
  auto link = ServeAndLink();
  sync_.failures_left = 1;
  sync_.failure = ErrorBuilder(absl::StatusCode::kPermissionDenied, v1::ERROR_REASON_UNKNOWN_NODE,
                               {"证书不属于本市", "the certificate names no org of this city"})
                      .With("node", "x-1")
                      .Build();
  const absl::Status status = link->Handshake({}).status();
  EXPECT_EQ(sync_.handshakes, 1);
  EXPECT_EQ(status, sync_.failure);
  EXPECT_EQ(ReasonOf(status), v1::ERROR_REASON_UNKNOWN_NODE);
  ExpectUserError(status, absl::StatusCode::kPermissionDenied, "证书不属于本市", "names no org");
}

TEST_F(GrpcServerLinkTest, AMessageThatIsTooLargeIsRefused) {
  auto link = ServeAndLink();
  ExpectUserError(link->ListArchives({}).status(), absl::StatusCode::kResourceExhausted,
                  "超过允许的大小", "too large");
}

TEST_F(GrpcServerLinkTest, ABrokenPullGoesOnAfterTheLastBatch) {
  auto link = ServeAndLink();
  sync_.batches = 9;
  sync_.break_after = 2;
  std::vector<std::string> taken;
  const absl::Status status = link->Pull("", [&](const v1::PullResponse& batch) {
    taken.push_back(batch.next_cursor());
    return absl::OkStatus();
  });
  EXPECT_TRUE(status.ok()) << status;
  EXPECT_THAT(taken, ElementsAre("1", "2", "3", "4", "5", "6", "7", "8", "9"));
  EXPECT_THAT(sync_.cursors, ElementsAre("", "2", "4", "6", "8"));
}

TEST_F(GrpcServerLinkTest, APullWithoutProgressEnds) {
  auto link = ServeAndLink();
  sync_.break_after = 0;
  const absl::Status status =
      link->Pull("3", [](const v1::PullResponse&) { return absl::OkStatus(); });
  EXPECT_EQ(status.code(), absl::StatusCode::kUnavailable);
  EXPECT_EQ(sync_.cursors.size(), static_cast<size_t>(limits::kMaxCallAttempts));
}

TEST_F(GrpcServerLinkTest, WhoTakesTheBatchesMayStop) {
  auto link = ServeAndLink();
  int taken = 0;
  const absl::Status full = absl::ResourceExhaustedError("disk full");
  EXPECT_EQ(
      link->Pull("",
                 [&](const v1::PullResponse&) { return ++taken == 2 ? full : absl::OkStatus(); }),
      full);
  EXPECT_EQ(taken, 2);
  EXPECT_EQ(sync_.cursors.size(), 1u);
}

TEST_F(GrpcServerLinkTest, AnAddressThatCannotBeReadIsRefused) {
  EXPECT_EQ(GrpcServerLink::Connect("fuyang", Credentials("client")).status().code(),
            absl::StatusCode::kInvalidArgument);
}

TEST_F(GrpcServerLinkTest, NobodyListens) {
  Serve(Credentials("server"));
  server_->Shutdown();
  server_.reset();
  ExpectUserError(Link(Credentials("client"))->Handshake({}).status(),
                  absl::StatusCode::kUnavailable, "没有程序在监听", "nothing listens");
}

TEST_F(GrpcServerLinkTest, AServerThatComesBackIsFoundAgain) {
  auto link = ServeAndLink();
  ASSERT_TRUE(link->Handshake({}).ok());
  server_->Shutdown();
  server_.reset();
  EXPECT_EQ(link->Handshake({}).status().code(), absl::StatusCode::kUnavailable);
  const int port = port_;
  grpc::SslServerCredentialsOptions tls(GRPC_SSL_REQUEST_AND_REQUIRE_CLIENT_CERTIFICATE_AND_VERIFY);
  const LinkCredentials credentials = Credentials("server");
  tls.pem_root_certs = credentials.ca_pem;
  tls.pem_key_cert_pairs.push_back({credentials.key_pem, credentials.cert_pem});
  grpc::ServerBuilder builder;
  builder.AddListeningPort(absl::StrCat("127.0.0.1:", port), grpc::SslServerCredentials(tls));
  builder.RegisterService(&sync_);
  server_ = builder.BuildAndStart();
  ASSERT_NE(server_, nullptr);
  absl::Status status;
  for (int i = 0; i < 5; ++i) {
    status = link->Handshake({}).status();
    if (status.ok()) break;
  }
  EXPECT_TRUE(status.ok()) << status;
}

TEST_F(GrpcServerLinkTest, AHostNameThatIsNotKnown) {
  auto link = GrpcServerLink::Connect("no-such-host.invalid:7443", Credentials("client"));
  ASSERT_TRUE(link.ok());
  ExpectUserError((*link)->Handshake({}).status(), absl::StatusCode::kUnavailable, "主机名无法解析",
                  "host name is not known");
}

TEST_F(GrpcServerLinkTest, AServerThatDoesNotSpeakTls) {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in where{};
  where.sin_family = AF_INET;
  where.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof(where);
  ASSERT_EQ(bind(listener, reinterpret_cast<sockaddr*>(&where), size), 0);
  ASSERT_EQ(listen(listener, 16), 0);
  ASSERT_EQ(getsockname(listener, reinterpret_cast<sockaddr*>(&where), &size), 0);
  port_ = ntohs(where.sin_port);
  std::thread plain([listener] {
    for (;;) {
      const int fd = accept(listener, nullptr, nullptr);
      if (fd < 0) return;
      const char greeting[] = "220 mail.example ESMTP\r\n";
      send(fd, greeting, sizeof(greeting) - 1, MSG_NOSIGNAL);
      close(fd);
    }
  });
  ExpectUserError(Link(Credentials("client"))->Handshake({}).status(),
                  absl::StatusCode::kUnavailable, "没有用 TLS 应答", "does not answer with TLS");
  shutdown(listener, SHUT_RDWR);
  plain.join();
  close(listener);
}

TEST_F(GrpcServerLinkTest, AServerOfAForeignAuthority) {
  MakeAuthority("foreign");
  Issue("foreign-server", "foreign", "fuyang-1", absl::Now(), server::kDefaultNodeValidity);
  Serve(Credentials("foreign-server"));
  ExpectUserError(Link(Credentials("client"))->Handshake({}).status(),
                  absl::StatusCode::kUnauthenticated, "不是由我们信任的证书机构签发的",
                  "not from an authority that we trust");
}

TEST_F(GrpcServerLinkTest, AServerWhoseCertificateHasExpired) {
  IssueExpired("expired");
  Serve(ExpiredCredentials("expired"));
  ExpectUserError(Link(Credentials("client"))->Handshake({}).status(),
                  absl::StatusCode::kUnauthenticated, "服务器的证书已过期",
                  "the server's certificate has expired");
}

TEST_F(GrpcServerLinkTest, AServerUnderAnotherName) {
  Serve(Credentials("server"));
  ExpectUserError(Link(Credentials("client"), "linan.example")->Handshake({}).status(),
                  absl::StatusCode::kUnauthenticated, "不是签发给 linan.example 的",
                  "is not for linan.example");
}

TEST_F(GrpcServerLinkTest, OurCertificateHasExpired) {
  IssueExpired("expired");
  Serve(Credentials("server"));
  ExpectUserError(Link(ExpiredCredentials("expired"))->Handshake({}).status(),
                  absl::StatusCode::kUnauthenticated, "本机的证书已过期",
                  "our certificate has expired");
  EXPECT_EQ(sync_.handshakes, 0);
}

TEST_F(GrpcServerLinkTest, OurCertificateIsFromAForeignAuthority) {
  MakeAuthority("foreign");
  Issue("foreign-client", "foreign", "fuchun-1", absl::Now(), server::kDefaultNodeValidity);
  Serve(Credentials("server"));
  LinkCredentials foreign = Credentials("foreign-client");
  foreign.ca_pem = Credentials("client").ca_pem;  // it trusts the server, which does not trust it
  ExpectUserError(Link(foreign)->Handshake({}).status(), absl::StatusCode::kUnauthenticated,
                  "服务器拒绝了本机的证书", "the server refused our certificate");
  EXPECT_EQ(sync_.handshakes, 0);
}

TEST_F(GrpcServerLinkTest, CredentialsThatAreNone) {
  Serve(Credentials("server"));
  LinkCredentials broken = Credentials("client");
  broken.key_pem = "no key";
  ExpectUserError(Link(broken)->Handshake({}).status(), absl::StatusCode::kUnauthenticated,
                  "无法使用", "cannot be used");
}

}  // namespace
}  // namespace bangfu::client
