// The commands that need neither a server nor a desktop that has joined: check, rules, policy.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";
import { clientBinary, orgs, register, root, streetRegister } from "./support.mjs";

const example = path.join(root, "docs/examples/record-file.json");
const exampleCases = () => JSON.parse(readFileSync(example, "utf8"));

let dir;

before(() => {
  dir = mkdtempSync(path.join(os.tmpdir(), "bangfu-check-"));
});

after(() => rmSync(dir, { recursive: true, force: true }));

function bangfu(args, expected) {
  const env = { ...process.env, HOME: dir, LANG: "C" };
  delete env.BANGFU_DATA;
  delete env.BANGFU_CLOCK;
  const result = spawnSync(clientBinary, args, { encoding: "utf8", timeout: 60_000, env, maxBuffer: 64 << 20 });
  assert.equal(result.status, expected, `bangfu ${args.join(" ")}: ${result.stdout}${result.stderr}`);
  return result;
}

const json = (args, expected = 0) => JSON.parse(bangfu([...args, "--output", "json"], expected).stdout);

// Checks files as of a day with the dictionary of the example city.
const check = (files, asOf, expected = 0, ...more) =>
  json(["check", ...files, "--orgs", orgs, "--as-of", asOf, ...more], expected);

function write(name, content) {
  const file = path.join(dir, name);
  writeFileSync(file, typeof content === "string" ? content : JSON.stringify(content));
  return file;
}

// The example with one case, changed by `edit`.
function writeCase(name, position, edit) {
  const one = exampleCases().case_files[position];
  edit(one);
  return write(name, one);
}

// What is wrong is said in both languages.
function fails(args, pattern) {
  const { error } = json(args, 2);
  assert.match(error.message_zh, /\p{Script=Han}/u);
  assert.match(error.message_en, pattern);
  assert.match(bangfu([...args, "--lang", "en"], 2).stderr, pattern);
  assert.match(bangfu([...args, "--lang", "zh"], 2).stderr, /\p{Script=Han}/u);
}

const codes = (document) => document.findings.map((finding) => finding.code.replace("FINDING_CODE_", ""));

test("the documented example is in order, until the half year of the temporary family is over", () => {
  const fine = check([example], "2014-02-28");
  assert.deepEqual(fine.findings, []);
  assert.deepEqual([fine.summary.files, fine.summary.archives, fine.summary.errors, fine.summary.warnings], [1, 2, 0, 0]);

  const late = check([example], "2014-03-01");
  assert.equal(late.findings.length, 1);
  const [finding] = late.findings;
  assert.equal(finding.rule, "R52");
  assert.equal(finding.code, "FINDING_CODE_NO_NEW_CAUSE");
  assert.equal(finding.severity, "SEVERITY_WARNING");
  assert.equal(finding.last_day, "2014-02-28");
  assert.equal(finding.next_action, "NEXT_ACTION_CONFIRM_WITHDRAWAL");
  assert.equal(finding.number, "富阳富春20130001");
  assert.equal(finding.case, 2);
  for (const field of ["field", "other_field", "member", "message_zh", "message_en", "file", "worker", "archive_id"]) {
    assert.equal(typeof finding[field], "string", field);
  }
  assert.equal(late.timers, undefined);
});

test("timers: what started them, last day, state and next action, as of the day", () => {
  const timer = (asOf) => check([example], asOf, 0, "--timers").timers
    .find((one) => one.kind === "TIMER_KIND_NEW_CAUSE");
  const running = timer("2014-02-28");
  assert.equal(running.started_on, "2013-08-31");
  assert.equal(running.started_by, "TIMER_START_ESTABLISHMENT");
  assert.equal(running.last_day, "2014-02-28");
  assert.equal(running.rule, "R52");
  assert.equal(running.state, "TIMER_STATE_RUNNING");
  assert.equal(running.number, "富阳富春20130001");
  assert.equal(timer("2014-03-01").state, "TIMER_STATE_OVERDUE");
  assert.equal(timer("2014-03-01").next_action, "NEXT_ACTION_CONFIRM_WITHDRAWAL");
  const table = bangfu(["check", example, "--orgs", orgs, "--as-of", "2014-03-01", "--timers"], 0).stdout;
  assert.match(table, /R52 +新的致困原因（半年） +建档 +2013-08-31 +2014-02-28 +已逾期/);
});

