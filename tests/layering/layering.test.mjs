import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';

import {allowed, breaches, cycle, parseRules} from './include_rules.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const rules = parseRules(readFileSync(new URL('README.md', import.meta.url), 'utf8'));

// Files that are not committed yet count too, deleted ones do not.
function sources() {
  const listed = execFileSync(
    'git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--', '*.cc', '*.h'],
    {cwd: root, encoding: 'utf8', maxBuffer: 1 << 26});
  const paths = listed.split('\0').filter((path) => path !== '' && existsSync(root + path));
  return new Map(paths.map((path) => [path, readFileSync(root + path, 'utf8')]));
}

test('the repository keeps the rules', () => {
  const files = sources();
  assert.ok(files.size > 50, `only ${files.size} files found`);
  assert.deepEqual(breaches(files, rules), []);
});

test('the allowed directions form no circle', () => {
  assert.equal(cycle(rules), undefined);
});

test('nobody may include a program', () => {
  for (const folder of rules.folders.keys()) {
    if (folder === 'tests/integration') continue;  // starts whole programs in its own process
    assert.ok(!allowed(folder, rules).includes('server/main'), folder);
    assert.ok(!allowed(folder, rules).includes('client/cli'), folder);
  }
});

// What planting one include in one file reports.
function planted(path, line, others = {}) {
  return breaches(new Map(Object.entries({[path]: `#ifndef X\n${line}\n`, ...others})), rules);
}

const planted_breaches = [
  ['domain/text/a.cc', '#include "base/error.h"', 'domain/text must not include base'],
  ['domain/text/a.cc', '#include "bangfu/v1/archive.pb.h"', 'domain/text must not include proto'],
  ['domain/codes/a.h', '#include "domain/rules/form.h"', 'domain/codes must not include domain/rules'],
  ['domain/rules/a.h', '#include "server/store/store.h"', 'domain/rules must not include server/store'],
  ['domain/rules/a.cc', '#include <pqxx/pqxx>', 'SQL stays behind the store interface'],
  ['domain/rules/a.cc', '#  include <grpcpp/grpcpp.h>', 'requests end at the service layer'],
  ['domain/rules/a.cc', '#include "absl/time/clock.h"', 'a rule takes the date as an argument'],
  ['domain/rules/a.cc', '#include "base/clock.h"', 'a rule takes the date as an argument'],
  ['domain/record/a.cc', '#include <fstream>', 'rules are pure functions'],
  ['base/a.h', '#include "domain/text/money.h"', 'base must not include domain/text'],
  ['server/authz/a.h', '#include "server/store/store.h"', 'server/authz must not include server/store'],
  ['server/store/a.cc', '#include "server/store/postgres/p.h"', 'server/store must not include server/store/postgres'],
  ['server/sync/a.cc', '#include "server/store/postgres/p.h"', 'server/sync must not include server/store/postgres'],
  ['server/sync/a.cc', '#include "tests/support/test_database.h"', 'server/sync must not include tests/support'],
  ['server/service/a.cc', '#include "server/main/options.h"', 'server/service must not include server/main'],
  ['server/tls/a.cc', '#include "client/transport/server_link.h"', 'server/tls must not include client/transport'],
  ['client/replica/a.cc', '#include "client/transport/server_link.h"', 'client/replica must not include client/transport'],
  ['client/workbook/a.cc', '#include "domain/text/money.h"', 'client/workbook must not include domain/text'],
  ['client/sync/a.cc', '#include "client/cli/command.h"', 'client/sync must not include client/cli'],
  ['client/cli/a.cc', '#include "server/sync/push.h"', 'client/cli must not include server/sync'],
  ['domain/rules/a_test.cc', '#include "server/store/store.h"', 'domain/rules must not include server/store'],
  ['server/store/postgres/a.cc', '#include "server/store/postgres/store_fixture.h"', 'only tests may include'],
  ['server/newcomer/a.cc', '#include <string>', 'its folder has no row'],
  ['server/main/a.cc', '#include "server/newcomer/a.h"', 'a folder without a row'],
];

for (const [path, line, expected] of planted_breaches) {
  test(`reports ${line} in ${path}`, () => {
    const found = planted(path, line);
    assert.equal(found.length, 1, found.join('\n'));
    assert.ok(found[0].includes(expected), found[0]);
  });
}

test('reports the file and line of a breach', () => {
  assert.match(planted('base/a.h', '#include "domain/text/money.h"')[0], /^base\/a\.h:2: /);
});

test('reports a path that is not from the root of the repository', () => {
  const found = planted('domain/text/a.cc', '#include "money.h"', {'domain/text/money.h': ''});
  assert.equal(found.length, 1);
  assert.ok(found[0].includes('from the root'), found[0]);
});

const fine = [
  ['domain/text/a.cc', '#include "absl/strings/str_cat.h"'],
  ['domain/text/a.cc', '#include "domain/text/money.h"'],
  ['domain/rules/a.cc', '#include "bangfu/v1/archive.pb.h"'],
  ['domain/rules/a.cc', '#include "google/protobuf/message.h"'],
  ['domain/rules/a.cc', '// #include "server/store/store.h"'],
  ['base/error.cc', '#include "google/rpc/error_details.pb.h"'],
  ['server/store/postgres/a.cc', '#include <pqxx/pqxx>'],
  ['server/upstream/a.cc', '#include "client/transport/server_link.h"'],
  ['server/sync/push_pgtest.cc', '#include "tests/support/test_database.h"'],
  ['server/store/postgres/store_fixture.h', '#include "tests/support/test_database.h"'],
  ['server/store/postgres/a_pgtest.cc', '#include "server/store/postgres/store_fixture.h"'],
  ['server/main/a.cc', '#include "server/store/postgres/p.h"'],
];

for (const [path, line] of fine) {
  test(`allows ${line} in ${path}`, () => assert.deepEqual(planted(path, line), []));
}

test('refuses a table with two rows for one folder', () => {
  const twice = '## Folders\n| folder | may | tests |\n|---|---|---|\n| base | | |\n| base | | |\n'
    + '## Headers\n| header | not in | why |\n|---|---|---|\n| x | base | y |\n';
  assert.throws(() => parseRules(twice), /two rows for base/);
});

test('finds a circle', () => {
  const circle = '## Folders\n| folder | may | tests |\n|---|---|---|\n| a | b | |\n| b | c | |\n| c | a | |\n'
    + '## Headers\n| header | not in | why |\n|---|---|---|\n| x | a | y |\n';
  assert.deepEqual(cycle(parseRules(circle)), ['a', 'b', 'c', 'a']);
});
