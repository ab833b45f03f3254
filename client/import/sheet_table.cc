#include "client/import/sheet_table.h"

#include <algorithm>
#include <cstddef>
#include <map>
#include <set>
#include <utility>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "bangfu/v1/archive.pb.h"
#include "bangfu/v1/options.pb.h"
#include "client/import/cell_value.h"
#include "client/import/closest_word.h"
#include "domain/codes/field_spec.h"
#include "domain/record/field_path.h"
#include "domain/record/mask.h"
#include "domain/text/normalize.h"

namespace bangfu::client {
namespace {

using google::protobuf::Descriptor;
using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// A number that could be somebody's has more digits than anything a header or sheet name needs.
constexpr int kMaxQuotedDigits = 8;
constexpr int kMaxQuotedCharacters = 30;

const Descriptor& ArchiveType() { return *v1::Archive::descriptor(); }
const Descriptor& MemberType() { return *v1::Member::descriptor(); }

// A header without width, blanks and the star that marks required fields on the form.
std::string HeaderOf(const Cell& cell) {
  const std::string text = domain::NormalizeText(cell.text);
  absl::string_view header = text;
  while (absl::ConsumePrefix(&header, "*") || absl::ConsumeSuffix(&header, "*")) {
  }
  return domain::NormalizeText(header);
}

bool IsSequence(absl::string_view header) {
  return domain::CodeKey(header) == domain::CodeKey(kSequenceHeader);
}

// Whether a register may fill the field.
bool IsForRegisters(const FieldDescriptor& field) {
  const v1::FieldSpec& spec = domain::SpecOf(field);
  return spec.owner() == v1::OWNER_FILING && domain::IsValue(field) &&
         spec.format() != v1::FORMAT_UUID;
}

// Headers that the fields of `record` may have.
std::vector<std::string> HeadersOf(const Descriptor& record) {
  std::vector<std::string> headers;
  for (int i = 0; i < record.field_count(); ++i) {
    const FieldDescriptor& field = *record.field(i);
    if (!IsForRegisters(field)) continue;
    const v1::FieldSpec& spec = domain::SpecOf(field);
    headers.push_back(spec.label_zh());
    headers.insert(headers.end(), spec.aliases().begin(), spec.aliases().end());
  }
  headers.push_back(kSequenceHeader);
  return headers;
}

// How many fields of the two records a row of a sheet names.
struct HeaderScore {
  std::set<const FieldDescriptor*> archive;
  std::set<const FieldDescriptor*> member;
  bool member_only = false;

  size_t columns() const { return archive.size() + member.size(); }
};

HeaderScore ScoreOf(const Sheet& sheet, int row) {
  HeaderScore score;
  for (int column = 0; column < sheet.column_count(); ++column) {
    const std::string header = HeaderOf(sheet.at(row, column));
    if (header.empty()) continue;
    const FieldDescriptor* of_archive = domain::FindColumn(ArchiveType(), header);
    const FieldDescriptor* of_member = domain::FindColumn(MemberType(), header);
    if (of_archive != nullptr) score.archive.insert(of_archive);
    if (of_member != nullptr) score.member.insert(of_member);
    if (of_archive == nullptr && of_member != nullptr) score.member_only = true;
  }
  return score;
}

bool HasIdentifying(const std::set<const FieldDescriptor*>& found, const Descriptor& record) {
  for (int i = 0; i < record.field_count(); ++i) {
    if (IsIdentifying(*record.field(i)) && found.count(record.field(i)) == 0) return false;
  }
  return true;
}

bool HasIdentityNumber(const std::set<const FieldDescriptor*>& found) {
  return std::any_of(found.begin(), found.end(), [](const FieldDescriptor* field) {
    return domain::SpecOf(*field).format() == v1::FORMAT_IDENTITY_NUMBER;
  });
}

SheetTable::Kind KindOf(const HeaderScore& score) {
  if (score.member_only && HasIdentityNumber(score.member) &&
      score.archive.size() <= score.member.size()) {
    return SheetTable::Kind::kMembers;
  }
  return HasIdentifying(score.archive, ArchiveType()) ? SheetTable::Kind::kRegister
                                                      : SheetTable::Kind::kOther;
}

Text ColumnText(int column, absl::string_view header) {
  return Text{absl::StrCat(ColumnLetters(column), "列“", Quoted(header), "”"),
              absl::StrCat("column ", ColumnLetters(column), " \"", Quoted(header), "\"")};
}

Text Problem(const Text& column, absl::string_view zh, absl::string_view en) {
  return Text{absl::StrCat(column.zh, zh), absl::StrCat(column.en, " ", en)};
}

// Reads one header after the other and remembers what it has seen.
class HeaderReader {
 public:
  explicit HeaderReader(SheetTable& table) : table_(table) {}

  void Read(int column) {
    const Cell& cell = table_.sheet->at(table_.header_row, column);
    const std::string header = HeaderOf(cell);
    if (header.empty()) {
      table_.unnamed.push_back(column);
    } else if (IsSequence(header)) {
      if (IsFirst(column, header, nullptr)) table_.sequence = column;
    } else {
      ReadField(column, header, domain::NormalizeText(cell.text));
    }
  }

