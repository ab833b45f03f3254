// kill -9 of city, district or client at random moments of push, approval and pull: no accepted change is lost and none
// takes effect twice. BANGFU_SEED repeats a run.
import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { World, eventually, orgs, register, sleep, streetRegister } from "./support.mjs";

const seed = Number(process.env.BANGFU_SEED ?? Date.now() % 1_000_000);
console.log(`BANGFU_SEED=${seed}`);
let state = seed;
const random = () => {
  state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
  return state / 2 ** 32;
};
const rounds = Number(process.env.BANGFU_CRASH_ROUNDS ?? 4);
const longestMs = 300; // a command takes about this long

let world, city, district, gongye, center, street, office;

before(async () => {
  world = new World();
  city = await world.node("city", "hz", ["--orgs", orgs]);
  district = await world.node("fuyang", "hz.fuyang", ["--upstream", city.address, "--upstream-interval", "1"]);
  gongye = world.desk("gongye-desk", "hz.gongye", city);
  center = world.desk("center-desk", "hz.center", city);
  office = world.desk("fuyang-desk", "hz.fuyang", district);
  street = world.desk("fuchun-desk", "hz.fuyang.fuchun", district);
  gongye.join();
  center.join();
  await office.joinEventually();
  street.join();
  gongye.run(["import", register], [1]);
  gongye.file();
  street.run(["import", streetRegister]);
  street.run(["archive", "paper", "--all", "--complete"]);
  street.run(["archive", "submit", "--all"]);
});

after(async () => world?.close());

// Starts a command and kills the victim after a while; the victim comes back.
async function killDuring(desk, args, victim) {
  const command = desk.start(args);
  await sleep(random() * longestMs);
  if (victim === "client") {
    command.kill("SIGKILL");
  } else {
    await victim.kill();
    await victim.start();
  }
  await command.exited;
}

// Every archive once at the city, in this status, with exactly this many revisions.
function check(status, count) {
  const archives = center.archives(status);
  assert.equal(archives.length, count);
  assert.equal(new Set(archives.map((archive) => archive.id)).size, count);
  return archives;
}

for (const [name, victim] of [["the city", () => city], ["the client", () => "client"]]) {
  test(`push while ${name} is killed`, async () => {
    for (let i = 0; i < rounds; ++i) await killDuring(gongye, ["push"], victim());
  });
}

test("after that nothing is lost and nothing was done twice", () => {
  gongye.run(["sync"]);
  assert.equal(gongye.run(["status"]).json.pending, 0);
  center.run(["sync"]);
  // created, papers, submitted, reviewed: four revisions of each, whatever was retried
  for (const archive of check("reviewed", 54)) assert.equal(archive.revision, 4);
});

test("push through the district while it is killed", async () => {
  for (let i = 0; i < rounds; ++i) await killDuring(street, ["push"], district);
  street.run(["sync"]);
  await eventually("the office sees two", () => {
    office.run(["sync"]);
    return office.archives("submitted").length === 2;
  });
  office.run(["archive", "review", "--all"]);
  for (let i = 0; i < rounds; ++i) await killDuring(office, ["push"], i % 2 === 0 ? district : city);
  office.run(["sync"]);
  await eventually("56 at the center", () => {
    center.run(["sync"]);
    return center.archives("reviewed").length === 56;
  });
  for (const archive of check("reviewed", 56)) assert.equal(archive.revision, 4);
});

test("approval while the city or the client is killed: numbers once, without gaps", async () => {
  center.run(["archive", "approve", "--all"]);
  for (let i = 0; i < rounds; ++i) await killDuring(center, ["push"], i % 2 === 0 ? city : "client");
  center.run(["sync"]);
  const numbers = check("established", 56).map((archive) => archive.number).sort();
  assert.equal(new Set(numbers).size, 56);
  const last = {};
  for (const number of numbers) {
    const prefix = number.slice(0, -4);
    assert.equal(Number(number.slice(-4)), (last[prefix] ?? 0) + 1, number);
    last[prefix] = Number(number.slice(-4));
  }
  for (const archive of check("established", 56)) assert.equal(archive.revision, 5);
});

test("pull while the city or the client is killed", async () => {
  for (let i = 0; i < rounds; ++i) await killDuring(gongye, ["pull"], i % 2 === 0 ? city : "client");
  gongye.run(["sync"]);
  assert.equal(gongye.archives("established").length, 54);
  await eventually("numbers at the street", () => {
    street.run(["sync"]);
    return street.archives("established").length === 2;
  });
});

test("import while the client is killed: all of the file or nothing", async () => {
  const other = world.desk("gongye-second", "hz.gongye", city);
  other.join();
  const empty = world.desk("gongye-empty", "hz.gongye", city);
  empty.run(["--user", "u", "join", "--server", city.address, "--tls", empty.tls]);
  for (let i = 0; i < rounds; ++i) {
    await killDuring(empty, ["import", register], "client");
    const pending = empty.run(["status"]).json.pending;
    assert.ok(pending === 0 || pending === 54, `${pending} pending`);
    if (pending === 54) break;
  }
});
