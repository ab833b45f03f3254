// Mutated messages to every method, from desks of another union, of the own one without session,
// of an auditor and of an administrator: the server stays up, nothing of the families planted in
// it comes out, and nothing of them is in its log.

#include <atomic>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <set>
#include <thread>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "bangfu/v1/account_service.grpc.pb.h"
#include "bangfu/v1/aid_service.grpc.pb.h"
#include "bangfu/v1/archive_service.grpc.pb.h"
#include "bangfu/v1/audit_service.grpc.pb.h"
#include "bangfu/v1/conflict_service.grpc.pb.h"
#include "bangfu/v1/enrollment_service.grpc.pb.h"
#include "bangfu/v1/org_service.grpc.pb.h"
#include "client/transport/grpc_status.h"
#include "google/protobuf/stubs/logging.h"
#include "tests/security/forged.h"
#include "tests/security/line.h"
#include "tests/security/message_mutator.h"
#include "tests/security/raw_call.h"

namespace bangfu::security {
namespace {

constexpr absl::Duration kShort = absl::Minutes(2);
constexpr absl::Duration kLong = absl::Hours(1);
constexpr size_t kThreads = 6;
constexpr int kDesksPerCaller = 12;  // a node may only call so often
constexpr int kSessionMutated = 5;   // percent of the calls

using google::protobuf::MethodDescriptor;

// Every method that the contract has.
std::vector<const MethodDescriptor*> AllMethods() {
  // Naming a type of each file links it.
  const google::protobuf::FileDescriptor* const files[] = {
      v1::PushRequest::descriptor()->file(),       v1::SignInRequest::descriptor()->file(),
      v1::GetArchiveRequest::descriptor()->file(), v1::ListAidEventsRequest::descriptor()->file(),
      v1::ListAuditRequest::descriptor()->file(),  v1::GetConflictRequest::descriptor()->file(),
      v1::InviteNodeRequest::descriptor()->file(), v1::GetOrgTreeRequest::descriptor()->file()};
  std::vector<const MethodDescriptor*> methods;
  for (const auto* file : files) {
    for (int s = 0; s < file->service_count(); ++s) {
      for (int m = 0; m < file->service(s)->method_count(); ++m)
        methods.push_back(file->service(s)->method(m));
    }
  }
  return methods;
}

// Who calls, at several desks.
struct Caller {
  std::string org;
  std::string person;  // empty: nobody has signed in
  bool syncs;          // gets the families by right when it syncs
};

const std::vector<Caller>& Callers() {
  static const auto& callers = *new std::vector<Caller>{
      {kIndustry, "gy.all", false},
      {kUnit, "", true},
      {kDistrict, "fy.auditor", true},
      {kDistrict, "fy.admin", true},
  };
  return callers;
}

struct Seat {
  const Caller* caller;
  std::shared_ptr<grpc::Channel> channel;
  std::string session;
};

// What must not come out: numbers of the families in the district.
std::vector<std::string> PlantedNumbers(const Stage& stage) {
  std::vector<std::string> numbers;
  for (const v1::Archive* archive :
       {&stage.draft(), &stage.submitted(), &stage.reviewed(), &stage.established()}) {
    for (const std::string& number :
         {archive->identity_number(), archive->phone(), archive->bank_card()}) {
      if (!number.empty()) numbers.push_back(number);
    }
    for (const v1::Member& member : archive->members()) numbers.push_back(member.identity_number());
  }
  return numbers;
}

class Fuzz {
 public:
  Fuzz(Stage& stage, Report& report)
      : stage_(stage), report_(report), methods_(AllMethods()), planted_(PlantedNumbers(stage)) {
    City& city = stage_.city();
    for (const Caller& caller : Callers()) {
      for (int i = 0; i < kDesksPerCaller; ++i) {
        const std::string desk = stage_.NewDesk();
        seats_.push_back(
            {&caller, ChannelTo(city.city().address, city.OfDesk(caller.org, desk)),
             caller.person.empty()
                 ? ""
                 : city.SignedFor(caller.person, absl::StrCat(caller.org, "/", desk))});
      }
    }
    const v1::Archive own = Stage::Household(500, kIndustryUnit);
    push_ = stage_.Filing("gy.all", own);
    words_ = {stage_.draft().id(),
              stage_.established().id(),
              own.id(),
              own.SerializeAsString(),
              stage_.first_filing().change_id(),
              push_.change_id(),
              kCity,
              kDistrict,
              kUnit,
              kIndustry,
              kIndustryUnit,
              kCenter,
              "gy.all",
              "fy.handler",
              "fy.admin",
              "hz/city",
              "hz.fuyang/fuyang",
              "phone",
              "unit",
              "members",
              "determined_category",
              "reason",
              push_.SerializeAsString(),
              "123456",
              seats_.front().session};
  }

