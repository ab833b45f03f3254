// The whole life of archives, worked from desks: filed and established in 2013, helped and visited, a cause reported and
// decided, withdrawn, deregistered and filed again, reported, merged. The clock of node and desks is set forward between
// the tests; each test goes on where the one before ended.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { World, orgs } from "./support.mjs";

let world, city, gongye, center;
const id = {}; // of the archives, by the worker's name

// Identity number of a fictional woman of 富阳 born on 1 March 1972 (GB 11643).
function identityNumber(sequence) {
  const digits = `33018319720301${String(sequence * 2).padStart(3, "0")}`;
  const sum = [...digits].reduce((all, digit, i) => all + Number(digit) * (2 ** (17 - i) % 11), 0);
  return digits + "10X98765432"[sum % 11];
}

// A register of households without members.
function registerOf(file, filedOn, rows) {
  const header = "序号,单位工会,职工/农民工,姓名,民族,性别,身份证号,政治面貌,婚姻状况,住房类型,健康状况,户口类型,医保状况,"
    + "户口所在地,工作状态,劳模类型,参加工作时间,联系电话,家庭住址,本人月收入,家庭其他年收入,因困总支出,主要致困原因,"
    + "开户银行,支行名称,银行卡号,申报困难类别,填报日期";
  const lines = rows.map(([sequence, name, category], i) => [i + 1, "橡胶集团", "职工", name, "汉族", "女",
    identityNumber(sequence), "群众", "离异", "租房", "良好", "非农业", "城镇居民医保", "浙江省富阳市", "病休", "非劳模",
    "1992-07-01", `1380571900${sequence}`, `富阳市富春街道某某路${sequence}号`, "380", "0", "46200", "收入低", "杭州银行",
    "富阳支行", "6222021202011112225", category, filedOn].join(","));
  const path = world.path(file);
  writeFileSync(path, [header, ...lines].join("\n"));
  return path;
}

// Sets the clock of node and desks to nine in the morning of a day.
async function setDay(day) {
  await city.stop();
  world.clock = `${day}T09:00:00+08:00`;
  await city.start();
}

function establish() {
  gongye.file();
  gongye.run(["sync"]);
  center.run(["sync"]);
  const { json } = center.run(["archive", "approve", "--all"]);
  assert.equal(json.refused, 0);
  sync(center, gongye);
  return json.entered;
}

function sync(...desks) {
  for (const desk of desks) {
    const { json } = desk.run(["sync"]);
    assert.equal(json.refused + json.parked + json.conflicts, 0, `${desk.name}: ${JSON.stringify(json)}`);
  }
}

const show = (desk, archive) => desk.run(["archive", "show", archive]).json;
const codes = (result) => (result.findings ?? result.archives.flatMap((a) => a.findings)).map((f) => f.code).sort();
const timers = (desk, archive, asOf, kind) =>
  desk.run(["timers", archive, "--as-of", asOf, "--kind", kind]).json.timers;
const work = (desk, action, asOf) =>
  desk.run(["worklist", "--as-of", asOf, "--within", "0"]).json.groups.find((g) => g.next_action === action);

before(async () => {
  world = new World();
  world.clock = "2013-08-31T09:00:00+08:00";
  city = await world.node("city", "hz", ["--orgs", orgs]);
  gongye = world.desk("gongye-desk", "hz.gongye", city);
  center = world.desk("center-desk", "hz.center", city);
  gongye.join();
  center.join();
});

after(async () => {
  await world?.close();
});

