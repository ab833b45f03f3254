// deploy/quickstart on the built binaries, twice on the same folder: it ends with the numbers and the conflict.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import { test } from "node:test";
import { root } from "./support.mjs";

const timeoutMs = 600_000;

test("quickstart runs the main job, also a second time", () => {
  const folder = mkdtempSync(path.join(os.tmpdir(), "bangfu-quickstart-"));
  chmodSync(folder, 0o755);
  const demo = path.join(folder, "demo");
  try {
    for (let run = 0; run < 2; ++run) {
      const result = spawnSync(path.join(root, "deploy/quickstart"), [demo], { encoding: "utf8", timeout: timeoutMs });
      assert.equal(result.status, 0, result.stdout.slice(-3000) + result.stderr.slice(-3000));
      const summary = result.stdout.slice(result.stdout.indexOf("result"));
      assert.match(summary, /54 of 60 accepted and numbered/);
      assert.match(summary, /工业橡胶20140001/);
      assert.match(summary, /富阳富春20140001 富阳富春20140002/);
      assert.match(summary, /联系电话 +13805719001 +13900001111 +13900002222/);
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
