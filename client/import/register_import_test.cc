#include "client/import/register_import.h"

#include <map>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "base/error.h"
#include "domain/text/bank_card.h"
#include "domain/text/identity_number.h"
#include "domain/text/money.h"
#include "gmock/gmock.h"
#include "gtest/gtest.h"

namespace bangfu::client {
namespace {

using ::testing::AllOf;
using ::testing::Contains;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::UnorderedElementsAre;

constexpr char kSheet[] = "困难职工登记表";
constexpr char kMembersSheet[] = "家庭成员";

void AddOrg(v1::OrgTree& tree, const char* id, const char* name, v1::OrgKind kind,
            const char* abbreviation) {
  v1::Org& org = *tree.add_orgs();
  org.set_id(id);
  org.set_name(name);
  org.set_kind(kind);
  org.set_abbreviation(abbreviation);
}

const domain::OrgTree& Hangzhou() {
  static const domain::OrgTree* const kTree = [] {
    v1::OrgTree tree;
    AddOrg(tree, "hz", "杭州市总工会", v1::ORG_KIND_CITY, "杭州");
    AddOrg(tree, "hz.gongye", "工业工会", v1::ORG_KIND_INDUSTRY, "工业");
    AddOrg(tree, "hz.gongye.xiangjiao", "橡胶集团", v1::ORG_KIND_ENTERPRISE, "橡胶");
    AddOrg(tree, "hz.gongye.sichou", "丝绸集团", v1::ORG_KIND_ENTERPRISE, "丝绸");
    AddOrg(tree, "hz.gongye.jichuang", "机床厂", v1::ORG_KIND_ENTERPRISE, "机床");
    AddOrg(tree, "hz.gongye.dianji", "电机集团", v1::ORG_KIND_ENTERPRISE, "电机");
    AddOrg(tree, "hz.gongye.xin", "新厂", v1::ORG_KIND_ENTERPRISE, "");
    AddOrg(tree, "hz.jiaoyu", "教育工会", v1::ORG_KIND_INDUSTRY, "教育");
    AddOrg(tree, "hz.jiaoyu.erzhong", "市第二中学", v1::ORG_KIND_ENTERPRISE, "二中");
    return new domain::OrgTree(*domain::OrgTree::Build(tree));
  }();
  return *kTree;
}

// A number of the district 330102, valid check digit.
std::string Person(const std::string& birth, int sequence) {
  const std::string order = absl::StrCat(sequence);
  const std::string digits =
      absl::StrCat("330102", birth, std::string(3 - order.size(), '0'), order);
  return digits + domain::ComputeCheckDigit(digits);
}

Cell TextCell(const std::string& text) {
  Cell cell;
  cell.kind = Cell::Kind::kText;
  cell.text = text;
  return cell;
}

Cell NumberCell(double number, const std::string& digits, bool date_format = false) {
  Cell cell;
  cell.kind = Cell::Kind::kNumber;
  cell.text = digits;
  cell.number = number;
  cell.date_format = date_format;
  return cell;
}

// One row by header; headers keep the order in which they come first.
using Row = std::map<std::string, Cell>;

Row Household(int sequence) {
  const std::string number = Person("19700105", 2 * sequence + 1);
  Row row;
  for (const auto& [header, text] :
       std::vector<std::pair<const char*, std::string>>{{"序号", absl::StrCat(sequence)},
                                                        {"单位工会", "橡胶集团"},
                                                        {"职工/农民工", "职工"},
                                                        {"姓名", "王某"},
                                                        {"民族", "汉族"},
                                                        {"性别", "男"},
                                                        {"身份证号码", number},
                                                        {"政治面貌", "群众"},
                                                        {"婚姻状况", "离异"},
                                                        {"住房类型", "租房"},
                                                        {"健康状况", "良好"},
                                                        {"户口类型", "非农业"},
                                                        {"医保状况", "城镇职工医保"},
                                                        {"户口所在地", "浙江省杭州市"},
                                                        {"工作状态", "在岗"},
                                                        {"劳模类型", "非劳模"},
                                                        {"参加工作时间", "1990-07-01"},
                                                        {"合同期限", ""},
                                                        {"劳动合同签订时间", ""},
                                                        {"联系电话", "13800000000"},
                                                        {"家庭住址", "杭州市某某路1号"},
                                                        {"本人月收入（元）", "1000"},
                                                        {"家庭其他年收入（元）", "0"},
                                                        {"因困总支出（元）", "20000"},
                                                        {"主要致困原因", "收入低"},
                                                        {"次要致困原因", ""},
                                                        {"开户银行", "杭州银行"},
                                                        {"支行名称", "武林支行"},
                                                        {"银行卡号", "6222021202000361973"},
                                                        {"申报困难类别", "其他困难户"}}) {
    row[header] = TextCell(text);
  }
  return row;
}

std::vector<std::string> HeadersOf(const std::vector<Row>& rows) {
  std::set<std::string> headers;
  for (const Row& row : rows) {
    for (const auto& [header, cell] : row) headers.insert(header);
  }
  return std::vector<std::string>(headers.begin(), headers.end());
}

// A sheet with a header in the 0-based `header_row` and the rows below it.
Sheet SheetOf(const std::string& name, const std::vector<std::string>& headers,
              const std::vector<Row>& rows, int header_row = 0) {
  Sheet sheet;
  sheet.name = name;
  for (int column = 0; column < static_cast<int>(headers.size()); ++column) {
    const std::string& header = headers[static_cast<size_t>(column)];
    if (!header.empty()) sheet.Put(header_row, column, TextCell(header));
    for (int i = 0; i < static_cast<int>(rows.size()); ++i) {
      const Row& row = rows[static_cast<size_t>(i)];
      const auto cell = row.find(header);
      if (cell != row.end() && !cell->second.text.empty()) {
        sheet.Put(header_row + 1 + i, column, cell->second);
      }
    }
  }
  return sheet;
}

Sheet RegisterOf(const std::vector<Row>& rows, int header_row = 0) {
  return SheetOf(kSheet, HeadersOf(rows), rows, header_row);
}

Row Member(const std::string& sequence, const std::string& number) {
  Row row;
  row["序号"] = TextCell(sequence);
  row["成员姓名"] = TextCell("王小某");
  row["关系"] = TextCell("女儿");
  row["性别"] = TextCell("女");
  row["政治面貌"] = TextCell("群众");
  row["身份证号"] = TextCell(number);
  row["月收入"] = NumberCell(0, "0");
  return row;
}

Sheet MembersOf(const std::vector<Row>& rows) {
  return SheetOf(kMembersSheet, HeadersOf(rows), rows);
}

// Reads with ids that count up and a replica that knows `filed`.
class RegisterImportTest : public ::testing::Test {
 protected:
  absl::StatusOr<Register> Read(const Workbook& workbook) {
    return ReadRegister(
        workbook, RegisterContext{Hangzhou(), org_, today_, v1::TIER_A,
                                  [this] {
                                    const std::string count = absl::StrCat(++ids_);
                                    return absl::StrCat("01900000-0000-7000-8000-",
                                                        std::string(12 - count.size(), '0'), count);
                                  },
                                  [this](const std::string& number) -> std::optional<std::string> {
                                    const auto found = filed_.find(number);
                                    if (found == filed_.end()) return std::nullopt;
                                    return found->second;
                                  }});
  }

