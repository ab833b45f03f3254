// The "new enemy": somebody's rights end, then something is written that they may not see. However
// that falls into their reading, they do not get it. In most rounds the two happen at chosen places
// within the call; in the others beside it, whenever the machine likes.

#include <fcntl.h>
#include <unistd.h>

#include <deque>
#include <random>
#include <thread>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "bangfu/v1/archive_service.grpc.pb.h"
#include "bangfu/v1/sync_service.grpc.pb.h"
#include "base/test_hooks.h"
#include "tests/security/enemy_node.h"
#include "tests/security/forged.h"
#include "tests/security/line.h"

namespace bangfu::security {
namespace {

constexpr int kRounds = 10'000;
constexpr int kRoundsWithBug = 2'000;
constexpr int kArchives = 4;  // written in turn: a pull has as many pages
constexpr int kRacing = 5;    // every fifth round is left to the machine
constexpr int kDesks = 8;
constexpr int64_t kFirstValue = 1'000'000;  // fen; no other income is that high
constexpr absl::Duration kLeap = absl::Milliseconds(400);
constexpr absl::Duration kLongestRace = absl::Milliseconds(8);
// Places within a call: twice each time the directory is asked, once at the audit log.
constexpr int kPlacesOfRead = 6;
constexpr int kPlacesOfPull = 4 * kArchives;

// How rights end.
enum class End { kDisabled, kNoRole, kGone, kSignedOut, kOtherOrg, kNodeRevoked, kCertificate };
constexpr int kEnds = 7;

// While it lives nothing is written to standard error, where the services log every call.
class Quiet {
 public:
  Quiet() : kept_(dup(STDERR_FILENO)) {
    const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    dup2(nowhere, STDERR_FILENO);
    close(nowhere);
  }
  ~Quiet() {
    dup2(kept_, STDERR_FILENO);
    close(kept_);
  }

 private:
  const int kept_;
};

class Rounds {
 public:
  explicit Rounds(uint64_t seed) : random_(seed) {
    person_.set_id("reader");
    person_.set_name("李某");
    person_.set_org(kUnit);
    person_.add_roles(v1::ROLE_HANDLER);
    person_.set_sessions_version(1);
    for (int i = 0; i < kDesks; ++i) {
      const std::string name = absl::StrCat("desk-", i);
      desks_.push_back({name, node_.SessionOf(person_, absl::StrCat(kUnit, "/", name)),
                        ChannelTo(node_.address(), node_.OfDesk(kUnit, name))});
    }
    for (int i = 0; i < kArchives; ++i) {
      archives_.push_back(Stage::Household(i, kUnit));
      node_.Write(archives_.back());
      heads_.push_back(node_.Head());
    }
  }

  void Run(int rounds) {
    for (int i = 0; i < rounds; ++i) RunOne();
  }

  int64_t seen_too_late() const { return seen_too_late_; }
  int64_t within() const { return within_; }
  int64_t answered() const { return answered_; }
  int64_t refused() const { return refused_; }
  int64_t read_before() const { return read_before_; }

 private:
  struct Desk {
    std::string name;
    std::string session;
    std::shared_ptr<grpc::Channel> channel;
  };

  v1::Directory Present() const {
    v1::Directory directory = node_.EmptyDirectory();
    *directory.add_people() = person_;
    return directory;
  }

  v1::Directory After(End end, const Desk& desk) const {
    v1::Directory directory = Present();
    v1::Person& person = *directory.mutable_people(0);
    switch (end) {
      case End::kDisabled:
        person.set_disabled(true);
        break;
      case End::kNoRole:
        person.clear_roles();
        person.add_roles(v1::ROLE_ADMINISTRATOR);
        break;
      case End::kGone:
        directory.clear_people();
        break;
      case End::kSignedOut:
        person.set_sessions_version(2);
        break;
      case End::kOtherOrg:
        person.set_org(kIndustry);
        break;
      case End::kNodeRevoked:
      case End::kCertificate: {
        v1::RevokedNode& node = *directory.add_revoked_nodes();
        node.set_node(absl::StrCat(kUnit, "/", desk.name));
        node.mutable_revoked_time()->set_seconds(absl::ToUnixSeconds(absl::Now()) + 3600);
        break;
      }
    }
    return directory;
  }

