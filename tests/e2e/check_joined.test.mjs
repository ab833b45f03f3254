// What the commands that need no server take from a desktop that has joined: dictionary, policy, archives.
import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { World, orgs, register } from "./support.mjs";

let world, desk;
let joined; // what the first sync said

// A policy file that sets the standard of tier A.
function policy(name, version, yuan) {
  const file = world.path(name);
  writeFileSync(file, JSON.stringify({ version, policies: [
    { org: "hz", effective_from: "2012-01-01", source: "文件", tier_a_standard_yuan: yuan }] }));
  return file;
}

before(async () => {
  world = new World();
  const city = await world.node("city", "hz", ["--orgs", orgs, "--policy", policy("city.json", 3, "777.77")]);
  desk = world.desk("gongye-desk", "hz.gongye", city);
  joined = desk.join();
  desk.run(["import", register], [1]);
  await city.stop(); // no line from here on
});

after(async () => world?.close());

test("a sync tells that the policy is new", () => {
  assert.equal(joined.policy_updated, true);
  assert.equal(joined.policy_unreadable, false);
});

test("a register is checked with the dictionary and for the org of this desktop", () => {
  const { files, findings } = desk.run(["check", register], [1]).json;
  assert.equal(files[0].archives, 60);
  // Row 58 names a unit of another union: only the desktop's own org makes that an error.
  assert.ok(findings.some(({ code, sequence }) => code === "FINDING_CODE_OUT_OF_SCOPE" && sequence === "58"));
});

test("the policy is that of the upper node, unless a file is named", () => {
  const shown = (...args) => {
    const { source, version, org, values } = desk.run(["policy", "show", ...args]).json;
    return [source, version, org, values.find(({ name }) => name === "tier_a_standard_yuan").value];
  };
  assert.deepEqual(shown(), ["from the upper node", 3, "hz.gongye", "777.77"]);
  const file = policy("own.json", 4, "1.00");
  assert.deepEqual(shown("--policy", file), [file, 4, "hz.gongye", "1.00"]);
});

test("a change of policy is previewed on the archives of this desktop", () => {
  const wide = policy("wide.json", 9, "1000000");
  const narrow = policy("narrow.json", 9, "0.01");
  const preview = (next, old) => desk.run(["policy", "preview", next, "--policy", old]).json;
  const { archives, changed, added, removed } = preview(narrow, wide);
  assert.equal(archives, 54);
  assert.ok(added > 0 && removed === 0);
  assert.equal(changed.length, added);
  const known = new Set(desk.archives().map(({ id }) => id));
  assert.ok(changed.every(({ archive_id, worker }) => known.has(archive_id) && worker.endsWith("*")));
  assert.deepEqual([preview(wide, narrow).added, preview(wide, narrow).removed], [0, added]);
  assert.equal(desk.run(["status"]).json.pending, 54); // nothing was entered
});