  void Run(uint64_t seed, absl::Duration life) {
    const absl::Time end = absl::Now() + life;
    std::vector<std::thread> threads;
    for (size_t i = 0; i < kThreads; ++i)
      threads.emplace_back([this, seed, i, end] { RunThread(seed + i, end); });
    for (std::thread& thread : threads) thread.join();
  }

  void Figures() {
    report_.Figure("calls", calls_);
    report_.Figure("methods called", absl::StrCat(called_.size(), " of ", methods_.size()));
    report_.Check(called_.size() == methods_.size(), "not every method was called");
    for (const auto& [code, count] : codes_)
      report_.Figure(absl::StrCat("answered with status ", code), count);
  }

 private:
  void RunThread(uint64_t seed, absl::Time end) {
    MessageMutator mutator(seed, words_);
    while (absl::Now() < end) {
      const Seat& seat = seats_[mutator.Random(seats_.size())];
      const MethodDescriptor& method = *methods_[mutator.Random(methods_.size())];
      const std::string name = absl::StrCat("/", method.service()->full_name(), "/", method.name());
      const bool pushes = method.input_type() == v1::PushRequest::descriptor();
      std::string bytes;
      if (pushes && mutator.Random(4) != 0) {
        v1::PushRequest request;
        *request.add_changes() = push_;
        request.add_sessions(seat.session);
        bytes = mutator.Mutate(request);
      } else {
        bytes = mutator.Make(*method.input_type());
      }
      std::map<std::string, std::string> metadata;
      if (!seat.session.empty()) metadata["authorization"] = absl::StrCat("Bearer ", seat.session);
      if (mutator.Random(100) < kSessionMutated) metadata["authorization"] = "Bearer x.y.z";
      Judge(seat, method, name, CallRaw(seat.channel, name, bytes, metadata), seed);
    }
  }

  void Judge(const Seat& seat, const MethodDescriptor& method, const std::string& name,
             const RawAnswer& answer, uint64_t seed) {
    const std::lock_guard<std::mutex> lock(mutex_);
    ++calls_;
    called_.insert(name);
    ++codes_[static_cast<int>(answer.status.error_code())];
    if (answer.status.error_code() == grpc::StatusCode::INTERNAL &&
        client::IsFromServer(answer.status)) {
      report_.Fail(
          absl::StrCat(name, " failed inside, seed ", seed, ": ", answer.status.error_message()));
    }
    const bool by_right =
        seat.caller->syncs && method.service() == v1::PushRequest::descriptor()->file()->service(0);
    if (by_right) return;
    std::string told = absl::StrCat(answer.status.error_message(), "\n",
                                    answer.status.error_details(), "\n", answer.trailer);
    for (const std::string& message : answer.messages) told += message;
    for (const std::string& number : planted_) {
      if (absl::StrContains(told, number)) {
        report_.Fail(absl::StrCat(name, " tells ", seat.caller->org, " ", seat.caller->person,
                                  " a number of a family, seed ", seed));
      }
    }
  }

  Stage& stage_;
  Report& report_;
  const std::vector<const MethodDescriptor*> methods_;
  const std::vector<std::string> planted_;
  std::vector<Seat> seats_;
  std::vector<std::string> words_;
  v1::Change push_;
  std::mutex mutex_;
  int64_t calls_ = 0;  // guarded by mutex_, as all below
  std::set<std::string> called_;
  std::map<int, int64_t> codes_;
};

void CheckLog(City& city, const std::vector<std::string>& planted, Report& report) {
  std::ifstream file(city.Path("city.log"));
  const std::string log{std::istreambuf_iterator<char>(file), {}};
  report.Check(!log.empty(), "the server writes no log");
  for (const std::string& number : planted)
    report.Check(!absl::StrContains(log, number), "a number of a family is in the log");
}

}  // namespace

void RpcFuzz(const ScenarioOptions& options, Report& report) {
  google::protobuf::SetLogHandler(nullptr);  // it tells of every text that is none
  City city(options);
  city.Start();
  Stage stage(city);
  Fuzz fuzz(stage, report);
  const int64_t bytes_before = city.city().process->ResidentBytes();
  fuzz.Run(options.seed, options.long_form ? kLong : kShort);
  fuzz.Figures();
  if (!report.Check(city.city().process->Running(), "the server has ended")) return;
  report.Figure("memory before and after, MiB",
                absl::StrCat(bytes_before >> 20, ", ", city.city().process->ResidentBytes() >> 20));
  for (const Attempt& attempt : PermittedSteps(stage)) {
    const Answer answer = attempt.run();
    report.Check(!answer.refused,
                 absl::StrCat("afterwards: ", attempt.name, " is refused: ", answer.how));
  }
  CheckLog(city, PlantedNumbers(stage), report);
}

}  // namespace bangfu::security