  absl::StatusOr<Register> Read(std::vector<Sheet> sheets) {
    Workbook workbook;
    workbook.sheets = std::move(sheets);
    return Read(workbook);
  }

  // The only household of a register of one row.
  RegisterRow ReadOne(const Row& row) {
    const auto read = Read({RegisterOf({row})});
    EXPECT_TRUE(read.ok()) << TextOf(read.status()).zh;
    if (!read.ok() || read->rows.size() != 1) {
      ADD_FAILURE() << "not one household";
      return RegisterRow();
    }
    return read->rows.front();
  }

  // Chinese text of the refusal; both texts must be there.
  std::string Refusal(std::vector<Sheet> sheets) {
    const auto read = Read(std::move(sheets));
    EXPECT_EQ(read.status().code(), absl::StatusCode::kInvalidArgument);
    EXPECT_NE(std::string(read.status().message()), "");
    return TextOf(read.status()).zh;
  }

  std::string org_ = "hz.gongye";
  absl::CivilDay today_{2014, 3, 20};
  std::map<std::string, std::string> filed_;
  int ids_ = 0;
};

std::vector<std::string> Errors(const RegisterRow& row) {
  std::vector<std::string> errors;
  for (const CellFinding& found : row.findings) {
    if (found.finding.severity() != v1::SEVERITY_ERROR) continue;
    errors.push_back(absl::StrCat(v1::FindingCode_Name(found.finding.code()).substr(13), " ",
                                  found.column, found.row, " ", found.header));
  }
  return errors;
}

// Codes of all findings; those of warnings with a "?".
std::vector<std::string> Codes(const RegisterRow& row) {
  std::vector<std::string> codes;
  for (const CellFinding& found : row.findings) {
    codes.push_back(absl::StrCat(v1::FindingCode_Name(found.finding.code()).substr(13),
                                 found.finding.severity() == v1::SEVERITY_WARNING ? "?" : ""));
  }
  return codes;
}

const CellFinding& FindingOf(const RegisterRow& row, v1::FindingCode code) {
  static const CellFinding* const kNone = new CellFinding();
  for (const CellFinding& found : row.findings) {
    if (found.finding.code() == code) return found;
  }
  ADD_FAILURE() << "no finding " << v1::FindingCode_Name(code);
  return *kNone;
}

const CellFinding& First(const RegisterRow& row) {
  static const CellFinding* const kNone = new CellFinding();
  if (!row.findings.empty()) return row.findings.front();
  ADD_FAILURE() << "no finding";
  return *kNone;
}

// --- The sample of a real register -------------------------------------------------------------

class SampleTest : public RegisterImportTest {
 protected:
  void SetUp() override {
    auto workbook = ReadWorkbook(BANGFU_SOURCE_DIR "/tests/data/industry-register.xlsx");
    ASSERT_TRUE(workbook.ok()) << workbook.status();
    workbook_ = *std::move(workbook);
    auto read = Read(workbook_);
    ASSERT_TRUE(read.ok()) << TextOf(read.status()).zh;
    register_ = *std::move(read);
    for (const RegisterRow& row : register_.rows) rows_[row.sequence] = &row;
  }

  const RegisterRow& At(int sequence) { return *rows_.at(absl::StrCat(sequence)); }

  // Names and numbers of everybody in the register.
  std::set<std::string> Secrets() const {
    // H20 without the digits that were lost.
    std::set<std::string> secrets = {"330104197903035"};
    for (const RegisterRow& row : register_.rows) {
      for (const std::string& text : {row.archive.name(), row.archive.identity_number(),
                                      row.archive.bank_card(), row.archive.phone()}) {
        if (!text.empty()) secrets.insert(text);
      }
      for (const v1::Member& member : row.archive.members()) {
        secrets.insert(member.name());
        secrets.insert(member.identity_number());
      }
    }
    return secrets;
  }

