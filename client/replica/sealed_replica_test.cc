#include <SQLiteCpp/SQLiteCpp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "client/replica/replica_fixture.h"
#include "client/replica/replica_keys.h"

namespace bangfu::client {
namespace {

constexpr char kToken[] = "planted.session.token";
constexpr char kReason[] = "planted reason of a read";

// Nothing that somebody could read lies in the files of a replica.
class SealedReplicaTest : public ReplicaTest {
 protected:
  // Bytes of the database with its log of pages, and of whatever else lies in the folder.
  std::string AllBytes() {
    std::string all;
    for (const auto& file : std::filesystem::directory_iterator(folder_)) {
      std::ifstream in(file.path(), std::ios::binary);
      std::ostringstream bytes;
      bytes << in.rdbuf();
      absl::StrAppend(&all, bytes.str());
    }
    return all;
  }

  // Every kind of row that holds what people typed, with values that are planted in it.
  void FillWithPlanted() {
    Pulled(Batch({Wire(Archive(1, "13811110001"), 1)}, "c1"));
    v1::Archive edited = Archive(1, "13811110002");
    Append({Edit(1, edited), Creation(2, Archive(2, "13811110003"))});
    v1::Outcome refused = Answer(Creation(2, Archive(2)), v1::VERDICT_REFUSED);
    refused.add_findings()->set_message_en("planted finding");
    Apply(Creation(2, Archive(2)), refused);
    v1::Conflict conflict;
    conflict.set_id(Uuid(3, 1));
    conflict.set_record_id(RecordId(1));
    conflict.set_org(kUnit);
    conflict.add_fields()->set_theirs("13811110004");
    ASSERT_TRUE(replica_->ApplyConflicts({conflict}, {}).ok());
    DeskSession session;
    session.person.set_id("wang");
    session.token = kToken;
    ASSERT_TRUE(replica_->SaveSession(session).ok());
    v1::AuditEntry read;
    read.set_report_id(Uuid(4, 1));
    read.set_stated_reason(kReason);
    ASSERT_TRUE(replica_->NoteRead(read).ok());
  }

  std::vector<std::string> Planted() {
    return {"1381111000",        "王某某",
            PersonNumber(1),     PersonNumber(2),
            std::string(kToken), std::string(kReason),
            "planted finding"};
  }
};

TEST_F(SealedReplicaTest, NoPlantedValueIsInTheFiles) {
  FillWithPlanted();
  const std::string bytes = AllBytes();
  ASSERT_TRUE(absl::StrContains(bytes, RecordId(1))) << "the scan reads the files";
  for (const std::string& value : Planted()) {
    EXPECT_FALSE(absl::StrContains(bytes, value)) << value;
  }
  Reopen();
  EXPECT_EQ(Seen(1).phone(), "13811110002");
  EXPECT_EQ(Seen(2).phone(), "13811110003");
  EXPECT_EQ(replica_->FindPerson(PersonNumber(1))->size(), 1u);
  EXPECT_TRUE(replica_->FindPerson(PersonNumber(7))->empty());
  EXPECT_EQ(replica_->GetConflict(Uuid(3, 1))->fields(0).theirs(), "13811110004");
  EXPECT_EQ(replica_->Sessions()->front().token, kToken);
  EXPECT_EQ(replica_->UnreportedReads(9)->front().stated_reason(), kReason);
  EXPECT_EQ(replica_->GetEntry(ChangeId(2))->outcome.findings(0).message_en(), "planted finding");
}

TEST_F(SealedReplicaTest, WithoutItsKeyFileOrWithAnotherOneNothingOpensAndNothingIsMade) {
  FillWithPlanted();
  replica_.reset();
  const std::string key = folder_ + "/replica.key";
  struct stat file;
  ASSERT_EQ(stat(key.c_str(), &file), 0);
  EXPECT_EQ(file.st_mode & 0777, 0600u);
  ASSERT_EQ(rename(key.c_str(), (key + ".kept").c_str()), 0);
  EXPECT_EQ(Replica::Open(path_).status().code(), absl::StatusCode::kFailedPrecondition);
  EXPECT_NE(access(key.c_str(), F_OK), 0) << "a new key would hide that the old one is missing";
  ASSERT_TRUE(ReplicaKeys::OpenOrMake(path_).ok());
  EXPECT_EQ(Replica::Open(path_).status().code(), absl::StatusCode::kFailedPrecondition);
  ASSERT_EQ(rename((key + ".kept").c_str(), key.c_str()), 0);
  Reopen();
  EXPECT_EQ(Seen(1).phone(), "13811110002");
}

TEST_F(SealedReplicaTest, AValueThatWasMovedOrPlantedIsNotTaken) {
  Pulled(Batch({Wire(Archive(1, "13811110001"), 1), Wire(Archive(2, "13811110002"), 1)}, "c1"));
  const auto move = [this](absl::string_view column) {
    SQLite::Database(path_, SQLite::OPEN_READWRITE)
        .exec(absl::StrCat("UPDATE record SET ", column, " = (SELECT ", column,
                           " FROM record WHERE id = '", RecordId(2), "') WHERE id = '", RecordId(1),
                           "'"));
  };
  v1::Archive archive;
  // With an edit on top, a record has a body beside that of the parent.
  Append({Edit(1, Archive(1, "13811110004")), Edit(2, Archive(2, "13811110003"))});
  ASSERT_EQ(Seen(1).phone(), "13811110004");
  move("body");
  EXPECT_FALSE(archive.ParseFromString(Get(1).body));
  ASSERT_TRUE(archive.ParseFromString(*Get(1).base_body));
  move("base_body");
  EXPECT_FALSE(archive.ParseFromString(*Get(1).base_body));
  SQLite::Database(path_, SQLite::OPEN_READWRITE).exec("UPDATE outbox SET change = x'0a00'");
  EXPECT_EQ(replica_->Pending(9).status().code(), absl::StatusCode::kDataLoss);
}

}  // namespace
}  // namespace bangfu::client
