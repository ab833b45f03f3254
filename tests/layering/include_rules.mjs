// Which #include lines break the tables of README.md beside this file.

// Rows of the Markdown table below the heading `## <heading>`, each an array of trimmed cells, header rows left out.
function tableBelow(markdown, heading) {
  const section = markdown.split(/^## /m).find((part) => part.startsWith(`${heading}\n`));
  if (section === undefined) throw new Error(`no section "## ${heading}"`);
  const rows = section.split('\n')
    .filter((line) => line.startsWith('|'))
    .map((line) => line.split('|').slice(1, -1).map((cell) => cell.trim()));
  if (rows.length < 3) throw new Error(`no table below "## ${heading}"`);
  return rows.slice(2);
}

const listed = (cell) => cell.split(',').map((entry) => entry.trim()).filter((entry) => entry !== '');

const isAtOrBelow = (path, folder) => path === folder || path.startsWith(`${folder}/`);

// Whether the list names `folder`, itself or by `x/*`.
function names(entries, folder) {
  return entries.some((entry) => entry.endsWith('/*') ? isAtOrBelow(folder, entry.slice(0, -2)) : entry === folder);
}

// Reads both tables. Throws when a folder has two rows.
export function parseRules(markdown) {
  const folders = new Map();
  for (const [folder, mayInclude, testsAlso] of tableBelow(markdown, 'Folders')) {
    if (folders.has(folder)) throw new Error(`two rows for ${folder}`);
    folders.set(folder, {mayInclude: listed(mayInclude), testsAlso: listed(testsAlso)});
  }
  const headers = tableBelow(markdown, 'Headers')
    .map(([header, notIn, why]) => ({headers: listed(header), notIn: listed(notIn), why}));
  return {folders, headers};
}

// The row that `path` belongs to, undefined when none does.
function folderOf(path, rules) {
  let folder = path;
  while (folder.includes('/')) {
    folder = folder.slice(0, folder.lastIndexOf('/'));
    if (rules.folders.has(folder)) return folder;
  }
  return undefined;
}

// Tests, and what several tests of a folder share.
const isOfTests = (path) => /_(pg)?test\.cc$|_fixture\.h$/.test(path);

// What an include line names, as a path of the repository: generated headers lie where their proto does.
function pathOf(included) {
  return included.endsWith('.pb.h') && !included.startsWith('google/protobuf/') ? `proto/${included}` : included;
}

// The folders of an allowance that may be followed, `x/*` spelled out.
export function allowed(folder, rules) {
  const {mayInclude} = rules.folders.get(folder);
  return [...rules.folders.keys()].filter((other) => other !== folder && names(mayInclude, other));
}

// Every breach in `files` (path -> text), as "path:line: what is wrong". `ours` holds the top folders of our own code;
// a quoted include that starts with none of them and lies beside the including file is written relative.
export function breaches(files, rules) {
  const found = [];
  const tops = new Set([...rules.folders.keys()].map((folder) => folder.split('/')[0]));
  for (const [path, text] of files) {
    const folder = folderOf(path, rules);
    if (folder === undefined) {
      found.push(`${path}:1: its folder has no row in tests/layering/README.md`);
      continue;
    }
    const isTest = isOfTests(path);
    const row = rules.folders.get(folder);
    const entries = isTest ? [...row.mayInclude, ...row.testsAlso] : row.mayInclude;
    text.split('\n').forEach((line, index) => {
      const match = line.match(/^\s*#\s*include\s*(["<])([^">]+)[">]/);
      if (match === null) return;
      const [, quote, included] = match;
      const at = `${path}:${index + 1}: `;
      const target = pathOf(included);
      if (tops.has(target.split('/')[0])) {
        const targetFolder = folderOf(target, rules);
        if (targetFolder === undefined) {
          found.push(`${at}${included} lies in a folder without a row in tests/layering/README.md`);
        } else if (targetFolder !== folder && !names(entries, targetFolder)) {
          found.push(`${at}${folder} must not include ${targetFolder} (${included})`);
        }
      } else if (quote === '"' && files.has(`${path.slice(0, path.lastIndexOf('/'))}/${included}`)) {
        found.push(`${at}write ${included} with its path from the root of the repository`);
      }
      if (isTest) return;
      if (isOfTests(target)) found.push(`${at}only tests may include ${included}`);
      for (const {headers, notIn, why} of rules.headers) {
        const hit = headers.some((header) => header.endsWith('/') ? included.startsWith(header) : included === header);
        if (hit && names(notIn, folder)) found.push(`${at}${folder} must not include ${included}: ${why}`);
      }
    });
  }
  return found;
}

// A chain of folders that leads back to its start, undefined when includes point one way.
export function cycle(rules) {
  const done = new Set();
  const visit = (folder, chain) => {
    if (chain.includes(folder)) return [...chain.slice(chain.indexOf(folder)), folder];
    if (done.has(folder)) return undefined;
    for (const next of allowed(folder, rules)) {
      const found = visit(next, [...chain, folder]);
      if (found !== undefined) return found;
    }
    done.add(folder);
    return undefined;
  };
  for (const folder of rules.folders.keys()) {
    const found = visit(folder, []);
    if (found !== undefined) return found;
  }
  return undefined;
}
