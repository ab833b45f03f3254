#ifndef BANGFU_TESTS_SECURITY_FORGED_H_
#define BANGFU_TESTS_SECURITY_FORGED_H_

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "bangfu/v1/archive.pb.h"
#include "bangfu/v1/change.pb.h"
#include "bangfu/v1/sync_service.grpc.pb.h"
#include "tests/security/city.h"

// What the attempts of forged_*.cc have in common.
namespace bangfu::security {

// Where an attempt has to leave an entry in the audit log.
enum class Audited {
  kAtCity,
  kAtDistrict,
  kNowhere,  // TLS itself hangs up, and nothing of the program has run; or no right is asked for
};

// What came of an attempt: refused or not, and how.
struct Answer {
  bool refused = false;
  std::string how;
};

struct Attempt {
  std::string group;
  std::string name;
  Audited audited = Audited::kAtCity;
  std::function<Answer()> run;
};

// One push with sessions, by whoever holds the certificate.
struct Push {
  std::vector<v1::Change> changes;
  std::vector<std::string> sessions{};
};

// The city as the attempts find it: accounts, and archives of one unit in every stage.
class Stage {
 public:
  explicit Stage(City& city);

  City& city() { return city_; }
  const std::vector<std::string>& people() const { return people_; }

  // Archives of kUnit, tier A, that belong to nobody's attempt.
  const v1::Archive& draft() const { return archives_[0]; }
  const v1::Archive& submitted() const { return archives_[1]; }
  const v1::Archive& reviewed() const { return archives_[2]; }
  const v1::Archive& established() const { return archives_[3]; }
  // Where fy.all has signed once already: 0 submitted by them; 1 submitted by them and reviewed by
  // another; 2 submitted by another and reviewed by them. The last two are of tier B.
  const v1::Archive& SignedTwice(int which) const {
    return archives_[4 + static_cast<size_t>(which)];
  }
  // The change that filed the draft, as it was taken.
  const v1::Change& first_filing() const { return first_filing_; }
  int64_t RevisionOf(const v1::Archive& archive) const;

  // A household nobody has filed.
  static v1::Archive Household(int number, const std::string& unit);

  // A change of the person, without anything done yet; the account's own org.
  v1::Change By(const std::string& person, const v1::Archive& archive) const;
  v1::Change Filing(const std::string& person, const v1::Archive& archive) const;
  v1::Change EditOf(const std::string& person, const v1::Archive& archive,
                    const std::string& field) const;

  // Name of a desk that nobody else uses: what is refused is counted by caller.
  std::string NewDesk();
  // Pushes from a new desk of `desk_org`, with a session of the person there unless told
  // otherwise; the account need not exist.
  Answer AtDesk(const std::string& desk_org, const std::string& person, const v1::Change& change);
  Answer Send(const std::string& address, const Credentials& credentials, const Push& push) const;

 private:
  void Must(const Answer& answer, absl::string_view what) const;
  void File(const v1::Archive& archive);
  void SignOnce();

  City& city_;
  std::vector<std::string> people_;
  std::vector<v1::Archive> archives_;
  v1::Change first_filing_;
  int desks_ = 0;
};

// The answer to a call: refused unless it is OK.
Answer AnswerOf(const absl::Status& status);
// The answer to a push: refused when the call is, or every change.
Answer AnswerOf(const absl::StatusOr<v1::PushResponse>& response);

// The attempts, by file.
void AddForgedChanges(Stage& stage, std::vector<Attempt>& attempts);
void AddForgedSteps(Stage& stage, std::vector<Attempt>& attempts);
// The same steps by those who may: what shows that the others failed for lack of rights.
std::vector<Attempt> PermittedSteps(Stage& stage);
void AddForgedSessions(Stage& stage, std::vector<Attempt>& attempts);
void AddForgedCertificates(Stage& stage, std::vector<Attempt>& attempts);
void AddForgedLines(Stage& stage, std::vector<Attempt>& attempts);

}  // namespace bangfu::security

#endif  // BANGFU_TESTS_SECURITY_FORGED_H_
