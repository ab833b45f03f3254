// Starts real nodes and desktops for the end-to-end tests: the built binaries, private PostgreSQL, mutual TLS, port 0.
import { spawn, spawnSync } from "node:child_process";
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), "../..");
const build = process.env.BANGFU_BUILD ?? path.join(root, "build/release");
export const serverBinary = path.join(build, "server/bangfu-server");
export const clientBinary = path.join(build, "client/bangfu");
export const register = path.join(root, "tests/data/industry-register.xlsx");
export const streetRegister = path.join(root, "deploy/demo/fuchun-register.csv");
export const orgs = path.join(root, "deploy/orgs.hangzhou.json");
export const clock = "2014-03-12T09:00:00+08:00";

// What people of the tests may do unless they say otherwise; nobody signs twice all the same.
const unionRoles = ["handler", "reviewer", "approver"];
const centerRoles = ["handler", "reviewer", "approver", "reporter"];

const startTimeoutMs = 120_000;
const commandTimeoutMs = 180_000;

export const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

// Waits until `condition` gives a truthy value and returns it.
export async function eventually(what, condition, timeoutMs = 60_000) {
  const end = Date.now() + timeoutMs;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (Date.now() > end) throw new Error(`timed out: ${what}`);
    await sleep(100);
  }
}

// A folder for one test file, with a certificate authority. PostgreSQL's account must be able to enter it.
export class World {
  constructor() {
    this.dir = mkdtempSync(path.join(os.tmpdir(), "bangfu-e2e-"));
    chmodSync(this.dir, 0o755);
    this.nodes = [];
    this.clock = clock; // of whatever starts next: nodes and commands
    run(serverBinary, ["ca", "init", "--dir", this.path("ca")]);
  }

  path(...parts) {
    return path.join(this.dir, ...parts);
  }

  issue(node, org, kind = "server", ca = "ca") {
    const out = this.path("tls", `${node}-${ca}`);
    if (!existsSync(out)) {
      run(serverBinary, ["ca", "issue", "--dir", this.path(ca), "--node", node, "--org", org, "--kind", kind,
        "--dns", "localhost", "--ip", "127.0.0.1", "--out", out]);
    }
    return out;
  }

  // A command of the operator at the root.
  operate(args) {
    const root = this.nodes[0];
    return run(serverBinary, [...args, "--data", root.data, "--tls", root.tls]);
  }

  // The file with the credentials of an account, which is made when it is not there.
  account(person, org, roles = org === "hz.center" ? centerRoles : unionRoles) {
    const file = this.path("credentials", `${person}.json`);
    if (!existsSync(file)) {
      mkdirSync(path.dirname(file), { recursive: true });
      this.operate(["account", "add", "--id", person, "--name", person, "--org", org,
        ...roles.flatMap((role) => ["--role", role]), "--credentials-out", file]);
    }
    return file;
  }

  async node(name, org, flags = []) {
    const node = new ServerNode(this, name, org, flags);
    this.nodes.push(node);
    await node.start();
    return node;
  }

  desk(name, org, parent) {
    return new Desk(this, name, org, parent);
  }

  async close() {
    for (const node of this.nodes.reverse()) await node.stop();
    rmSync(this.dir, { recursive: true, force: true });
  }
}

function run(binary, args) {
  const result = spawnSync(binary, args, { encoding: "utf8", timeout: commandTimeoutMs });
  if (result.status !== 0) throw new Error(`${binary} ${args.join(" ")}: ${result.stderr}`);
  return result.stdout;
}

export class ServerNode {
  constructor(world, name, org, flags) {
    Object.assign(this, { world, name, org, flags, log: "" });
    this.tls = world.issue(name, org);
    this.data = world.path(name);
    this.port = 0;
  }

  get address() {
    return `127.0.0.1:${this.port}`;
  }

  // Starts on port 0 the first time and on the same port afterwards, as children expect it.
  async start() {
    rmSync(path.join(this.data, "address"), { force: true });
    this.process = spawn(serverBinary, ["serve", "--data", this.data, "--tls", this.tls, "--clock", this.world.clock,
      "--listen", this.address, ...this.flags], { stdio: ["ignore", "ignore", "pipe"] });
    this.process.stderr.on("data", (text) => (this.log += text));
    this.exited = new Promise((resolve) => this.process.on("exit", (code, signal) => resolve({ code, signal })));
    const address = await eventually(`${this.name} serves\n${this.log}`, () => {
      if (this.process.exitCode !== null) throw new Error(`${this.name} ended: ${this.log}`);
      const file = path.join(this.data, "address");
      return existsSync(file) && readFileSync(file, "utf8").trim();
    }, startTimeoutMs);
    this.port = Number(address.split(":").pop());
  }