  Workbook workbook_;
  Register register_;
  std::map<std::string, const RegisterRow*> rows_;
};

TEST_F(SampleTest, FiftyFourAreAcceptedAndSixRefusedForTheirReasons) {
  EXPECT_EQ(register_.sheet, kSheet);
  EXPECT_EQ(register_.rows_read, 60);
  EXPECT_EQ(register_.filed_on, absl::CivilDay(2014, 3, 10));
  EXPECT_THAT(register_.findings, IsEmpty());
  std::map<std::string, std::vector<std::string>> refused;
  for (const RegisterRow& row : register_.rows) {
    EXPECT_EQ(row.accepted, Errors(row).empty());
    if (!row.accepted) refused[row.sequence] = Errors(row);
  }
  EXPECT_EQ(
      refused,
      (std::map<std::string, std::vector<std::string>>{
          {"17", {"NUMERIC_DAMAGE H20 身份证号码"}},
          {"33", {"BAD_IDENTITY_NUMBER H37 身份证号码"}},
          {"42", {"DUPLICATE_PERSON H46 身份证号码"}},
          {"51", {"TOO_MANY_CAUSES AC55 次要致困原因", "CAUSE_EQUALS_MAIN AC55 次要致困原因"}},
          {"55", {"REQUIRED_MISSING S59 合同期限", "REQUIRED_MISSING T59 劳动合同签订时间"}},
          {"58", {"OUT_OF_SCOPE C62 单位工会"}}}));
}

TEST_F(SampleTest, DuplicateNamesBothRows) {
  const CellFinding& found = FindingOf(At(42), v1::FINDING_CODE_DUPLICATE_PERSON);
  EXPECT_THAT(found.finding.message_zh(),
              AllOf(HasSubstr("第46行"), HasSubstr("第44行（序号40）")));
  EXPECT_THAT(found.finding.message_en(), AllOf(HasSubstr("row 46"), HasSubstr("row 44 (no. 40)")));
  EXPECT_TRUE(At(40).accepted);
}

TEST_F(SampleTest, OutOfScopeNamesTheUnionItBelongsTo) {
  const v1::Finding& finding = FindingOf(At(58), v1::FINDING_CODE_OUT_OF_SCOPE).finding;
  EXPECT_EQ(finding.rule(), "R58");
  EXPECT_THAT(finding.message_zh(), HasSubstr("教育工会"));
  EXPECT_THAT(finding.message_en(), HasSubstr("教育工会"));
}

TEST_F(SampleTest, MisprintIsAcceptedWithAWarning) {
  const RegisterRow& row = At(21);
  EXPECT_TRUE(row.accepted);
  EXPECT_EQ(row.archive.medical_insurance(), v1::MEDICAL_INSURANCE_RURAL_COOPERATIVE);
  const CellFinding& found = FindingOf(row, v1::FINDING_CODE_MISPRINT_ACCEPTED);
  EXPECT_EQ(found.finding.severity(), v1::SEVERITY_WARNING);
  EXPECT_EQ(found.finding.rule(), "R69");
  EXPECT_EQ(absl::StrCat(found.sheet, " ", found.column, found.row), "困难职工登记表 N24");
  EXPECT_EQ(found.header, "医保状况");
}

TEST_F(SampleTest, ExistingNumbersAreKept) {
  for (int sequence = 1; sequence <= 60; ++sequence) {
    const std::string expected = sequence <= 6 ? absl::StrCat("工业橡胶2013000", sequence) : "";
    EXPECT_EQ(At(sequence).archive.existing_number(), expected);
    EXPECT_EQ(At(sequence).archive.number(), "");
  }
}

TEST_F(SampleTest, FirstHouseholdIsReadInFull) {
  const v1::Archive& archive = At(1).archive;
  EXPECT_EQ(At(1).row, 4);
  EXPECT_EQ(archive.id(), "01900000-0000-7000-8000-000000000001");
  EXPECT_EQ(archive.unit(), "hz.gongye.xiangjiao");
  EXPECT_EQ(archive.worker_type(), v1::WORKER_TYPE_MIGRANT);
  EXPECT_EQ(archive.name(), "华忠良");
  EXPECT_EQ(archive.ethnicity(), v1::ETHNICITY_HAN);
  EXPECT_EQ(archive.sex(), v1::SEX_FEMALE);
  EXPECT_EQ(archive.identity_number(), "330122196607284247");
  EXPECT_EQ(archive.hukou_location(), "浙江省杭州市");
  EXPECT_EQ(archive.work_started_on(), "1985-07-28");
  EXPECT_EQ(archive.contract_signed_on(), "2012-08-01");
  EXPECT_EQ(archive.phone(), "13820389866");
  EXPECT_EQ(archive.can_help_self(), v1::YES_NO_NO);
  EXPECT_EQ(archive.monthly_income_fen(), 1625 * domain::kFenPerYuan);
  EXPECT_EQ(archive.main_cause(), v1::HARDSHIP_CAUSE_RELATIVE_ILLNESS);
  EXPECT_THAT(archive.secondary_causes(), ElementsAre(v1::HARDSHIP_CAUSE_NATURAL_DISASTER));
  EXPECT_EQ(archive.bank_card(), "6222021202000361973");
  EXPECT_EQ(archive.claimed_category(), v1::HARDSHIP_CATEGORY_MARGINAL);
  EXPECT_EQ(archive.tier(), v1::TIER_A);
  EXPECT_EQ(archive.filed_on(), "2014-03-10");
  ASSERT_EQ(archive.members_size(), 1);
  EXPECT_EQ(archive.members(0).name(), "褚雅琴");
  EXPECT_EQ(archive.members(0).relation(), v1::RELATION_FATHER);
  EXPECT_EQ(archive.members(0).monthly_income_fen(), 1005 * domain::kFenPerYuan);
}

TEST_F(SampleTest, SpellingsOfRealRegistersAreUnderstood) {
  EXPECT_EQ(At(4).archive.work_started_on(), "1987-04-18");  // serial 31885
  EXPECT_EQ(At(2).archive.work_started_on(), "1990-07-12");  // 1990.7.12
  EXPECT_EQ(At(9).archive.name(), "许阿根");                 // blanks around it
  EXPECT_EQ(At(11).archive.identity_number(), "33010519690806732X");
  EXPECT_EQ(At(13).archive.identity_number(), "33012219690512329X");  // full-width
  EXPECT_EQ(At(7).archive.monthly_income_fen(), 147000);              // 1,470.00
  EXPECT_EQ(At(31).row, 35);                                          // below the blank row
  EXPECT_THAT(At(34).archive.secondary_causes(),
              ElementsAre(v1::HARDSHIP_CAUSE_RELATIVE_ILLNESS, v1::HARDSHIP_CAUSE_LOW_INCOME,
                          v1::HARDSHIP_CAUSE_ACCIDENT));
}

TEST_F(SampleTest, EveryMemberIsInItsHousehold) {
  int members = 0;
  for (const RegisterRow& row : register_.rows) members += row.archive.members_size();
  EXPECT_EQ(members, 82);
  EXPECT_EQ(At(53).archive.members_size(), 4);
}

TEST_F(SampleTest, NothingPersonalIsInAFinding) {
  const std::set<std::string> secrets = Secrets();
  for (const RegisterRow& row : register_.rows) {
    for (const CellFinding& found : row.findings) {
      EXPECT_NE(found.finding.message_zh(), "");
      EXPECT_NE(found.finding.message_en(), "");
      EXPECT_NE(found.finding.rule(), "");
      for (const std::string& secret : secrets) {
        EXPECT_THAT(found.finding.message_zh(), Not(HasSubstr(secret)));
        EXPECT_THAT(found.finding.message_en(), Not(HasSubstr(secret)));
      }
    }
  }
}

// The sheet without one cell.
Sheet Without(const Sheet& sheet, int row, int column) {
  Sheet copy;
  copy.name = sheet.name;
  for (int r = 0; r < sheet.row_count(); ++r) {
    for (int c = 0; c < sheet.column_count(); ++c) {
      if (r != row || c != column) copy.Put(r, c, sheet.at(r, c));
    }
  }
  return copy;
}

TEST_F(SampleTest, WithoutAnyOneHeaderNothingIsImportedAndNothingPersonalTold) {
  const std::set<std::string> secrets = Secrets();
  const int header_rows[] = {2, 0};
  for (size_t sheet = 0; sheet < workbook_.sheets.size(); ++sheet) {
    for (int column = 0; column < workbook_.sheets[sheet].column_count(); ++column) {
      Workbook damaged = workbook_;
      damaged.sheets[sheet] = Without(workbook_.sheets[sheet], header_rows[sheet], column);
      const auto read = Read(damaged);
      ASSERT_FALSE(read.ok()) << sheet << " " << CellName(0, column);
      const Text text = TextOf(read.status());
      for (const std::string& secret : secrets) {
        EXPECT_THAT(text.zh, Not(HasSubstr(secret)));
        EXPECT_THAT(text.en, Not(HasSubstr(secret)));
      }
    }
  }
}

TEST_F(SampleTest, ImportedAgainEverybodyIsAlreadyFiled) {
  for (const RegisterRow& row : register_.rows) {
    if (row.accepted) filed_[row.archive.identity_number()] = row.archive.id();
  }
  const auto again = Read(workbook_);
  ASSERT_TRUE(again.ok());
  for (const RegisterRow& row : again->rows) {
    EXPECT_FALSE(row.accepted) << row.sequence;
  }
  const RegisterRow& first = again->rows.front();
  EXPECT_THAT(Errors(first), ElementsAre("DUPLICATE_PERSON H4 身份证号码"));
  EXPECT_THAT(First(first).finding.message_zh(), HasSubstr("01900000-0000-7000-8000-000000000001"));
}

TEST_F(SampleTest, OfAnotherUnionEveryUnitIsOutOfScope) {
  org_ = "hz.jiaoyu";
  const auto read = Read(workbook_);
  ASSERT_TRUE(read.ok());
  for (const RegisterRow& row : read->rows) EXPECT_EQ(row.accepted, row.sequence == "58");
}

TEST_F(SampleTest, AnOrgThatIsNotInTheDictionaryFilesNothing) {
  org_ = "hz.none";
  EXPECT_EQ(Read(workbook_).status().code(), absl::StatusCode::kFailedPrecondition);
}

// --- Files that are no register, or not as expected
// -----------------------------------------------

TEST_F(RegisterImportTest, WrongFileNamesItsSheetsAndWhatIsExpected) {
  Sheet sheet;
  sheet.name = "采购清单";
  sheet.Put(0, 0, TextCell("名称"));
  sheet.Put(1, 0, TextCell("姓名"));
  EXPECT_THAT(Refusal({sheet}), AllOf(HasSubstr("“采购清单”"), HasSubstr("“身份证号”")));
  EXPECT_THAT(Refusal({Sheet()}), HasSubstr("登记表"));
}

TEST_F(RegisterImportTest, TwoRegistersInAFileAreNotGuessedBetween) {
  Sheet second = RegisterOf({Household(2)});
  second.name = "去年";
  EXPECT_THAT(Refusal({RegisterOf({Household(1)}), second}),
              AllOf(HasSubstr(kSheet), HasSubstr("去年")));
}

TEST_F(RegisterImportTest, TwoSheetsOfMembersAreNotGuessedBetween) {
  const Sheet members = MembersOf({Member("1", Person("20050102", 2))});
  EXPECT_THAT(Refusal({RegisterOf({Household(1)}), members, members}), HasSubstr("家庭成员表"));
}

TEST_F(RegisterImportTest, OtherSheetsDoNotMatter) {
  Sheet choices;
  choices.name = "选项";
  choices.hidden = true;
  choices.Put(0, 0, TextCell("性别"));
  choices.Put(0, 1, TextCell("关系"));
  choices.Put(1, 0, TextCell("男"));
  const auto read = Read({choices, RegisterOf({Household(1)})});
  ASSERT_TRUE(read.ok()) << TextOf(read.status()).zh;
  EXPECT_TRUE(read->rows.front().accepted);
}

TEST_F(RegisterImportTest, UnknownColumnsNameLetterHeaderAndTheClosestOne) {
  Row row = Household(1);
  std::vector<std::string> headers = HeadersOf({row});
  const std::string letter = CellName(0, static_cast<int>(headers.size()));
  headers.push_back("联系电活");
  headers.push_back("ZZZ");
  const std::string refusal = Refusal({SheetOf(kSheet, headers, {row})});
  EXPECT_THAT(refusal, HasSubstr(absl::StrCat(letter.substr(0, 2), "列“联系电活”")));
  EXPECT_THAT(refusal, HasSubstr("“联系电话”"));
  EXPECT_THAT(refusal, HasSubstr("“ZZZ”不是可以导入的列，请删去"));
}

TEST_F(RegisterImportTest, NoMoreThanTwentyProblemsAreListed) {
  const auto refusal = [this](int unknown) {
    const Row row = Household(1);
    std::vector<std::string> headers = HeadersOf({row});
    for (int i = 0; i < unknown; ++i) headers.push_back(absl::StrCat("Z", i));
    return Refusal({SheetOf(kSheet, headers, {row})});
  };
  EXPECT_THAT(refusal(20), AllOf(HasSubstr("“Z19”"), Not(HasSubstr("另有"))));
  EXPECT_THAT(refusal(21), AllOf(Not(HasSubstr("“Z20”")), HasSubstr("另有1处")));
}

TEST_F(RegisterImportTest, DuplicatedColumnsNameBothLetters) {
  const Row row = Household(1);
  std::vector<std::string> headers = {"姓名", "职工姓名"};
  for (const std::string& header : HeadersOf({row})) {
    if (header != "姓名") headers.push_back(header);
  }
  EXPECT_THAT(Refusal({SheetOf(kSheet, headers, {row})}), HasSubstr("B列“职工姓名”与A列重复"));
}

TEST_F(RegisterImportTest, MissingColumnsOfRequiredFieldsAreAllNamed) {
  Row row = Household(1);
  row.erase("民族");
  row.erase("家庭住址");
  EXPECT_THAT(Refusal({RegisterOf({row})}),
              AllOf(HasSubstr("缺少“民族”列"), HasSubstr("缺少“家庭住址”列")));
}

TEST_F(RegisterImportTest, ColumnsThatOnlySomeNeedMayBeMissing) {
  Row row = Household(1);
  for (const char* header : {"合同期限", "劳动合同签订时间", "次要致困原因", "序号"})
    row.erase(header);
  EXPECT_TRUE(ReadOne(row).accepted);
  row.erase("工作状态");
  const RegisterRow read = ReadOne(row);
  // There is no cell to point at.
  EXPECT_THAT(Errors(read), ElementsAre("REQUIRED_MISSING 2 "));
  EXPECT_THAT(First(read).finding.message_zh(), HasSubstr("工作状态"));
}

TEST_F(RegisterImportTest, ColumnsOfTheServiceCenterAreNotImported) {
  Row row = Household(1);
  row["认定困难类别"] = TextCell("持证困难户");
  EXPECT_THAT(Refusal({RegisterOf({row})}), HasSubstr("“认定困难类别”由系统或市职工服务中心填写"));
  row = Household(1);
  row["统一编号"] = TextCell("工业橡胶20140001");
  EXPECT_THAT(Refusal({RegisterOf({row})}), HasSubstr("“统一编号”"));
}

TEST_F(RegisterImportTest, ValuesWithoutAHeaderAreNotDropped) {
  Sheet sheet = RegisterOf({Household(1)});
  const int column = sheet.column_count();
  sheet.Put(1, column, TextCell("低保"));
  EXPECT_THAT(Refusal({sheet}), HasSubstr("列没有表头，但第2行有内容"));
}

TEST_F(RegisterImportTest, RefusalsDoNotRepeatWhatLooksLikeANumberOfSomebody) {
  Row row = Household(1);
  row[Person("19700105", 3)] = TextCell("");
  EXPECT_THAT(Refusal({RegisterOf({row})}), Not(HasSubstr("19700105")));
}

TEST_F(RegisterImportTest, HeaderMayStandAnywhereInTheFirstThirtyRows) {
  for (const int header_row : {0, 7, 29}) {
    const auto read = Read({RegisterOf({Household(1)}, header_row)});
    ASSERT_TRUE(read.ok()) << header_row;
    EXPECT_EQ(read->rows.front().row, header_row + 2);
    EXPECT_TRUE(read->rows.front().accepted);
  }
  EXPECT_THAT(Refusal({RegisterOf({Household(1)}, 30)}), HasSubstr("前30行"));
}

TEST_F(RegisterImportTest, HeadersMayHaveStarsBlanksAndWideBrackets) {
  Row row = Household(1);
  row["*民　族"] = row["民族"];
  row.erase("民族");
  row["本人月收入(元)*"] = row["本人月收入（元）"];
  row.erase("本人月收入（元）");
  EXPECT_TRUE(ReadOne(row).accepted);
}

// --- Rows
// -------------------------------------------------------------------------------------------

TEST_F(RegisterImportTest, BlankRowsTotalsAndNotesAreNoHouseholds) {
  Row prepared;
  prepared["序号"] = NumberCell(2, "2");
  Row blank;
  blank["姓名"] = TextCell("　 ");
  Row subtotal;
  subtotal["姓名"] = TextCell("小 计");
  subtotal["本人月收入（元）"] = NumberCell(1000, "1000");
  Row note;
  note["序号"] = TextCell("填表人：某某");
  note["联系电话"] = TextCell("审核人：某某");
  Row remark;
  remark["序号"] = TextCell("以上情况属实");
  remark["家庭住址"] = TextCell("某厂工会");
  const auto read =
      Read({RegisterOf({blank, Household(1), prepared, subtotal, Household(3), note, remark})});
  ASSERT_TRUE(read.ok());
  ASSERT_EQ(read->rows_read, 2);
  EXPECT_EQ(read->rows[0].row, 3);
  EXPECT_EQ(read->rows[1].row, 6);
  EXPECT_TRUE(read->rows[0].accepted && read->rows[1].accepted);
}

TEST_F(RegisterImportTest, ARowWithoutNameAndNumberIsRefusedNotSkipped) {
  Row row = Household(1);
  row["姓名"] = TextCell("");
  row["身份证号码"] = TextCell("");
  const auto read = Read({RegisterOf({row, Household(2)})});
  ASSERT_TRUE(read.ok());
  ASSERT_EQ(read->rows_read, 2);
  EXPECT_THAT(Codes(read->rows[0]), ElementsAre("REQUIRED_MISSING", "REQUIRED_MISSING"));
}

TEST_F(RegisterImportTest, UnitNamesWithBlanksAndFullWidth) {
  Row row = Household(1);
  row["单位工会"] = TextCell(" 橡　胶 集团 ");
  EXPECT_EQ(ReadOne(row).archive.unit(), "hz.gongye.xiangjiao");
}

TEST_F(RegisterImportTest, UnknownUnitIsOutOfScopeAndNotQuoted) {
  Row row = Household(1);
  row["单位工会"] = TextCell("王某 13800000000");
  const RegisterRow read = ReadOne(row);
  EXPECT_THAT(Codes(read), ElementsAre("OUT_OF_SCOPE"));
  EXPECT_THAT(First(read).finding.message_zh(), Not(HasSubstr("138")));
}

TEST_F(RegisterImportTest, AUnitThatFilesForItselfNeedsNoColumn) {
  Row row = Household(1);
  row.erase("单位工会");
  EXPECT_THAT(Refusal({RegisterOf({row})}), HasSubstr("缺少“单位工会”列"));
  org_ = "hz.gongye.jichuang";
  EXPECT_EQ(ReadOne(row).archive.unit(), "hz.gongye.jichuang");
  // A colleague of the same union is out of its scope.
  EXPECT_THAT(Codes(ReadOne(Household(1))), ElementsAre("OUT_OF_SCOPE"));
}

TEST_F(RegisterImportTest, AUnitWithoutAbbreviationIsAWarningInTierA) {
  Row row = Household(1);
  row["单位工会"] = TextCell("新厂");
  EXPECT_THAT(Codes(ReadOne(row)), ElementsAre("NO_PREFIX?"));
  row["管理级别"] = TextCell("二级");
  const RegisterRow read = ReadOne(row);
  EXPECT_THAT(Codes(read), IsEmpty());
  EXPECT_EQ(read.archive.tier(), v1::TIER_B);
}

// --- Cells
// ------------------------------------------------------------------------------------------

TEST_F(RegisterImportTest, NumbersInTextFieldsAreTheirDigits) {
  Row row = Household(1);
  row["联系电话"] = NumberCell(13805710000, "13805710000");
  row["银行卡号"] = NumberCell(123456789012345, "123456789012345");
  const RegisterRow read = ReadOne(row);
  EXPECT_TRUE(read.accepted);
  EXPECT_EQ(read.archive.phone(), "13805710000");
  EXPECT_EQ(read.archive.bank_card(), "123456789012345");
}

TEST_F(RegisterImportTest, NumbersOfMoreThanFifteenDigitsAreDamaged) {
  Row row = Household(1);
  row["银行卡号"] = NumberCell(1234567890123456, "1234567890123456");
  // Not even a check digit that happens to fit makes it trustworthy.
  row["身份证号码"] = NumberCell(3.3e17, Person("19700105", 3));
  EXPECT_THAT(Codes(ReadOne(row)), ElementsAre("NUMERIC_DAMAGE", "NUMERIC_DAMAGE"));
  row["身份证号码"] = TextCell("3.30102E+17");
  EXPECT_THAT(Codes(ReadOne(row)), ElementsAre("NUMERIC_DAMAGE", "NUMERIC_DAMAGE"));
}

TEST_F(RegisterImportTest, Dates) {
  const std::vector<std::pair<Cell, std::string>> cases = {
      {TextCell("1990年7月1日"), "1990-07-01"},
      {TextCell("1990/7/1"), "1990-07-01"},
      {TextCell("１９９０．７．１"), "1990-07-01"},
      {NumberCell(33055, "33055", true), "1990-07-01"},
      {NumberCell(33055, "33055"), "1990-07-01"},
      {NumberCell(19900701, "19900701"), "1990-07-01"},
      {NumberCell(1990, "1990"), ""},
      {TextCell("1990-02-30"), ""},
      {TextCell("1990年7月"), ""},
  };
  for (const auto& [cell, expected] : cases) {
    Row row = Household(1);
    row["参加工作时间"] = cell;
    const RegisterRow read = ReadOne(row);
    EXPECT_EQ(read.archive.work_started_on(), expected) << cell.text;
    if (expected.empty()) {
      EXPECT_THAT(Codes(read), ElementsAre("BAD_DATE")) << cell.text;
    }
  }
}

TEST_F(RegisterImportTest, ColumnsOfTheWholeForm) {
  Row row = Household(1);
  row["职工/农民工"] = TextCell("农民工");
  row["户口类型"] = TextCell("农业家庭户");
  row["合同期限"] = TextCell("2013.1.1-2015.12.31");
  row["劳动合同签订时间"] = TextCell("2012-12-20 00:00:00");
  row["学费支出（元）"] = NumberCell(5000, "5000");
  row["医疗费用支出"] = TextCell("1,200.50");
  row["其它支出"] = NumberCell(0, "0");
  row["其他支出说明"] = TextCell("房租");
  row["超标准建档理由"] = TextCell("重病");
  const RegisterRow read = ReadOne(row);
  EXPECT_THAT(Codes(read), IsEmpty());
  EXPECT_EQ(read.archive.contract_term(), v1::CONTRACT_TERM_THREE_YEARS);
  EXPECT_EQ(read.archive.contract_months(), 36);
  EXPECT_EQ(read.archive.contract_signed_on(), "2012-12-20");
  EXPECT_EQ(read.archive.tuition_expense_fen(), 500000);
  EXPECT_EQ(read.archive.medical_expense_fen(), 120050);
  EXPECT_TRUE(read.archive.has_other_expense_fen());
  EXPECT_EQ(read.archive.other_expense_note(), "房租");
  EXPECT_EQ(read.archive.above_standard_reason(), "重病");
}

TEST_F(RegisterImportTest, ContractMonthsAgainstTheirWord) {
  Row row = Household(1);
  row["职工/农民工"] = TextCell("农民工");
  row["户口类型"] = TextCell("农业");
  row["劳动合同签订时间"] = TextCell("2013-01-01");
  row["合同期限"] = TextCell("三年");
  row["合同期限（月）"] = NumberCell(36, "36");
  EXPECT_THAT(Codes(ReadOne(row)), IsEmpty());
  row["合同期限（月）"] = NumberCell(43, "43");
  const RegisterRow read = ReadOne(row);
  EXPECT_THAT(Codes(read), ElementsAre("CONTRACT_TERM_MISMATCH"));
  EXPECT_EQ(First(read).header, "合同期限");
  EXPECT_FALSE(read.accepted);
}

TEST_F(RegisterImportTest, AnUnknownDivisionIsAWarning) {
  Row row = Household(1);
  const std::string digits = "33019919700105003";
  row["身份证号码"] = TextCell(digits + domain::ComputeCheckDigit(digits));
  const RegisterRow read = ReadOne(row);
  EXPECT_THAT(Codes(read), ElementsAre("UNKNOWN_DIVISION?"));
  EXPECT_TRUE(read.accepted);
}

TEST_F(RegisterImportTest, BareSerialsArePlausibleFrom1920To2099) {
  const auto read = [this](double serial) {
    Row row = Household(1);
    row["填报日期"] = NumberCell(serial, absl::StrCat(serial));
    return ReadOne(row).archive.filed_on();
  };
  EXPECT_EQ(read(7306), "1920-01-01");
  EXPECT_EQ(read(73050), "2099-12-31");
  EXPECT_EQ(read(7305), "2014-03-20");  // not read: the default stays, with an error
  EXPECT_EQ(read(73051), "2014-03-20");
}

TEST_F(RegisterImportTest, DatesFrom1904) {
  Row row = Household(1);
  row["参加工作时间"] = NumberCell(33055 - 1462, "31593", true);
  Workbook workbook;
  workbook.dates_from_1904 = true;
  workbook.sheets = {RegisterOf({row})};
  const auto read = Read(workbook);
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->rows.front().archive.work_started_on(), "1990-07-01");
}

TEST_F(RegisterImportTest, Money) {
  const auto codes = [this](const Cell& cell) {
    Row row = Household(1);
    row["本人月收入（元）"] = cell;
    return Codes(ReadOne(row));
  };
  Row row = Household(1);
  row["本人月收入（元）"] = NumberCell(2300.1, "2300.1");
  EXPECT_EQ(ReadOne(row).archive.monthly_income_fen(), 230010);
  row["本人月收入（元）"] = TextCell("￥２，３００元");
  EXPECT_EQ(ReadOne(row).archive.monthly_income_fen(), 230000);
  EXPECT_THAT(codes(NumberCell(0, "0")), IsEmpty());
  EXPECT_THAT(codes(TextCell("")), ElementsAre("REQUIRED_MISSING"));
  EXPECT_THAT(codes(NumberCell(-1, "-1")), ElementsAre("BAD_MONEY"));
  EXPECT_THAT(codes(NumberCell(1.234, "1.234")), ElementsAre("BAD_MONEY"));
  EXPECT_THAT(codes(TextCell("约一千")), ElementsAre("BAD_MONEY"));
  EXPECT_THAT(codes(NumberCell(1000, "1000", true)), ElementsAre("MALFORMED"));
}

TEST_F(RegisterImportTest, ErrorsAndFormulasWithoutResultAreNotEmpty) {
  for (const char* text : {"#N/A", kFormulaWithoutResult}) {
    Row row = Household(1);
    row["因困总支出（元）"] = TextCell(text);
    row["因困总支出（元）"].kind = Cell::Kind::kError;
    EXPECT_THAT(Codes(ReadOne(row)), ElementsAre("MALFORMED"));
  }
}

TEST_F(RegisterImportTest, UnknownWordsListThePossibleOnesAndAreNotQuoted) {
  Row row = Household(1);
  row["婚姻状况"] = TextCell("王小明");
  row["次要致困原因"] = TextCell("残疾、运气差，自然灾害");
  const RegisterRow read = ReadOne(row);
  EXPECT_THAT(Codes(read), ElementsAre("UNKNOWN_CODE", "UNKNOWN_CODE"));
  for (const CellFinding& found : read.findings) {
    EXPECT_THAT(found.finding.message_zh(), Not(HasSubstr("王小明")));
    EXPECT_THAT(found.finding.message_zh(), Not(HasSubstr("运气差")));
  }
  const auto& finding = read.findings[read.findings[0].header == "婚姻状况" ? 0 : 1].finding;
  EXPECT_EQ(finding.rule(), "R65");
  EXPECT_THAT(finding.message_zh(), HasSubstr("未婚、已婚、离异、丧偶"));
}

TEST_F(RegisterImportTest, AllErrorsOfARowAreReportedFromLeftToRight) {
  Row row = Household(1);
  row["民族"] = TextCell("火星族");
  row["联系电话"] = TextCell("12");
  row["参加工作时间"] = TextCell("去年");
  row["开户银行"] = TextCell("");
  const RegisterRow read = ReadOne(row);
  EXPECT_FALSE(read.accepted);
  EXPECT_THAT(Codes(read),
              UnorderedElementsAre("UNKNOWN_CODE", "BAD_PHONE", "BAD_DATE", "REQUIRED_MISSING"));
  for (size_t i = 1; i < read.findings.size(); ++i) {
    const std::string& left = read.findings[i - 1].column;
    const std::string& right = read.findings[i].column;
    EXPECT_TRUE(left.size() < right.size() || (left.size() == right.size() && left < right));
  }
}

// --- Day of filing
// ----------------------------------------------------------------------------------

TEST_F(RegisterImportTest, FilingDayStandsAboveTheHeaderInManyWays) {
  const auto read = [this](const std::vector<Cell>& cells) {
    Sheet sheet = RegisterOf({Household(1)}, 3);
    for (size_t i = 0; i < cells.size(); ++i) sheet.Put(1, static_cast<int>(i), cells[i]);
    const auto result = Read({sheet});
    return result.ok() ? absl::StrCat(absl::FormatCivilTime(result->filed_on), " ",
                                      result->rows.front().archive.filed_on())
                       : TextOf(result.status()).zh;
  };
  const std::string kDay = "2014-03-10 2014-03-10";
  const std::string kToday = "2014-03-20 2014-03-20";
  EXPECT_EQ(read({TextCell("填报日期：2014年3月10日")}), kDay);
  EXPECT_EQ(read({TextCell("填报日期: 2014-03-10")}), kDay);
  EXPECT_EQ(read({TextCell("单位：某厂　　填报日期：2014年 3月 10日   填表人：某某")}), kDay);
  EXPECT_EQ(read({TextCell("填报日期："), TextCell(" "), TextCell("2014.3.10")}), kDay);
  EXPECT_EQ(read({TextCell("填报日期"), NumberCell(41708, "41708", true)}), kDay);
  EXPECT_EQ(read({TextCell("填报单位：某厂")}), kToday);
  EXPECT_EQ(read({TextCell("填报日期：")}), kToday);
  EXPECT_EQ(read({TextCell("填报日期：　　填表人：某某")}), kToday);
  EXPECT_EQ(read({TextCell("填报日期："), TextCell("填表人：某某")}), kToday);
  EXPECT_EQ(read({TextCell("填报日期：2014年3月20日")}), kToday);
  EXPECT_THAT(read({TextCell("填报日期：2014年3月21日")}),
              AllOf(HasSubstr("A2"), HasSubstr("晚于")));
  EXPECT_THAT(read({TextCell("填报日期：2014年3月")}), AllOf(HasSubstr("A2"), HasSubstr("日期")));
}

TEST_F(RegisterImportTest, FilingDayOfTheRowComesFirst) {
  Row row = Household(1);
  row["填报日期"] = TextCell("2014-03-05");
  Row without = Household(2);
  Sheet sheet = RegisterOf({row, without}, 1);
  sheet.Put(0, 0, TextCell("填报日期：2014年3月10日"));
  const auto read = Read({sheet});
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->rows[0].archive.filed_on(), "2014-03-05");
  EXPECT_EQ(read->rows[1].archive.filed_on(), "2014-03-10");
}

