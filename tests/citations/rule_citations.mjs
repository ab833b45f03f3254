// Which rules the contract lists, texts cite and docs/rules.md covers. Pure functions over texts; what is wrong comes back
// as sentences, so that a test can plant a breach.

// Numbers that a text states: "R14–R20", "R14-R20" and "R14 to R20" stand for all seven, "R34/R41" for both.
export function statedRules(text) {
  const stated = new Set();
  for (const [, letter, first, last] of text.matchAll(/\b([RA])(\d{1,3})\b(?:\s*(?:[–-]|to)\s*\1(\d{1,3})\b)?/g)) {
    for (let number = Number(first); number <= Number(last ?? first); ++number) stated.add(letter + number);
  }
  return stated;
}

// A text of the form's tables reads the same with and without blanks and line ends.
export const withoutBlanks = (text) => text.replace(/\s+/g, '');

const unquoted = (literal) => literal.replace(/\\(.)/g, '$1');

// The rules of rule.proto: number -> {kind, value, sentence, notes}, in their order. Throws when a number is there twice.
export function parseCatalogue(proto) {
  const rules = new Map();
  const values = proto.matchAll(/^  RULE_NUMBER_([RA]\d+) = (\d+) \[\(rule\) = \{\n([\s\S]*?)\n  \}\];/gm);
  for (const [, number, value, body] of values) {
    if (rules.has(number)) throw new Error(`${number} is there twice`);
    const texts = (option) => [...body.matchAll(new RegExp(`^    ${option}: "((?:[^"\\\\]|\\\\.)*)"$`, 'gm'))]
      .map(([, text]) => unquoted(text));
    rules.set(number, {
      kind: body.match(/^    kind: RULE_KIND_(\w+)$/m)?.[1] ?? '',
      value: Number(value),
      sentence: texts('sentence_zh')[0] ?? '',
      notes: texts('notes_zh'),
    });
  }
  return rules;
}

// What the rules quote that the notice does not say.
export function misquotes(rules, notice) {
  const said = withoutBlanks(notice);
  return [...rules].flatMap(([number, {sentence, notes}]) => [sentence, ...notes]
    .filter((text) => !said.includes(withoutBlanks(text)))
    .map((text) => `${number} quotes "${text}", which the notice does not say`));
}

// The parts of the notice that no rule quotes, without blanks, in their order.
export function unquotedParts(rules, notice) {
  const said = withoutBlanks(notice);
  const quoted = new Array(said.length).fill(false);
  for (const {sentence, notes} of rules.values()) {
    for (const text of [sentence, ...notes].map(withoutBlanks).filter((quote) => quote !== '')) {
      for (let at = said.indexOf(text); at >= 0; at = said.indexOf(text, at + 1)) quoted.fill(true, at, at + text.length);
    }
  }
  const parts = [];
  for (let i = 0; i < said.length; ++i) {
    if (quoted[i]) continue;
    if (i === 0 || quoted[i - 1]) parts.push('');
    parts[parts.length - 1] += said[i];
  }
  return parts;
}

// The words that a field of the form offers: those in quotation marks behind 请填写, or those beside a box. What stands
// in brackets behind a word explains it.
export function wordsOfTheForm({sentence, notes}) {
  const quoted = notes.filter((note) => note.includes('请填写')).join('').matchAll(/“([^”]+)”/g);
  const words = [...quoted].map(([, word]) => word.replace(/（[^）]*）$/, ''));
  if (words.length > 0) return words;
  const boxes = [sentence, ...notes].join('\n').matchAll(/□(\p{Script=Han}+)|(\p{Script=Han}+)□/gu);
  return [...boxes].map(([, after, before]) => after ?? before);
}

// The spellings of each value of an enum of codes.proto but the unset one, in the order of the enum.
export function spellings(proto, list) {
  const body = proto.match(new RegExp(`^enum ${list} \\{\n([\\s\\S]*?)^\\}`, 'm'))?.[1];
  if (body === undefined) throw new Error(`no enum ${list}`);
  return [...body.matchAll(/^  \w+ = [1-9]\d* \[\(value\) = \{(.*)\}\];$/gm)]
    .map(([, value]) => [...value.matchAll(/(?:label_zh|aliases|misprints): "([^"]*)"/g)].map(([, word]) => word));
}

// Citations of rules that the catalogue does not have, in `files` (path -> text).
export function unknownCitations(files, rules) {
  return [...files].flatMap(([path, text]) => [...statedRules(text)]
    .filter((number) => !rules.has(number))
    .map((number) => `${path} cites ${number}, which proto/bangfu/v1/rule.proto does not have`));
}

// Rows of every table of docs/rules.md: {rule, says, functions, tests}. A cell of functions or tests holds `path: name`
// in back quotes, any number of them.
export function parseCoverage(markdown) {
  const references = (cell) => [...cell.matchAll(/`([^`:]+): ([^`]+)`/g)].map(([, path, name]) => ({path, name}));
  return markdown.split('\n')
    .filter((line) => /^\| [RA]\d+ \|/.test(line))
    .map((line) => line.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim()))
    .map(([rule, says, functions, tests]) => (
      {rule, says: unquoted(says), functions: references(functions), tests: references(tests)}));
}

