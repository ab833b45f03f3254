#include "client/workbook/workbook.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <xlsxwriter.h>
#include <zlib.h>

#include <algorithm>
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <map>
#include <random>
#include <string>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "base/error.h"

namespace bangfu::client {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;
using ::testing::Test;
using Kind = Cell::Kind;

constexpr char kRegister[] = BANGFU_SOURCE_DIR "/tests/data/industry-register.xlsx";

std::string ReadFile(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  return std::string(std::istreambuf_iterator<char>(in), {});
}

// An archive with stored files, byte for byte what the test wants; sizes and checksums can be
// falsified.
class ZipFile {
 public:
  void Add(const std::string& name, const std::string& content) {
    Add(name, content, static_cast<uint32_t>(content.size()), Crc(content), /*method=*/0);
  }

  void AddDeflated(const std::string& name, const std::string& content, uint32_t claimed_size) {
    z_stream stream{};
    deflateInit2(&stream, Z_BEST_SPEED, Z_DEFLATED, -MAX_WBITS, 8, Z_DEFAULT_STRATEGY);
    std::string packed(deflateBound(&stream, content.size()), '\0');
    stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(content.data()));
    stream.avail_in = static_cast<uInt>(content.size());
    stream.next_out = reinterpret_cast<Bytef*>(packed.data());
    stream.avail_out = static_cast<uInt>(packed.size());
    deflate(&stream, Z_FINISH);
    packed.resize(stream.total_out);
    deflateEnd(&stream);
    Add(name, packed, claimed_size, Crc(content), /*method=*/8);
  }

  void Add(const std::string& name, const std::string& data, uint32_t size, uint32_t crc,
           uint16_t method, uint16_t flags = 0) {
    const std::string common = U(20, 2) + U(flags, 2) + U(method, 2) + U(0, 4) + U(crc, 4) +
                               U(data.size(), 4) + U(size, 4) + U(name.size(), 2) + U(0, 2);
    directory_ += "PK\x01\x02" + U(20, 2) + common + U(0, 10) + U(files_.size(), 4) + name;
    files_ += "PK\x03\x04" + common + name + data;
    ++count_;
  }

  std::string Bytes() const {
    return files_ + directory_ + "PK\x05\x06" + U(0, 4) + U(count_, 2) + U(count_, 2) +
           U(directory_.size(), 4) + U(files_.size(), 4) + U(0, 2);
  }

  static uint32_t Crc(const std::string& content) {
    return static_cast<uint32_t>(
        crc32_z(0, reinterpret_cast<const Bytef*>(content.data()), content.size()));
  }

 private:
  static std::string U(uint64_t value, int bytes) {
    std::string out;
    for (int i = 0; i < bytes; ++i) {
      out += static_cast<char>(i < 8 ? value >> (8 * i) & 0xFF : 0);
    }
    return out;
  }

  std::string files_;
  std::string directory_;
  uint64_t count_ = 0;
};

using Parts = std::map<std::string, std::string>;

constexpr char kSheetPart[] = "xl/worksheets/sheet1.xml";

std::string SheetXml(const std::string& rows) {
  return absl::StrCat(
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><worksheet xmlns=\"m\"><sheetData>", rows,
      "</sheetData></worksheet>");
}

// The smallest package with one sheet 表 that has these rows.
Parts MinimalParts(const std::string& rows) {
  const std::string type = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/";
  return {
      {"_rels/.rels",
       absl::StrCat("<Relationships><Relationship Id=\"a\" Type=\"", type,
                    "officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>")},
      {"xl/workbook.xml",
       "<workbook><sheets><sheet name=\"表\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>"},
      {"xl/_rels/workbook.xml.rels",
       absl::StrCat(
           "<Relationships><Relationship Id=\"r1\" Type=\"", type,
           "worksheet\" Target=\"worksheets/sheet1.xml\"/><Relationship Id=\"r2\" Type=\"", type,
           "sharedStrings\" Target=\"/xl/sharedStrings.xml\"/><Relationship Id=\"r3\" Type=\"",
           type, "styles\" Target=\"styles.xml\"/></Relationships>")},
      {"xl/sharedStrings.xml", "<sst><si><t>甲</t></si></sst>"},
      {"xl/styles.xml", "<styleSheet><cellXfs><xf numFmtId=\"0\"/></cellXfs></styleSheet>"},
      {kSheetPart, SheetXml(rows)},
  };
}

std::string Zipped(const Parts& parts) {
  ZipFile zip;
  for (const auto& [name, content] : parts) zip.Add(name, content);
  return zip.Bytes();
}

