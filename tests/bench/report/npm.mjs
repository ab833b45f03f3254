// The packages of the baseline of peer_couch, which nothing else needs.
import { spawnSync } from 'node:child_process';
import { statSync } from 'node:fs';

const FOLDER = 'tests/bench/peer_couch';
const MILLISECONDS = 300_000;

function changedAt(file) {
  return statSync(`${FOLDER}/${file}`, { throwIfNoEntry: false })?.mtimeMs ?? 0;
}

// Installs them when they are not there. Without a network peer_couch says that it did not run.
export function installPeerCouch() {
  // npm writes the inner file last.
  if (changedAt('node_modules/.package-lock.json') > changedAt('package-lock.json')) return;
  console.error('npm ci: tests/bench/peer_couch');
  const args = ['ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'];
  const { status } = spawnSync('npm', args, {
    cwd: FOLDER,
    stdio: ['ignore', 'ignore', 'inherit'],
    timeout: MILLISECONDS,
  });
  if (status !== 0) console.error('没有安装 / not installed: tests/bench/peer_couch');
}