  async stop() {
    if (!this.process || this.process.exitCode !== null || this.process.signalCode !== null) return { code: null };
    this.process.kill("SIGTERM");
    return this.exited;
  }

  async kill() {
    this.process.kill("SIGKILL");
    await this.exited;
  }
}

// A port that nobody listens on.
async function freePort() {
  const server = net.createServer();
  await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address();
  await new Promise((resolve) => server.close(resolve));
  return port;
}

// A TCP relay to a node, which can be cut and mended. A process of its own: commands of desks block this one, and some of
// them go on from node to node.
export class Line {
  constructor(target) {
    this.target = target;
  }

  async open() {
    this.port ??= await freePort();
    this.relay = spawn("socat", [`TCP-LISTEN:${this.port},bind=127.0.0.1,reuseaddr,fork`, `TCP:127.0.0.1:${this.target.port}`],
      { detached: true, stdio: "ignore" });
    this.closed = new Promise((resolve) => this.relay.on("exit", resolve));
    await eventually("the line is open", () => new Promise((resolve) => {
      const socket = net.connect(this.port, "127.0.0.1", () => socket.end(() => resolve(true)));
      socket.on("error", () => resolve(false));
    }));
  }

  async cut() {
    if (!this.relay) return;
    process.kill(-this.relay.pid, "SIGKILL");
    await this.closed;
    this.relay = undefined;
  }
}

// A desktop: the command line with a data folder of its own.
export class Desk {
  constructor(world, name, org, parent) {
    Object.assign(this, { world, name, org, parent });
    this.tls = world.issue(name, org, "desk");
    this.data = world.path(`desk-${name}`);
    this.people = new Set(); // signed in here
  }

  arguments(args) {
    return ["--data", this.data, "--output", "json", ...args];
  }

  // Signs somebody in at this desk; the account is made when it is not there.
  signIn(person, roles) {
    if (this.people.has(person)) return;
    const credentials = this.world.account(person, this.org, roles);
    this.command(["login", person, "--credentials", credentials]);
    this.people.add(person);
  }

  // The same as soon as the node knows the account.
  async signInEventually(person, roles) {
    await eventually(`${person} signs in at ${this.name}`, () => {
      try {
        this.signIn(person, roles);
        return true;
      } catch (error) {
        if (!/gave 3/.test(error.message)) throw error;
        return false;
      }
    });
  }

  // Runs a command, after whom it names has signed in; the rest as `command`.
  run(args, expected = [0]) {
    if (args[0] === "--user") this.signIn(args[1]);
    const named = args[0] === "--user" || !this.user;
    return this.command(named ? args : ["--user", this.user, ...args], expected);
  }

  // Runs a command; returns { status, json, stdout, stderr }. Throws when the status is not one of `expected`.
  command(args, expected = [0]) {
    const result = spawnSync(clientBinary, this.arguments(args), {
      encoding: "utf8", timeout: commandTimeoutMs, env: { ...process.env, BANGFU_CLOCK: this.world.clock },
    });
    if (!expected.includes(result.status)) {
      throw new Error(`${this.name}: bangfu ${args.join(" ")} gave ${result.status}: ${result.stdout}${result.stderr}`);
    }
    let json;
    try {
      json = JSON.parse(result.stdout);
    } catch {
      json = undefined; // wrong usage prints no document
    }
    return { status: result.status, json, stdout: result.stdout, stderr: result.stderr };
  }

  // Starts a command without waiting for it.
  start(args) {
    const child = spawn(clientBinary, this.arguments(args), {
      stdio: "ignore", env: { ...process.env, BANGFU_CLOCK: this.world.clock },
    });
    child.exited = new Promise((resolve) => child.on("exit", (code, signal) => resolve({ code, signal })));
    return child;
  }

  join(user = `${this.name}-01`) {
    this.enter(user);
    return this.command(["sync"]).json;
  }

  // Joins and signs in, without a sync. Whoever did so first acts unless a command names somebody else.
  enter(user) {
    if (!this.joined) this.command(["join", "--server", this.parent.address, "--tls", this.tls]);
    this.joined = true;
    this.signIn(user);
    this.user = user;
  }

  // Joins as soon as the parent has its org tree.
  async joinEventually(user) {
    await eventually(`${this.name} joins`, () => {
      try {
        this.join(user);
        return true;
      } catch (error) {
        if (!/gave 3/.test(error.message)) throw error;
        return false;
      }
    });
  }

  archives(status) {
    return this.run(["archive", "list", ...(status ? ["--status", status] : [])]).json;
  }

  // Draft → submitted → reviewed, by two people.
  file() {
    this.run(["archive", "paper", "--all", "--complete"]);
    this.run(["archive", "submit", "--all"]);
    this.run(["--user", `${this.name}-02`, "archive", "review", "--all"]);
  }
}
