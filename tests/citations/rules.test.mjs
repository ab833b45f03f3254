// Every sentence of the notice has its number, every number that is a rule its function and its test, and nobody cites a
// number that does not exist.
import assert from 'node:assert/strict';
import {execFileSync} from 'node:child_process';
import {existsSync, readFileSync} from 'node:fs';
import {test} from 'node:test';
import {fileURLToPath} from 'node:url';

import {
  coverageGaps, hasTest, misquotes, namesSymbol, parseCatalogue, parseCoverage, spellings, statedRules, unknownCitations,
  unquotedParts, wordsOfTheForm,
} from './rule_citations.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path) => existsSync(root + path) ? readFileSync(root + path, 'utf8') : undefined;

const kLastRule = 103;
const kFirstReading = 1000;  // the value of A1 in the enum is one more

const notice = read('docs/notice.zh.txt');
const requirements = read('docs/requirements.md');
const catalogue = parseCatalogue(read('proto/bangfu/v1/rule.proto'));
const numbers = [...catalogue.keys()];

// Headings and blanks of the forms: nothing to number.
const kHeadings = [
  '关于做好建档困难职工档案整改工作的通知', '具体要求如下：一、完善档案', '二、规范建档', '（一）纸质档案规范要求。',
  '（二）电子档案规范要求。', '三、档案管理', '四、整改时限',
  '附件:1.杭州市工会困难职工建档申请表2.杭州市工会困难职工救助公示证明3.杭州市工会困难职工救助公示单（样本）附件1：',
  '申请职工签名：', '填表说明：1、', '2、', '3、', '4、', '5、', '6、', '7、', '8、', '9、', '10、', '11、', '12、',
  '附件2：', '特此证明。单位（签章）_____年___月___日附件3：杭州市工会困难职工救助公示单（样本）', '单位（签章）_____年___月___日',
];

// Sources in which "A1" is a cell of a sheet, and the test that asks for rules that do not exist.
const citesNothing = (path) => path.startsWith('client/workbook/') || /^client\/import\/.*_test\.cc$/.test(path)
  || path === 'domain/rules/rule_catalogue_test.cc';

// Sources and documents that cite rules. Files that are not committed yet count too, deleted ones do not.
function citing() {
  const listed = execFileSync(
    'git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard', '--',
      '*.cc', '*.h', '*.proto', '*.sql', '*.md', '*.json', ':!node_modules', ':!package*.json'],
    {cwd: root, encoding: 'utf8', maxBuffer: 1 << 26});
  const paths = listed.split('\0').filter((path) => path !== '' && existsSync(root + path) && !citesNothing(path));
  return new Map(paths.map((path) => [path, read(path)]));
}

test('the enum has R1 to R103 and its readings under their values', () => {
  const rules = numbers.filter((number) => number.startsWith('R'));
  assert.deepEqual(rules, Array.from({length: kLastRule}, (_, i) => `R${i + 1}`));
  for (const [number, {value}] of catalogue) {
    assert.equal(value, Number(number.slice(1)) + (number.startsWith('A') ? kFirstReading : 0), number);
  }
});

test('every quotation is word for word of the notice', () => {
  assert.deepEqual(misquotes(catalogue, notice), []);
});

test('every rule quotes the notice, no reading does', () => {
  for (const [number, {kind, sentence}] of catalogue) {
    assert.equal(sentence === '', number.startsWith('A'), number);
    assert.equal(kind === 'READING', number.startsWith('A'), number);
  }
});

test('every sentence of the notice has a number', () => {
  assert.deepEqual(unquotedParts(catalogue, notice), kHeadings);
});

// Code list of each field of the form that offers words.
const kLists = {
  R57: 'WorkerType', R65: 'MaritalStatus', R66: 'HousingType', R68: 'HukouType', R69: 'MedicalInsurance', R71: 'WorkStatus',
  R72: 'ModelWorkerType', R74: 'ContractTerm', R77: 'YesNo', R78: 'YesNo', R84: 'HardshipCause', R85: 'HardshipCause',
  R88: 'HardshipCategory',
};

test('the words of the form are the values of the code lists, one for one and in order', () => {
  const offering = numbers.filter((number) => wordsOfTheForm(catalogue.get(number)).length > 0);
  assert.deepEqual(offering, Object.keys(kLists));
  const codes = read('proto/bangfu/v1/codes.proto');
  for (const [number, list] of Object.entries(kLists)) {
    const words = wordsOfTheForm(catalogue.get(number));
    const values = spellings(codes, list);
    assert.equal(words.length, values.length, number);
    words.forEach((word, i) => assert.ok(values[i].includes(word), `${number}: ${word} is not ${values[i]}`));
  }
});

test('docs/requirements.md states every rule and every reading', () => {
  const stated = statedRules(requirements);
  assert.deepEqual(numbers.filter((number) => !stated.has(number)), []);
});

test('nobody cites a rule that does not exist', () => {
  const files = citing();
  assert.ok(files.size > 150, `only ${files.size} files found`);
  assert.deepEqual(unknownCitations(files, catalogue), []);
});

test('docs/rules.md names function and test of every rule', () => {
  assert.deepEqual(coverageGaps(catalogue, parseCoverage(read('docs/rules.md')), read), []);
});

// ---- The checks notice what they are there for.

