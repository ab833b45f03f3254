// Every rule that the contract cites can be looked up in docs/requirements.md.
import assert from 'node:assert/strict';
import {readFileSync, readdirSync} from 'node:fs';
import {test} from 'node:test';

import {statedRules} from './rule_citations.mjs';

const requirements = readFileSync(new URL('../../docs/requirements.md', import.meta.url), 'utf8');
const protoFolder = new URL('../../proto/bangfu/v1/', import.meta.url);

// Fields with a rule option: {file, message, field, rule}.
function citations() {
  const found = [];
  for (const file of readdirSync(protoFolder).filter((name) => name.endsWith('.proto'))) {
    let message = '';
    let field = '';
    for (const line of readFileSync(new URL(file, protoFolder), 'utf8').split('\n')) {
      message = line.match(/^message (\w+)/)?.[1] ?? message;
      field = line.match(/(\w+) = \d+ \[/)?.[1] ?? field;
      for (const [, rule] of line.matchAll(/\brule: "([^"]*)"/g)) found.push({file, message, field, rule});
    }
  }
  return found;
}

// The table of the form's fields: rule -> fields of the record.
function fieldsOfForm() {
  const rows = requirements.matchAll(/^\| (R\d+) \| [^|]* \| ([^|]*) \|/gm);
  return new Map([...rows].map(([, rule, cell]) => [rule, [...cell.matchAll(/`(\w+)`/g)].map(([, name]) => name)]));
}

test('a range states every number in it', () => {
  assert.deepEqual([...statedRules('R14–R17 and R34/R41')], ['R14', 'R15', 'R16', 'R17', 'R34', 'R41']);
});

test('docs/requirements.md states every rule that a field cites', () => {
  const cited = citations();
  assert.ok(cited.length > 50, `only ${cited.length} citations found`);
  const stated = statedRules(requirements);
  const unknown = cited.filter(({rule}) => !/^R\d+$/.test(rule) || !stated.has(rule));
  assert.deepEqual(unknown, []);
});

test('the table of the form and the archive name the same fields, R57 to R87', () => {
  const fromTable = fieldsOfForm();
  const fromProto = new Map();
  for (const {message, field, rule} of citations()) {
    if (message === 'Archive') fromProto.set(rule, [...(fromProto.get(rule) ?? []), field]);
  }
  for (let number = 57; number <= 87; ++number) {
    const rule = `R${number}`;
    assert.ok(fromTable.has(rule), `${rule} is missing in the table`);
    assert.deepEqual(fromTable.get(rule), fromProto.get(rule) ?? [], rule);
  }
});
