#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <pqxx/pqxx>
#include <thread>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "server/cluster/account.h"
#include "server/cluster/private_cluster.h"
#include "tests/support/temp_folder.h"

namespace bangfu::server {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;

constexpr absl::Duration kPatience = absl::Seconds(20);

PrivateClusterOptions FastOptions(const std::string& data_dir) {
  PrivateClusterOptions options;
  options.data_dir = data_dir;
  options.durable = false;
  return options;
}

std::string OneValue(const std::string& address, const std::string& query) {
  pqxx::connection connection(address);
  pqxx::nontransaction session(connection);
  return session.exec1(query)[0].as<std::string>();
}

void WriteNote(const std::string& address, const std::string& body) {
  pqxx::connection connection(address);
  pqxx::work work(connection);
  work.exec("CREATE TABLE IF NOT EXISTS note (body text)");
  work.exec_params("INSERT INTO note VALUES ($1)", body);
  work.commit();
}

std::string Notes(const std::string& address) {
  return OneValue(address, "SELECT string_agg(body, ',' ORDER BY body) FROM note");
}

pid_t PostmasterPid(const std::string& data_dir) {
  std::ifstream file(data_dir + "/pg/postmaster.pid");
  pid_t pid = 0;
  file >> pid;
  return pid;
}

std::string ReadWhole(const std::string& path) {
  std::ifstream file(path);
  return std::string(std::istreambuf_iterator<char>(file), std::istreambuf_iterator<char>());
}

template <typename Condition>
bool Eventually(Condition condition) {
  for (const absl::Time deadline = absl::Now() + kPatience; absl::Now() < deadline;) {
    if (condition()) return true;
    absl::SleepFor(absl::Milliseconds(20));
  }
  return false;
}

// Ended, or a zombie whose parent never asks.
bool Ended(pid_t pid) {
  const std::string stat = ReadWhole(absl::StrCat("/proc/", pid, "/stat"));
  return stat.empty() || stat.find(") Z ") != std::string::npos;
}

// Runs a server for `data_dir` in a process of its own and kills it with `kill -9`; returns the
// process id of the postmaster it had, 0 when that has ended already.
pid_t RunServerAndKillIt(const std::string& data_dir, const std::string& note) {
  const pid_t server = fork();
  if (server == 0) {
    auto cluster = PrivateCluster::Start(FastOptions(data_dir));
    if (!cluster.ok()) _exit(1);
    WriteNote((*cluster)->connection_string(), note);
    raise(SIGKILL);
  }
  int status = 0;
  waitpid(server, &status, 0);
  EXPECT_TRUE(WIFSIGNALED(status)) << "the server did not get as far as being killed";
  return PostmasterPid(data_dir);
}

TEST(PrivateClusterTest, RestartKeepsWhatWasWritten) {
  const TempFolder folder;
  {
    auto cluster = PrivateCluster::Start(FastOptions(folder.path()));
    ASSERT_TRUE(cluster.ok()) << cluster.status();
    EXPECT_TRUE((*cluster)->Running());
    WriteNote((*cluster)->connection_string(), "杭州");
    EXPECT_TRUE((*cluster)->Stop().ok());
    EXPECT_FALSE((*cluster)->Running());
    EXPECT_TRUE((*cluster)->Stop().ok());
  }
  auto cluster = PrivateCluster::Start(FastOptions(folder.path()));
  ASSERT_TRUE(cluster.ok()) << cluster.status();
  EXPECT_EQ(Notes((*cluster)->connection_string()), "杭州");
}

TEST(PrivateClusterTest, HasTheSettingsThatTheServerReliesOn) {
  const TempFolder folder;
  PrivateClusterOptions options = FastOptions(folder.path());
  options.durable = true;
  options.max_connections = 23;
  auto cluster = PrivateCluster::Start(options);
  ASSERT_TRUE(cluster.ok()) << cluster.status();
  const std::string& address = (*cluster)->connection_string();
  EXPECT_EQ(OneValue(address, "SHOW fsync"), "on");
  EXPECT_EQ(OneValue(address, "SHOW synchronous_commit"), "on");
  EXPECT_EQ(OneValue(address, "SHOW full_page_writes"), "on");
  EXPECT_EQ(OneValue(address, "SHOW data_checksums"), "on");
  EXPECT_EQ(OneValue(address, "SHOW server_encoding"), "UTF8");
  EXPECT_EQ(OneValue(address, "SHOW default_toast_compression"), "lz4");
  EXPECT_EQ(OneValue(address, "SHOW max_prepared_transactions"), "0");
  EXPECT_EQ(OneValue(address, "SHOW max_connections"), "23");
  EXPECT_EQ(OneValue(address, "SHOW timezone"), "UTC");
  EXPECT_EQ(OneValue(address, "SHOW listen_addresses"), "");
  EXPECT_EQ(OneValue(address, "SELECT 'Z' < 'a'"), "t") << "byte order";
  EXPECT_EQ(OneValue(address, "SELECT lower('Ä')"), "ä");
}

TEST(PrivateClusterTest, OnlyPostgresAccountEntersTheSocketFolder) {
  const TempFolder folder;
  auto cluster = PrivateCluster::Start(FastOptions(folder.path()));
  ASSERT_TRUE(cluster.ok()) << cluster.status();
  struct stat info;
  ASSERT_EQ(stat(folder.Join("socket").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777u, 0700u);
  EXPECT_NE(info.st_uid, 0u);
  ASSERT_EQ(stat(folder.Join("postgresql.log").c_str(), &info), 0);
  EXPECT_EQ(info.st_mode & 07777u, 0600u);
}

TEST(PrivateClusterTest, AwkwardFolderNamesWork) {
  const TempFolder folder;
  // Spaces and quotes need escaping; the comma and the length each force the socket elsewhere.
  for (const std::string& name : {std::string("a b'c\\d\"e"), std::string("x,y"),
                                  std::string(120, 'n'), std::string("数据")}) {
    auto cluster = PrivateCluster::Start(FastOptions(folder.Join(name)));
    ASSERT_TRUE(cluster.ok()) << name << ": " << cluster.status();
    EXPECT_EQ(OneValue((*cluster)->connection_string(), "SELECT 1"), "1") << name;
    const std::string socket = OneValue((*cluster)->connection_string(),
                                        "SELECT setting FROM pg_settings WHERE name = "
                                        "'unix_socket_directories'");
    ASSERT_TRUE((*cluster)->Stop().ok());
    if (socket.find("/tmp/bangfu-") == 1)
      std::filesystem::remove(socket.substr(1, socket.size() - 2));
  }
}

TEST(PrivateClusterTest, LogHoldsNoValues) {
  const TempFolder folder;
  auto cluster = PrivateCluster::Start(FastOptions(folder.path()));
  ASSERT_TRUE(cluster.ok()) << cluster.status();
  const std::string& address = (*cluster)->connection_string();
  WriteNote(address, "secret-one");
  OneValue(address, "SELECT 1");
  EXPECT_ANY_THROW(OneValue(address, "SELECT 'secret-two'::int"));
  EXPECT_ANY_THROW(WriteNote(address, "secret-\xff"));
  {
    pqxx::connection connection(address);
    pqxx::work work(connection);
    work.exec("CREATE UNIQUE INDEX ON note (body)");
    work.commit();
  }
  EXPECT_THROW(WriteNote(address, "secret-one"), pqxx::unique_violation);
  ASSERT_TRUE((*cluster)->Stop().ok());
  const std::string log = ReadWhole(folder.Join("postgresql.log"));
  EXPECT_THAT(log, HasSubstr("ready to accept connections"));
  EXPECT_EQ(log.find("secret"), std::string::npos) << log;
}

TEST(PrivateClusterTest, CreatesDatabasesOnce) {
  const TempFolder folder;
  auto cluster = PrivateCluster::Start(FastOptions(folder.path()));
  ASSERT_TRUE(cluster.ok()) << cluster.status();
  const std::string longest(kMaxDatabaseNameBytes, 'd');
  for (const std::string& name : {std::string("bangfu"), std::string("_b2"), longest}) {
    EXPECT_TRUE((*cluster)->CreateDatabaseIfMissing(name).ok()) << name;
    EXPECT_TRUE((*cluster)->CreateDatabaseIfMissing(name).ok()) << name;
    EXPECT_EQ(OneValue((*cluster)->ConnectionString(name), "SELECT current_database()"), name);
  }
  for (const std::string& name : {std::string(), std::string("2b"), std::string("B"),
                                  std::string("a-b"), std::string("a\"b"), longest + "d"}) {
    EXPECT_EQ((*cluster)->CreateDatabaseIfMissing(name).code(), absl::StatusCode::kInvalidArgument)
        << name;
  }
  ASSERT_TRUE((*cluster)->Stop().ok());
  EXPECT_EQ((*cluster)->CreateDatabaseIfMissing("other").code(), absl::StatusCode::kUnavailable);
}

TEST(PrivateClusterTest, MaxConnectionsHasLimits) {
  const TempFolder folder;
  for (const unsigned bad : {0u, kMinMaxConnections - 1, kMaxMaxConnections + 1}) {
    PrivateClusterOptions options = FastOptions(folder.path());
    options.max_connections = bad;
    EXPECT_EQ(PrivateCluster::Start(options).status().code(), absl::StatusCode::kInvalidArgument);
  }
  PrivateClusterOptions options = FastOptions(folder.path());
  options.max_connections = kMinMaxConnections;
  const auto cluster = PrivateCluster::Start(options);
  EXPECT_TRUE(cluster.ok()) << cluster.status();
}

TEST(PrivateClusterTest, SecondServerOnTheSameFolderIsRefused) {
  const TempFolder folder;
  auto first = PrivateCluster::Start(FastOptions(folder.path()));
  ASSERT_TRUE(first.ok()) << first.status();
  const auto second = PrivateCluster::Start(FastOptions(folder.path() + "/."));
  EXPECT_EQ(second.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(second.status().message()),
              AllOf(HasSubstr(folder.path()), HasSubstr(absl::StrCat(getpid()))));
  EXPECT_EQ(OneValue((*first)->connection_string(), "SELECT 1"), "1") << "the first goes on";
  ASSERT_TRUE((*first)->Stop().ok());
  const auto third = PrivateCluster::Start(FastOptions(folder.path()));
  EXPECT_TRUE(third.ok()) << third.status();
}

TEST(PrivateClusterTest, SurvivesTheThreadThatStartedIt) {
  const TempFolder folder;
  absl::StatusOr<std::unique_ptr<PrivateCluster>> cluster;
  std::thread([&] { cluster = PrivateCluster::Start(FastOptions(folder.path())); }).join();
  ASSERT_TRUE(cluster.ok()) << cluster.status();
  absl::SleepFor(absl::Milliseconds(300));  // a shutdown would have begun by now
  EXPECT_EQ(OneValue((*cluster)->connection_string(), "SELECT 1"), "1");
}

TEST(PrivateClusterTest, PostgresEndsWhenTheServerIsKilled) {
  const TempFolder folder;
  const pid_t postmaster = RunServerAndKillIt(folder.path(), "before");
  EXPECT_TRUE(postmaster == 0 || Eventually([&] { return Ended(postmaster); }));
  auto cluster = PrivateCluster::Start(FastOptions(folder.path()));
  ASSERT_TRUE(cluster.ok()) << cluster.status();
  EXPECT_EQ(Notes((*cluster)->connection_string()), "before");
}

TEST(PrivateClusterTest, RecoversAfterPostgresWasKilled) {
  const TempFolder folder;
  auto cluster = PrivateCluster::Start(FastOptions(folder.path()));
  ASSERT_TRUE(cluster.ok()) << cluster.status();
  WriteNote((*cluster)->connection_string(), "committed");
  // A backend that is busy does not notice that the postmaster is gone, and keeps the shared
  // memory.
  pqxx::connection busy((*cluster)->connection_string());
  std::thread sleeper([&busy] {
    try {
      pqxx::nontransaction session(busy);
      session.exec("DO $$ BEGIN WHILE true LOOP PERFORM 1; END LOOP; END $$");
    } catch (const std::exception&) {
    }
  });
  const int backend = busy.backendpid();
  ASSERT_TRUE(Eventually([&] {
    return OneValue((*cluster)->connection_string(),
                    absl::StrCat(
                        "SELECT count(*) FROM pg_stat_activity WHERE state = 'active' AND pid = ",
                        backend)) == "1";
  }));
  ASSERT_EQ(kill(PostmasterPid(folder.path()), SIGKILL), 0);
  EXPECT_TRUE(Eventually([&] { return !(*cluster)->Running(); }));
  EXPECT_FALSE(Ended(backend));
  EXPECT_TRUE((*cluster)->Stop().ok());
  auto again = PrivateCluster::Start(FastOptions(folder.path()));
  sleeper.join();
  ASSERT_TRUE(again.ok()) << again.status();
  EXPECT_TRUE(Ended(backend));
  EXPECT_EQ(Notes((*again)->connection_string()), "committed");
}

TEST(PrivateClusterTest, StopsAPostmasterLeftOver) {
  const TempFolder folder;
  {
    auto cluster = PrivateCluster::Start(FastOptions(folder.path()));
    ASSERT_TRUE(cluster.ok()) << cluster.status();
    WriteNote((*cluster)->connection_string(), "kept");
  }
  // A postmaster that nobody's death ends, started as an earlier server would have.
  const absl::StatusOr<Account> account = AccountForCluster(std::nullopt);
  ASSERT_TRUE(account.ok()) << account.status();
  const std::string program = [] {
    for (const auto& entry : std::filesystem::directory_iterator("/usr/lib/postgresql")) {
      const std::filesystem::path path = entry.path() / "bin/postgres";
      if (std::filesystem::exists(path)) return path.string();
    }
    return std::string();
  }();
  const std::string cluster_folder = folder.Join("pg");
  const std::string sockets = "unix_socket_directories=" + cluster_folder;
  const pid_t leftover = fork();
  if (leftover == 0) {
    if (account->switches_user && !BecomeAccount(*account)) _exit(1);
    execl(program.c_str(), program.c_str(), "-D", cluster_folder.c_str(), "-c",
          "listen_addresses=", "-c", sockets.c_str(), nullptr);
    _exit(1);
  }
  ASSERT_TRUE(Eventually([&] {
    return ReadWhole(cluster_folder + "/postmaster.pid").find("ready") != std::string::npos;
  }));
  auto cluster = PrivateCluster::Start(FastOptions(folder.path()));
  ASSERT_TRUE(cluster.ok()) << cluster.status();
  EXPECT_TRUE(Ended(leftover));
  int status = 0;
  waitpid(leftover, &status, 0);
  EXPECT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == 0) << "stopped in order: " << status;
  EXPECT_EQ(Notes((*cluster)->connection_string()), "kept");
}

TEST(PrivateClusterTest, PidFileThatNamesAnotherProgramDoesNotBlock) {
  const TempFolder folder;
  std::string pid_file;
  {
    auto cluster = PrivateCluster::Start(FastOptions(folder.path()));
    ASSERT_TRUE(cluster.ok()) << cluster.status();
    pid_file = ReadWhole(folder.Join("pg/postmaster.pid"));
  }
  // Process ids are used again: the stranger has PostgreSQL's account, as it may in a container.
  const absl::StatusOr<Account> account = AccountForCluster(std::nullopt);
  ASSERT_TRUE(account.ok()) << account.status();
  const pid_t stranger = fork();
  if (stranger == 0) {
    if (account->switches_user && !BecomeAccount(*account)) _exit(1);
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    execl("/bin/sleep", "sleep", "600", nullptr);
    _exit(1);
  }
  ASSERT_TRUE(Eventually([&] {
    return ReadWhole(absl::StrCat("/proc/", stranger, "/cmdline")).find("600") != std::string::npos;
  }));
  std::ofstream(folder.Join("pg/postmaster.pid"))
      << stranger << pid_file.substr(pid_file.find('\n'));
  const auto cluster = PrivateCluster::Start(FastOptions(folder.path()));
  EXPECT_TRUE(cluster.ok()) << cluster.status();
  EXPECT_EQ(kill(stranger, 0), 0) << "a stranger is left alone";
  kill(stranger, SIGKILL);
  waitpid(stranger, nullptr, 0);
}

TEST(PrivateClusterTest, UnfinishedClusterIsMadeAgain) {
  const TempFolder folder;
  ASSERT_TRUE(std::filesystem::create_directories(folder.Join("pg.new/base")));
  std::ofstream(folder.Join("pg.new/PG_VERSION")) << "15\n";
  auto cluster = PrivateCluster::Start(FastOptions(folder.path()));
  ASSERT_TRUE(cluster.ok()) << cluster.status();
  EXPECT_FALSE(std::filesystem::exists(folder.Join("pg.new")));
  EXPECT_EQ(OneValue((*cluster)->connection_string(), "SELECT 1"), "1");
}

TEST(PrivateClusterTest, FolderThatIsNoClusterIsLeftAlone) {
  const TempFolder folder;
  ASSERT_TRUE(std::filesystem::create_directories(folder.Join("pg")));
  std::ofstream(folder.Join("pg/letter.txt")) << "keep me";
  const auto cluster = PrivateCluster::Start(FastOptions(folder.path()));
  EXPECT_EQ(cluster.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(cluster.status().message()), HasSubstr(folder.Join("pg")));
  EXPECT_EQ(ReadWhole(folder.Join("pg/letter.txt")), "keep me");
}

TEST(PrivateClusterTest, ReportsWhyPostgresDoesNotStart) {
  const TempFolder folder;
  {
    auto cluster = PrivateCluster::Start(FastOptions(folder.path()));
    ASSERT_TRUE(cluster.ok()) << cluster.status();
  }
  std::ofstream(folder.Join("pg/postgresql.conf"), std::ios::app) << "no_such_setting = 1\n";
  const auto cluster = PrivateCluster::Start(FastOptions(folder.path()));
  EXPECT_EQ(cluster.status().code(), absl::StatusCode::kInternal);
  EXPECT_THAT(std::string(cluster.status().message()),
              AllOf(HasSubstr("FATAL"), HasSubstr(folder.Join("postgresql.log"))));
}

TEST(PrivateClusterTest, ClosedParentFolderIsNamed) {
  if (geteuid() != 0) GTEST_SKIP() << "only root starts PostgreSQL as another user";
  const TempFolder folder;
  const std::string closed = folder.Join("closed");
  ASSERT_TRUE(std::filesystem::create_directories(closed + "/node"));
  ASSERT_EQ(chmod(closed.c_str(), 0700), 0);
  const auto refused = PrivateCluster::Start(FastOptions(closed + "/node"));
  EXPECT_EQ(refused.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(refused.status().message()), HasSubstr("chmod o+x " + closed + " or"));
  ASSERT_EQ(chmod(closed.c_str(), 0711), 0);
  const auto cluster = PrivateCluster::Start(FastOptions(closed + "/node"));
  EXPECT_TRUE(cluster.ok()) << cluster.status();
}

TEST(PrivateClusterTest, ClusterOfRootIsRefused) {
  if (geteuid() != 0) GTEST_SKIP() << "only root can make one";
  const TempFolder folder;
  ASSERT_TRUE(std::filesystem::create_directories(folder.Join("pg")));
  std::ofstream(folder.Join("pg/PG_VERSION")) << "15\n";
  const auto cluster = PrivateCluster::Start(FastOptions(folder.path()));
  EXPECT_EQ(cluster.status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_THAT(std::string(cluster.status().message()), HasSubstr("chown"));
}

}  // namespace
}  // namespace bangfu::server