// --- Members
// ----------------------------------------------------------------------------------------

TEST_F(RegisterImportTest, MembersWithoutHouseholdAreListed) {
  const auto read =
      Read({RegisterOf({Household(1)}),
            MembersOf({Member("1", Person("20050102", 2)), Member("9", Person("20050102", 4)),
                       Member("", Person("20050102", 6))})});
  ASSERT_TRUE(read.ok());
  EXPECT_TRUE(read->rows.front().accepted);
  EXPECT_EQ(read->rows.front().archive.members_size(), 1);
  ASSERT_EQ(read->findings.size(), 2u);
  EXPECT_EQ(read->findings[0].sheet, kMembersSheet);
  EXPECT_EQ(read->findings[0].row, 3);
  EXPECT_EQ(read->findings[0].finding.severity(), v1::SEVERITY_ERROR);
  EXPECT_EQ(read->findings[1].row, 4);
}

TEST_F(RegisterImportTest, SequenceIsComparedAsANumber) {
  Row household = Household(1);
  household["序号"] = NumberCell(1, "1");
  const auto read =
      Read({RegisterOf({household}),
            MembersOf({Member("01", Person("20050102", 2)), Member("１", Person("20050102", 4))})});
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->rows.front().archive.members_size(), 2);
  EXPECT_THAT(read->findings, IsEmpty());
}

