// Bad input: a clear error each, in two languages, nothing half done, nothing lost.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  closeSync, copyFileSync, mkdirSync, openSync, readFileSync, rmSync, truncateSync, writeFileSync, writeSync,
} from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { Desk, World, clientBinary, orgs, register, serverBinary, streetRegister } from "./support.mjs";

let world, city, desk;

before(async () => {
  world = new World();
  city = await world.node("city", "hz", ["--orgs", orgs]);
  desk = world.desk("gongye-desk", "hz.gongye", city);
  desk.join();
});

after(async () => world?.close());

// The command fails with `status`, says why in both languages, and stores nothing.
function fails(args, status, pattern) {
  const before = desk.run(["status"]).json;
  const result = desk.run(args, [status]);
  const { message_zh, message_en } = result.json.error;
  assert.match(message_zh, /[一-鿿]/);
  assert.match(message_en, pattern);
  const now = desk.run(["status"]).json;
  assert.deepEqual([now.archives, now.pending], [before.archives, before.pending]);
}

test("a file that is not there, no workbook, or broken off", () => {
  fails(["import", world.path("none.xlsx")], 2, /none\.xlsx/);
  writeFileSync(world.path("text.xlsx"), "this is no workbook");
  fails(["import", world.path("text.xlsx")], 2, /xlsx|workbook/);
  copyFileSync(register, world.path("half.xlsx"));
  truncateSync(world.path("half.xlsx"), 9000);
  fails(["import", world.path("half.xlsx")], 2, /half\.xlsx/);
});

test("a wrong sheet, an unknown column", () => {
  writeFileSync(world.path("wrong.csv"), "品名,数量\n大米,3\n");
  fails(["import", world.path("wrong.csv")], 2, /register|column|header/i);
  const text = readFileSync(streetRegister, "utf8").replace("联系电话", "联系电活");
  writeFileSync(world.path("column.csv"), text);
  fails(["import", world.path("column.csv")], 2, /column/i);
});

test("a foreign, an expired and a missing certificate", () => {
  execFileSync(serverBinary, ["ca", "init", "--dir", world.path("foreign"), "--name", "another CA"]);
  const foreign = new Desk(world, "foreign-desk", "hz.gongye", city);
  foreign.tls = world.issue("foreign-desk", "hz.gongye", "foreign");
  const refused = foreign.run(["join", "--server", city.address, "--tls", foreign.tls], [3]);
  assert.match(refused.json.error.message_en, /certificate/i);
  const none = foreign.run(["join", "--server", city.address, "--tls", world.path("nothing")], [2, 3]);
  assert.match(none.json.error.message_en, /certificate|key/i);

  const openssl = (...args) => execFileSync("openssl", args, { stdio: "ignore" });
  const dir = world.path("expired");
  mkdirSync(dir);
  copyFileSync(path.join(desk.tls, "ca.pem"), path.join(dir, "ca.pem"));
  copyFileSync(path.join(desk.tls, "node.key"), path.join(dir, "node.key"));
  writeFileSync(path.join(dir, "ext"), "subjectAltName=URI:bangfu://node/hz.gongye/gongye-desk\n");
  openssl("req", "-new", "-key", path.join(dir, "node.key"), "-subj", "/CN=gongye-desk", "-out", path.join(dir, "csr"));
  openssl("x509", "-req", "-in", path.join(dir, "csr"), "-CA", world.path("ca", "ca.pem"), "-CAkey",
    world.path("ca", "ca.key"), "-days", "-1", "-extfile", path.join(dir, "ext"), "-out", path.join(dir, "node.pem"));
  const expired = foreign.run(["join", "--server", city.address, "--tls", dir], [2, 3]);
  assert.match(expired.json.error.message_en, /expired/i);
});

test("a certificate of an org that the city does not know", () => {
  const stranger = world.desk("stranger-desk", "nb.jiangbei", city);
  const refused = stranger.run(["join", "--server", city.address, "--tls", stranger.tls], [3]);
  assert.match(refused.json.error.message_en, /no org of this city/);
});

test("a server that is not there: work goes on, the change waits", async () => {
  desk.run(["import", register], [1]);
  await city.stop();
  const refused = desk.run(["sync"], [3]);
  assert.match(refused.json.error.message_zh, /[一-鿿]/);
  assert.equal(desk.run(["status"]).json.pending, 54);
  await city.start();
  assert.equal(desk.run(["sync"]).json.accepted, 54);
});

test("a full disk at the desktop: said clearly, nothing half done", { skip: process.getuid() !== 0 && "needs root" }, () => {
  const mount = world.path("small");
  mkdirSync(mount);
  execFileSync("mount", ["-t", "tmpfs", "-o", "size=1m", "tmpfs", mount]);
  try {
    const small = world.desk("small-desk", "hz.gongye", city);
    small.data = path.join(mount, "desk");
    small.run(["--user", "u", "join", "--server", city.address, "--tls", small.tls]);
    const filler = openSync(path.join(mount, "filler"), "w");
    assert.throws(() => {
      for (;;) writeSync(filler, Buffer.alloc(4096));
    }, /ENOSPC/);
    closeSync(filler);
    const result = small.run(["import", register], [3]);
    assert.match(result.json.error.message_en, /disk is full|full disk|no space/i);
    rmSync(path.join(mount, "filler"));
    assert.equal(small.run(["status"]).json.pending, 0);
    assert.equal(small.run(["import", register], [1]).json.accepted, 54, "and with room it works");
  } finally {
    execFileSync("umount", [mount]);
  }
});

test("wrong usage", () => {
  assert.equal(desk.run(["archive", "frobnicate"], [2]).status, 2);
  fails(["archive", "list", "--status", "fantastic"], 2, /none of/);
  fails(["archive", "show", "工业橡胶20149999"], 2, /no archive/i);
  assert.ok(clientBinary);
});

test("a second server on the same data folder is refused", () => {
  assert.throws(() => execFileSync(serverBinary, ["serve", "--data", city.data, "--tls", city.tls], { stdio: "pipe" }),
    (error) => error.status === 2 && /another server process/.test(error.stderr.toString()));
});
