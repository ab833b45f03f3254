#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <fstream>
#include <functional>
#include <string>
#include <vector>

#include "absl/strings/str_cat.h"
#include "server/audit/audit_chain.h"
#include "server/audit/audit_file.h"
#include "server/audit/audit_head_file.h"
#include "server/audit/audit_report.h"

namespace bangfu::server {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

using Log = std::vector<v1::ChainedAuditEntry>;

v1::AuditEntry Entry(int number) {
  v1::AuditEntry entry;
  entry.mutable_time()->set_seconds(1394420400 + number);
  entry.set_node("hz.gongye/desk");
  entry.set_person_id(absl::StrCat("gongye-", number % 3));
  entry.set_action(v1::ACTION_UNMASK);
  entry.set_result(v1::AUDIT_RESULT_DONE);
  v1::AuditObject& object = *entry.add_objects();
  object.set_record_type(v1::RECORD_TYPE_ARCHIVE);
  object.set_id(absl::StrCat("01900000-0000-7000-8000-", 100000000000 + number));
  entry.set_stated_reason("核对身份证号");
  return entry;
}

Log Chained(const AuditChain& chain, int entries) {
  Log log;
  AuditHead head;
  for (int i = 1; i <= entries; ++i) {
    v1::ChainedAuditEntry& entry = log.emplace_back();
    entry.set_sequence(i);
    entry.set_entry(Entry(i).SerializeAsString());
    entry.set_hash(chain.Link(head, entry.entry()));
    head = {i, entry.hash()};
  }
  return log;
}

AuditHead HeadOf(const Log& log) { return {log.back().sequence(), log.back().hash()}; }

std::vector<std::string> Problems(const AuditChain& chain, const Log& log, const AuditHead& noted) {
  AuditReport report(chain, noted);
  for (const v1::ChainedAuditEntry& entry : log) report.Take(entry);
  report.FinishStore();
  std::vector<std::string> problems;
  for (const Text& problem : report.problems()) problems.push_back(problem.en);
  EXPECT_EQ(report.good(), problems.empty());
  return problems;
}

class AuditLogTest : public testing::Test {
 protected:
  const AuditChain chain_{"a key of the tests"};
  const Log log_ = Chained(chain_, 9);
  const AuditHead noted_ = HeadOf(log_);
};

TEST_F(AuditLogTest, AnUntouchedLogIsGood) {
  EXPECT_THAT(Problems(chain_, log_, noted_), IsEmpty());
}

TEST_F(AuditLogTest, EveryChangedBitIsFound) {
  for (size_t entry = 0; entry < log_.size(); ++entry) {
    for (const bool in_hash : {false, true}) {
      const size_t bytes = in_hash ? log_[entry].hash().size() : log_[entry].entry().size();
      for (size_t byte = 0; byte < bytes; ++byte) {
        Log log = log_;
        std::string& text = *(in_hash ? log[entry].mutable_hash() : log[entry].mutable_entry());
        text[byte] = static_cast<char>(text[byte] ^ (1 << (byte % 8)));
        ASSERT_THAT(Problems(chain_, log, noted_), testing::Not(IsEmpty())) << entry << " " << byte;
      }
    }
  }
}

TEST_F(AuditLogTest, TheFirstFaultIsNamed) {
  Log log = log_;
  log[4].set_entry(Entry(99).SerializeAsString());
  EXPECT_THAT(Problems(chain_, log, noted_), ElementsAre(HasSubstr("Entry 5 was changed")));
}

TEST_F(AuditLogTest, RemovedEntriesAreFound) {
  for (size_t entry = 0; entry + 1 < log_.size(); ++entry) {
    Log log = log_;
    log.erase(log.begin() + static_cast<ptrdiff_t>(entry));
    EXPECT_THAT(Problems(chain_, log, noted_),
                ElementsAre(HasSubstr(absl::StrCat("Entries ", entry + 1, " to ", entry + 1))));
  }
}

TEST_F(AuditLogTest, RemovedAndRenumberedEntriesAreFound) {
  Log log = log_;
  log.erase(log.begin() + 3);
  for (size_t i = 3; i < log.size(); ++i) log[i].set_sequence(static_cast<int64_t>(i) + 1);
  EXPECT_THAT(Problems(chain_, log, noted_), testing::Not(IsEmpty()));
}

TEST_F(AuditLogTest, ACutOffEndIsFound) {
  Log log = log_;
  log.pop_back();
  EXPECT_THAT(Problems(chain_, log, noted_), ElementsAre(HasSubstr("ends at 8")));
  EXPECT_THAT(Problems(chain_, {}, noted_), ElementsAre(HasSubstr("ends at 0")));
}

TEST_F(AuditLogTest, SwappedAndRepeatedEntriesAreFound) {
  Log log = log_;
  std::swap(log[2], log[3]);
  EXPECT_THAT(Problems(chain_, log, noted_), testing::Not(IsEmpty()));
  log = log_;
  log.insert(log.begin() + 5, log[4]);
  EXPECT_THAT(Problems(chain_, log, noted_),
              ElementsAre(HasSubstr("Entry 5 is there twice or out of order")));
}

TEST_F(AuditLogTest, ALogThatWasRewrittenWithAnotherKeyIsFound) {
  const AuditChain other("a key of somebody else");
  EXPECT_THAT(Problems(chain_, Chained(other, 9), noted_), testing::Not(IsEmpty()));
}

TEST_F(AuditLogTest, ALogThatWasReplacedAsAWholeDiffersFromTheNotedHead) {
  Log log = Chained(chain_, 8);
  v1::ChainedAuditEntry& last = log.emplace_back();
  last.set_sequence(9);
  last.set_entry(Entry(42).SerializeAsString());
  last.set_hash(chain_.Link({8, log[7].hash()}, last.entry()));
  EXPECT_THAT(Problems(chain_, log, noted_), ElementsAre(HasSubstr("noted outside the database")));
}

TEST_F(AuditLogTest, ManyProblemsAreCountedAndTheFirstShown) {
  const AuditChain other("a key of somebody else");
  AuditReport report(chain_, std::nullopt);
  for (const v1::ChainedAuditEntry& entry : Chained(other, 50)) report.Take(entry);
  EXPECT_EQ(report.entries(), 50);
  EXPECT_EQ(report.problem_count(), 50);
  EXPECT_EQ(report.problems().size(), static_cast<size_t>(kMaxAuditProblems));
}

TEST_F(AuditLogTest, LinesOfAFileAreTheEntries) {
  for (const v1::ChainedAuditEntry& entry : log_) {
    const std::string line = AuditLine(entry);
    EXPECT_THAT(line, HasSubstr("ACTION_UNMASK"));
    EXPECT_THAT(line, testing::Not(HasSubstr("\n")));
    const auto parsed = ParseAuditLine(line);
    ASSERT_TRUE(parsed.ok()) << parsed.status();
    EXPECT_FALSE(parsed->is_end);
    EXPECT_EQ(parsed->entry.SerializeAsString(), entry.SerializeAsString());
  }
}

TEST_F(AuditLogTest, ALineThatShowsSomethingElseIsRefused) {
  std::string line = AuditLine(log_[0]);
  const size_t place = line.rfind("gongye-1");
  ASSERT_NE(place, std::string::npos);
  line.replace(place, 8, "gongye-2");
  EXPECT_FALSE(ParseAuditLine(line).ok());
  EXPECT_FALSE(ParseAuditLine("").ok());
  EXPECT_FALSE(ParseAuditLine("{}").ok());
  EXPECT_FALSE(ParseAuditLine(AuditLine(log_[0]).substr(0, 50)).ok());
}

// Problems of a file with these lines, the last of which may end it.
std::vector<std::string> FileProblems(const AuditChain& chain,
                                      const std::vector<std::string>& lines) {
  AuditReport report(chain, std::nullopt);
  for (const std::string& line : lines) {
    const auto parsed = ParseAuditLine(line);
    if (!parsed.ok()) {
      report.TakeUnreadable(1);
    } else if (parsed->is_end) {
      report.TakeEnd(parsed->entry);
    } else {
      report.Take(parsed->entry);
    }
  }
  report.FinishFile();
  std::vector<std::string> problems;
  for (const Text& problem : report.problems()) problems.push_back(problem.en);
  return problems;
}

TEST_F(AuditLogTest, AFileEndsWithALineThatNobodyElseCanWrite) {
  std::vector<std::string> lines;
  for (const v1::ChainedAuditEntry& entry : log_) lines.push_back(AuditLine(entry));
  const auto cut = testing::Contains(HasSubstr("The end of the file is cut off"));
  EXPECT_THAT(FileProblems(chain_, lines), cut);
  EXPECT_THAT(FileProblems(chain_, {}), cut);
  std::vector<std::string> ended = lines;
  ended.push_back(AuditEndLine(chain_, noted_));
  EXPECT_THAT(FileProblems(chain_, ended), IsEmpty());
  ended.erase(ended.end() - 2);  // the last entry is gone, the end is still there
  EXPECT_THAT(FileProblems(chain_, ended), cut);
  ended = lines;
  ended.pop_back();
  ended.push_back(AuditEndLine(AuditChain("a key of somebody else"), {8, log_[7].hash()}));
  EXPECT_THAT(FileProblems(chain_, ended), cut);
  ended = lines;
  ended.insert(ended.end() - 1, AuditEndLine(chain_, noted_));  // something follows
  EXPECT_THAT(FileProblems(chain_, ended), cut);
  EXPECT_THAT(FileProblems(chain_, {AuditEndLine(chain_, {})}), IsEmpty());  // an empty log
}

TEST_F(AuditLogTest, TheHeadIsNotedAndRead) {
  const std::string path = absl::StrCat(testing::TempDir(), "/audit.head.", getpid());
  EXPECT_EQ(ReadAuditHead(path)->has_value(), false);
  ASSERT_TRUE(WriteAuditHead(path, noted_).ok());
  const auto head = ReadAuditHead(path);
  ASSERT_TRUE(head.ok() && head->has_value());
  EXPECT_EQ((*head)->sequence, 9);
  EXPECT_EQ((*head)->hash, noted_.hash);

  // Over the one before, also where an older program has noted it.
  const AuditHead later{12'345, noted_.hash};
  ASSERT_TRUE(WriteAuditHead(path, later).ok());
  EXPECT_EQ((*ReadAuditHead(path))->sequence, 12'345);
  std::ofstream(path) << "9 00ff\n";
  EXPECT_EQ((*ReadAuditHead(path))->sequence, 9);
  ASSERT_TRUE(WriteAuditHead(path, later).ok());
  EXPECT_EQ((*ReadAuditHead(path))->sequence, 12'345);
  EXPECT_EQ((*ReadAuditHead(path))->hash, noted_.hash);
  unlink(path.c_str());
}

}  // namespace
}  // namespace bangfu::server