test("aid entered on the 15th day and on the 16th", () => {
  const file = (entered) => writeCase("aid.json", 1, (one) => {
    one.aid_events[0].aided_on = "2014-02-01";
    one.aid_events[0].entered_time = entered;
  });
  // Midnight in Shanghai ends the 15th day, 2014-02-16.
  assert.deepEqual(codes(check([file("2014-02-16T15:59:59Z")], "2014-02-28")), []);
  const late = check([file("2014-02-16T16:00:00Z")], "2014-02-28");
  assert.deepEqual(codes(late), ["AID_ENTERED_LATE"]);
  assert.equal(late.findings[0].last_day, "2014-02-16");
});

test("a register: what its reading found once, and the papers", () => {
  const document = check([register], "2014-03-12", 1, "--org", "hz.gongye");
  assert.deepEqual(document.files.map(({ kind, sheet, archives }) => [kind, sheet, archives]),
    [["register", "困难职工登记表", 60]]);
  const rest = document.findings.filter(({ code }) => code !== "FINDING_CODE_MATERIAL_MISSING");
  const errors = rest.filter(({ severity }) => severity === "SEVERITY_ERROR");
  assert.deepEqual(errors.map(({ sequence, code }) => `${sequence} ${code.replace("FINDING_CODE_", "")}`).sort(), [
    "17 NUMERIC_DAMAGE", "33 BAD_IDENTITY_NUMBER", "42 DUPLICATE_PERSON", "51 CAUSE_EQUALS_MAIN", "51 TOO_MANY_CAUSES",
    "55 REQUIRED_MISSING", "55 REQUIRED_MISSING", "58 OUT_OF_SCOPE"]);
  const damaged = errors.find(({ sequence }) => sequence === "17");
  assert.deepEqual([damaged.row, damaged.cell_row, damaged.column, damaged.sheet], [20, 20, "H", "困难职工登记表"]);
  assert.ok(document.findings.some(({ code, row }) => code === "FINDING_CODE_MATERIAL_MISSING" && row === 4));
  const keys = document.findings.map((f) => [f.row, f.rule, f.code, f.field, f.message_zh].join());
  assert.equal(new Set(keys).size, keys.length);
  // The same file gives the same result.
  assert.deepEqual(check([register], "2014-03-12", 1, "--org", "hz.gongye"), document);
});

test("no personal data in any output", () => {
  const { case_files: cases } = exampleCases();
  const secrets = cases.flatMap(({ archive }) => [archive, ...(archive.members ?? [])])
    .flatMap((person) => [person.name, person.identity_number, person.phone, person.bank_card, person.address])
    .filter(Boolean);
  assert.ok(secrets.length >= 12);
  // Every field wrong, so that there is much to say.
  for (const one of cases) {
    Object.assign(one.archive, { sex: "SEX_UNSPECIFIED", materials: [], number: one.archive.identity_number,
      existing_number: one.archive.phone, unit: one.archive.name, id: one.archive.identity_number });
    for (const member of one.archive.members ?? []) member.id = member.identity_number;
  }
  cases.push(structuredClone(cases[0]));
  const file = write("wrong.json", { case_files: cases });
  const outputs = ["json", "table"].flatMap((output) => ["zh", "en"].flatMap((lang) => [
    bangfu(["check", file, "--orgs", orgs, "--as-of", "2014-03-12", "--timers", "--output", output, "--lang", lang], 1),
    bangfu(["check", register, "--orgs", orgs, "--as-of", "2014-03-12", "--timers", "--output", output, "--lang", lang], 1),
  ]));
  for (const { stdout, stderr } of outputs) {
    for (const secret of secrets) assert.ok(!stdout.includes(secret) && !stderr.includes(secret), secret);
    assert.doesNotMatch(stdout + stderr, /\d{17}[\dX]/);
  }
});

