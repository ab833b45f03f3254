#include "tests/scenario/world.h"

#include <google/protobuf/util/json_util.h>
#include <sys/wait.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <iterator>
#include <utility>

#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "absl/time/clock.h"
#include "server/cluster/private_cluster.h"
#include "server/store/postgres/key_ring.h"
#include "server/store/postgres/migrator.h"
#include "server/tls/bundle.h"
#include "server/tls/certificate_authority.h"

namespace bangfu::scenario {
namespace {

constexpr char kOrgFile[] = BANGFU_SOURCE_DIR "/deploy/orgs.hangzhou.json";
constexpr char kOwnDatabase[] = "bangfu";              // as bangfu-server calls it
constexpr char kMasterKeyFile[] = "/keys/master.key";  // in the data folder
constexpr absl::Duration kStartTimeout = absl::Minutes(1);
constexpr absl::Duration kStartPoll = absl::Milliseconds(10);
// The clock of a node begins when it has started. Ahead of the desktops' it takes their entry times
// for what they are, also after a restart.
constexpr absl::Duration kAhead = absl::Seconds(10);
constexpr int kUpstreamIntervalSeconds = 1;

absl::Time FirstDay() {
  return absl::FromCivil(absl::CivilHour(2014, 3, 12, 1), absl::UTCTimeZone());
}

domain::OrgTree ShippedOrgs() {
  std::ifstream file(kOrgFile);
  const std::string json{std::istreambuf_iterator<char>(file), {}};
  v1::OrgTree tree;
  if (!google::protobuf::util::JsonStringToMessage(json, &tree).ok()) {
    Must(absl::NotFoundError(kOrgFile), "org tree");
  }
  return Must(domain::OrgTree::Build(tree), "org tree");
}

// The one that a process with this data folder takes.
server::MasterKey MasterKeyIn(const std::string& data) {
  std::filesystem::create_directories(data);
  return Must(server::MasterKey::Open(data + kMasterKeyFile), "master key");
}

}  // namespace

void Must(const absl::Status& status, absl::string_view what) {
  if (status.ok()) return;
  std::cerr << what << ": " << status << std::endl;
  std::abort();
}

World::World(const ScenarioOptions& options)
    : options_(options),
      clock_(FirstDay()),
      orgs_(ShippedOrgs()),
      people_(orgs_.proto()),
      random_(options.seed),
      ids_([this] { return random_(); }) {
  Must(server::InitAuthority(Path("ca"), "chaos", absl::Now()), "certificate authority");
}

std::string World::CertificateOf(const std::string& node, const std::string& org, NodeKind kind) {
  const std::lock_guard<std::mutex> lock(certificates_);
  const std::string folder = Path(absl::StrCat("tls-", org, "-", node));
  if (std::filesystem::exists(folder)) return folder;
  server::NodeCertificateRequest request;
  request.node_name = node;
  request.org = org;
  request.kind = kind;
  request.dns_names = {"localhost"};
  request.ip_addresses = {"127.0.0.1"};
  request.now = absl::Now();
  Must(server::IssueCertificate(Path("ca"), request, folder), "certificate");
  return folder;
}

client::LinkCredentials World::CredentialsOf(const std::string& node, const std::string& org,
                                             NodeKind kind) {
  const server::TlsBundle bundle =
      Must(server::LoadBundle(CertificateOf(node, org, kind), absl::Now()), "certificate");
  return {bundle.ca_pem, bundle.cert_pem, bundle.key_pem};
}

server::TestDatabase World::NewDatabase() {
  const std::lock_guard<std::mutex> lock(certificates_);
  if (!template_.has_value()) {
    template_.emplace(Must(server::TestDatabase::Create(), "database"));
    Must(server::Migrate(template_->connection_string()), "schema");
  }
  return Must(server::TestDatabase::CopyOf(*template_), "database");
}

std::string World::NewId() {
  const std::lock_guard<std::mutex> lock(mutex_);
  return ids_.Next(clock_.Now());
}

int64_t World::Random(int64_t bound) {
  const std::lock_guard<std::mutex> lock(mutex_);
  return std::uniform_int_distribution<int64_t>(0, bound - 1)(random_);
}

Node::Node(World& world, std::string name, std::string org, std::string upstream, Storage storage)
    : world_(world),
      name_(std::move(name)),
      org_(std::move(org)),
      upstream_(std::move(upstream)),
      master_key_(MasterKeyIn(world.Path(name_))) {
  if (storage == Storage::kOwnCluster) {
    PrepareOwnCluster();
    return;
  }
  database_ = world.NewDatabase();
  if (!upstream_.empty()) return;
  Must(world.people().BringTo(database_->connection_string(), master_key_), "people");
}

void Node::PrepareOwnCluster() {
  server::PrivateClusterOptions options;
  options.data_dir = world_.Path(name_);
  auto cluster = Must(server::PrivateCluster::Start(options), "cluster");
  Must(cluster->CreateDatabaseIfMissing(kOwnDatabase), "database");
  const std::string address = cluster->ConnectionString(kOwnDatabase);
  Must(server::Migrate(address), "schema");
  if (upstream_.empty()) Must(world_.people().BringTo(address, master_key_), "people");
  Must(cluster->Stop(), "cluster");
}

std::string Node::DatabaseAddress() const {
  if (database_.has_value()) return database_->connection_string();
  return Must(server::PrivateCluster::ConnectionStringBeside(world_.Path(name_), kOwnDatabase),
              "database");
}

void Node::UseDatabase(server::TestDatabase database) {
  database_ = std::move(database);
  sealer_.reset();
}

const server::Sealer& Node::sealer() {
  if (sealer_ == nullptr) {
    sealer_ = Must(server::OpenKeyRing(DatabaseAddress(), master_key_), "keys");
  }
  return *sealer_;
}

std::vector<std::string> Node::DatabaseArguments() const {
  std::vector<std::string> arguments = {"--data", world_.Path(name_)};
  if (database_.has_value()) {
    arguments.insert(arguments.end(), {"--database", database_->connection_string()});
  }
  return arguments;
}

absl::Status Node::Start(const Process::Environment& environment) {
  const std::string data = world_.Path(name_);
  const std::string address_file = data + "/address";
  std::filesystem::create_directories(data);
  std::filesystem::remove(address_file);
  std::vector<std::string> arguments = {
      "serve",
      "--tls",
      world_.CertificateOf(name_, org_, NodeKind::kServer),
      "--listen",
      address(),
      "--clock",
      absl::FormatTime(absl::RFC3339_full, world_.clock().Now() + kAhead, absl::UTCTimeZone())};
  for (std::string& argument : DatabaseArguments()) arguments.push_back(std::move(argument));
  if (upstream_.empty()) {
    arguments.insert(arguments.end(), {"--orgs", kOrgFile});
  } else {
    arguments.insert(arguments.end(), {"--upstream", upstream_, "--upstream-interval",
                                       absl::StrCat(kUpstreamIntervalSeconds)});
  }
  auto process = Process::Start(world_.options().server_binary, arguments, environment, log_path());
  if (!process.ok()) return process.status();
  process_ = *std::move(process);
  const absl::Time end = absl::Now() + kStartTimeout;
  while (!std::filesystem::exists(address_file)) {
    if (!process_->Running()) return absl::UnavailableError(absl::StrCat(name_, " has ended"));
    if (absl::Now() > end) return absl::DeadlineExceededError(absl::StrCat(name_, " starts"));
    absl::SleepFor(kStartPoll);
  }
  std::ifstream file(address_file);
  std::string line;
  std::getline(file, line);
  if (!absl::SimpleAtoi(line.substr(line.rfind(':') + 1), &port_)) {
    return absl::InternalError(absl::StrCat(name_, " serves at ", line));
  }
  return absl::OkStatus();
}

std::string Node::address() const { return absl::StrCat("127.0.0.1:", port_); }

absl::Status Node::RunCommand(const std::string& command) {
  std::vector<std::string> arguments = {command};
  for (std::string& argument : DatabaseArguments()) arguments.push_back(std::move(argument));
  auto process = Process::Start(world_.options().server_binary, arguments, {}, log_path());
  if (!process.ok()) return process.status();
  const std::optional<int> status = process->Wait(kStartTimeout);
  if (status.has_value() && WIFEXITED(*status) && WEXITSTATUS(*status) == 0) {
    return absl::OkStatus();
  }
  return absl::InternalError(absl::StrCat("bangfu-server ", command, " failed on ", name_));
}

}  // namespace bangfu::scenario