test("members, papers, postings and paper values are entered element by element", () => {
  const file = registerOf("first.csv", "2013-08-31", [
    [1, "甲一", "临时困难户"], [2, "乙二", "临时困难户"], [3, "丙三", "其他困难户"], [4, "丁四", "其他困难户"],
    [5, "戊五", "其他困难户"]]);
  const { rows } = gongye.run(["import", file]).json;
  assert.equal(rows.length, 5);
  for (const [i, name] of ["甲", "乙", "丙", "丁", "戊"].entries()) id[name] = rows[i].archive_id;

  const member = gongye.run(["archive", "add", id.丁, "家庭成员", "--set", "成员姓名=丁小四", "--set", "关系=母亲"]).json;
  const lacking = member.findings.filter((f) => f.code === "FINDING_CODE_REQUIRED_MISSING").map((f) => f.field);
  assert.deepEqual(lacking, ["sex", "identity_number", "monthly_income_fen"].map((field) => `members[${member.id}].${field}`),
    "a draft is told what it still lacks");
  const wrong = gongye.run(["archive", "edit", id.丁, "--element", member.id, "--set", "月收入=很少"], [1]).json;
  assert.deepEqual(wrong.archives[0].findings.map((f) => f.field), [`members[${member.id}].monthly_income_fen`]);
  gongye.run(["archive", "edit", id.丁, "--element", member.id, "--set", "月收入=0"]);
  assert.equal(show(gongye, id.丁).members[0].monthly_income_fen, "0");
  assert.equal(show(gongye, id.丁).members[0].name, "***", "nobody can tell yet that it is no minor");
  gongye.run(["archive", "remove", id.丁, member.id]);
  assert.equal(show(gongye, id.丁).members, undefined);
  gongye.run(["archive", "remove", id.丁, member.id], [2]);

  const posting = gongye.run(["archive", "add", id.丁, "公示", "--set", "公示期起=2013-08-20", "--set", "公示期止=2013-08-25"]).json;
  assert.ok(codes(posting).includes("FINDING_CODE_POSTING_TOO_SHORT"));
  gongye.run(["archive", "edit", id.丁, "--element", posting.id, "--set", "公示期止=2013-08-26"]);
  gongye.run(["archive", "add", id.丁, "paper_values", "--set", "栏目=monthly_income_fen", "--set", "纸质填写内容=380.00"]);
  assert.deepEqual(show(gongye, id.丁).postings.map((p) => p.posted_until), ["2013-08-26"]);

  const unknown = gongye.run(["archive", "add", id.丁, "宠物", "--set", "姓名=咪咪"], [2]).json;
  assert.match(unknown.error.message_zh, /家庭成员/);
  gongye.run(["archive", "edit", id.丁, "--set", "家庭成员=丁小四"], [2]);
});

test("archives are established in 2013 and numbered", () => {
  assert.equal(establish(), 5);
  assert.deepEqual(gongye.archives("established").map((a) => a.number).sort(),
    [1, 2, 3, 4, 5].map((n) => `工业橡胶2013000${n}`));
  assert.equal(show(gongye, id.甲).established_on, "2013-08-31");
});

test("aid in time is taken as it is, late aid and aid before the establishment with a warning", async () => {
  await setDay("2013-09-16");
  const add = (day, ...more) => gongye.run(["aid", "add", id.丁, "--set", `帮扶日期=${day}`, "--set", "帮扶类型=生活救助",
    "--set", "帮扶金额=500", ...more]).json;
  const inTime = add("2013-09-01", "--set", "帮扶单位=市总工会");
  assert.deepEqual(codes(inTime), [], "the fifteenth day is in time (R48)");
  const late = add("2013-08-31");
  assert.deepEqual(codes(late), ["FINDING_CODE_AID_ENTERED_LATE"]);
  assert.equal(late.findings[0].last_day, "2013-09-15");
  const early = add("2013-08-30");
  assert.deepEqual(codes(early), ["FINDING_CODE_AID_BEFORE_ESTABLISHMENT", "FINDING_CODE_AID_ENTERED_LATE"]);

  const incomplete = gongye.run(["aid", "add", id.丁, "--set", "帮扶日期=2013-09-02"], [1]).json;
  assert.deepEqual(codes(incomplete), ["FINDING_CODE_REQUIRED_MISSING", "FINDING_CODE_REQUIRED_MISSING"]);
  const future = gongye.run(["aid", "add", id.丁, "--set", "帮扶日期=2013-09-17", "--set", "帮扶类型=其他", "--set", "金额=1"], [1]).json;
  assert.deepEqual(codes(future), ["FINDING_CODE_DATE_IN_FUTURE"]);
  const foreign = center.run(["aid", "add", id.丁, "--set", "帮扶日期=2013-09-02", "--set", "帮扶类型=其他", "--set", "金额=1"], [1]).json;
  assert.deepEqual(codes(foreign), ["FINDING_CODE_NOT_PERMITTED"]);
  gongye.run(["aid", "add", id.丁, "--set", `archive_id=${id.甲}`], [2]);

  gongye.run(["aid", "edit", inTime.id, "--set", "帮扶金额=600"]);
  sync(gongye);
  const listed = gongye.run(["aid", "list", id.丁]).json;
  assert.equal(listed.length, 3);
  const edited = listed.find((event) => event.id === inTime.id);
  assert.equal(edited.amount_fen, "60000");
  assert.equal(edited.provider, "hz");
  assert.match(edited.entered_time, /^2013-09-16T01:0/, "the time of entry is kept through the edit");
});

