import { parseArgs } from 'node:util';

const RUNS = 5;

function usage(known, reason) {
  if (reason !== undefined) console.error(reason);
  console.error('用法 / usage: tests/bench/run [NAME…] [--json FILE] [--short] [--runs N] [--part P]');
  console.error(`NAME: ${known.join(' ')}`);
  process.exit(2);
}

// { names, json, short, runs, part }; ends the program when they are wrong.
export function readArguments(args, known) {
  let parsed;
  try {
    parsed = parseArgs({
      args,
      allowPositionals: true,
      options: {
        json: { type: 'string' },
        short: { type: 'boolean', default: false },
        runs: { type: 'string', default: String(RUNS) },
        part: { type: 'string', default: '1' },
      },
    });
  } catch (error) {
    return usage(known, error.message);
  }
  const { values, positionals } = parsed;
  const runs = Number(values.runs);
  const part = Number(values.part);
  if (!Number.isInteger(runs) || runs < 1 || runs > 100) usage(known, '--runs: 1 … 100');
  if (!(part > 0 && part <= 1)) usage(known, '--part: 0 < P ≤ 1');
  const strangers = positionals.filter((name) => !known.includes(name));
  if (strangers.length > 0) usage(known, `不认识 / unknown: ${strangers.join(' ')}`);
  const names = known.filter((name) => positionals.length === 0 || positionals.includes(name));
  return { names, json: values.json, short: values.short, runs: values.short ? 1 : runs, part };
}
