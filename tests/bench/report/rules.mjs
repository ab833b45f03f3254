// The benchmarks of the rules: a program of Google Benchmark, run several times, so that what we
// measure and its baseline see the same machine in each run.
import { spawnSync } from 'node:child_process';

import { median, round, spread } from './statistics.mjs';

const SECONDS_PER_BENCHMARK = 0.2; // of each run
const SHORT_SECONDS = 0.005;
const CITY = 100_000; // archives
const SHORT_CITY = 1000;

// Name, baseline, archives of one iteration.
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

export const ruleNames = BENCHMARKS.map(({ name }) => name);

// Blocks of the city are of SHORT_CITY archives.
function cityOf({ short, part }) {
  if (short) return SHORT_CITY;
  return Math.max(SHORT_CITY, Math.round((CITY * part) / SHORT_CITY) * SHORT_CITY);
}

// Time of one iteration in ns by benchmark, "ours/values".
function runOnce(binary, chosen, options) {
  const wanted = chosen.flatMap((b) => [`ours/${b.name}`, `baseline/${b.baseline}`]);
  const filter = `^(${[...new Set(wanted)].join('|')})(/.*)?$`;
  const args = [
    `--benchmark_filter=${filter}`,
    `--benchmark_min_time=${options.short ? SHORT_SECONDS : SECONDS_PER_BENCHMARK}`,
    '--benchmark_format=json',
  ];
  const env = { ...process.env, BANGFU_BENCH_CITY: String(cityOf(options)) };
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

// undefined when a run did not measure it.
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
    spread: round(spread(ratios), 3),
  };
}

// What each benchmark of `names` gave: { name, passed, lines }.
export function runRules(binary, names, options) {
  const chosen = BENCHMARKS.filter(({ name }) => names.includes(name));
  if (chosen.length === 0) return [];
  const runs = Array.from({ length: options.runs }, () => runOnce(binary, chosen, options));
  return chosen.map((benchmark) => {
    const line = summarise(benchmark, runs);
    const lines = line === undefined ? [] : [line];
    return { name: benchmark.name, passed: lines.length > 0, lines };
  });
}
