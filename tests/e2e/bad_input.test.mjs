// Bad input: a clear error each, in two languages, nothing half done, nothing lost.
import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { copyFileSync, mkdirSync, readFileSync, truncateSync, writeFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import { Desk, World, clientBinary, clock, orgs, register, serverBinary, streetRegister } from "./support.mjs";

let world, city, desk;

before(async () => {
  world = new World();
  city = await world.node("city", "hz", ["--orgs", orgs]);
  desk = world.desk("gongye-desk", "hz.gongye", city);
  desk.join();
});

after(async () => world?.close());

// An error in two languages. What the English one quotes (a column, a unified number) or lists (the words to choose from)
// may be Chinese, its own words not.
function checkError({ error: { message_zh, message_en } }, pattern) {
  assert.match(message_zh, /\p{Script=Han}/u);
  const quotations = /'[^']*'|"[^"]*"|\S+、\S+|\p{Script=Han}+\d{8}/gu;
  assert.doesNotMatch(message_en.replaceAll(quotations, ""), /\p{Script=Han}/u);
  assert.match(message_en, pattern);
}

// The command fails with `status`, says why in both languages, and stores nothing.
function fails(args, status, pattern) {
  const before = desk.run(["status"]).json;
  checkError(desk.run(args, [status]).json, pattern);
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
  foreign.tls = world.issue("foreign-desk", "hz.gongye", "desk", "foreign");
  const refused = foreign.run(["join", "--server", city.address, "--tls", foreign.tls], [3]);
  checkError(refused.json, /certificate/i);
  const none = foreign.run(["join", "--server", city.address, "--tls", world.path("nothing")], [2, 3]);
  checkError(none.json, /certificate|key/i);

  const openssl = (...args) => execFileSync("openssl", args, { stdio: "ignore" });
  const dir = world.path("expired");
  mkdirSync(dir);
  copyFileSync(path.join(desk.tls, "ca.pem"), path.join(dir, "ca.pem"));
  copyFileSync(path.join(desk.tls, "node.key"), path.join(dir, "node.key"));
  writeFileSync(path.join(dir, "ext"), "subjectAltName=URI:bangfu://desk/hz.gongye/gongye-desk\n");
  openssl("req", "-new", "-key", path.join(dir, "node.key"), "-subj", "/CN=gongye-desk", "-out", path.join(dir, "csr"));
  openssl("x509", "-req", "-in", path.join(dir, "csr"), "-CA", world.path("ca", "ca.pem"), "-CAkey",
    world.path("ca", "ca.key"), "-days", "-1", "-extfile", path.join(dir, "ext"), "-out", path.join(dir, "node.pem"));
  const expired = foreign.run(["join", "--server", city.address, "--tls", dir], [2, 3]);
  checkError(expired.json, /expired/i);
});

test("a certificate of an org that the city does not know", () => {
  const stranger = world.desk("stranger-desk", "nb.jiangbei", city);
  const refused = stranger.run(["join", "--server", city.address, "--tls", stranger.tls], [3]);
  checkError(refused.json, /no org of this city/);
});

test("a server that is not there: work goes on, the change waits", async () => {
  desk.run(["import", register], [1]);
  await city.stop();
  const refused = desk.run(["sync"], [3]);
  checkError(refused.json, /./);
  assert.equal(desk.run(["status"]).json.pending, 54);
  await city.start();
  assert.equal(desk.run(["sync"]).json.accepted, 54);
});

// A desktop on a disk of 1 MiB, mounted where only this script sees it: then any account may do it.
const onSmallDisk = `
  mount -t tmpfs -o size=1m tmpfs "$DISK" || exit
  bangfu() {
    local name=$1
    shift
    "$CLIENT" --data "$DISK/desk" --output json "$@" >"$RESULTS/$name.json" 2>/dev/null
    echo $? >"$RESULTS/$name.status"
  }
  bangfu join join --server "$SERVER" --tls "$TLS"
  bangfu login login small-01 --credentials "$CREDENTIALS"
  cat /dev/zero >"$DISK/filler" 2>/dev/null && exit 1
  bangfu full import "$REGISTER"
  rm "$DISK/filler"
  bangfu freed status
  bangfu again import "$REGISTER"`;

test("a full disk at the desktop: said clearly, nothing half done", () => {
  const results = world.path("small-results");
  const disk = world.path("small");
  mkdirSync(results);
  mkdirSync(disk);
  execFileSync("unshare", [process.getuid() === 0 ? "-m" : "-rm", "bash", "-c", onSmallDisk], {
    env: {
      ...process.env, BANGFU_CLOCK: clock, CLIENT: clientBinary, DISK: disk, RESULTS: results, REGISTER: register,
      SERVER: city.address, TLS: world.issue("small-desk", "hz.gongye", "desk"),
      CREDENTIALS: world.account("small-01", "hz.gongye"),
    },
  });
  const result = (name, status) => {
    assert.equal(Number(readFileSync(path.join(results, `${name}.status`), "utf8")), status, name);
    return JSON.parse(readFileSync(path.join(results, `${name}.json`), "utf8"));
  };
  result("join", 0);
  result("login", 0);
  checkError(result("full", 3), /disk is full|full disk|no space/i);
  assert.equal(result("freed", 0).pending, 0);
  assert.equal(result("again", 1).accepted, 54, "and with room it works");
});

test("wrong usage", () => {
  assert.equal(desk.run(["archive", "frobnicate"], [2]).status, 2);
  fails(["archive", "list", "--status", "fantastic"], 2, /none of/);
  fails(["archive", "show", "工业橡胶20149999"], 2, /no archive/i);
});

test("a second server on the same data folder is refused", () => {
  assert.throws(() => execFileSync(serverBinary, ["serve", "--data", city.data, "--tls", city.tls], { stdio: "pipe" }),
    (error) => error.status === 2 && /another server process/.test(error.stderr.toString()));
});
