// Runs the benchmarks several times, one after the other in each run, so that what we measure and
// its baseline see the same machine, and prints ratios. Started by tests/bench/run.
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';

const RUNS = 5;
const SECONDS_PER_BENCHMARK = 0.2; // of each run
const SHORT_SECONDS = 0.005;
const SHORT_CITY = 1000; // archives

// Name, what is measured, its baseline, archives of one iteration.
const BENCHMARKS = [
  { name: 'evaluate', baseline: 'parse', per: 1 },
  { name: 'values', baseline: 'parse', per: 1 },
  { name: 'required', baseline: 'parse', per: 1 },
  { name: 'logic', baseline: 'parse', per: 1 },
  { name: 'materials', baseline: 'parse', per: 1 },
  { name: 'paper', baseline: 'parse', per: 1 },
  { name: 'public_notice', baseline: 'parse', per: 1 },
  { name: 'income', baseline: 'parse', per: 1 },
  { name: 'timers', baseline: 'parse', per: 1 },
  { name: 'city', baseline: 'parse_city', per: 1000 },
];

function usage() {
  console.error('用法 / usage: tests/bench/run [NAME…] [--short] [--json FILE]');
  console.error(`NAME: ${BENCHMARKS.map((b) => b.name).join(' ')}`);
  process.exit(2);
}

function readArguments(args) {
  const names = [];
  let short = false;
  let json;
  while (args.length > 0) {
    const argument = args.shift();
    if (argument === '--short') short = true;
    else if (argument === '--json') json = args.shift() ?? usage();
    else if (BENCHMARKS.some((b) => b.name === argument)) names.push(argument);
    else usage();
  }
  const chosen = BENCHMARKS.filter((b) => names.length === 0 || names.includes(b.name));
  return { chosen, short, json };
}

// Time of one iteration in ns by benchmark, "ours/values".
function runOnce(binary, chosen, short) {
  const wanted = chosen.flatMap((b) => [`ours/${b.name}`, `baseline/${b.baseline}`]);
  const filter = `^(${[...new Set(wanted)].join('|')})(/.*)?$`;
  const args = [
    `--benchmark_filter=${filter}`,
    `--benchmark_min_time=${short ? SHORT_SECONDS : SECONDS_PER_BENCHMARK}`,
    '--benchmark_format=json',
  ];
  const env = short ? { ...process.env, BANGFU_BENCH_CITY: String(SHORT_CITY) } : process.env;
  const { status, stdout, stderr } = spawnSync(binary, args, { encoding: 'utf8', env });
  if (status !== 0) {
    console.error(stderr);
    return new Map();
  }
  const times = JSON.parse(stdout).benchmarks.map((b) => {
    const [kind, name, ...rest] = b.name.split('/');
    // Processor time; benchmarks that time themselves report it as their own.
    return [`${kind}/${name}`, rest.includes('manual_time') ? b.real_time : b.cpu_time];
  });
  return new Map(times);
}

function median(values) {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

function round(value, digits) {
  return Number(value.toFixed(digits));
}

// One line of the result; undefined when a run did not measure it.
function summarise({ name, baseline, per }, runs) {
  const ours = runs.map((times) => times.get(`ours/${name}`) / per);
  const theirs = runs.map((times) => times.get(`baseline/${baseline}`) / per);
  const ratios = ours.map((time, run) => time / theirs[run]);
  if (!ratios.every(Number.isFinite)) return undefined;
  return {
    name,
    ratio: round(median(ratios), 3),
    ours: round(median(ours), 1),
    baseline: round(median(theirs), 1),
    unit: 'ns/archive',
    runs: runs.length,
    spread: round((Math.max(...ratios) - Math.min(...ratios)) / median(ratios), 3),
  };
}

const [binary, ...rest] = process.argv.slice(2);
const { chosen, short, json } = readArguments(rest);
const runs = Array.from({ length: short ? 1 : RUNS }, () => runOnce(binary, chosen, short));
const results = chosen.map((b) => summarise(b, runs)).filter((result) => result !== undefined);

console.log('name             ns/archive   archives/s   parsing ns   ratio   spread');
for (const { name, ours, baseline, ratio, spread } of results) {
  const cells = [
    name.padEnd(14),
    ours.toFixed(0).padStart(12),
    (1e9 / ours).toFixed(0).padStart(12),
    baseline.toFixed(0).padStart(12),
    ratio.toFixed(3).padStart(7),
    `${(spread * 100).toFixed(0)} %`.padStart(8),
  ];
  console.log(cells.join(' '));
}
const lines = results.map((result) => JSON.stringify(result)).join('\n');
console.log(`\n${lines}`);
if (json !== undefined) writeFileSync(json, `${lines}\n`);

const failed = chosen.length - results.length;
console.log(`\n${results.length} passed, ${failed} failed`);
process.exit(failed === 0 ? 0 : 1);