test("archives of several files are compared with each other", () => {
  const first = writeCase("first.json", 0, () => {});
  const second = writeCase("second.json", 0, (one) => {
    one.archive.id = "0190a1b2-0000-7000-8000-0000000000ff";
    one.archive.unit = "hz.fuyang.fuchun";
    one.archive.number = "富阳富春20130003";
    for (const aid of one.aid_events) delete aid.archive_id;
    for (const paper of one.archive.materials) if (paper.person_id?.endsWith("01")) paper.person_id = one.archive.id;
  });
  const document = check([first, second], "2014-02-28", 1);
  const twice = document.findings.filter(({ code }) => code === "FINDING_CODE_DUPLICATE_PERSON");
  assert.equal(twice.length, 6); // three persons, two sides
  assert.match(twice.find(({ file }) => file === first).message_zh, /富阳/);
  assert.match(twice.find(({ file }) => file === second).message_en, /工业/);
  const gap = document.findings.filter(({ code }) => code === "FINDING_CODE_NUMBER_GAP");
  assert.deepEqual(gap.map(({ unit, rule, severity }) => [unit, rule, severity]),
    [["hz.fuyang.fuchun", "R26", "SEVERITY_WARNING"]]);
  // Alone each is in order, but for the gap before number 3.
  assert.deepEqual(codes(check([first], "2014-02-28")), []);
  assert.deepEqual(codes(check([second], "2014-02-28")), ["NUMBER_GAP"]);
});

test("a register and a record file of one person", () => {
  const text = readFileSync(streetRegister, "utf8");
  const number = text.match(/\d{17}[\dX]/)[0];
  const file = writeCase("known.json", 0, (one) => (one.archive.identity_number = number));
  const document = check([streetRegister, file], "2014-03-12", 1, "--org", "hz.fuyang.fuchun");
  const twice = document.findings.filter(({ code }) => code === "FINDING_CODE_DUPLICATE_PERSON");
  assert.deepEqual(twice.map((finding) => finding.file), [streetRegister, file]);
});

test("values of the policy decide and are named when they are assumed", () => {
  const poor = writeCase("poor.json", 1, ({ archive }) => {
    archive.monthly_income_fen = 90000;
    archive.paper_values.find(({ field }) => field === "monthly_income_fen").text = "900";
  });
  const decide = (yuan, assumed) => check([poor], "2014-02-28", 0, "--policy", write("policy.json", { version: 2, policies: [
    { org: "hz", effective_from: "2012-01-01", source: "试行文件", assumed, tier_a_standard_yuan: yuan }] }));
  const strict = decide("899.99", true);
  assert.deepEqual(codes(strict), ["INCOME_ABOVE_STANDARD"]);
  assert.deepEqual(strict.summary.policy.assumed, ["tier_a_standard_yuan"]);
  assert.equal(strict.summary.policy.version, 2);
  const mild = decide("900", false);
  assert.deepEqual(codes(mild), []);
  assert.deepEqual(mild.summary.policy.assumed, []);
});

test("files that cannot be read are named, with the place", () => {
  const bad = (name, content, pattern) => fails(["check", write(name, content)], pattern);
  const secret = "苏长河";
  fails(["check", path.join(dir, "none.json")], /none\.json/);
  fails(["check", dir], /folder|read/);
  fails(["check", path.join(dir, "none.xlsx")], /none\.xlsx/);
  bad("broken.json", `{\n "archive": {"name": "${secret}",}\n}`, /broken\.json.*line 2/);
  bad("empty.json", "", /line 1/);
  bad("none.json", { case_files: [] }, /no case/);
  bad("list.json", [], /object/);
  bad("nothing.json", { case_files: [{}] }, /case_files\[0\].*archive/);
  bad("typo.json", { archive: { nmae: secret } }, /archive\.nmae: .*did you mean name/);
  bad("typo2.json", { case_files: [{ archive: { members: [{ sex: "女" }] } }] },
    /case_files\[0\]\.archive\.members\[0\]\.sex: .*SEX_FEMALE/);
  bad("kind.json", { archive: { monthly_income_fen: "1,625.00" } }, /archive\.monthly_income_fen: .*fen/);
  bad("kind2.json", { archive: { monthly_income_fen: 1625.5 } }, /archive\.monthly_income_fen: .*whole number/);
  bad("kind3.json", { archive: { contract_months: 3000000000 } }, /archive\.contract_months/);
  bad("kind4.json", { archive: { name: 5 } }, /archive\.name: .*text/);
  bad("kind5.json", { archive: { members: {} } }, /archive\.members: .*list/);
  bad("time.json", { archive: {}, visits: [{ entered_time: "2014-03-01" }] }, /visits\[0\]\.entered_time: .*zone/);
  bad("twice.json", `{"archive": {"name": "a", "name": "b"}}`, /"name" is there twice/);
  bad("both.json", { archive: { filed_on: "2014-03-01", filedOn: "2014-03-01" } }, /twice/);
  bad("other.json", { archive: { id: "a" }, visits: [{ archive_id: "b" }] }, /visits\[0\]\.archive_id/);
  bad("deep.json", "[".repeat(100_000), /JSON/);
  for (const [name, content] of [["key.json", `{"archive": {"${secret}": 1}}`], ["code.json", `{"archive": {"sex": "${secret}"}}`],
    ["cut.json", `{"archive": {"name": "${secret}`], ["number.json", `{"archive": {"monthly_income_fen": "${secret}"}}`]]) {
    const result = bangfu(["check", write(name, content)], 2);
    assert.ok(!result.stderr.includes(secret), name);
  }
});