test("visits are listed masked and count by days", () => {
  const visit = (day) => gongye.run(["visit", "add", id.丁, "--set", `走访日期=${day}`, "--set", "走访人员=李某",
    "--set", "走访情况=家中有病人"]);
  const standing = () => timers(gongye, id.丁, "2013-09-16", "R47").map((t) => [t.state, t.done]);
  visit("2013-09-10");
  visit("2013-09-10");
  assert.deepEqual(standing(), [["TIMER_STATE_RUNNING", 1]], "two visits on one day count once (A16)");
  visit("2013-09-12");
  assert.deepEqual(standing(), [["TIMER_STATE_MET", 2]]);
  assert.equal(timers(gongye, id.丁, "2013-09-15", "visits")[0].met_on, undefined, "not known the day before it was entered");
  const listed = gongye.run(["visit", "list", id.丁]).json;
  assert.equal(listed.length, 3);
  assert.doesNotMatch(JSON.stringify(listed), /病人/);
  assert.match(gongye.run(["visit", "show", listed[0].id, "--unmask", "--reason", "核对"]).stdout, /病人/);
  sync(gongye);
});

test("a reported cause is decided: 意外致困户, the number unchanged", async () => {
  await setDay("2014-01-15");
  const before = show(gongye, id.乙);
  const lacking = gongye.run(["archive", "add", id.乙, "新的致困原因", "--set", "上报日期=2014-01-15"], [1]).json;
  assert.deepEqual(codes(lacking), ["FINDING_CODE_REQUIRED_MISSING"]);
  const own = gongye.run(["archive", "add", id.乙, "新的致困原因", "--set", "上报日期=2014-01-15", "--set", "cause=重大事故",
    "--set", "是否符合意外致困户条件=是"], [1]).json;
  assert.deepEqual(codes(own), ["FINDING_CODE_FIELD_NOT_OWNED"], "the unit does not decide on its own report");
  const report = gongye.run(["archive", "add", id.乙, "新的致困原因", "--set", "上报日期=2014-01-15", "--set", "cause=重大事故"]).json;
  assert.deepEqual(codes(report), ["FINDING_CODE_CAUSE_UNDECIDED"]);
  sync(gongye, center);
  assert.deepEqual(work(center, "NEXT_ACTION_DECIDE_CAUSE", "2014-01-15").timers.map((t) => t.archive_id), [id.乙]);

  const denied = gongye.run(["archive", "decide", id.乙, "--cause", "latest", "--qualifies", "是"], [1]).json;
  assert.deepEqual(codes(denied), ["FINDING_CODE_NOT_PERMITTED"]);
  center.run(["archive", "decide", id.乙, "--cause", "latest", "--qualifies", "是", "--opinion", "情况属实"]);
  sync(center, gongye);
  const decided = show(gongye, id.乙);
  assert.equal(decided.determined_category, "HARDSHIP_CATEGORY_ACCIDENT");
  assert.equal(decided.number, before.number);
  assert.deepEqual(decided.cause_reports.map((r) => [r.id, r.qualifies, r.decided_on]), [[report.id, "YES_NO_YES", "2014-01-15"]]);
  const again = center.run(["archive", "decide", id.乙, "--cause", report.id, "--qualifies", "no"], [1]).json;
  assert.deepEqual(codes(again), ["FINDING_CODE_WRONG_STATUS"]);
  gongye.run(["archive", "remove", id.乙, report.id], [1]); // what was decided stays
});

