// Three hops: a street's desktop, its district's node, the city; beside them an industry union and the service center.
// What a change, a conflict, a move and a watch look like to the people at the desks. Each test goes on where the one
// before ended.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { Line, World, eventually, orgs, sleep, streetRegister } from "./support.mjs";

let world, city, district, line, center, office, street, gongye, watcher;

before(async () => {
  world = new World();
  city = await world.node("city", "hz", ["--orgs", orgs]);
  line = new Line(city);
  await line.open();
  district = await world.node("fuyang", "hz.fuyang",
    ["--upstream", `127.0.0.1:${line.port}`, "--upstream-interval", "1", "--stall-after", "2"]);
  center = world.desk("center-desk", "hz.center", city);
  gongye = world.desk("gongye-desk", "hz.gongye", city);
  office = world.desk("fuyang-desk", "hz.fuyang", district);
  street = world.desk("fuchun-desk", "hz.fuyang.fuchun", district);
  center.join();
  gongye.join();
  await office.joinEventually();
  street.join();
  street.run(["import", streetRegister]);
  street.run(["sync"]);
});

after(async () => {
  watcher?.kill("SIGKILL");
  await line?.cut();
  await world?.close();
});

const first = () => street.archives().map((archive) => archive.id).sort()[0];
const second = () => street.archives().map((archive) => archive.id).sort()[1];
const phone = (desk, archive) => desk.run(["archive", "show", archive, "--unmask", "--reason", "核对"]).json.phone;
const edit = (desk, archive, assignment, reason) =>
  desk.run(["archive", "edit", archive, "--set", assignment, ...(reason ? ["--reason", reason] : [])]).json.change_id;
const synced = (what, desk, condition) => eventually(what, () => {
  desk.run(["sync"], [0, 1]);
  return condition();
});

test("a receipt says how far up a change has got", async () => {
  await line.cut();
  const change = edit(street, first(), "联系电话=13900000001");
  assert.deepEqual(street.run(["status", change]).json.hops, [], "not sent yet");
  street.run(["sync"]);
  const waiting = street.run(["status", change]).json;
  assert.equal(waiting.settled, false);
  assert.deepEqual(waiting.hops.map((hop) => [hop.node ?? "", hop.verdict ?? ""]),
    [["fuyang", "VERDICT_ACCEPTED"], ["", ""]]);
  await line.open();
  await synced("the receipt of the city", street, () => street.run(["status", change]).json.settled);
  const settled = street.run(["status", change]).json;
  assert.deepEqual(settled.hops.map((hop) => [hop.node, hop.org, hop.verdict]),
    [["fuyang", "hz.fuyang", "VERDICT_ACCEPTED"], ["city", "hz", "VERDICT_ACCEPTED"]]);
  await synced("the value at the center", center, () => phone(center, first()) === "13900000001");
});

test("a district that cannot reach the city says so, with the reason", async () => {
  await eventually("nothing stalls", () => !office.run(["node", "status"], [0, 1]).json.stalls?.length);
  await line.cut();
  const change = edit(street, second(), "联系电话=13900000002");
  street.run(["sync"]);
  const stalled = await eventually("the stall", () => {
    const { json } = office.run(["node", "status"], [0, 1]);
    return json.stalls?.some((stall) => stall.backlog === "upstream_push") && json;
  });
  const stall = stalled.stalls.find((one) => one.backlog === "upstream_push");
  assert.equal(Number(stall.waiting), 1);
  assert.ok(stall.reason, "with its reason");
  await eventually("the stall in the log", () => district.log.includes('"event":"stall"'));
  await line.open();
  await eventually("no stall any more", () => !office.run(["node", "status"], [0, 1]).json.stalls?.length);
  await synced("the receipt", street, () => street.run(["status", change]).json.settled);
});