test("a record file is told by what it begins with, too", () => {
  const copy = write("cases.txt", `\uFEFF \n${readFileSync(example, "utf8")}`);
  assert.equal(check([copy], "2014-02-28").files[0].kind, "records");
});

test("a register needs the dictionary of orgs, a record file does not", () => {
  fails(["check", register], /--orgs/);
  assert.equal(json(["check", example, "--as-of", "2014-02-28"]).summary.archives, 2);
  fails(["check", register, "--orgs", write("orgs.json", { version: 1, orgs: [{ id: "hz", nmae: "x" }] })], /orgs\[0\]\.nmae/);
  fails(["check", register, "--orgs", write("orgs2.json", { version: 1, orgs: [{ id: "HZ" }] })], /orgs2\.json/);
  fails(["check", register, "--orgs", orgs, "--org", "hz.nowhere"], /hz\.nowhere/);
});

test("wrong usage", () => {
  bangfu(["check"], 2);
  fails(["check", example, "--as-of", "2014-02-29"], /--as-of/);
  fails(["check", example, "--policy", path.join(dir, "nothing.json")], /nothing\.json/);
});

test("rules: the sentences of the notice", () => {
  const all = json(["rules"]).rules;
  assert.ok(all.length > 100);
  assert.equal(new Set(all.map(({ number }) => number)).size, all.length);
  const notice = readFileSync(path.join(root, "docs/notice.zh.txt"), "utf8").replace(/\s/g, "");
  const r14 = json(["rules", "R14"]).rules;
  assert.equal(r14.length, 1);
  assert.deepEqual(r14[0], all.find(({ number }) => number === "R14"));
  assert.match(r14[0].sentence_zh, /纸质档案需保存6份必备材料/);
  assert.ok(notice.includes(r14[0].sentence_zh.replace(/\s/g, "")));
  assert.deepEqual(json(["rules", "r14"]).rules, r14);
  assert.match(bangfu(["rules"], 0).stdout, /R14 .*纸质档案需保存6份必备材料/);
  assert.doesNotMatch(bangfu(["rules", "--lang", "en"], 0).stdout, /纸质档案需保存6份必备材料/);
  const readings = json(["rules", "--kind", "reading"]).rules;
  assert.ok(readings.length > 10 && readings.every(({ number, kind }) => number.startsWith("A") && kind === "reading"));
  fails(["rules", "X9"], /no such rule/);
  fails(["rules", "--kind", "nonsense"], /kind/);
});