TEST_F(RegisterImportTest, MembersOfAnotherWorkerRefuseTheHousehold) {
  Row member = Member("1", Person("20050102", 2));
  member["职工身份证号"] = TextCell(Person("19700105", 3));
  member["职工姓名"] = TextCell(" 王某 ");
  auto read = Read({RegisterOf({Household(1)}), MembersOf({member})});
  ASSERT_TRUE(read.ok());
  EXPECT_TRUE(read->rows.front().accepted);

  member["职工身份证号"] = TextCell(Person("19700105", 5));
  member["职工姓名"] = TextCell("李某");
  read = Read({RegisterOf({Household(1)}), MembersOf({member})});
  ASSERT_TRUE(read.ok());
  EXPECT_THAT(Codes(read->rows.front()), ElementsAre("LOGIC", "LOGIC"));
  for (const CellFinding& found : read->rows.front().findings) {
    EXPECT_EQ(found.sheet, kMembersSheet);
    EXPECT_EQ(found.row, 2);
    EXPECT_THAT(found.finding.message_zh(), HasSubstr("第2行（序号1）"));
    EXPECT_THAT(found.finding.message_zh(), Not(HasSubstr("李某")));
  }
}

TEST_F(RegisterImportTest, MembersWithoutSequenceFollowTheWorkersNumber) {
  Row member = Member("", Person("20050102", 2));
  member["职工身份证号"] = TextCell(Person("19700105", 3));
  member.erase("序号");
  const auto read = Read({RegisterOf({Household(1), Household(2)}), MembersOf({member})});
  ASSERT_TRUE(read.ok()) << TextOf(read.status()).zh;
  EXPECT_EQ(read->rows[0].archive.members_size(), 1);
  EXPECT_EQ(read->rows[1].archive.members_size(), 0);
  member.erase("职工身份证号");
  EXPECT_THAT(Refusal({RegisterOf({Household(1)}), MembersOf({member})}),
              HasSubstr("无法知道是哪一户的成员"));
}