test("a temporary family has until 28 February, and can be withdrawn the day after (R52)", async () => {
  await setDay("2014-02-28");
  const [running] = timers(center, id.甲, "2014-02-28", "new_cause");
  assert.deepEqual([running.last_day, running.state, running.next_action],
    ["2014-02-28", "TIMER_STATE_RUNNING", "NEXT_ACTION_REPORT_CAUSE"]);
  const [overdue] = timers(center, id.甲, "2014-03-01", "new_cause");
  assert.deepEqual([overdue.state, overdue.next_action], ["TIMER_STATE_OVERDUE", "NEXT_ACTION_CONFIRM_WITHDRAWAL"]);
  assert.equal(work(center, "NEXT_ACTION_CONFIRM_WITHDRAWAL", "2014-02-28"), undefined);
  assert.deepEqual(work(center, "NEXT_ACTION_CONFIRM_WITHDRAWAL", "2014-03-01").timers.map((t) => t.archive_id), [id.甲]);
  assert.deepEqual(center.run(["timers", "--overdue", "--as-of", "2014-03-01", "--kind", "R52"]).json.timers.map((t) => t.archive_id), [id.甲]);

  const early = center.run(["archive", "withdraw", id.甲, "--basis", "no_new_cause"], [1]).json;
  assert.deepEqual(codes(early), ["FINDING_CODE_BASIS_MISSING"]);
  assert.equal(early.archives[0].findings[0].last_day, "2014-02-28");
  assert.equal(center.run(["archive", "withdraw", "--all", "--basis", "R52"]).json.entered, 0);
  assert.deepEqual(codes(center.run(["archive", "withdraw", id.丙, "--basis", "其他"], [1]).json), ["FINDING_CODE_REASON_MISSING"]);
  center.run(["archive", "withdraw", "--all", "--basis", "other", "--reason", "x"], [2]);

  await setDay("2014-03-01");
  const withdrawn = center.run(["archive", "withdraw", "--all", "--basis", "半年内没有上报新的致困原因"]).json;
  assert.deepEqual([withdrawn.entered, withdrawn.refused], [1, 0], "乙 is no temporary family any more");
  assert.equal(center.archives("withdrawn").length, 1, "shown before it is answered");
  sync(center, gongye);
  const archive = show(gongye, id.甲);
  assert.deepEqual([archive.status, archive.ended_on, archive.withdrawal_basis],
    ["ARCHIVE_STATUS_WITHDRAWN", "2014-03-01", "WITHDRAWAL_BASIS_NO_NEW_CAUSE"]);
});

test("a household that is no longer eligible is to be deregistered, then a circular names unit and union", () => {
  const visit = gongye.run(["visit", "add", id.丙, "--set", "走访日期=2014-03-01", "--set", "走访人员=李某", "--set", "是否仍符合条件=否"]).json;
  assert.deepEqual(codes(visit), ["FINDING_CODE_DEREGISTRATION_DUE"]);
  sync(gongye, center);
  const lastDay = visit.findings[0].last_day;
  assert.deepEqual(work(gongye, "NEXT_ACTION_DEREGISTER", lastDay).timers.map((t) => [t.archive_id, t.last_day]), [[id.丙, lastDay]]);
  const dayAfter = new Date(Date.parse(lastDay) + 86_400_000).toISOString().slice(0, 10);
  assert.equal(work(center, "NEXT_ACTION_DEREGISTER", dayAfter), undefined);
  assert.deepEqual(work(center, "NEXT_ACTION_ISSUE_CIRCULAR", dayAfter).timers.map((t) => t.orgs), [["hz.gongye.xiangjiao", "hz.gongye"]]);
  const check = center.run(["archive", "check", id.丙, "--as-of", dayAfter]).json;
  assert.ok(codes(check).includes("FINDING_CODE_CIRCULAR_DUE"));
  assert.equal(check.summary.archives, 1);
});

