// The benchmarks of running nodes. Each is a process of its own: one that ends early takes nothing
// from the others.
import { spawnSync } from 'node:child_process';

// A run that hangs is wrong. Long runs have no limit: somebody is watching them.
const SHORT_MILLISECONDS = 120_000;

export function loadNames(binary) {
  const { stdout } = spawnSync(binary, ['--list'], { encoding: 'utf8' });
  return stdout.split('\n').filter((name) => name !== '');
}

// What one gave: { name, passed, lines }; lines are results and notes.
export function runLoad({ load, server, client, folder }, name, { short, runs, part }) {
  const args = [name, '--server', server, '--client', client, '--folder', folder];
  if (short) args.push('--short');
  else args.push('--runs', String(runs), '--part', String(part));
  const { status, signal, stdout } = spawnSync(load, args, {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'inherit'], // progress on stderr
    timeout: short ? SHORT_MILLISECONDS : undefined,
  });
  if (status !== 0) console.error(`失败 / failed: ${name}: ${signal ?? `exit status ${status}`}`);
  const lines = (stdout ?? '')
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line));
  return { name, passed: status === 0 && lines.length > 0, lines };
}
