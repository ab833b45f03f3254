import { judge } from './bounds.mjs';

// Title, text of a result, on the left or right of its column; `bound`: of a judgement.
const COLUMNS = [
  { title: 'name', text: ({ name }) => name, left: true },
  { title: 'ours', text: ({ ours }) => figure(ours) },
  { title: 'baseline', text: ({ baseline }) => figure(baseline) },
  { title: 'unit', text: ({ unit }) => unit, left: true },
  { title: 'ratio', text: ({ ratio }) => String(ratio) },
  { title: 'spread', text: ({ spread }) => `${Math.round(spread * 100)} %` },
  { title: 'runs', text: ({ runs }) => String(runs) },
  { title: 'must', text: (result) => judge(result).must, bound: true },
  { title: 'aim', text: (result) => judge(result).aim, bound: true },
  { title: 'met', text: (result) => judge(result).met, left: true, bound: true },
];

// Four digits are more than such figures are worth.
function figure(value) {
  return value >= 1000 ? value.toFixed(0) : String(Number(value.toPrecision(4)));
}

function padded(cells, widths) {
  const line = cells.map((cell, i) =>
    COLUMNS[i].left ? cell.padEnd(widths[i]) : cell.padStart(widths[i]),
  );
  return line.join('  ').trimEnd();
}

// A table for a terminal, with bounds when it is `judged`. `met` is "yes" for aim and must, "must" for the must only, "no" for
// neither, empty where nothing is asked.
export function tableOf(results, { judged }) {
  const columns = COLUMNS.filter(({ bound }) => judged || !bound);
  const rows = results.map((result) => columns.map(({ text }) => text(result)));
  const titles = columns.map(({ title }) => title);
  const widths = titles.map((title, i) => Math.max(title.length, ...rows.map((row) => row[i].length)));
  return [titles, ...rows].map((cells) => padded(cells, widths)).join('\n');
}