test("policy check names what is wrong", () => {
  const good = { version: 1, policies: [{ org: "hz", effective_from: "2014-01-01", source: "文件", dibao_line_yuan: "600" }] };
  const fine = json(["policy", "check", write("good.json", good), "--orgs", orgs]);
  assert.deepEqual([fine.errors, fine.warnings, fine.orgs_checked, fine.policies], [0, 0, true, 1]);
  const bad = structuredClone(good);
  bad.policies[0].org = "hz.nowhere";
  bad.policies[0].dibao_line_yuan = "-1";
  const wrong = json(["policy", "check", write("bad.json", bad), "--orgs", orgs], 1);
  assert.deepEqual(wrong.findings.map(({ field }) => field).sort(), ["policies[0].dibao_line_yuan", "policies[0].org"]);
  assert.equal(wrong.errors, 2);
  assert.equal(json(["policy", "check", write("bad.json", bad)], 1).errors, 1); // no dictionary: the path is not looked up
  const high = structuredClone(good);
  high.policies.push({ org: "hz.fuyang", effective_from: "2014-01-01", source: "自定标准", tier_b_standard_yuan: "1200.01" });
  const warned = json(["policy", "check", write("high.json", high), "--orgs", orgs]);
  assert.deepEqual(warned.findings.map(({ rule, code }) => [rule, code]), [["R43", "FINDING_CODE_STANDARD_ABOVE_LIMIT"]]);
  fails(["policy", "check", write("typo.json", { version: 1, polices: [] })], /typo\.json.*polices/);
  fails(["policy", "check", path.join(dir, "nowhere.json")], /nowhere\.json/);
});

test("policy show: the values in force and what sets them", () => {
  const file = write("values.json", { version: 7, policies: [
    { org: "hz", effective_from: "2013-01-01", source: "市文件", dibao_line_yuan: "525" },
    { org: "hz.fuyang", effective_from: "2014-01-01", source: "县文件", assumed: true, dibao_line_yuan: "440" }] });
  const line = (org, asOf) => json(["policy", "show", "--policy", file, "--org", org, "--as-of", asOf]).values
    .find(({ name }) => name === "dibao_line_yuan");
  assert.deepEqual(line("hz.fuyang.fuchun", "2013-12-31"), { name: "dibao_line_yuan", value: "525.00", set: true, org: "hz",
    effective_from: "2013-01-01", source: "市文件", assumed: false });
  assert.deepEqual(line("hz.fuyang.fuchun", "2014-01-01"), { name: "dibao_line_yuan", value: "440.00", set: true,
    org: "hz.fuyang", effective_from: "2014-01-01", source: "县文件", assumed: true });
  assert.equal(line("hz", "2012-12-31").set, false);
  assert.equal(json(["policy", "show", "--policy", file]).org, "hz");
  const table = bangfu(["policy", "show", "--policy", file, "--org", "hz.fuyang", "--as-of", "2014-01-01"], 0).stdout;
  assert.match(table, /低保标准 +440\.00 +hz\.fuyang +2014-01-01 +假定 +县文件/);
  assert.ok(json(["policy", "show"]).values.some(({ assumed }) => assumed)); // as shipped
  fails(["policy", "show", "--orgs", orgs, "--org", "hz.nowhere"], /hz\.nowhere/);
});

test("policy preview: what a change does to archives", () => {
  const standard = (name, yuan) => write(name, { version: 1, policies: [
    { org: "hz", effective_from: "2012-01-01", source: "文件", tier_a_standard_yuan: yuan }] });
  const wide = standard("wide.json", "2000");
  const narrow = standard("narrow.json", "500");
  const preview = (next, old) => json(["policy", "preview", next, example, "--policy", old, "--orgs", orgs, "--as-of", "2014-02-28"]);
  const narrower = preview(narrow, wide);
  assert.equal(narrower.archives, 2);
  assert.deepEqual(narrower.changed.map(({ number, added, removed }) => [number, added.map((f) => f.code), removed.length]),
    [["工业橡胶20130001", ["FINDING_CODE_INCOME_ABOVE_STANDARD"], 0]]); // 541.67 yuan a head
  assert.equal(narrower.changed[0].worker, "苏**");
  const wider = preview(wide, narrow);
  assert.deepEqual([wider.added, wider.removed], [0, 1]);
  assert.deepEqual(preview(wide, wide).changed, []);
  fails(["policy", "preview", wide, "--orgs", orgs], /name the files/); // this desktop has not joined
  fails(["policy", "preview", standard("bad.json", "many"), example], /bad\.json.*tier_a_standard_yuan/);
});
