#include <string>
#include <utility>
#include <vector>

#include "absl/strings/str_cat.h"
#include "client/cli/commands.h"
#include "client/cli/finding_place.h"
#include "client/cli/person_rights.h"
#include "client/cli/progress.h"
#include "client/import/register_import.h"
#include "client/workbook/workbook.h"

namespace bangfu::client {
namespace {

Json ToJson(const CellFinding& finding) {
  Json json = bangfu::client::ToJson(finding.finding);
  json["sheet"] = finding.sheet;
  json["row"] = finding.row;
  json["column"] = finding.column;
  json["header"] = finding.header;
  return json;
}

}  // namespace

absl::StatusOr<ExitStatus> Import(Session& session, const ImportOptions& options) {
  auto actor = session.Actor();
  if (!actor.ok()) return actor.status();
  if (!options.org.empty()) {
    if (absl::Status status = session.CheckOrgInScope(options.org); !status.ok()) return status;
  }
  auto signed_in = session.Signed();
  if (!signed_in.ok()) return signed_in.status();
  const std::string& files = options.org.empty() ? session.identity().org : options.org;
  absl::Status may = CheckMayAct(session, signed_in->person, v1::ACTION_CREATE,
                                 {files, v1::TIER_A, v1::OWNER_FILING});
  if (!may.ok()) return may;
  auto workbook = ReadWorkbook(options.file);
  if (!workbook.ok()) return workbook.status();
  absl::Status lookup;
  const auto find_person = [&](const std::string& identity_number) -> std::optional<std::string> {
    auto holders = session.replica().FindPerson(identity_number);
    if (!holders.ok()) lookup = holders.status();
    if (!holders.ok() || holders->empty()) return std::nullopt;
    return holders->front();
  };
  const RegisterContext context{
      session.orgs(), files, session.today(), v1::TIER_A, [&] { return session.NewId(); },
      find_person};
  auto read = ReadRegister(*workbook, context);
  if (!read.ok()) return read.status();
  if (!lookup.ok()) return lookup;

  const Output& out = session.out();
  Table table(out.english()
                  ? std::vector<std::string>{"no.", "cell", "column", "rule", "what to do"}
                  : std::vector<std::string>{"序号", "位置", "栏目", "规则", "问题与处理办法"});
  std::vector<v1::Change> changes;
  Json rows = Json::array();
  int accepted = 0;
  int refused = 0;
  int warnings = 0;
  for (const RegisterRow& row : read->rows) {
    (row.accepted ? accepted : refused) += 1;
    Json findings = Json::array();
    for (const CellFinding& finding : row.findings) {
      findings.push_back(ToJson(finding));
      warnings += finding.finding.severity() == v1::SEVERITY_WARNING ? 1 : 0;
      const Text text{finding.finding.message_zh(), finding.finding.message_en()};
      table.Add(
          {row.sequence, CellPlace(finding, read->sheet), finding.header,
           absl::StrCat(finding.finding.rule(), finding.finding.severity() == v1::SEVERITY_WARNING
                                                    ? out.Say({" 提醒", " warning"})
                                                    : out.Say({" 拒绝", " refused"})),
           out.Say(text)});
    }
    rows.push_back({{"row", row.row},
                    {"sequence", row.sequence},
                    {"accepted", row.accepted},
                    {"archive_id", row.accepted ? row.archive.id() : ""},
                    {"findings", findings}});
    if (row.accepted)
      changes.push_back(session.NewPut(v1::RECORD_TYPE_ARCHIVE, nullptr, row.archive, *actor, ""));
  }
  Json loose = Json::array();
  for (const CellFinding& finding : read->findings) {
    loose.push_back(ToJson(finding));
    table.Add({"", CellPlace(finding, read->sheet), finding.header, finding.finding.rule(),
               out.Say({finding.finding.message_zh(), finding.finding.message_en()})});
  }
  if (!options.dry_run) {
    if (absl::Status status = session.replica().Append(changes); !status.ok()) return status;
  }
  if (!table.empty()) out.Print(table);
  out.Line({absl::StrCat(options.dry_run ? "试导入：" : "已导入：", "接受 ", accepted, " 户，拒绝 ",
                         refused, " 户，提醒 ", warnings, " 条（工作表“", read->sheet, "”）。"),
            absl::StrCat(options.dry_run ? "dry run: " : "imported: ", accepted, " accepted, ",
                         refused, " refused, ", warnings, " warnings (sheet ", read->sheet, ").")});
  out.Print(Json{{"sheet", read->sheet},
                 {"dry_run", options.dry_run},
                 {"accepted", accepted},
                 {"refused", refused},
                 {"warnings", warnings},
                 {"rows", rows},
                 {"findings", loose}});
  return refused > 0 || !read->findings.empty() ? kSomeRefused : kDone;
}

}  // namespace bangfu::client
