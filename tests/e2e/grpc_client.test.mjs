// An independent gRPC client (@grpc/grpc-js) against the city over mutual TLS: a person signs in, health, reflection, push,
// pull, reads, errors.
import assert from "node:assert/strict";
import { createHmac, randomUUID } from "node:crypto";
import { readFileSync } from "node:fs";
import path from "node:path";
import { after, before, test } from "node:test";
import grpc from "@grpc/grpc-js";
import protoLoader from "@grpc/proto-loader";
import { World, orgs, root } from "./support.mjs";

const options = { keepCase: true, longs: String, enums: String, defaults: false, oneofs: true,
  includeDirs: [path.join(root, "proto")] };
const proto = grpc.loadPackageDefinition(protoLoader.loadSync(
  ["sync_service", "account_service", "archive_service", "conflict_service", "org_service", "archive"].map((f) => `bangfu/v1/${f}.proto`),
  options)).bangfu.v1;

let world, city, credentials, session;
const person = "gongye-01";
const channel = { "grpc.default_authority": "localhost", "grpc.ssl_target_name_override": "localhost" };
const pem = (dir, file) => readFileSync(path.join(dir, file));
const mutual = (dir) => grpc.credentials.createSsl(pem(dir, "ca.pem"), pem(dir, "node.key"), pem(dir, "node.pem"));
const client = (service) => new proto[service](city.address, credentials, channel);
const call = (target, method, request, token = session) => new Promise((resolve, reject) => {
  const metadata = new grpc.Metadata();
  if (token) metadata.set("authorization", `Bearer ${token}`);
  target[method](request, metadata, { deadline: Date.now() + 30_000 },
    (error, response) => (error ? reject(error) : resolve(response)));
});

// A one-time code (RFC 6238) of now, or of so many steps later, from a base32 secret.
function oneTimeCode(secret, steps = 0) {
  const bits = [...secret.replace(/=+$/, "")].map((c) => "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567".indexOf(c).toString(2).padStart(5, "0"));
  const key = Buffer.from(bits.join("").match(/.{8}/g).map((byte) => parseInt(byte, 2)));
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(Date.now() / 30_000) + steps));
  const hash = createHmac("sha1", key).update(counter).digest();
  const offset = hash.at(-1) & 15;
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, "0");
}
const pull = (cursor) => new Promise((resolve, reject) => {
  const batches = [];
  const stream = client("SyncService").Pull({ cursor });
  stream.on("data", (batch) => batches.push(batch));
  stream.on("error", reject);
  stream.on("end", () => resolve(batches));
});

before(async () => {
  world = new World();
  city = await world.node("city", "hz", ["--orgs", orgs]);
  credentials = mutual(world.issue("independent", "hz.gongye", "desk"));
  const account = JSON.parse(readFileSync(world.account(person, "hz.gongye"), "utf8"));
  const answer = await call(client("AccountService"), "SignIn", { person_id: person, password: account.first_password,
    totp_code: oneTimeCode(account.totp_secret), new_password: "一个足够长的新密码 2014" });
  session = answer.session;
});

after(async () => world?.close());

const actor = { person_id: person, person_name: person, org: "hz.gongye" };
const now = () => ({ seconds: String(Math.floor(Date.parse("2014-03-12T09:00:00+08:00") / 1000)), nanos: 0 });

// Field numbers of bangfu.v1.Archive, written by hand: an independent client needs no library of ours.
function archiveBytes(id, unit, name) {
  const field = (number, text) => {
    const bytes = Buffer.from(text);
    const tag = number * 8 + 2;
    const head = tag < 128 ? [tag] : [(tag & 127) | 128, tag >> 7];
    return Buffer.concat([Buffer.from([...head, bytes.length]), bytes]);
  };
  return Buffer.concat([field(1, id), field(2, unit), field(4, name)]);
}

const put = (recordId, unit) => ({
  change_id: randomUUID(), record_type: "RECORD_TYPE_ARCHIVE", record_id: recordId, base_revision: "0", actor,
  entry_time: now(), origin_node: "independent", put: { record: archiveBytes(recordId, unit, "测试员") },
});

test("handshake tells the scope", async () => {
  const shake = await call(client("SyncService"), "Handshake", { protocol_version: 1 });
  assert.equal(shake.scope, "hz.gongye");
  assert.equal(shake.server_org, "hz");
  await assert.rejects(call(client("SyncService"), "Handshake", { protocol_version: 99 }), (error) => {
    assert.equal(error.code, grpc.status.FAILED_PRECONDITION);
    return true;
  });
});

