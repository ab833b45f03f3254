// Draws how a city grows: push rate and time of a pull of 1,000 changes against its archives.
//
//   node tests/bench/chart.mjs RESULTS.jsonl [PICTURE.png]
//
// RESULTS is what `tests/bench/run pull_delta --json FILE` wrote. Needs gnuplot (package gnuplot-nox).
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const PICTURE = 'docs/performance-growth.png';

// From the top down. Rates and times begin at 0, so that nothing looks steeper than it is.
const PANELS = [
  { prefix: 'growth_push_', title: 'pushing archives', unit: 'archives/s' },
  { prefix: 'growth_pull_delta_', title: 'pulling 1,000 changes', unit: 'ms' },
];

// [archives, median] of one panel, by archives.
function pointsOf(results, { prefix }) {
  const size = new RegExp(`^${prefix}(\\d+)$`);
  return results
    .filter(({ name, ours }) => size.test(name) && ours !== undefined)
    .map(({ name, ours }) => [Number(size.exec(name)[1]), ours])
    .sort((a, b) => a[0] - b[0]);
}

function plot(points, { title, unit }) {
  const most = Math.max(...points.map(([, value]) => value));
  return [
    `set title '${title}'`,
    `set ylabel '${unit}'`,
    `set xrange [${points[0][0] / 1.6}:${points.at(-1)[0] * 1.6}]`,
    `set yrange [0:${most * 1.2}]`,
    '$points << END',
    ...points.map((point) => point.join(' ')),
    'END',
    "plot $points with linespoints pointtype 7 linewidth 2 linecolor '#1f5fa8', \\",
    "  $points using 1:2:(sprintf('%.0f', $2)) with labels offset 0,1",
  ].join('\n');
}

function script(panels, picture) {
  return [
    "set terminal pngcairo size 900,760 font 'DejaVu Sans,11'",
    `set output '${picture.replaceAll("'", "''")}'`,
    'unset key',
    'set grid',
    'set logscale x',
    "set format x '%.0s%c'",
    "set xlabel 'archives in the city'",
    'set lmargin 10',
    'set multiplot layout 2,1',
    ...panels,
    'unset multiplot',
    '',
  ].join('\n');
}

const [file, picture = PICTURE] = process.argv.slice(2);
if (file === undefined) {
  console.error('用法 / usage: node tests/bench/chart.mjs RESULTS.jsonl [PICTURE.png]');
  process.exit(2);
}
const lines = readFileSync(file, 'utf8').split('\n').filter(Boolean);
const results = lines.map((line) => JSON.parse(line));
const points = PANELS.map((panel) => pointsOf(results, panel));
if (points.some((panel) => panel.length === 0)) {
  console.error(`${file}: no growth_* results; run tests/bench/run pull_delta --json FILE`);
  process.exit(1);
}
const input = script(
  points.map((panel, i) => plot(panel, PANELS[i])),
  picture,
);
const { status, error, stderr } = spawnSync('gnuplot', [], { input, encoding: 'utf8' });
if (error?.code === 'ENOENT') console.error('gnuplot is missing: apt install gnuplot-nox');
else if (stderr) console.error(stderr);
process.exit(status ?? 1);