TEST_F(RegisterImportTest, MembersBySequenceNeedOneInTheRegister) {
  Row household = Household(1);
  household.erase("序号");
  EXPECT_THAT(Refusal({RegisterOf({household}), MembersOf({Member("1", Person("20050102", 2))})}),
              HasSubstr("登记表没有“序号”列"));
}

TEST_F(RegisterImportTest, SameSequenceTwiceIsSettledByTheWorkersNumberOrRefusesBoth) {
  Row second = Household(2);
  second["序号"] = TextCell("1");
  Row member = Member("1", Person("20050102", 2));
  auto read = Read({RegisterOf({Household(1), second}), MembersOf({member})});
  ASSERT_TRUE(read.ok());
  for (const RegisterRow& row : read->rows) {
    EXPECT_THAT(Codes(row), ElementsAre("LOGIC"));
    EXPECT_EQ(row.archive.members_size(), 0);
  }
  EXPECT_EQ(read->findings.size(), 1u);
  member["职工身份证号"] = TextCell(Person("19700105", 5));
  read = Read({RegisterOf({Household(1), second}), MembersOf({member})});
  ASSERT_TRUE(read.ok());
  EXPECT_TRUE(read->rows[0].accepted && read->rows[1].accepted);
  EXPECT_EQ(read->rows[1].archive.members_size(), 1);
}

