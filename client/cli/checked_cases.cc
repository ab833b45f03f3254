#include "client/cli/checked_cases.h"

#include <algorithm>
#include <cstdint>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "client/cli/check_limits.h"
#include "client/cli/local_case.h"
#include "client/cli/record_file.h"
#include "client/cli/selection.h"
#include "client/import/register_import.h"
#include "client/import/table_rows.h"
#include "client/workbook/workbook.h"
#include "domain/rules/archive_number.h"
#include "domain/text/uuid.h"

namespace bangfu::client {
namespace {

absl::Status TooMany() {
  return UserError(absl::StatusCode::kInvalidArgument,
                   {absl::StrCat("档案多于 ", limits::kMaxCheckedCases, " 份；请分几次检查。"),
                    absl::StrCat("There are more than ", limits::kMaxCheckedCases,
                                 " archives; check them in several runs.")});
}

// Whether an earlier row of the register is the same person or has the same number.
bool RepeatsAnotherRow(const std::vector<CellFinding>& cells) {
  return std::any_of(cells.begin(), cells.end(), [](const CellFinding& cell) {
    return cell.finding.severity() == v1::SEVERITY_ERROR &&
           (cell.finding.code() == v1::FINDING_CODE_DUPLICATE_PERSON ||
            cell.finding.code() == v1::FINDING_CODE_NUMBER_TAKEN);
  });
}

class Reader {
 public:
  Reader(const RuleBasis& basis, const std::string& org)
      : basis_(basis), org_(org.empty() ? basis.home() : org) {}

  absl::Status Read(const std::string& path) {
    read_.files.push_back({path, !IsRecordFile(path), "", 0, {}});
    const size_t before = read_.cases.size();
    absl::Status status = read_.files.back().is_register ? ReadRows(path) : ReadRecords(path);
    if (!status.ok()) return status;
    read_.files.back().archives = static_cast<int>(read_.cases.size() - before);
    return read_.cases.size() > limits::kMaxCheckedCases ? TooMany() : absl::OkStatus();
  }

  CheckedCases Finish() { return std::move(read_); }

 private:
  absl::Status ReadRecords(const std::string& path) {
    auto records = ReadRecordFile(path);
    if (!records.ok()) return records.status();
    int position = 0;
    for (v1::CaseFile& record : *records->mutable_case_files()) {
      CheckedCase& c = read_.cases.emplace_back();
      c.file = read_.files.size() - 1;
      c.position = ++position;
      c.records = std::move(record);
    }
    return absl::OkStatus();
  }

  absl::Status ReadRows(const std::string& path) {
    // A file that is not there is not there, whether or not it needs a dictionary.
    auto workbook = ReadWorkbook(path);
    if (!workbook.ok()) return workbook.status();
    if (basis_.orgs().City() == nullptr) {
      return UserError(
          absl::StatusCode::kInvalidArgument,
          {absl::StrCat(path,
                        " 是登记表，其中的单位按名称填写，需要工会组织字典才能识别；请用 --orgs "
                        "指定（如 deploy/orgs.hangzhou.json），或在已加入上级节点的电脑上检查。"),
           absl::StrCat(path,
                        " is a register, which names its units: they are looked up in the "
                        "dictionary of orgs; give it with --orgs (like "
                        "deploy/orgs.hangzhou.json), or check on a desktop that has joined.")});
    }
    const RegisterContext context{
        basis_.orgs(), org_, basis_.today(), v1::TIER_A, [this] { return NextId(); }, nullptr};
    auto rows = ReadRegister(*workbook, context);
    if (!rows.ok()) return rows.status();
    CheckedFile& file = read_.files.back();
    file.sheet = std::move(rows->sheet);
    file.findings = std::move(rows->findings);
    for (RegisterRow& row : rows->rows) {
      CheckedCase& c = read_.cases.emplace_back();
      c.file = read_.files.size() - 1;
      c.row = row.row;
      c.sequence = std::move(row.sequence);
      *c.records.mutable_archive() = std::move(row.archive);
      c.cells = std::move(row.findings);
      c.comparable = !RepeatsAnotherRow(c.cells);
    }
    return absl::OkStatus();
  }

