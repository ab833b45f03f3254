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
const rounds = Number(process.env.BANGFU_CRASH_ROUNDS ?? 3);
const mostRounds = rounds + 12; // when no kill came in time
const longestMs = 300; // a command takes about this long
const editsPerRound = 5;

let world, city, district, gongye, center, street, office;
const revisions = new Map(); // of each archive at the city, when everything has arrived

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
  for (const { id } of gongye.archives()) revisions.set(id, 4); // created, papers, submitted, reviewed
  for (const { id } of street.archives()) revisions.set(id, 3);
});

after(async () => world?.close());

// Starts a command and kills the victim after a while; the victim comes back. Tells whether the command was still running.
async function killDuring(desk, args, victim, pauseMs) {
  const command = desk.start(args);
  await sleep(pauseMs);
  await new Promise(setImmediate); // an end that is already known gets through first
  if (victim === "client") {
    command.kill("SIGKILL");
    return (await command.exited).signal === "SIGKILL";
  }
  const running = command.exitCode === null;
  await victim.kill();
  await victim.start();
  await command.exited;
  return running;
}

// Rounds of `kill` at random moments, earlier ones after it came too late. At least one must come in time.
async function inRounds(kill) {
  let longest = longestMs;
  let landed = 0;
  for (let round = 0; round < rounds || (landed === 0 && round < mostRounds); ++round) {
    if (await kill(round, random() * longest)) ++landed;
    else longest *= 0.6;
  }
  assert.ok(landed > 0, "every command had ended before the kill");
}

// One more revision of each of some archives.
let lastPhone = 13900000000;
function edit(desk, archives, ...flags) {
  for (const { id } of archives) {
    desk.run(["archive", "edit", id, "--set", `联系电话=${++lastPhone}`, ...flags]);
    revisions.set(id, revisions.get(id) + 1);
  }
}
const some = (archives, round) => {
  const first = (round * editsPerRound) % archives.length;
  return archives.slice(first, first + editsPerRound);
};

// Every archive once at the city, in this status, with exactly as many revisions as were entered.
function check(status, count) {
  const archives = center.archives(status);
  assert.equal(archives.length, count);
  assert.equal(new Set(archives.map((archive) => archive.id)).size, count);
  for (const { id, revision } of archives) assert.equal(revision, revisions.get(id), id);
  return archives;
}

for (const [name, victim] of [["the city", () => city], ["the client", () => "client"]]) {
  test(`push while ${name} is killed`, async () => {
    await inRounds((round, pauseMs) => {
      edit(gongye, some(gongye.archives(), round));
      return killDuring(gongye, ["push"], victim(), pauseMs);
    });
  });
}

test("after that nothing is lost and nothing was done twice", () => {
  gongye.run(["sync"]);
  assert.equal(gongye.run(["status"]).json.pending, 0);
  center.run(["sync"]);
  check("reviewed", 54);
});

test("push through the district while it is killed", async () => {
  await inRounds((round, pauseMs) => {
    edit(street, street.archives());
    return killDuring(street, ["push"], district, pauseMs);
  });
  street.run(["sync"]);
  await eventually("the office sees both as the street left them", () => {
    office.run(["sync"]);
    const archives = office.archives("submitted");
    return archives.length === 2 && archives.every(({ id, revision }) => revision === revisions.get(id));
  });
  office.run(["archive", "review", "--all"]);
  for (const { id } of office.archives("reviewed")) revisions.set(id, revisions.get(id) + 1);
  await inRounds((round, pauseMs) => {
    edit(office, office.archives());
    return killDuring(office, ["push"], round % 2 === 0 ? district : city, pauseMs);
  });
  office.run(["sync"]);
  await eventually("everything at the center", () => {
    center.run(["sync"]);
    const archives = center.archives("reviewed");
    return archives.length === 56 && archives.every(({ id, revision }) => revision >= revisions.get(id));
  });
  check("reviewed", 56);
});

test("approval while the city or the client is killed: numbers once, without gaps", async () => {
  center.run(["archive", "approve", "--all"]);
  for (const id of revisions.keys()) revisions.set(id, revisions.get(id) + 1);
  await inRounds((round, pauseMs) => {
    edit(center, some(center.archives(), round), "--reason", "电话核实");
    return killDuring(center, ["push"], round % 2 === 0 ? city : "client", pauseMs);
  });
  center.run(["sync"]);
  const numbers = check("established", 56).map((archive) => archive.number).sort();
  assert.equal(new Set(numbers).size, 56);
  const last = {};
  for (const number of numbers) {
    const prefix = number.slice(0, -4);
    assert.equal(Number(number.slice(-4)), (last[prefix] ?? 0) + 1, number);
    last[prefix] = Number(number.slice(-4));
  }
});

test("pull while the city or the client is killed", async () => {
  await inRounds((round, pauseMs) => {
    edit(center, some(center.archives(), round), "--reason", "电话核实");
    center.run(["sync"]);
    return killDuring(gongye, ["pull"], round % 2 === 0 ? city : "client", pauseMs);
  });
  await eventually("the union has everything as it is at the city", () => {
    gongye.run(["sync"]);
    const archives = gongye.archives("established");
    return archives.length === 54 && archives.every(({ id, revision }) => revision === revisions.get(id));
  });
  await eventually("numbers at the street", () => {
    street.run(["sync"]);
    return street.archives("established").length === 2;
  });
});

test("import while the client is killed: all of the file or nothing", async () => {
  await inRounds(async (round, pauseMs) => {
    const desk = world.desk(`import-${round}-desk`, "hz.gongye", city);
    desk.enter(`import-${round}-01`);
    const landed = await killDuring(desk, ["import", register], "client", pauseMs);
    const { pending } = desk.run(["status"]).json;
    assert.ok(pending === 0 || pending === 54, `${pending} pending`);
    if (!landed) assert.equal(pending, 54);
    return landed;
  });
});