test("it is deregistered by the unit, and filed again with a new number", async () => {
  await setDay("2014-04-01");
  const denied = center.run(["archive", "deregister", id.丙, "--reason", "不再符合条件"], [1]).json;
  assert.deepEqual(codes(denied), ["FINDING_CODE_NOT_PERMITTED"]);
  gongye.run(["archive", "deregister", id.丙, "--reason", "走访发现收入已超标准"]);
  sync(gongye, center);
  assert.equal(show(center, id.丙).status, "ARCHIVE_STATUS_DEREGISTERED");
  assert.deepEqual(timers(center, id.丙, "2014-04-01", "R50").map((t) => t.state), ["TIMER_STATE_MET_LATE"]);

  const { rows } = gongye.run(["import", registerOf("again.csv", "2014-04-01", [[3, "丙三", "其他困难户"]])]).json;
  assert.notEqual(rows[0].archive_id, id.丙);
  assert.equal(establish(), 1);
  assert.equal(show(gongye, rows[0].archive_id).number, "工业橡胶20140001");
  assert.equal(show(gongye, id.丙).number, "工业橡胶20130003", "the old number stays with the old archive");
});

test("archives are reported in a package, returned when named, merged as duplicates", () => {
  center.run(["archive", "report", "--all"], [2]);
  assert.deepEqual(codes(gongye.run(["archive", "report", id.丁, "--package", "2014-01"], [1]).json), ["FINDING_CODE_NOT_PERMITTED"]);
  assert.equal(center.run(["archive", "report", "--all", "--package", "2014-01"]).json.entered, 4);
  sync(center, gongye);
  const reported = show(gongye, id.丁);
  assert.deepEqual([reported.status, reported.report_package, reported.reported_on], ["ARCHIVE_STATUS_REPORTED", "2014-01", "2014-04-01"]);

  assert.equal(center.run(["archive", "return", "--all", "--reason", "补充"]).json.entered, 0, "all: only those on their way");
  center.run(["archive", "return", id.丁, "--reason", "请补充收入证明"]);
  center.run(["sync"]);
  assert.equal(show(center, id.丁).status, "ARCHIVE_STATUS_RETURNED");
  assert.equal(show(center, id.丁).number, reported.number);

  const intoEnded = center.run(["archive", "merge", id.戊, "--into", id.甲], [1]).json;
  assert.deepEqual(codes(intoEnded), ["FINDING_CODE_WRONG_STATUS"]);
  assert.deepEqual(codes(center.run(["archive", "merge", id.戊, "--into", id.戊], [1]).json), ["FINDING_CODE_MALFORMED"]);
  center.run(["archive", "merge", id.戊, "--into", reported.number, "--reason", "重复建档"]);
  sync(center, gongye);
  assert.deepEqual([show(gongye, id.戊).status, show(gongye, id.戊).merged_into], ["ARCHIVE_STATUS_MERGED", id.丁]);
});

test("the city has the same state as the desks", () => {
  const union = world.desk("union-desk", "hz", city); // whatever it has came from the city
  union.join();
  const whole = (desk, kind, archive) => desk.run([kind, "list", archive]).json
    .map((entry) => desk.run([kind, "show", entry.id, "--unmask", "--reason", "核对"]).json);
  const state = (desk) => desk.archives().map((a) => a.id).sort().map((archive) => ({
    archive: show(desk, archive),
    aid: whole(desk, "aid", archive),
    visits: whole(desk, "visit", archive),
    timers: desk.run(["timers", archive]).json,
  }));
  const atCity = state(union);
  assert.equal(atCity.length, 6);
  for (const desk of [gongye, center]) {
    const here = state(desk);
    for (const entry of [...here, ...atCity]) delete entry.archive.changes_entered_here;
    assert.deepEqual(here, atCity, desk.name);
  }
});
