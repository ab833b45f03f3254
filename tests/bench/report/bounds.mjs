// What a figure must reach and what it aims at. Bounds are shown beside the figures; they never
// decide whether a run passes, because they hold for a machine that does nothing else.
const MEBIBYTE = 1024 * 1024;

// The first row whose pattern matches counts; `*` stands for anything. `sense` says which side of
// the bound is good, `of` which number is compared: the ratio to the baseline or our own figure.
const BOUNDS = [
  { name: 'push_bulk', sense: '≥', must: 0.6, aim: 0.95 },
  { name: 'push_update', sense: '≥', must: 0.5, aim: 0.8 },
  { name: 'push_single_p50_*', sense: '≤', must: 3, aim: 1.75 },
  { name: 'push_single_p99_*', sense: '≤', must: 5, aim: 2.5 },
  { name: 'pull_initial', sense: '≥', must: 0.5, aim: 1.2 },
  { name: 'pull_initial_replica', sense: '≥', must: 0.5, aim: 0.8 },
  { name: 'pull_delta', sense: '≤', must: 1.5, aim: 1.1 },
  { name: 'watch_fanout', sense: '≤', must: 1, aim: 0.25 },
  { name: 'watch_fanout_memory', sense: '≤', must: 1 },
  { name: 'fairness', sense: '≤', must: 4, aim: 2 },
  { name: 'memory_*', sense: '≤', must: 256, of: 'ours', unit: 'MiB' },
  { name: 'sequencer', sense: '≥', must: 0.7, aim: 0.9 },
  { name: 'peer_couch', sense: '≥', must: 5, aim: 10 },
  { name: 'peer_logical', sense: '≥', must: 0.25, aim: 0.5 },
];

function matches(pattern, name) {
  return pattern.endsWith('*') ? name.startsWith(pattern.slice(0, -1)) : name === pattern;
}

function inMebibytes({ ours, unit }) {
  return unit === 'bytes' ? ours / MEBIBYTE : ours;
}

function shown(bound, value) {
  if (value === undefined) return '';
  return `${bound.sense} ${value}${bound.unit === undefined ? '' : ` ${bound.unit}`}`;
}

// { must, aim, met } as text for a result; all empty when nothing is asked of it.
export function judge(result) {
  const bound = BOUNDS.find(({ name }) => matches(name, result.name));
  if (bound === undefined) return { must: '', aim: '', met: '' };
  const value = bound.of === 'ours' ? inMebibytes(result) : result.ratio;
  const holds = (limit) => (bound.sense === '≥' ? value >= limit : value <= limit);
  const missed = holds(bound.must) ? 'must' : 'no';
  const met = holds(bound.aim ?? bound.must) && holds(bound.must) ? 'yes' : missed;
  return { must: shown(bound, bound.must), aim: shown(bound, bound.aim), met };
}