// Quadratic work would take minutes.
TEST_F(RegisterImportTest, ManyHouseholdsOfOneSequenceAreReadInLinearTime) {
  constexpr int kRows = 3000;
  std::vector<Row> households;
  std::vector<Row> members;
  for (int i = 0; i < kRows; ++i) {
    Row household = Household(1);
    household["身份证号码"] = TextCell(Person(absl::StrCat(1950 + i / 300, "0101"), i % 300));
    households.push_back(household);
    members.push_back(Member("1", Person("20050102", 2)));
  }
  const auto read = Read({RegisterOf(households), MembersOf(members)});
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->findings.size(), static_cast<size_t>(kRows));
  for (const RegisterRow& row : read->rows) EXPECT_LE(row.findings.size(), 2u);
}

TEST_F(RegisterImportTest, ErrorsOfAMemberRefuseTheHouseholdAndPointAtTheMember) {
  Row member = Member("1", Person("20050102", 2));
  member["关系"] = TextCell("某人");
  member["月收入"] = TextCell("");
  Row household = Household(1);
  household["主要致困原因"] = TextCell("子女上学");
  const auto read = Read({RegisterOf({household}), MembersOf({member})});
  ASSERT_TRUE(read.ok());
  const RegisterRow& row = read->rows.front();
  // That a child is missing cannot be said while a relation is not known.
  EXPECT_THAT(Codes(row), UnorderedElementsAre("UNKNOWN_CODE", "REQUIRED_MISSING"));
  const CellFinding& unknown = FindingOf(row, v1::FINDING_CODE_UNKNOWN_CODE);
  EXPECT_EQ(unknown.sheet, kMembersSheet);
  EXPECT_EQ(unknown.row, 2);
  EXPECT_EQ(unknown.header, "关系");
  EXPECT_EQ(unknown.finding.field(),
            absl::StrCat("members[", row.archive.members(0).id(), "].relation"));
  EXPECT_THAT(unknown.finding.message_zh(), AllOf(HasSubstr("王"), Not(HasSubstr("王小某"))));
  EXPECT_EQ(FindingOf(row, v1::FINDING_CODE_REQUIRED_MISSING).header, "月收入");
}