const withoutComments = (code) => code.replace(/\/\/.*$/gm, '').replace(/\/\*[\s\S]*?\*\//g, '');

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');

// Whether a source names `symbol` outside of comments: "Class::Method" when it names both.
export function namesSymbol(code, symbol) {
  const bare = withoutComments(code);
  return symbol.split('::').every((part) => new RegExp(`\\b${escaped(part)}\\b`).test(bare));
}

// Whether a test file has the test: "Suite.Name" of GoogleTest, the title of a test for node.
export function hasTest(path, code, name) {
  const bare = withoutComments(code);
  if (path.endsWith('.test.mjs')) return bare.includes(`test('${name}'`);
  if (!/_(pg)?test\.cc$/.test(path)) return false;
  const [suite, test, ...rest] = name.split('.').map(escaped);
  return rest.length === 0 && new RegExp(`\\bTEST(?:_F|_P)?\\(\\s*${suite},\\s*${test}\\s*\\)`).test(bare);
}

// Whether the short form of a sentence, with "…" for what is left out, is one of the sentence.
function shortens(short, sentence) {
  let at = 0;
  for (const part of short.split('…').map(withoutBlanks)) {
    const found = withoutBlanks(sentence).indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return withoutBlanks(short) !== '';
}

// A test file with the sample headers that it includes: tests may call a function through them.
function withSamples(code, read) {
  const samples = code.matchAll(/^#include "([\w/]*(?:_sample|_fixture)\.h)"/gm);
  return [code, ...[...samples].map(([, path]) => read(path) ?? '')].join('\n');
}

// What one row lacks. A rule that is computed (RULE, FIELD) names at least one function of domain/ and one test, and a test
// file of the row names the function; what is named is there.
function gapsOfRow({says, functions, tests}, {kind, sentence}, read) {
  const gaps = [];
  if (sentence !== '' && !shortens(says, sentence)) gaps.push(`"${says}" is not of its sentence`);
  for (const {path, name} of functions) {
    const code = read(path);
    if (code === undefined) gaps.push(`there is no ${path}`);
    else if (!namesSymbol(code, name)) gaps.push(`${path} has no ${name}`);
  }
  for (const {path, name} of tests) {
    const code = read(path);
    if (code === undefined) gaps.push(`there is no ${path}`);
    else if (!hasTest(path, code, name)) gaps.push(`${path} has no test ${name}`);
  }
  if (kind !== 'RULE' && kind !== 'FIELD') return gaps;
  if (!functions.some(({path}) => /^domain\/.*\.h$/.test(path))) gaps.push('it has no function in domain/');
  if (tests.length === 0) gaps.push('it has no test');
  if (gaps.length > 0) return gaps;
  const testCode = tests.map(({path}) => withSamples(read(path), read)).join('\n');
  return functions.map(({name}) => name.split('::').at(-1))
    .filter((name) => !namesSymbol(testCode, name))
    .map((name) => `no test file of the row names ${name}`);
}

// What docs/rules.md lacks: every rule has one row, and the row what it needs. `read` gives the text of a path, undefined
// when there is no file.
export function coverageGaps(rules, rows, read) {
  const gaps = [];
  const seen = new Set();
  for (const row of rows) {
    if (seen.has(row.rule)) gaps.push(`${row.rule} has two rows`);
    seen.add(row.rule);
    const spec = rules.get(row.rule);
    if (spec === undefined) gaps.push(`${row.rule} is no rule of the contract`);
    else gaps.push(...gapsOfRow(row, spec, read).map((gap) => `${row.rule}: ${gap}`));
  }
  for (const rule of rules.keys()) if (!seen.has(rule)) gaps.push(`${rule} has no row`);
  return gaps;
}