test("a conflict reaches every desk with both sides, and so does what was decided", async () => {
  const archive = first();
  await line.cut();
  center.run(["sync"]);
  edit(center, archive, "联系电话=13900001111", "电话核实");
  center.run(["sync"]);
  edit(street, archive, "联系电话=13900002222");
  street.run(["sync"]);
  await line.open();
  const open = (desk) => desk.run(["conflict", "list", "--open", "--archive", archive]).json
    .find((one) => one.kind === "CONFLICT_KIND_FIELDS");
  await synced("the conflict at the street", street, () => open(street));
  const { id } = open(street);
  const whole = street.run(["conflict", "show", id, "--unmask", "--reason", "核对"]).json;
  assert.deepEqual(whole.fields,
    [{ field: "phone", base: "13900000001", ours: "13900001111", theirs: "13900002222" }]);
  assert.equal(whole.ours_actor.org, "hz.center");
  assert.equal(whole.change.actor.org, "hz.fuyang.fuchun");
  assert.equal(whole.change.origin_node, "fuchun-desk");
  assert.equal(whole.policy, "office-then-draw");
  assert.equal(whole.logged_by, "hz/city");
  assert.equal(phone(street, archive), "13900001111", "the center's value stays meanwhile");

  // Without a line the street reads it all the same and decides; it takes effect at the city, and everywhere.
  await line.cut();
  const decision = street.run(["conflict", "resolve", id, "--theirs", "--reason", "已与本人核实"]).json.change_id;
  street.run(["sync"]);
  await line.open();
  for (const desk of [street, office, center]) {
    await synced(`the decision at ${desk.name}`, desk, () => phone(desk, archive) === "13900002222");
    await synced(`the entry at ${desk.name}`, desk, () => !open(desk));
    const resolved = desk.run(["conflict", "show", id]).json;
    assert.equal(resolved.state, "CONFLICT_STATE_RESOLVED");
    assert.equal(resolved.resolution.actor.org, "hz.fuyang.fuchun");
    assert.equal(resolved.resolution.change_id, decision);
  }
  assert.deepEqual(street.run(["status"]).json.attention, [], "nothing waits for the street any more");
  const again = center.run(["conflict", "resolve", id, "--keep"], [2]);
  assert.match(again.stderr, /已有裁定|settled/);
});

test("a move takes the record from the old unit to the new one; an edit that was not sent is kept for the new one", async () => {
  const archive = second();
  street.run(["aid", "add", archive, "--set", "帮扶日期=2014-03-11", "--set", "帮扶类型=生活救助", "--set", "帮扶金额=500",
    "--set", "帮扶单位=市总工会"], [0, 1]);
  street.run(["sync"], [0, 1]);
  await synced("the aid at the center", center, () => center.run(["aid", "list", archive]).json.length === 1);
  const late = edit(street, archive, "联系电话=13900003333"); // not sent
  office.run(["sync"]);

  const preview = center.run(["move", "preview", archive, "--to", "hz.gongye.xiangjiao"]).json;
  const loser = preview.children.find((child) => child.child === "hz.fuyang/fuyang");
  const winner = preview.children.find((child) => child.child === "hz.gongye/gongye-desk");
  assert.ok(Number(loser.loses) >= 1 && !Number(loser.gains ?? 0));
  assert.ok(Number(winner.gains) >= 1 && !Number(winner.loses ?? 0));

  edit(center, archive, "单位=橡胶集团", "职工调动");
  center.run(["sync"]);
  await synced("the record at its new union", gongye, () => gongye.archives().some((one) => one.id === archive));
  await eventually("the district let go of it", () => {
    office.run(["sync"]);
    return !office.archives().some((one) => one.id === archive);
  });
  street.run(["sync"], [0, 1]);
  await eventually("the street let go of it", () => {
    street.run(["sync"], [0, 1]);
    return !street.archives().some((one) => one.id === archive);
  });
  assert.equal(street.run(["status", late]).json.state, "parked");
  const parked = () => gongye.run(["conflict", "list", "--open", "--archive", archive]).json
    .find((one) => one.kind === "CONFLICT_KIND_MOVED" && one.change.change_id === late);
  await synced("the edit in the log of the new union", gongye, parked);
  gongye.run(["conflict", "resolve", parked().id, "--theirs"]);
  await synced("its effect", gongye, () => phone(gongye, archive) === "13900003333");
  await synced("its end", gongye, () => !parked());
});

test("a comparison proves that every replica equals its scope", async () => {
  for (const desk of [center, gongye, office, street]) {
    const report = desk.run(["verify"]).json;
    assert.equal(report.missing + report.behind + report.damaged + report.left + report.unknown, 0, desk.name);
    assert.ok(report.compared >= desk.archives().length, desk.name);
    assert.ok(desk.run(["status"]).json.last_verified);
  }
});

test("whoever watches sees what the city decides without asking", async () => {
  watcher = street.start(["watch"]);
  await sleep(1500); // until it watches; a poll would take a minute
  const archive = first();
  const shown = () => phone(street, archive);
  for (let i = 0; i < 3; ++i) {
    const value = `1390000444${i}`;
    edit(center, archive, `联系电话=${value}`, "电话核实");
    center.run(["sync"]);
    await eventually("the value at the street", () => shown() === value, 20_000);
  }
  watcher.kill("SIGINT");
  assert.equal((await watcher.exited).code, 0);
});

test("a node tells who its children are and when it last reached its parent", async () => {
  // With two seconds until a stall, what waits between two reports may count as one.
  const status = await eventually("nothing stalls", () => {
    const { json } = office.run(["node", "status"], [0, 1]);
    return !json.stalls?.length && json;
  });
  assert.equal(status.node, "fuyang");
  assert.ok(status.children.some((child) => child.child === "hz.fuyang.fuchun/fuchun-desk"));
  assert.ok(status.upstream_synced_time);
});
