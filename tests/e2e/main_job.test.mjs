// The main job: a register comes in, a street files through its district, the center approves, numbers come back; a
// conflict arises while the line is cut. Each test goes on where the one before ended.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Line, World, eventually, orgs, register, streetRegister } from "./support.mjs";

let world, city, district, line, gongye, center, office, street;

before(async () => {
  world = new World();
  city = await world.node("city", "hz", ["--orgs", orgs]);
  line = new Line(city);
  await line.open();
  district = await world.node("fuyang", "hz.fuyang", ["--upstream", `127.0.0.1:${line.port}`, "--upstream-interval", "1"]);
  gongye = world.desk("gongye-desk", "hz.gongye", city);
  center = world.desk("center-desk", "hz.center", city);
  office = world.desk("fuyang-desk", "hz.fuyang", district);
  street = world.desk("fuchun-desk", "hz.fuyang.fuchun", district);
  gongye.join();
  center.join();
  await office.joinEventually();
  street.join();
});

after(async () => {
  await line?.cut();
  await world?.close();
});

const refusedRows = (result) => Object.fromEntries(
  result.rows.filter((row) => !row.accepted).map((row) => [row.sequence, row.findings.filter((f) => f.severity === "SEVERITY_ERROR")]));

test("a dry run reads the register and stores nothing", () => {
  const { json } = gongye.run(["import", "--dry-run", register], [1]);
  assert.equal(json.accepted, 54);
  assert.equal(gongye.archives().length, 0);
});

test("the register gives exactly 54 accepted and 6 refused, each with row, column, rule and what to do", () => {
  const { json } = gongye.run(["import", register], [1]);
  assert.equal(json.accepted, 54);
  assert.equal(json.refused, 6);
  const refused = refusedRows(json);
  assert.deepEqual(Object.keys(refused).sort(), ["17", "33", "42", "51", "55", "58"]);
  const codes = (sequence) => refused[sequence].map((f) => f.code).sort();
  assert.deepEqual(codes("17"), ["FINDING_CODE_NUMERIC_DAMAGE"]);
  assert.deepEqual(codes("33"), ["FINDING_CODE_BAD_IDENTITY_NUMBER"]);
  assert.ok(codes("42").every((code) => code === "FINDING_CODE_DUPLICATE_PERSON"));
  assert.deepEqual(codes("51"), ["FINDING_CODE_CAUSE_EQUALS_MAIN", "FINDING_CODE_TOO_MANY_CAUSES"]);
  assert.deepEqual(codes("55"), ["FINDING_CODE_REQUIRED_MISSING", "FINDING_CODE_REQUIRED_MISSING"]);
  assert.deepEqual(codes("58"), ["FINDING_CODE_OUT_OF_SCOPE"]);
  assert.deepEqual(refused["55"].map((f) => f.field).sort(), ["contract_signed_on", "contract_term"]);
  assert.equal(refused["17"][0].column, "H");
  assert.equal(refused["17"][0].row, 20);
  assert.ok(refused["42"].some((f) => /40|44/.test(f.message_zh)), "both rows are named");
  for (const finding of Object.values(refused).flat()) {
    assert.match(finding.rule, /^[RA]\d+$/);
    assert.ok(finding.message_zh && finding.message_en);
    assert.doesNotMatch(finding.message_zh + finding.message_en, /\d{15,}/, "no identity number in a message");
  }
  const row21 = json.rows.find((row) => row.sequence === "21");
  assert.ok(row21.accepted && row21.findings.some((f) => f.code === "FINDING_CODE_MISPRINT_ACCEPTED"));
  assert.equal(gongye.archives("draft").length, 54);
});

test("importing the same file again files nobody twice", () => {
  const { json } = gongye.run(["import", register], [1]);
  assert.equal(json.accepted, 0);
  assert.equal(gongye.archives().length, 54);
});

test("nobody signs twice, and nothing is submitted without its papers", () => {
  assert.equal(gongye.run(["archive", "submit", "--all"], [1]).json.entered, 0);
  gongye.run(["archive", "paper", "--all", "--complete"]);
  assert.equal(gongye.run(["archive", "submit", "--all"]).json.entered, 54);
  const same = gongye.run(["archive", "review", "--all"], [1]).json;
  assert.equal(same.entered, 0);
  assert.ok(same.archives.every((a) => a.findings.some((f) => f.code === "FINDING_CODE_SAME_SIGNER")));
  assert.equal(gongye.run(["--user", "gongye-02", "archive", "review", "--all"]).json.entered, 54);
});

test("the union and, through its district, the street bring their archives to the city", async () => {
  const pushed = gongye.run(["sync"]).json;
  assert.equal(pushed.refused + pushed.parked + pushed.conflicts, 0);
  assert.equal(street.run(["import", streetRegister]).json.accepted, 2);
  street.run(["archive", "paper", "--all", "--complete"]);
  street.run(["archive", "submit", "--all"]);
  street.run(["sync"]);
  office.run(["sync"]);
  assert.equal(office.run(["archive", "review", "--all"]).json.entered, 2);
  office.run(["sync"]);
  await eventually("56 reviewed archives at the center", () => {
    center.run(["sync"]);
    return center.archives("reviewed").length === 56;
  });
});