test("push, replay, pull, resume", async () => {
  const id = randomUUID();
  const change = put(id, "hz.gongye.xiangjiao");
  const sync = client("SyncService");
  const [first] = (await call(sync, "Push", { changes: [change], sessions: [session] })).outcomes;
  assert.equal(first.verdict, "VERDICT_ACCEPTED");
  const [again] = (await call(sync, "Push", { changes: [change], sessions: [session] })).outcomes;
  assert.equal(again.verdict, "VERDICT_ACCEPTED");
  assert.equal(again.replayed, true);
  assert.equal(again.revision, first.revision);
  let batches = await pull(Buffer.alloc(0));
  for (let i = 0; i < 50 && !batches.some((b) => b.records?.length); ++i) {
    await new Promise((resolve) => setTimeout(resolve, 100));
    batches = await pull(Buffer.alloc(0));
  }
  const records = batches.flatMap((batch) => batch.records ?? []);
  assert.deepEqual(records.map((record) => record.id), [id]);
  const rest = await pull(batches.at(-1).next_cursor);
  assert.deepEqual(rest.flatMap((batch) => batch.records ?? []), []);
  const got = await call(client("ArchiveService"), "GetArchive", { id });
  assert.equal(got.archive.name, "测**");
  const whole = await call(client("ArchiveService"), "GetArchive", { id, unmask_reason: "核对姓名" });
  assert.equal(whole.archive.name, "测试员");
  await assert.rejects(call(client("ArchiveService"), "GetArchive", { id }, null),
    (error) => error.code === grpc.status.UNAUTHENTICATED);
});

test("another union's unit is refused, one bad change does not block the others", async () => {
  const good = randomUUID();
  const { outcomes } = await call(client("SyncService"), "Push",
    { changes: [put(randomUUID(), "hz.jiaoyu.erzhong"), put(good, "hz.gongye.jichuang")], sessions: [session] });
  assert.equal(outcomes[0].verdict, "VERDICT_REFUSED");
  assert.equal(outcomes[0].findings[0].code, "FINDING_CODE_OUT_OF_SCOPE");
  assert.equal(outcomes[1].verdict, "VERDICT_ACCEPTED");
});

test("errors carry a reason for programs and Chinese for people", async () => {
  await assert.rejects(call(client("ArchiveService"), "GetArchive", { id: randomUUID() }), (error) => {
    assert.equal(error.code, grpc.status.NOT_FOUND);
    const status = error.metadata.get("grpc-status-details-bin")[0];
    assert.ok(status.includes("google.rpc.ErrorInfo") && status.includes("NOT_FOUND") && status.includes("zh-CN"));
    return true;
  });
  await assert.rejects(pull(Buffer.from("rubbish")), (error) => error.code === grpc.status.INVALID_ARGUMENT);
});

test("a client without a certificate gets nothing", async () => {
  const ca = pem(world.issue("independent", "hz.gongye", "desk"), "ca.pem");
  const bare = new proto.SyncService(city.address, grpc.credentials.createSsl(ca), channel);
  await assert.rejects(call(bare, "Handshake", { protocol_version: 1 }));
});

test("health and reflection answer over mutual TLS", async () => {
  const unary = (method, request) => new Promise((resolve, reject) => {
    const raw = new grpc.Client(city.address, credentials, channel);
    raw.makeUnaryRequest(method, (b) => b, (b) => b, request, (error, response) => (error ? reject(error) : resolve(response)));
  });
  const health = await unary("/grpc.health.v1.Health/Check", Buffer.alloc(0));
  assert.deepEqual([...health], [8, 1], "SERVING");
  const names = await new Promise((resolve, reject) => {
    const raw = new grpc.Client(city.address, credentials, channel);
    const stream = raw.makeBidiStreamRequest(
      "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", (b) => b, (b) => b);
    stream.on("data", (bytes) => resolve(bytes.toString("utf8")));
    stream.on("error", reject);
    stream.write(Buffer.from([0x3a, 0x01, 0x2a])); // list_services: "*"
    stream.end();
  });
  for (const service of ["SyncService", "ArchiveService", "AidService", "ConflictService", "OrgService"]) {
    assert.ok(names.includes(`bangfu.v1.${service}`), service);
  }
});