TEST_F(RegisterImportTest, MembersSheetWithoutARequiredColumnIsRefused) {
  Row member = Member("1", Person("20050102", 2));
  member["姓名"] = member["成员姓名"];
  member.erase("成员姓名");
  EXPECT_THAT(Refusal({RegisterOf({Household(1)}), MembersOf({member})}),
              AllOf(HasSubstr(kMembersSheet), HasSubstr("缺少“成员姓名”列")));
  member = Member("1", Person("20050102", 2));
  member["民族"] = TextCell("汉族");
  EXPECT_THAT(Refusal({RegisterOf({Household(1)}), MembersOf({member})}), HasSubstr("“民族”"));
}

TEST_F(RegisterImportTest, SameMemberTwiceInAHousehold) {
  const Row member = Member("1", Person("20050102", 2));
  const auto read = Read({RegisterOf({Household(1)}), MembersOf({member, member})});
  ASSERT_TRUE(read.ok());
  const RegisterRow& row = read->rows.front();
  EXPECT_THAT(Codes(row), ElementsAre("MEMBER_REPEATED"));
  EXPECT_EQ(First(row).row, 3);
  EXPECT_EQ(First(row).header, "身份证号");
}

// --- One person, one archive; numbers
// -----------------------------------------------------------------

TEST_F(RegisterImportTest, SameMemberInTwoHouseholds) {
  const std::string child = Person("20050102", 2);
  const auto read = Read({RegisterOf({Household(1), Household(2)}),
                          MembersOf({Member("1", child), Member("2", child)})});
  ASSERT_TRUE(read.ok());
  EXPECT_TRUE(read->rows[0].accepted);
  EXPECT_THAT(Codes(read->rows[1]), ElementsAre("DUPLICATE_PERSON"));
  const CellFinding& found = First(read->rows[1]);
  EXPECT_EQ(absl::StrCat(found.sheet, found.row, found.header), "家庭成员3身份证号");
  EXPECT_THAT(found.finding.message_zh(), AllOf(HasSubstr("第3行"), HasSubstr("第2行")));
}

TEST_F(RegisterImportTest, AMemberWhoFilesAlone) {
  Row son = Member("1", Person("19700105", 5));
  son["关系"] = TextCell("儿子");
  son["性别"] = TextCell("男");
  const auto read = Read({RegisterOf({Household(1), Household(2)}), MembersOf({son})});
  ASSERT_TRUE(read.ok());
  EXPECT_TRUE(read->rows[0].accepted);
  EXPECT_THAT(Codes(read->rows[1]), ElementsAre("DUPLICATE_PERSON"));
  EXPECT_THAT(First(read->rows[1]).finding.message_zh(), HasSubstr("工作表“家庭成员”第2行"));
}

TEST_F(RegisterImportTest, ARefusedRowDoesNotBlockTheOneThatReplacesIt) {
  Row wrong = Household(1);
  wrong["联系电话"] = TextCell("12");
  wrong["电子档案编号"] = TextCell("工业橡胶20130007");
  Row right = Household(1);
  right["电子档案编号"] = TextCell("工业橡胶20130007");
  const auto read = Read({RegisterOf({wrong, right, right})});
  ASSERT_TRUE(read.ok());
  EXPECT_FALSE(read->rows[0].accepted);
  EXPECT_TRUE(read->rows[1].accepted);
  EXPECT_THAT(Codes(read->rows[1]), UnorderedElementsAre("DUPLICATE_PERSON?", "NUMBER_TAKEN?"));
  EXPECT_THAT(First(read->rows[1]).finding.message_zh(),
              AllOf(HasSubstr("第2行"), HasSubstr("第3行")));
  EXPECT_THAT(Codes(read->rows[2]), UnorderedElementsAre("DUPLICATE_PERSON", "NUMBER_TAKEN"));
}

TEST_F(RegisterImportTest, APersonInTheReplicaIsNotFiledAgain) {
  const std::string child = Person("20050102", 2);
  filed_[child] = "01900000-0000-7000-8000-0000000000ff";
  const auto read =
      Read({RegisterOf({Household(1), Household(2)}), MembersOf({Member("1", child)})});
  ASSERT_TRUE(read.ok());
  EXPECT_THAT(Codes(read->rows[0]), ElementsAre("DUPLICATE_PERSON"));
  EXPECT_THAT(First(read->rows[0]).finding.message_en(),
              AllOf(HasSubstr("01900000-0000-7000-8000-0000000000ff"), Not(HasSubstr(child))));
  EXPECT_TRUE(read->rows[1].accepted);
}

TEST_F(RegisterImportTest, ExistingNumbers) {
  const auto read = [this](const char* number) {
    Row row = Household(1);
    row["电子档案编号"] = TextCell(number);
    return ReadOne(row);
  };
  EXPECT_EQ(read(" 工业橡胶２０１３ 0006").archive.existing_number(), "工业橡胶20130006");
  EXPECT_TRUE(read("工业橡胶20130006").accepted);
  for (const char* number :
       {"工业橡胶2013006", "20130006", "工业橡胶20130000", "工业丝绸20130006"}) {
    const RegisterRow row = read(number);
    EXPECT_THAT(Codes(row), ElementsAre("BAD_NUMBER")) << number;
    EXPECT_EQ(First(row).header, "电子档案编号");
  }
}

TEST_F(RegisterImportTest, TheSameExistingNumberTwice) {
  Row first = Household(1);
  Row second = Household(2);
  first["电子档案编号"] = TextCell("工业橡胶20130006");
  second["电子档案编号"] = TextCell("工业橡胶２０１３０００６");
  const auto read = Read({RegisterOf({first, second})});
  ASSERT_TRUE(read.ok());
  EXPECT_TRUE(read->rows[0].accepted);
  EXPECT_THAT(Codes(read->rows[1]), ElementsAre("NUMBER_TAKEN"));
  EXPECT_THAT(First(read->rows[1]).finding.message_zh(),
              AllOf(HasSubstr("第2行（序号1）"), HasSubstr("第3行（序号2）")));
}

}  // namespace
}  // namespace bangfu::client