test("the center approves, old numbers are kept, new ones have no gaps and come back to every desk", async () => {
  assert.equal(center.run(["archive", "approve", "--all"]).json.entered, 56);
  center.run(["sync"]);
  const established = center.archives("established");
  assert.equal(established.length, 56);
  const numbers = established.map((archive) => archive.number).sort();
  assert.equal(new Set(numbers).size, 56);
  const byPrefix = {};
  for (const number of numbers) (byPrefix[number.slice(0, -4)] ??= []).push(Number(number.slice(-4)));
  assert.deepEqual(byPrefix["工业橡胶2013"], [1, 2, 3, 4, 5, 6]);
  for (const [prefix, sequence] of Object.entries(byPrefix)) {
    assert.deepEqual(sequence, sequence.map((_, i) => i + 1), `${prefix} has no gap`);
  }
  assert.deepEqual(byPrefix["富阳富春2014"], [1, 2]);
  gongye.run(["sync"]);
  assert.equal(gongye.archives("established").length, 54);
  await eventually("numbers at the street", () => {
    street.run(["sync"]);
    return street.archives("established").length === 2;
  });
});

test("a desk sees its own subtree only", () => {
  assert.ok(gongye.archives().every((archive) => archive.unit.startsWith("hz.gongye.")));
  assert.ok(street.archives().every((archive) => archive.unit === "hz.fuyang.fuchun"));
});

test("with the line cut both sides work on; the line returns and the conflict is logged with both values", async () => {
  const archive = "富阳富春20140001";
  await line.cut();
  center.run(["archive", "edit", archive, "--set", "联系电话=13900001111", "--reason", "电话核实"]);
  center.run(["sync"]);
  office.run(["sync"]);
  office.run(["archive", "edit", archive, "--set", "联系电话=13900002222"]);
  assert.equal(office.run(["sync"]).json.accepted, 1, "the district works without the city");
  await line.open();
  const logged = await eventually("the conflict", () => {
    center.run(["sync"]);
    return center.run(["conflict", "list", "--open"]).json.find((c) => c.kind === "CONFLICT_KIND_FIELDS");
  });
  assert.doesNotMatch(JSON.stringify(logged), /1390000/, "lists are masked");
  assert.doesNotMatch(center.run(["conflict", "show", logged.id]).stdout, /1390000/, "masked unless asked");
  const whole = center.run(["conflict", "show", logged.id, "--unmask", "--reason", "核对"]).json;
  assert.deepEqual(whole.fields, [{ field: "phone", base: "13805719001", ours: "13900001111", theirs: "13900002222" }]);
  assert.equal(whole.ours_actor.org, "hz.center");
  assert.equal(whole.change.actor.org, "hz.fuyang");
  assert.equal(whole.change.origin_node, "fuyang-desk");
  await eventually("the city's value at the district", () => {
    office.run(["sync"]);
    return office.run(["archive", "show", archive, "--unmask", "--reason", "核对"]).json.phone === "13900001111";
  });
  await eventually("the entry at the district", () => {
    office.run(["sync"]);
    return office.run(["conflict", "list"]).json.some((c) => c.id === logged.id);
  });
});

test("a correction by the center needs its reason, a street cannot write what belongs to the center", () => {
  const archive = "富阳富春20140002";
  const code = (result) => result.archives[0].findings[0].code;
  const refused = center.run(["archive", "edit", archive, "--set", "联系电话=13900003333"], [1]).json;
  assert.equal(code(refused), "FINDING_CODE_REASON_MISSING");
  const denied = street.run(["archive", "edit", archive, "--set", "认定困难类别=持证困难户"], [1]).json;
  assert.equal(code(denied), "FINDING_CODE_FIELD_NOT_OWNED");
  for (const desk of [center, street]) assert.equal(desk.run(["status"]).json.pending, 0, "nothing was stored");
  assert.equal(street.run(["archive", "show", archive]).json.determined_category, "HARDSHIP_CATEGORY_ACCIDENT");
});

test("a node answers only those below it", () => {
  const stranger = world.desk("caimao-desk", "hz.caimao", district);
  const refused = stranger.run(["join", "--server", district.address, "--tls", stranger.tls], [3]);
  assert.match(refused.json.error.message_en, /not below this node/);
});

test("logs hold no personal data", () => {
  for (const node of [city, district]) {
    assert.doesNotMatch(node.log, /\d{17}[\dX]|1[3-9]\d{9}|方秋英|华忠良|622202/);
    for (const text of node.log.trim().split("\n")) JSON.parse(text);
  }
});

test("nodes drain on SIGTERM and go on where they were", async () => {
  assert.deepEqual(await city.stop(), { code: 0, signal: null });
  assert.equal(gongye.run(["sync"], [3]).status, 3);
  await city.start();
  gongye.run(["sync"]);
  assert.equal(gongye.archives("established").length, 54);
});
