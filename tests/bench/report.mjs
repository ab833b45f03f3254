// Runs the chosen benchmarks and prints one table, notes, JSON lines and a count. Started by
// tests/bench/run, which has built the programs.
import { writeFileSync } from 'node:fs';

import { readArguments } from './report/arguments.mjs';
import { loadNames, runLoad } from './report/load.mjs';
import { installPeerCouch } from './report/npm.mjs';
import { ruleNames, runRules } from './report/rules.mjs';
import { tableOf } from './report/table.mjs';

const build = process.env.BANGFU_BUILD ?? 'build/release';
const programs = {
  rules: `${build}/tests/bench/bangfu_bench`,
  load: `${build}/tests/bench/load/bangfu_load`,
  server: `${build}/server/bangfu-server`,
  client: `${build}/client/bangfu`,
  folder: process.cwd(),
};

function jsonLines(outcomes) {
  return outcomes.flatMap(({ lines }) => lines).map((line) => `${JSON.stringify(line)}\n`).join('');
}

const known = [...ruleNames, ...loadNames(programs.load)];
const options = readArguments(process.argv.slice(2), known);
const outcomes = [];
// After each benchmark: a long form that is interrupted leaves what it has measured.
const keep = (more) => {
  outcomes.push(...more);
  if (options.json !== undefined) writeFileSync(options.json, jsonLines(outcomes));
};
if (options.names.includes('peer_couch') && !options.short) installPeerCouch();
keep(runRules(programs.rules, options.names, options));
for (const name of options.names) {
  if (!ruleNames.includes(name)) keep([runLoad(programs, name, options)]);
}

const lines = outcomes.flatMap((outcome) => outcome.lines);
// A part of the archives says nothing about the bounds.
const judged = !options.short && options.part === 1;
console.log(tableOf(lines.filter((line) => line.note === undefined), { judged }));
const notes = lines.filter((line) => line.note !== undefined);
if (notes.length > 0) console.log('');
for (const { name, note } of notes) console.log(`${name}: ${note}`);
console.log(`\n${jsonLines(outcomes)}`);

const failed = outcomes.filter(({ passed }) => !passed);
for (const { name } of failed) console.log(`失败 / failed: ${name}`);
console.log(`${outcomes.length - failed.length} passed, ${failed.length} failed`);
process.exit(failed.length === 0 ? 0 : 1);