class WorkbookTest : public Test {
 protected:
  void SetUp() override {
    const auto* info = testing::UnitTest::GetInstance()->current_test_info();
    folder_ = std::filesystem::path(testing::TempDir()) /
              absl::StrCat("workbook_test_", info->name(), "_", std::random_device()());
    std::filesystem::create_directories(folder_);
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  std::string Path(const std::string& name) const { return (folder_ / name).string(); }

  std::string Write(const std::string& name, const std::string& bytes) const {
    std::ofstream(Path(name), std::ios::binary) << bytes;
    return Path(name);
  }

  absl::StatusOr<Workbook> Read(const std::string& name, const std::string& bytes,
                                const WorkbookLimits& limits = {}) const {
    return ReadWorkbook(Write(name, bytes), limits);
  }

  absl::StatusOr<Workbook> ReadParts(const Parts& parts, const WorkbookLimits& limits = {}) const {
    return Read("t.xlsx", Zipped(parts), limits);
  }

  // Refused as INVALID_ARGUMENT with this English text, both texts naming the file and the Chinese
  // one written in Chinese.
  void ExpectRefused(const absl::StatusOr<Workbook>& workbook, const std::string& text) const {
    ASSERT_FALSE(workbook.ok());
    EXPECT_EQ(workbook.status().code(), absl::StatusCode::kInvalidArgument);
    const Text said = TextOf(workbook.status());
    EXPECT_THAT(said.en, AllOf(HasSubstr(text), StartsWith(folder_.string())));
    EXPECT_THAT(said.zh, AllOf(HasSubstr("请"), StartsWith(folder_.string())));
    EXPECT_THAT(said.en, Not(HasSubstr("请")));
  }

  // The sheet read from a file with these rows.
  Sheet ReadRows(const std::string& rows) const {
    absl::StatusOr<Workbook> workbook = ReadParts(MinimalParts(rows));
    EXPECT_TRUE(workbook.ok()) << workbook.status();
    return workbook.ok() ? workbook->sheets[0] : Sheet();
  }

 private:
  std::filesystem::path folder_;
};

Cell ReadSingleCell(const Sheet& sheet) { return sheet.at(0, 0); }

TEST(CellNameTest, IsA1Style) {
  EXPECT_EQ(CellName(0, 0), "A1");
  EXPECT_EQ(CellName(0, 25), "Z1");
  EXPECT_EQ(CellName(0, 26), "AA1");
  EXPECT_EQ(CellName(11, 28), "AC12");
  EXPECT_EQ(CellName(0, 701), "ZZ1");
  EXPECT_EQ(CellName(1048575, 16383), "XFD1048576");
}

TEST(SheetTest, KeepsWhatWasPutOnce) {
  Sheet sheet;
  Cell cell;
  cell.kind = Kind::kText;
  cell.text = "a";
  EXPECT_TRUE(sheet.Put(2, 3, cell));
  EXPECT_TRUE(sheet.Put(2, 1, cell));
  EXPECT_FALSE(sheet.Put(2, 3, cell));
  EXPECT_FALSE(sheet.Put(-1, 0, cell));
  EXPECT_FALSE(sheet.Put(0, -1, cell));
  EXPECT_TRUE(sheet.Put(9, 9, Cell()));
  EXPECT_EQ(sheet.row_count(), 3);
  EXPECT_EQ(sheet.column_count(), 4);
  EXPECT_EQ(sheet.at(2, 1).text, "a");
  EXPECT_EQ(sheet.at(2, 2).kind, Kind::kEmpty);
  EXPECT_EQ(sheet.at(-1, 0).kind, Kind::kEmpty);
  EXPECT_EQ(sheet.at(3, 0).kind, Kind::kEmpty);
}

TEST(RegisterTest, IsReadAsItIs) {
  absl::StatusOr<Workbook> workbook = ReadWorkbook(kRegister);
  ASSERT_TRUE(workbook.ok()) << workbook.status();
  ASSERT_EQ(workbook->sheets.size(), 2u);
  EXPECT_FALSE(workbook->dates_from_1904);
  const Sheet& households = workbook->sheets[0];
  const Sheet& members = workbook->sheets[1];
  EXPECT_EQ(households.name, "困难职工登记表");
  EXPECT_FALSE(households.hidden);
  EXPECT_EQ(households.row_count(), 65);
  EXPECT_EQ(households.column_count(), 34);
  EXPECT_EQ(members.name, "家庭成员");
  EXPECT_EQ(members.row_count(), 83);
  EXPECT_EQ(members.column_count(), 9);

  // A1 is merged with B1:AH1, which have a style but no value.
  EXPECT_EQ(households.at(0, 0).text, "工业工会困难职工建档登记表（2014年第一批）");
  EXPECT_EQ(households.at(0, 1).kind, Kind::kEmpty);
  EXPECT_EQ(households.at(1, 9).text, "填报日期：2014年3月10日");
  EXPECT_EQ(households.at(2, 0).text, "序号");
  EXPECT_EQ(households.at(2, 33).text, "申报困难类别");
  EXPECT_EQ(households.at(11, 4).text, " 许阿根 ");
  EXPECT_EQ(households.at(11, 17).text, "1982年12月19日");
  for (int column = 0; column < households.column_count(); ++column) {
    EXPECT_EQ(households.at(33, column).kind, Kind::kEmpty);
  }
  EXPECT_EQ(households.at(34, 0).text, "31");
  EXPECT_EQ(households.at(64, 0).text, "合计");
  EXPECT_EQ(members.at(32, 2).text, "３３０１８２１９８５１２０８４９５０");

  const Cell& damaged_id = households.at(19, 7);
  EXPECT_EQ(damaged_id.kind, Kind::kNumber);
  EXPECT_EQ(damaged_id.text, "330104197903035000");
  EXPECT_FALSE(damaged_id.date_format);
  const Cell& serial_date = households.at(6, 17);
  EXPECT_EQ(serial_date.kind, Kind::kNumber);
  EXPECT_EQ(serial_date.number, 31885);
  EXPECT_EQ(serial_date.text, "31885");
  EXPECT_TRUE(serial_date.date_format);
  EXPECT_EQ(households.at(11, 7).kind, Kind::kText);
}

TEST_F(WorkbookTest, FilesOfXlsxwriterInBothModes) {
  for (const uint8_t constant_memory : {LXW_FALSE, LXW_TRUE}) {
    SCOPED_TRACE(absl::StrCat("constant_memory ", constant_memory));
    const std::string path = Path("w.xlsx");
    lxw_workbook_options options{};
    options.constant_memory = constant_memory;
    lxw_workbook* out = workbook_new_opt(path.c_str(), &options);
    lxw_worksheet* sheet = workbook_add_worksheet(out, "名单");
    lxw_worksheet* hidden = workbook_add_worksheet(out, "选项");
    worksheet_hide(hidden);
    lxw_format* date = workbook_add_format(out);
    format_set_num_format(date, "yyyy\"年\"m\"月\"d\"日\"");
    worksheet_write_string(sheet, 0, 0, " 张三 ", nullptr);
    worksheet_write_number(sheet, 0, 1, 0.1, nullptr);
    worksheet_write_number(sheet, 0, 2, 41708, date);
    worksheet_write_boolean(sheet, 0, 3, 1, nullptr);
    worksheet_write_formula_num(sheet, 0, 4, "=1+1", nullptr, 2);
    worksheet_write_string(sheet, 2, 1, "<&\"'>\n二", nullptr);
    ASSERT_EQ(workbook_close(out), LXW_NO_ERROR);

    absl::StatusOr<Workbook> workbook = ReadWorkbook(path);
    ASSERT_TRUE(workbook.ok()) << workbook.status();
    ASSERT_EQ(workbook->sheets.size(), 2u);
    const Sheet& read = workbook->sheets[0];
    EXPECT_EQ(read.name, "名单");
    EXPECT_FALSE(read.hidden);
    EXPECT_TRUE(workbook->sheets[1].hidden);
    EXPECT_EQ(read.at(0, 0).text, " 张三 ");
    EXPECT_EQ(read.at(0, 1).text, "0.1");
    EXPECT_FALSE(read.at(0, 1).date_format);
    EXPECT_EQ(read.at(0, 2).number, 41708);
    EXPECT_TRUE(read.at(0, 2).date_format);
    EXPECT_EQ(read.at(0, 3).kind, Kind::kBool);
    EXPECT_EQ(read.at(0, 3).number, 1);
    EXPECT_EQ(read.at(0, 4).number, 2);
    EXPECT_EQ(read.at(2, 1).text, "<&\"'>\n二");
  }
}

TEST_F(WorkbookTest, NumbersKeepTheirDigits) {
  const std::vector<std::pair<std::string, std::string>> cases = {
      {"0", "0"},
      {"-0", "0"},
      {"0.0", "0"},
      {"2300", "2300"},
      {"2300.0999999999999", "2300.1"},
      {"0.10000000000000001", "0.1"},
      {"-12.5", "-12.5"},
      {"1E-3", "0.001"},
      {"1.5e3", "1500"},
      // How Excel itself stores an ID number typed as a number.
      {"3.3010419790303501E+17", "330104197903035000"},
      // More digits than a double holds.
      {"330104197903031234", "330104197903031234"},
      {" 7 ", "7"},
  };
  for (const auto& [stored, digits] : cases) {
    const Sheet sheet = ReadRows("<row><c><v>" + stored + "</v></c></row>");
    EXPECT_EQ(ReadSingleCell(sheet).kind, Kind::kNumber) << stored;
    EXPECT_EQ(ReadSingleCell(sheet).text, digits) << stored;
  }
  for (const std::string bad : {"abc", "NaN", "INF", "1e999", "1 2"}) {
    ExpectRefused(ReadParts(MinimalParts("<row><c><v>" + bad + "</v></c></row>")),
                  "A1: not a number");
  }
}

TEST_F(WorkbookTest, EveryTypeOfCell) {
  const Sheet sheet = ReadRows(
      "<row r=\"2\"><c r=\"B2\" t=\"s\"><v>0</v></c><c t=\"str\"><f>A1</f><v>乙</v></c>"
      "<c t=\"e\"><v>#N/A</v></c><c t=\"b\"><v>0</v></c><c><f>1+1</f></c>"
      "<c t=\"str\"><f>A9</f><v></v></c><c t=\"d\"><v>2014-03-10</v></c><c s=\"0\"/><c t=\"s\"/>"
      "<c t=\"inlineStr\"><is><t></t></is></c></row><row><c><v>1</v></c></row>");
  EXPECT_EQ(sheet.at(1, 0).kind, Kind::kEmpty);
  EXPECT_EQ(sheet.at(1, 1).text, "甲");
  EXPECT_EQ(sheet.at(1, 2).text, "乙");
  EXPECT_EQ(sheet.at(1, 3).kind, Kind::kError);
  EXPECT_EQ(sheet.at(1, 3).text, "#N/A");
  EXPECT_EQ(sheet.at(1, 4).kind, Kind::kBool);
  EXPECT_EQ(sheet.at(1, 4).text, "FALSE");
  EXPECT_EQ(sheet.at(1, 5).kind, Kind::kError);
  EXPECT_EQ(sheet.at(1, 5).text, kFormulaWithoutResult);
  EXPECT_EQ(sheet.at(1, 6).kind, Kind::kEmpty);
  EXPECT_EQ(sheet.at(1, 7).text, "2014-03-10");
  for (int column = 8; column < 11; ++column) {
    EXPECT_EQ(sheet.at(1, column).kind, Kind::kEmpty) << column;
  }
  EXPECT_EQ(sheet.column_count(), 8);
  // A row without its number is the next one.
  EXPECT_EQ(sheet.at(2, 0).text, "1");
}

TEST_F(WorkbookTest, TextIsJoinedWithoutPhoneticGuides) {
  Parts parts = MinimalParts(
      "<row><c t=\"s\"><v>0</v></c><c t=\"s\"><v>1</v></c><c t=\"s\"><v>2</v></c>"
      "<c t=\"inlineStr\"><is><r><t>内</t></r><r><t xml:space=\"preserve\"> "
      "联</t></r></is></c></row>");
  parts["xl/sharedStrings.xml"] =
      "<sst><si><r><rPr><b/></rPr><t>张</t></r><r><t xml:space=\"preserve\"> 三</t></r>"
      "<rPh sb=\"0\" eb=\"1\"><t>zhang</t></rPh></si><si><t>&lt;&#x5f20;<![CDATA[&]]></t></si>"
      "<si><t>a_x000D_b_x005F_x_xD800_c_x00E9_</t></si></sst>";
  absl::StatusOr<Workbook> workbook = ReadParts(parts);
  ASSERT_TRUE(workbook.ok()) << workbook.status();
  const Sheet& sheet = workbook->sheets[0];
  EXPECT_EQ(sheet.at(0, 0).text, "张 三");
  EXPECT_EQ(sheet.at(0, 1).text, "<张&");
  EXPECT_EQ(sheet.at(0, 2).text, "a\rb_x_xD800_cé");
  EXPECT_EQ(sheet.at(0, 3).text, "内 联");
}

TEST_F(WorkbookTest, DateFormatsAreRecognised) {
  const std::vector<std::pair<std::string, bool>> own = {
      {"yyyy\\-mm\\-dd", true}, {"[$-804]yyyy&quot;年&quot;m&quot;月&quot;", true},
      {"[h]:mm", true},         {"0.00&quot;days&quot;", false},
      {"General", false},       {"[Red]0.00", false},
      {"#,##0_d", false},       {"\\d0", false},
      {"0.00;@", false},        {"&quot;m", false},
  };
  std::string formats, uses, cells;
  for (size_t i = 0; i < own.size(); ++i) {
    absl::StrAppend(&formats, "<numFmt numFmtId=\"", 200 + i, "\" formatCode=\"", own[i].first,
                    "\"/>");
    absl::StrAppend(&uses, "<xf numFmtId=\"", 200 + i, "\"/>");
    absl::StrAppend(&cells, "<c s=\"", i, "\"><v>1</v></c>");
  }
  const std::vector<std::pair<int, bool>> built_in = {{1, false},  {13, false}, {14, true},
                                                      {22, true},  {23, false}, {31, true},
                                                      {49, false}, {57, true},  {59, false}};
  for (size_t i = 0; i < built_in.size(); ++i) {
    absl::StrAppend(&uses, "<xf numFmtId=\"", built_in[i].first, "\"/>");
    absl::StrAppend(&cells, "<c s=\"", own.size() + i, "\"><v>1</v></c>");
  }
  Parts parts = MinimalParts("<row>" + cells + "</row>");
  parts["xl/styles.xml"] =
      absl::StrCat("<styleSheet><numFmts>", formats,
                   "</numFmts><cellStyleXfs><xf numFmtId=\"14\"/></cellStyleXfs><cellXfs>", uses,
                   "</cellXfs></styleSheet>");
  absl::StatusOr<Workbook> workbook = ReadParts(parts);
  ASSERT_TRUE(workbook.ok()) << workbook.status();
  const Sheet& sheet = workbook->sheets[0];
  for (size_t i = 0; i < own.size(); ++i) {
    EXPECT_EQ(sheet.at(0, static_cast<int>(i)).date_format, own[i].second) << own[i].first;
  }
  for (size_t i = 0; i < built_in.size(); ++i) {
    EXPECT_EQ(sheet.at(0, static_cast<int>(own.size() + i)).date_format, built_in[i].second)
        << built_in[i].first;
  }
}

TEST_F(WorkbookTest, DatesFrom1904AreReported) {
  Parts parts = MinimalParts("");
  parts["xl/workbook.xml"] =
      "<x:workbook><x:workbookPr date1904=\"1\"/><x:sheets><x:sheet name=\"表\" r:id=\"r1\" "
      "state=\"veryHidden\"/></x:sheets></x:workbook>";
  absl::StatusOr<Workbook> workbook = ReadParts(parts);
  ASSERT_TRUE(workbook.ok()) << workbook.status();
  EXPECT_TRUE(workbook->dates_from_1904);
  EXPECT_TRUE(workbook->sheets[0].hidden);
  EXPECT_EQ(workbook->sheets[0].row_count(), 0);
}

TEST_F(WorkbookTest, MissingFileIsNotFound) {
  absl::StatusOr<Workbook> workbook = ReadWorkbook(Path("none.xlsx"));
  EXPECT_EQ(workbook.status().code(), absl::StatusCode::kNotFound);
  const Text said = TextOf(workbook.status());
  EXPECT_THAT(said.zh, AllOf(HasSubstr("none.xlsx"), HasSubstr("文件不存在")));
  EXPECT_THAT(said.zh, Not(HasSubstr("check the path")));
  EXPECT_THAT(said.en, AllOf(HasSubstr("none.xlsx"), HasSubstr("check the path")));
  EXPECT_THAT(said.en, Not(HasSubstr("文件不存在")));
}

TEST_F(WorkbookTest, OtherFilesAreRefusedByWhatTheyAre) {
  ExpectRefused(Read("empty.xlsx", ""), "0 bytes");
  ExpectRefused(Read("text.xlsx", "姓名,身份证号\n"), "not a workbook");
  ExpectRefused(ReadWorkbook(std::filesystem::path(Path("x")).parent_path().string()),
                "not a file");
  const std::string compound =
      std::string("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1", 8) + std::string(512, 'x');
  ExpectRefused(Read("old.xls", compound), "old .xls");
  std::string stream;
  for (const char c : std::string("EncryptedPackage")) stream += std::string{c, '\0'};
  ExpectRefused(Read("secret.xlsx", compound + stream), "password");
  ExpectRefused(ReadParts({{"a.txt", "x"}}), "no .xlsx workbook");
  ExpectRefused(ReadParts({{"META-INF/manifest.xml", "<m/>"}}), "OpenDocument");
  ExpectRefused(ReadParts({{"_rels/.rels", "<Relationships/>"}}), "no .xlsx workbook");
  Parts binary = MinimalParts("");
  for (size_t at; (at = binary["_rels/.rels"].find("workbook.xml")) != std::string::npos;) {
    binary["_rels/.rels"].replace(at, 12, "workbook.bin");
  }
  ExpectRefused(ReadParts(binary), ".xlsb");
  Parts no_sheet = MinimalParts("");
  no_sheet["xl/workbook.xml"] = "<workbook><sheets/></workbook>";
  ExpectRefused(ReadParts(no_sheet), "no sheet");
}

TEST_F(WorkbookTest, TruncatedFileIsRefusedWhereverItEnds) {
  const std::string whole = ReadFile(kRegister);
  ASSERT_GT(whole.size(), 10000u);
  for (const size_t size : {size_t{5}, size_t{100}, size_t{5000}, whole.size() / 2,
                            whole.size() - 200, whole.size() - 23, whole.size() - 1}) {
    ExpectRefused(Read("cut.xlsx", whole.substr(0, size)), "incomplete");
  }
  // The start is missing instead, so that the directory points to the wrong places.
  const std::string tail = "PK\x03\x04" + whole.substr(5000);
  EXPECT_EQ(Read("tail.xlsx", tail).status().code(), absl::StatusCode::kInvalidArgument);
}

TEST_F(WorkbookTest, DamagedContentIsNeverReadSilently) {
  const std::string good = Zipped(MinimalParts("<row><c><v>123456</v></c></row>"));
  std::string flipped = good;
  flipped[flipped.find("123456")] = '9';
  ExpectRefused(Read("flipped.xlsx", flipped), "checksum");
  EXPECT_TRUE(Read("good.xlsx", good).ok());

  const std::string row = "<row><c><v>1</v></c></row>";
  for (const std::string& broken :
       {std::string("<worksheet><sheetData>") + row, std::string("<worksheet></sheetData>"),
        std::string("<worksheet><a b=\"&amp;"), std::string("<worksheet><![CDATA["),
        std::string("<worksheet><!--"), std::string("<worksheet><!--x"),
        std::string("<worksheet>&#x110000;</worksheet>"), std::string("<worksheet><a"),
        std::string("<worksheet a="), std::string(), std::string("text"),
        std::string("<worksheet>\xFF</worksheet>"),
        std::string("<!DOCTYPE a [<!ENTITY e \"x\">]><worksheet>&e;</worksheet>")}) {
    Parts parts = MinimalParts("");
    parts[kSheetPart] = broken;
    ExpectRefused(ReadParts(parts), kSheetPart);
  }
  for (const std::string bad :
       {"<row r=\"0\"/>", "<row r=\"1048577\"/>", "<row r=\"x\"/>", "<row><c r=\"1A\"/></row>",
        "<row><c r=\"XFE1\"/></row>", "<row><c r=\"A0\"/></row>",
        "<row><c t=\"s\"><v>1</v></c></row>", "<row><c t=\"s\"><v>-1</v></c></row>",
        "<row><c t=\"b\"><v>x</v></c></row>", "<row><c t=\"?\"><v>1</v></c></row>",
        "<c><v>1</v></c>", "<row><c r=\"A1\"><v>1</v></c><c r=\"A1\"><v>2</v></c></row>"}) {
    ExpectRefused(ReadParts(MinimalParts(bad)), "damaged");
  }
  for (const std::string part : {"xl/sharedStrings.xml", "xl/styles.xml", "xl/workbook.xml",
                                 "xl/_rels/workbook.xml.rels", kSheetPart}) {
    Parts parts = MinimalParts(row);
    parts.erase(part);
    ExpectRefused(ReadParts(parts), "no part " + part);
  }
}

TEST_F(WorkbookTest, ErrorsDoNotQuoteCells) {
  for (const std::string rows : {"<row><c><v>330104197903035</v><x</c></row>",
                                 "<row><c t=\"b\"><v>330104197903035</v></c></row>",
                                 "<row><c><v>330104197903035x</v></c></row>"}) {
    absl::StatusOr<Workbook> workbook = ReadParts(MinimalParts(rows));
    ExpectRefused(workbook, "damaged");
    EXPECT_THAT(TextOf(workbook.status()).en, Not(HasSubstr("330104")));
    EXPECT_THAT(TextOf(workbook.status()).zh, Not(HasSubstr("330104")));
  }
}

TEST_F(WorkbookTest, ZipFeaturesAreCheckedNotTrusted) {
  Parts rest = MinimalParts("");
  rest.erase(kSheetPart);
  ZipFile base;
  for (const auto& [name, content] : rest) base.Add(name, content);
  const std::string xml = SheetXml("<row><c><v>5</v></c></row>");
  const uint32_t size = static_cast<uint32_t>(xml.size());

  ZipFile deflated = base;
  deflated.AddDeflated("XL\\worksheets\\Sheet1.xml", xml, size);
  absl::StatusOr<Workbook> read = Read("deflated.xlsx", deflated.Bytes());
  ASSERT_TRUE(read.ok()) << read.status();
  EXPECT_EQ(read->sheets[0].at(0, 0).text, "5");
  for (const uint32_t lie : {size - 1, size + 1, uint32_t{0}}) {
    ZipFile zip = base;
    zip.AddDeflated(kSheetPart, xml, lie);
    ExpectRefused(Read("lie.xlsx", zip.Bytes()), "checksum");
  }
  ZipFile encrypted = base;
  encrypted.Add(kSheetPart, xml, size, ZipFile::Crc(xml), 0, /*flags=*/1);
  ExpectRefused(Read("encrypted.xlsx", encrypted.Bytes()), "encrypted");
  ZipFile method = base;
  method.Add(kSheetPart, xml, size, ZipFile::Crc(xml), /*method=*/12);
  ExpectRefused(Read("method.xlsx", method.Bytes()), "damaged");
  ZipFile twice = base;
  twice.Add(kSheetPart, xml);
  twice.Add(kSheetPart, xml);
  ExpectRefused(Read("twice.xlsx", twice.Bytes()), "two parts");
}

TEST_F(WorkbookTest, ZipBombIsRefusedBeforeItUnpacks) {
  Parts rest = MinimalParts("");
  rest.erase(kSheetPart);
  ZipFile zip;
  for (const auto& [name, content] : rest) zip.Add(name, content);
  zip.AddDeflated(kSheetPart, std::string(8 << 20, ' '), 8 << 20);
  WorkbookLimits limits;
  limits.uncompressed_bytes = 1 << 20;
  ExpectRefused(Read("bomb.xlsx", zip.Bytes(), limits), "unpacked bytes over the limit");
}

// Both sides of each limit: `set` makes the limit exactly what the file needs, plus `more`.
TEST_F(WorkbookTest, Limits) {
  Parts parts = MinimalParts("<row r=\"3\"><c r=\"B3\" t=\"s\"><v>0</v></c><c><v>12</v></c></row>");
  parts["xl/sharedStrings.xml"] = "<sst><si><t>四字姓名</t></si></sst>";
  const std::string bytes = Zipped(parts);
  int64_t unpacked = 0;
  for (const auto& [name, content] : parts) unpacked += static_cast<int64_t>(content.size());

  struct Case {
    std::string text;
    void (*set)(WorkbookLimits&, int64_t);
    int64_t needed;
  };
  const std::vector<Case> cases = {
      {"bytes of the file", [](WorkbookLimits& l, int64_t n) { l.file_bytes = n; },
       static_cast<int64_t>(bytes.size())},
      {"unpacked bytes", [](WorkbookLimits& l, int64_t n) { l.uncompressed_bytes = n; }, unpacked},
      {"bytes of text", [](WorkbookLimits& l, int64_t n) { l.text_bytes = n; }, 14},
      {"parts in the package",
       [](WorkbookLimits& l, int64_t n) { l.package_parts = static_cast<int>(n); }, 6},
      {"sheets", [](WorkbookLimits& l, int64_t n) { l.sheets = static_cast<int>(n); }, 1},
      {"rows of sheet 表", [](WorkbookLimits& l, int64_t n) { l.rows = static_cast<int>(n); }, 3},
      {"columns of sheet 表", [](WorkbookLimits& l, int64_t n) { l.columns = static_cast<int>(n); },
       3},
      {"cells", [](WorkbookLimits& l, int64_t n) { l.cells = n; }, 2},
      {"bytes of cell 表!B3", [](WorkbookLimits& l, int64_t n) { l.cell_text_bytes = n; }, 12},
  };
  for (const Case& limit : cases) {
    SCOPED_TRACE(limit.text);
    WorkbookLimits limits;
    limit.set(limits, limit.needed);
    absl::StatusOr<Workbook> fits = Read("l.xlsx", bytes, limits);
    EXPECT_TRUE(fits.ok()) << fits.status();
    limit.set(limits, limit.needed - 1);
    ExpectRefused(Read("l.xlsx", bytes, limits), absl::StrCat(limit.text, " over the limit of "));
  }
}

TEST_F(WorkbookTest, CsvIsOneSheetOfTexts) {
  absl::StatusOr<Workbook> workbook =
      Read("名单.CSV", "\xEF\xBB\xBF姓名,编号\r\n 张三 ,\"00,\"\"7\"\"\n\"\r\n\n,x,\"\"\n");
  ASSERT_TRUE(workbook.ok()) << workbook.status();
  ASSERT_EQ(workbook->sheets.size(), 1u);
  const Sheet& sheet = workbook->sheets[0];
  EXPECT_EQ(sheet.name, "名单");
  EXPECT_EQ(sheet.row_count(), 4);
  EXPECT_EQ(sheet.column_count(), 2);
  EXPECT_EQ(sheet.at(0, 0).text, "姓名");
  EXPECT_EQ(sheet.at(0, 1).text, "编号");
  EXPECT_EQ(sheet.at(1, 0).text, " 张三 ");
  EXPECT_EQ(sheet.at(1, 1).text, "00,\"7\"\n");
  EXPECT_EQ(sheet.at(1, 1).kind, Kind::kText);
  EXPECT_EQ(sheet.at(2, 0).kind, Kind::kEmpty);
  EXPECT_EQ(sheet.at(3, 1).text, "x");

  // No line end after the last row.
  absl::StatusOr<Workbook> open_end = Read("b.csv", "a,b\r\nc,\"d\"\r");
  ASSERT_TRUE(open_end.ok()) << open_end.status();
  EXPECT_EQ(open_end->sheets[0].at(1, 1).text, "d");
}

TEST_F(WorkbookTest, UnreadableCsvIsRefused) {
  // 姓名 in GB 18030, what Excel writes without asking.
  ExpectRefused(Read("gbk.csv", "\xD0\xD5\xC3\xFB,1\n"), "not UTF-8");
  ExpectRefused(Read("open.csv", "a,\"b\nc,d\n"), "cell B1 has a quotation mark");
  ExpectRefused(Read("tail.csv", "a\n\"b\"c\n"), "cell A2 has a quotation mark");
  // Overlong, surrogate, beyond U+10FFFF, cut off.
  for (const std::string bad : {"\xC0\x80", "\xED\xA0\x80", "\xF4\x90\x80\x80", "\xE5\xBC"}) {
    ExpectRefused(Read("bad.csv", bad), "not UTF-8");
  }
  EXPECT_TRUE(Read("good.csv", "\xED\x9F\xBF\xEE\x80\x80\xF4\x8F\xBF\xBF\xF0\x90\x80\x80").ok());
}

// Whatever is changed in a file, reading ends with a workbook or an error. Bytes of stored parts
// get their checksum renewed, so that the change reaches the XML parser.
TEST_F(WorkbookTest, SurvivesRandomDamage) {
  const uint32_t seed = std::random_device()();
  SCOPED_TRACE(absl::StrCat("seed ", seed));
  std::minstd_rand engine(seed);
  const auto random = [&engine] { return static_cast<uint32_t>(engine()); };
  constexpr int kRounds = 300;
  const Parts good = MinimalParts(
      "<row r=\"1\" a='b'><!-- c --><c r=\"A1\" t=\"inlineStr\"><is><t>&lt;张&#x4e09;</t></is></c>"
      "<c s=\"0\"><f>1</f><v>1.5e3</v></c><![CDATA[x]]></row><?pi a=\"b\"?>");
  constexpr absl::string_view kLikely = "<>&;\"'/!?[]-= 0A";
  int refused = 0;
  for (int round = 0; round < kRounds; ++round) {
    Parts parts = good;
    auto part = std::next(parts.begin(), static_cast<int64_t>(random() % parts.size()));
    std::string& xml = part->second;
    for (uint32_t changes = 1 + random() % 3; changes > 0 && !xml.empty(); --changes) {
      const size_t at = random() % xml.size();
      switch (random() % 4) {
        case 0:
          xml.resize(at);
          break;
        case 1:
          xml[at] = kLikely[random() % kLikely.size()];
          break;
        case 2:
          xml.insert(at, 1, kLikely[random() % kLikely.size()]);
          break;
        default:
          xml[at] = static_cast<char>(random());
      }
    }
    const absl::StatusOr<Workbook> from_xml = ReadParts(parts);
    std::string bytes = Zipped(good);
    bytes[random() % bytes.size()] = static_cast<char>(random());
    const absl::StatusOr<Workbook> from_zip = Read("z.xlsx", bytes);
    for (const auto* workbook : {&from_xml, &from_zip}) {
      if (workbook->ok()) continue;
      EXPECT_EQ(workbook->status().code(), absl::StatusCode::kInvalidArgument);
      ++refused;
    }
  }
  EXPECT_GT(refused, kRounds / 2);
}

}  // namespace
}  // namespace bangfu::client