const sample = parseCatalogue([
  '  // Section 1.', '  RULE_NUMBER_R1 = 1 [(rule) = {', '    kind: RULE_KIND_RULE', '    sentence_zh: "甲 \\"乙\\"，丙。"',
  '    notes_zh: "丁"', '  }];', '  // Section 2.', '  RULE_NUMBER_A2 = 1002 [(rule) = {', '    kind: RULE_KIND_READING', '  }];', '',
].join('\n'));

const files = {
  'domain/a.h': '// Hidden.\nint Check(int day);\nclass Book { int Line(); };\n',
  'domain/a_test.cc': 'TEST(CheckTest, Works) { Check(1); }\n// TEST(CheckTest, Commented) {\nTEST_F(BookTest,\n       Lines) { Line();',
  'domain/idle_test.cc': 'TEST(CheckTest, Works) {}',
  'domain/b_test.cc': '#include "domain/b_sample.h"\nTEST(CheckTest, Works) { Days(); }',
  'domain/b_sample.h': 'int Days() { return Check(1); }',
  'server/a.h': 'int Check(int day);',
  'tests/e2e/a.test.mjs': 'test(\'it works\', async () => {',
};
const gapsOf = (...rows) => coverageGaps(sample, parseCoverage(rows.join('\n')), (path) => files[path]);
const kGoodRow = '| R1 | 甲…丙 | `domain/a.h: Check` | `domain/a_test.cc: CheckTest.Works` |';
const kReadingRow = '| A2 | a reading | – | – |';

test('reads the catalogue', () => {
  assert.deepEqual([...sample], [
    ['R1', {kind: 'RULE', value: 1, sentence: '甲 "乙"，丙。', notes: ['丁']}],
    ['A2', {kind: 'READING', value: 1002, sentence: '', notes: []}],
  ]);
});

test('finds misquotations and what nobody quotes', () => {
  assert.deepEqual(misquotes(sample, '甲"乙"，\n丙。 丁'), []);
  assert.equal(misquotes(sample, '甲"乙"，丙。').length, 1);
  assert.deepEqual(unquotedParts(sample, '一、甲"乙"， 丙。新 句。丁'), ['一、', '新句。']);
});

test('finds citations of numbers that do not exist', () => {
  const found = (text) => unknownCitations(new Map([['a.cc', text]]), sample);
  assert.deepEqual(found('Error("R1") // (A2), R1–R1; BAR9, R1234, A2b'), []);
  assert.equal(found('Error("R9")').length, 1);
  assert.equal(found('kRule[] = "A1"').length, 1);
  assert.equal(found('（A9）').length, 1);
  assert.equal(found('R1 to R3').length, 2);
});

test('accepts a table without gaps', () => {
  assert.deepEqual(gapsOf(kGoodRow, kReadingRow), []);
  assert.deepEqual(gapsOf('| R1 | 甲"乙" | `domain/a.h: Book::Line` | `domain/a_test.cc: BookTest.Lines` '
    + '`tests/e2e/a.test.mjs: it works` |', kReadingRow), []);
  assert.deepEqual(gapsOf(kGoodRow.replace('a_test', 'b_test'), kReadingRow), []);
});

const gaps = [
  ['a rule without a row', [kReadingRow], /R1 has no row/],
  ['a reading without a row', [kGoodRow], /A2 has no row/],
  ['two rows', [kGoodRow, kGoodRow, kReadingRow], /R1 has two rows/],
  ['a rule that does not exist', [kGoodRow, kReadingRow, '| R2 | 甲 | – | – |'], /R2 is no rule/],
  ['another sentence', [kGoodRow.replace('甲…丙', '丙…甲'), kReadingRow], /not of its sentence/],
  ['nothing of the sentence', [kGoodRow.replace('甲…丙', ''), kReadingRow], /not of its sentence/],
  ['no function', [kGoodRow.replace('`domain/a.h: Check`', '–'), kReadingRow], /no function/],
  ['a function that is not in domain/', [kGoodRow.replace('domain/a.h', 'server/a.h'), kReadingRow], /no function/],
  ['no test', [kGoodRow.replace('`domain/a_test.cc: CheckTest.Works`', '–'), kReadingRow], /no test/],
  ['a header that is not there', [kGoodRow.replace('domain/a.h', 'domain/b.h'), kReadingRow], /there is no domain\/b\.h/],
  ['a function of another name', [kGoodRow.replace(': Check`', ': Checks`'), kReadingRow], /has no Checks/],
  ['a function in a comment', [kGoodRow.replace(': Check`', ': Hidden`'), kReadingRow], /has no Hidden/],
  ['a test file that is not there', [kGoodRow.replace('a_test', 'c_test'), kReadingRow], /there is no domain\/c_test/],
  ['a test of another name', [kGoodRow.replace('Works', 'Work'), kReadingRow], /has no test CheckTest\.Work$/],
  ['a test that does not call the function', [kGoodRow.replace('a_test', 'idle_test'), kReadingRow], /no test file .* names Check/],
  ['a test in a comment', [kGoodRow.replace('Works', 'Commented'), kReadingRow], /has no test CheckTest\.Commented/],
];

for (const [what, rows, expected] of gaps) {
  test(`reports ${what}`, () => {
    const found = gapsOf(...rows);
    assert.equal(found.length, 1, found.join('\n'));
    assert.match(found[0], expected);
  });
}

test('a test is one of a test file', () => {
  assert.ok(!hasTest('domain/a.cc', files['domain/a_test.cc'], 'CheckTest.Works'));
  assert.ok(!namesSymbol(files['domain/a.h'], 'Book::Page'));
});