  // Ids of version 8, which is free for uses like this one (RFC 9562, 5.8), and so no real ones.
  std::string NextId() { return absl::StrFormat("00000000-0000-8000-8000-%012x", ++ids_); }

  const RuleBasis& basis_;
  const std::string org_;
  uint64_t ids_ = 0;
  CheckedCases read_;
};

// The unified number, given or claimed; empty when it is none.
std::string NumberOf(const v1::Archive& archive) {
  const auto number = domain::ParseArchiveNumber(
      archive.number().empty() ? archive.existing_number() : archive.number());
  return number ? domain::FormatArchiveNumber(*number) : "";
}

}  // namespace

absl::StatusOr<CheckedCases> ReadCases(const std::vector<std::string>& paths,
                                       const RuleBasis& basis, const std::string& org) {
  if (paths.size() > limits::kMaxCheckedFiles) {
    return UserError(absl::StatusCode::kInvalidArgument,
                     {absl::StrCat("文件多于 ", limits::kMaxCheckedFiles, " 个；请分几次检查。"),
                      absl::StrCat("There are more than ", limits::kMaxCheckedFiles,
                                   " files; check them in several runs.")});
  }
  if (!org.empty() && basis.orgs().City() != nullptr) {
    const absl::Status status = CheckOrg(basis.orgs(), org, basis.orgs().City()->id(), "--org");
    if (!status.ok()) return status;
  }
  Reader reader(basis, org);
  for (const std::string& path : paths) {
    if (absl::Status status = reader.Read(path); !status.ok()) return status;
  }
  return reader.Finish();
}

absl::StatusOr<CheckedCases> ReplicaCases(const RuleBasis& basis) {
  if (basis.replica() == nullptr) {
    return UserError(absl::StatusCode::kFailedPrecondition,
                     {"本机还没有档案：尚未加入上级节点；请写明要检查的文件。",
                      "There are no archives here: this desktop has not joined; name the files "
                      "to check."});
  }
  CheckedCases read;
  read.files.push_back({"", false, "", 0, {}});
  absl::Status status = ForEachCase(*basis.replica(), [&read](LocalCase& local) {
    if (read.cases.size() == limits::kMaxCheckedCases) return TooMany();
    CheckedCase& c = read.cases.emplace_back();
    c.position = static_cast<int>(read.cases.size());
    c.records = std::move(local.records);
    return absl::OkStatus();
  });
  if (!status.ok()) return status;
  read.files.back().archives = static_cast<int>(read.cases.size());
  return read;
}

Text NameOf(const CheckedCase& c) {
  const v1::Archive& archive = c.records.archive();
  const std::string number = NumberOf(archive);
  Text name{number, number};
  if (c.of_register()) {
    name = RowName(c.row - 1, c.sequence);
  } else if (number.empty() && domain::IsUuid(archive.id())) {
    name = {archive.id(), archive.id()};
  } else if (number.empty()) {
    name = {absl::StrCat("第 ", c.position, " 份"), absl::StrCat("case ", c.position)};
  }
  if (const std::string masked = MaskedName(archive); !masked.empty()) {
    absl::StrAppend(&name.zh, " ", masked);
    absl::StrAppend(&name.en, " ", masked);
  }
  return name;
}

Json PlaceJson(const CheckedCases& cases, const CheckedCase& c) {
  const v1::Archive& archive = c.records.archive();
  Json json = {{"file", cases.files[c.file].path}};
  if (c.of_register()) {
    json["row"] = c.row;
    json["sequence"] = c.sequence;
  } else {
    json["case"] = c.position;
    json["archive_id"] = domain::IsUuid(archive.id()) ? archive.id() : "";
  }
  json["number"] = NumberOf(archive);
  json["worker"] = MaskedName(archive);
  return json;
}

}  // namespace bangfu::client
