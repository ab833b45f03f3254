#include "domain/timers/timer_finding.h"

#include "absl/strings/str_cat.h"
#include "absl/strings/string_view.h"
#include "domain/codes/code_list.h"
#include "domain/rules/finding.h"
#include "domain/rules/label.h"
#include "domain/rules/org_tree.h"
#include "domain/text/civil_date.h"

namespace bangfu::domain {
namespace {

constexpr char kCircularRule[] = "R51";

// What a finding is about and says, before it is written out.
struct Words {
  std::string field;
  std::string other_field;
  Text text;  // without the days
};

std::string PathIn(absl::string_view list, absl::string_view id, absl::string_view field) {
  return absl::StrCat(ElementPath(list, id), ".", field);
}

// "自2014-03-01（帮扶）起，最后一天为2014-03-16".
Text Days(const Duty& duty) {
  Text days;
  if (duty.started_on) {
    const Text start = ValueLabel(*v1::TimerStart_descriptor(), duty.started_by);
    days.zh = absl::StrCat("自", FormatDate(*duty.started_on), "（", start.zh, "）起");
    days.en = absl::StrCat("from ", FormatDate(*duty.started_on), " (", start.en, ")");
  }
  if (duty.last_day) {
    absl::StrAppend(&days.zh, days.zh.empty() ? "" : "，", "最后一天为", FormatDate(*duty.last_day),
                    duty.assumed ? "（期限为假定值）" : "");
    absl::StrAppend(&days.en, days.en.empty() ? "" : ", ", "last day ", FormatDate(*duty.last_day),
                    duty.assumed ? " (assumed)" : "");
  }
  return days;
}

Words VisitsMissed(const Duty& duty) {
  return {"filed_on", "",
          Text{absl::StrCat("应在不同日期走访", duty.due, "次，实际", duty.done,
                            "次；请尽快走访，已走访而未录入的请补录走访记录"),
               absl::StrCat(duty.done, " of ", duty.due,
                            " visits on different days are known; visit the household, and enter "
                            "the visits that were made")}};
}

Words AidEnteredLate(const Duty& duty) {
  const std::string entered_on = FormatDate(*duty.met_on);
  return {PathIn("aid_events", duty.subject_id, "entered_time"),
          PathIn("aid_events", duty.subject_id, "aided_on"),
          Text{absl::StrCat("实际于", entered_on,
                            "录入，已超过15日；记录有效，请今后在帮扶后15日内录入"),
               absl::StrCat("was entered on ", entered_on,
                            "; the record stands, enter aid within 15 days from now on")}};
}

// The field that holds the day on which a duty of the established archive started.
std::string StartField(const Duty& duty) {
  switch (duty.started_by) {
    case v1::TIMER_START_AID_ENTRY:
      return PathIn("aid_events", duty.subject_id, "entered_time");
    case v1::TIMER_START_CAUSE_REPORT:
      return PathIn("cause_reports", duty.subject_id, "reported_on");
    default:
      return "established_on";
  }
}

Words NoAid(const Duty& duty) {
  return {StartField(duty), "",
          Text{"一年内没有录入帮扶信息（走访不算）；建议退档，请服务中心确认",
               "no aid was entered for one year, visits do not count; withdrawal is proposed, the "
               "service center confirms it"}};
}

Words NoNewCause(const Duty& duty) {
  return {StartField(duty), "determined_category",
          Text{"临时困难户半年内没有上报新的致困原因；建议退档，请服务中心确认",
               "a temporary family without a new cause for half a year; withdrawal is proposed, "
               "the service center confirms it"}};
}

Words CauseUndecided(const Duty& duty) {
  return {PathIn("cause_reports", duty.subject_id, "qualifies"), "",
          Text{"上报的致困原因尚未审定；请服务中心审定是否符合意外致困户条件",
               "the reported cause is not decided; the service center decides whether it qualifies "
               "as hardship by accident"}};
}

Words DeregistrationDue(const Duty& duty) {
  return {PathIn("visits", duty.subject_id, "still_eligible"), "",
          Text{"走访发现该户不再符合建档条件；请建档单位按期注销",
               "a visit found the household no longer eligible; the filing unit deregisters the "
               "archive by that day"}};
}

bool IsNamed(const v1::Org* org) { return org != nullptr && !org->name().empty(); }

// Names of the unit and of its parent union, where the dictionary knows them.
Text NamesForCircular(const CaseFacts& facts) {
  const v1::Org* unit = facts.context.orgs.Find(facts.archive.unit());
  const v1::Org* parent = facts.context.orgs.UnionOf(facts.archive.unit());
  Text names =
      IsNamed(unit) ? Text{unit->name(), unit->name()} : Text{"建档单位", "the filing unit"};
  if (parent != nullptr && parent == unit) return names;
  if (IsNamed(parent)) {
    absl::StrAppend(&names.zh, "及其所属的", parent->name());
    absl::StrAppend(&names.en, " and its parent union ", parent->name());
  } else {
    absl::StrAppend(&names.zh, "及其所属工会");
    absl::StrAppend(&names.en, " and its parent union");
  }
  return names;
}

Words CircularDue(const Duty& duty, const CaseFacts& facts) {
  const Text names = NamesForCircular(facts);
  Text text{absl::StrCat("请通报", names.zh), absl::StrCat("a circular names ", names.en)};
  if (duty.met_on) {
    text.zh = absl::StrCat("于", FormatDate(*duty.met_on), "才注销，已逾期；", text.zh);
    text.en = absl::StrCat("was deregistered on ", FormatDate(*duty.met_on), " only; ", text.en);
  } else {
    text.zh = absl::StrCat("逾期没有注销；", text.zh, "，并由建档单位尽快注销");
    text.en = absl::StrCat("was not deregistered in time; ", text.en,
                           "; the filing unit deregisters it now");
  }
  return {PathIn("visits", duty.subject_id, "still_eligible"), "", std::move(text)};
}

Words PaperExpires(const Duty& duty) {
  const bool over = duty.state == v1::TIMER_STATE_OVERDUE;
  return {
      PathIn("materials", duty.subject_id, "valid_until"), "",
      Text{over ? "已经到期；请补充续签或换发的材料" : "即将到期；请准备续签或换发的材料",
           over ? "has ended; add the renewed paper" : "ends soon; have the renewed paper ready"}};
}

Words WordsOf(const Duty& duty, const CaseFacts& facts) {
  switch (duty.finding) {
    case v1::FINDING_CODE_VISITS_MISSED:
      return VisitsMissed(duty);
    case v1::FINDING_CODE_AID_ENTERED_LATE:
      return AidEnteredLate(duty);
    case v1::FINDING_CODE_NO_AID_FOR_A_YEAR:
      return NoAid(duty);
    case v1::FINDING_CODE_NO_NEW_CAUSE:
      return NoNewCause(duty);
    case v1::FINDING_CODE_CAUSE_UNDECIDED:
      return CauseUndecided(duty);
    case v1::FINDING_CODE_DEREGISTRATION_DUE:
      return DeregistrationDue(duty);
    case v1::FINDING_CODE_CIRCULAR_DUE:
      return CircularDue(duty, facts);
    default:
      return PaperExpires(duty);
  }
}

}  // namespace

const std::string& RuleOfTimer(v1::TimerKind kind) {
  return SpecOfCode(*v1::TimerKind_descriptor(), kind).code();
}

std::vector<std::string> OrgsOf(const Duty& duty, const CaseFacts& facts) {
  const std::string& unit = facts.archive.unit();
  std::vector<std::string> orgs;
  if (!unit.empty()) orgs.push_back(unit);
  if (duty.next_action != v1::NEXT_ACTION_ISSUE_CIRCULAR) return orgs;
  const v1::Org* parent = facts.context.orgs.UnionOf(unit);
  if (parent != nullptr && parent->id() != unit) orgs.push_back(parent->id());
  return orgs;
}

v1::Finding FindingOf(const Duty& duty, const CaseFacts& facts) {
  const Words words = WordsOf(duty, facts);
  const Text label = ValueLabel(*v1::TimerKind_descriptor(), duty.kind);
  const Text days = Days(duty);
  const absl::string_view rule = duty.finding == v1::FINDING_CODE_CIRCULAR_DUE
                                     ? absl::string_view(kCircularRule)
                                     : absl::string_view(RuleOfTimer(duty.kind));
  v1::Finding finding =
      Warning(rule, duty.finding, words.field,
              Text{absl::StrCat(label.zh, "：", days.zh, "；", words.text.zh, "。"),
                   absl::StrCat(label.en, ": ", days.en, "; ", words.text.en)});
  finding.set_other_field(words.other_field);
  if (duty.last_day) finding.set_last_day(FormatDate(*duty.last_day));
  finding.set_next_action(duty.next_action);
  return finding;
}

v1::Finding AidBeforeEstablishment(const KnownAid& aid, const CaseFacts& facts) {
  const std::string aided_on = FormatDate(aid.aided_on);
  const Text established =
      facts.established_on
          ? Text{absl::StrCat("建档日期为", FormatDate(*facts.established_on)),
                 absl::StrCat("it was established on ", FormatDate(*facts.established_on))}
          : Text{"尚未建档", "it is not established yet"};
  v1::Finding finding =
      Warning(RuleOfTimer(v1::TIMER_KIND_AID_ENTRY), v1::FINDING_CODE_AID_BEFORE_ESTABLISHMENT,
              PathIn("aid_events", aid.record->id(), "aided_on"),
              Text{absl::StrCat("帮扶日期", aided_on, "在建档之前（", established.zh,
                                "）；应先建档后帮扶，日期有误的请更正。"),
                   absl::StrCat("aid of ", aided_on,
                                " lies before the establishment of the archive (", established.en,
                                "); establish first, then help; correct the day if it is "
                                "wrong")});
  finding.set_other_field("established_on");
  finding.set_next_action(v1::NEXT_ACTION_CORRECT);
  return finding;
}

}  // namespace bangfu::domain