  void RunOne() {
    node_.clock().Leap(kLeap);
    const bool pulls = random_() % 2 == 0;
    const Desk& desk = desks_[random_() % desks_.size()];
    // A pull is by right of the node; reading by right of the person as well.
    const End end = pulls ? End::kNodeRevoked : static_cast<End>(random_() % kEnds);
    v1::Archive& archive = archives_[static_cast<size_t>(round_ % kArchives)];
    archive.set_monthly_income_fen(kFirstValue + ++round_);
    node_.Publish(Present());
    bool ended = false;
    bool written = false;
    const auto end_rights = [&] {
      if (!std::exchange(ended, true)) node_.Publish(After(end, desk));
    };
    const auto write = [&] {
      end_rights();
      if (!std::exchange(written, true)) node_.Write(archive);
    };
    const auto read = [&] { return pulls ? Pull(desk, archive) : Get(desk, archive); };
    bool saw = false;
    if (random_() % kRacing == 0) {
      std::thread meanwhile([&, wait = RandomTime(), between = RandomTime()] {
        absl::SleepFor(wait);
        end_rights();
        absl::SleepFor(between / 4);
        write();
      });
      saw = read();
      meanwhile.join();
    } else {
      const int places = pulls ? kPlacesOfPull : kPlacesOfRead;
      const int end_at = 1 + static_cast<int>(random_() % static_cast<uint64_t>(places));
      const int write_at =
          end_at + static_cast<int>(random_() % static_cast<uint64_t>(places - end_at + 1));
      int at = 0;
      node_.pauses().Set([&] {
        ++at;
        if (at == end_at) end_rights();
        if (at == write_at) write();
      });
      saw = read();
      node_.pauses().Set({});
      if (written) ++within_;
      write();
    }
    if (saw || read()) ++seen_too_late_;
    heads_.push_back(node_.Head());
    heads_.pop_front();
  }

  absl::Duration RandomTime() {
    return kLongestRace * static_cast<double>(random_() % 1000) / 1000.0;
  }

  bool IsNew(const v1::Archive& told, const v1::Archive& archive) const {
    return told.id() == archive.id() && told.monthly_income_fen() == archive.monthly_income_fen();
  }

  // Whether the call told what was written after the rights had ended.
  bool Get(const Desk& desk, const v1::Archive& archive) {
    v1::GetArchiveRequest request;
    request.set_id(archive.id());
    const auto stub = v1::ArchiveService::NewStub(desk.channel);
    const auto answer = Ask(*stub, &v1::ArchiveService::Stub::GetArchive, request, desk.session);
    answer.ok() ? ++answered_ : ++refused_;
    if (answer.ok() && !IsNew(answer->archive(), archive)) ++read_before_;
    return answer.ok() && IsNew(answer->archive(), archive);
  }

  bool Pull(const Desk& desk, const v1::Archive& archive) {
    v1::PullRequest request;
    request.set_cursor(heads_.front());
    request.set_max_batch_records(1);
    const auto stub = v1::SyncService::NewStub(desk.channel);
    grpc::ClientContext context;
    PrepareCall(context, "");
    const auto stream = stub->Pull(&context, request);
    v1::PullResponse page;
    bool saw = false;
    while (stream->Read(&page)) {
      for (const v1::Record& record : page.records()) {
        v1::Archive told;
        saw = saw || (told.ParseFromString(record.body()) && IsNew(told, archive));
        ++read_before_;
      }
    }
    stream->Finish().ok() ? ++answered_ : ++refused_;
    return saw;
  }

  EnemyNode node_;
  std::mt19937_64 random_;
  v1::Person person_;
  std::vector<Desk> desks_;
  std::vector<v1::Archive> archives_;
  std::deque<std::string> heads_;  // cursors, the last kArchives writes ago first
  int64_t round_ = 0;
  int64_t seen_too_late_ = 0;
  int64_t within_ = 0;
  int64_t answered_ = 0;
  int64_t refused_ = 0;
  int64_t read_before_ = 0;
};

}  // namespace

void NewEnemy(const ScenarioOptions& options, Report& report) {
  const Quiet quiet;
  {
    Rounds rounds(options.seed);
    rounds.Run(kRounds);
    report.Figure("interleavings", kRounds);
    report.Figure("with the write within the call", rounds.within());
    report.Figure("calls answered, refused",
                  absl::StrCat(rounds.answered(), ", ", rounds.refused()));
    report.Figure("of these told what had been there before", rounds.read_before());
    report.Figure("told what was written later", rounds.seen_too_late());
    report.Check(rounds.seen_too_late() == 0, "somebody read what was written after their rights");
    report.Check(rounds.within() > 0 && rounds.read_before() > 0 && rounds.refused() > 0,
                 "nothing was tried");
  }
#ifdef BANGFU_TEST_HOOKS
  test_hooks::SwitchBug("skip_rights_confirmation");
  Rounds rounds(options.seed);
  rounds.Run(kRoundsWithBug);
  test_hooks::SwitchBug(nullptr);
  report.Figure("told what was written later, without the check",
                absl::StrCat(rounds.seen_too_late(), " of ", kRoundsWithBug));
  report.Check(rounds.seen_too_late() > 0, "the check can be left out and nothing notices");
#else
  report.Fail("this build has no test hooks: use the preset hooks");
#endif
}

}  // namespace bangfu::security