  void AddMissing(const Message& defaults) {
    const Descriptor& record = table_.record();
    for (int i = 0; i < record.field_count(); ++i) {
      const FieldDescriptor& field = *record.field(i);
      const v1::FieldSpec& spec = domain::SpecOf(field);
      if (spec.required_for() != v1::REQUIRED_FOR_ALL || !IsForRegisters(field)) continue;
      if (table_.Find(field) != nullptr) continue;
      if (!field.is_repeated() && defaults.GetReflection()->HasField(defaults, &field)) continue;
      problems_.push_back(Text{absl::StrCat("缺少“", spec.label_zh(), "”列，请补上"),
                               absl::StrCat("column \"", spec.label_zh(), "\" (", spec.label_en(),
                                            ") is missing, add it")});
    }
    if (table_.kind == SheetTable::Kind::kMembers && table_.sequence < 0 &&
        !std::any_of(table_.worker.begin(), table_.worker.end(), IsIdentityNumber)) {
      problems_.push_back(
          Text{"既没有“序号”列，也没有“职工身份证号”列，无法知道是哪一户的成员，请补上其中一列",
               "there is neither a column \"序号\" nor \"职工身份证号\" to tell whose members they "
               "are, add one of them"});
    }
  }

  std::vector<Text> Problems() { return std::move(problems_); }

 private:
  static bool IsIdentityNumber(const TableColumn& column) {
    return domain::SpecOf(*column.field).format() == v1::FORMAT_IDENTITY_NUMBER;
  }

  void ReadField(int column, const std::string& header, const std::string& shown) {
    const FieldDescriptor* field = domain::FindColumn(table_.record(), header);
    std::vector<TableColumn>* columns = &table_.columns;
    if (field == nullptr && table_.kind == SheetTable::Kind::kMembers) {
      field = domain::FindColumn(ArchiveType(), header);
      if (field != nullptr && !IsIdentifying(*field)) field = nullptr;
      columns = &table_.worker;
    }
    if (field == nullptr) {
      AddUnknown(column, header);
    } else if (!IsForRegisters(*field)) {
      problems_.push_back(Problem(ColumnText(column, header),
                                  "由系统或市职工服务中心填写，不能从登记表导入，请删去该列",
                                  "is written by the system or the service center and not taken "
                                  "from registers, delete it"));
    } else if (IsFirst(column, header, field)) {
      columns->push_back(TableColumn{column, shown, field});
    }
  }

  // Whether no column before stands for the same; `field` is nullptr for 序号.
  bool IsFirst(int column, const std::string& header, const FieldDescriptor* field) {
    const auto [first, fresh] = seen_.emplace(field, column);
    if (fresh) return true;
    const std::string letters = ColumnLetters(first->second);
    problems_.push_back(
        Problem(ColumnText(column, header), absl::StrCat("与", letters, "列重复，请只保留一列"),
                absl::StrCat("stands for the same as column ", letters, ", keep one of them")));
    return false;
  }

  void AddUnknown(int column, const std::string& header) {
    const Text name = ColumnText(column, header);
    const std::string closest = ClosestWord(header, HeadersOf(table_.record()));
    if (closest.empty()) {
      problems_.push_back(Problem(name, "不是可以导入的列，请删去或改名",
                                  "is not a column that can be imported, delete or rename it"));
    } else {
      problems_.push_back(
          Problem(name, absl::StrCat("不是可以导入的列，最接近的是“", closest, "”，请改名或删去"),
                  absl::StrCat("is not a column that can be imported, the closest one is \"",
                               closest, "\": rename or delete it")));
    }
  }

  SheetTable& table_;
  std::map<const FieldDescriptor*, int> seen_;
  std::vector<Text> problems_;
};

}  // namespace

const Descriptor& SheetTable::record() const {
  return kind == Kind::kMembers ? MemberType() : ArchiveType();
}

const TableColumn* SheetTable::Find(const FieldDescriptor& field) const {
  for (const std::vector<TableColumn>* list : {&columns, &worker}) {
    for (const TableColumn& column : *list) {
      if (column.field == &field) return &column;
    }
  }
  return nullptr;
}

std::string ColumnLetters(int column) {
  const std::string name = CellName(0, column);
  return name.substr(0, name.size() - 1);
}

std::string Quoted(absl::string_view text) {
  const std::string normal = domain::NormalizeText(text);
  if (std::count_if(normal.begin(), normal.end(), absl::ascii_isdigit) > kMaxQuotedDigits) {
    return domain::kHiddenText;
  }
  int characters = 0;
  for (size_t i = 0; i < normal.size(); ++i) {
    const bool begins = (static_cast<unsigned char>(normal[i]) & 0xC0) != 0x80;
    if (begins && ++characters > kMaxQuotedCharacters) {
      return absl::StrCat(normal.substr(0, i), "…");
    }
  }
  return normal;
}

bool IsIdentifying(const FieldDescriptor& field) {
  const v1::Format format = domain::SpecOf(field).format();
  return format == v1::FORMAT_PERSON_NAME || format == v1::FORMAT_IDENTITY_NUMBER;
}

SheetTable FindTable(const Sheet& sheet) {
  SheetTable table;
  table.sheet = &sheet;
  HeaderScore best;
  for (int row = 0; row < std::min(sheet.row_count(), kMaxHeaderRow); ++row) {
    HeaderScore score = ScoreOf(sheet, row);
    if (score.columns() <= best.columns()) continue;
    best = std::move(score);
    table.header_row = row;
  }
  table.kind = KindOf(best);
  return table;
}

std::vector<Text> ReadHeader(SheetTable& table, const Message& defaults) {
  HeaderReader reader(table);
  for (int column = 0; column < table.sheet->column_count(); ++column) reader.Read(column);
  reader.AddMissing(defaults);
  return reader.Problems();
}

}  // namespace bangfu::client
