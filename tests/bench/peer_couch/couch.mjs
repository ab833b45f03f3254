// Pushes documents to a pouchdb-server and replicates them into a fresh local database, as PouchDB
// does. Prints {"push": seconds, "pull": seconds}; fails when a document is missing or another.
//
//   node couch.mjs DOCUMENTS FOLDER    JSON lines with _id; an empty folder for both databases
import { spawn } from 'node:child_process';
import { createReadStream, openSync } from 'node:fs';
import { createRequire } from 'node:module';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';
import path from 'node:path';

const BATCH = 500; // documents, as in a push of bangfu
const AT_ONCE = 2; // pushes, as a child of bangfu has
const START_MILLISECONDS = 30_000;

const require = createRequire(import.meta.url);
const PouchDB = require('pouchdb-core')
  .plugin(require('pouchdb-adapter-http'))
  .plugin(require('pouchdb-adapter-leveldb'))
  .plugin(require('pouchdb-replication'));

async function readDocuments(file) {
  const documents = [];
  for await (const line of createInterface({ input: createReadStream(file) })) {
    documents.push(JSON.parse(line));
  }
  return documents;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

// The server with its default storage, LevelDB on disk.
async function startServer(folder) {
  const port = await freePort();
  const address = `http://127.0.0.1:${port}`;
  const log = openSync(path.join(folder, 'server.log'), 'a');
  const program = require.resolve('pouchdb-server/bin/pouchdb-server');
  const server = spawn(
    process.execPath,
    [program, '--host', '127.0.0.1', '--port', String(port), '--dir', folder],
    { cwd: folder, stdio: ['ignore', log, log] },
  );
  process.on('exit', () => server.kill('SIGKILL'));
  for (const end = Date.now() + START_MILLISECONDS; ; ) {
    const response = await fetch(address).catch(() => undefined);
    if (response?.ok) return { server, address };
    if (server.exitCode !== null || Date.now() > end) throw new Error('pouchdb-server did not start');
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function push(database, documents) {
  const batches = [];
  for (let i = 0; i < documents.length; i += BATCH) batches.push(documents.slice(i, i + BATCH));
  const send = async () => {
    for (let docs = batches.shift(); docs !== undefined; docs = batches.shift()) {
      const response = await fetch(`${database}/_bulk_docs`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ docs }),
      });
      const answers = await response.json();
      if (!response.ok || answers.length !== docs.length || !answers.every(({ ok }) => ok)) {
        throw new Error(`_bulk_docs: ${response.status}`);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, send));
}

async function seconds(work) {
  const begin = process.hrtime.bigint();
  await work();
  return Number(process.hrtime.bigint() - begin) / 1e9;
}

async function check(local, documents) {
  const { doc_count: count } = await local.info();
  if (count !== documents.length) throw new Error(`${count} of ${documents.length} documents`);
  const sample = documents[documents.length >> 1];
  const { _rev, ...found } = await local.get(sample._id);
  if (JSON.stringify(Object.entries(found).sort()) !== JSON.stringify(Object.entries(sample).sort())) {
    throw new Error(`${sample._id} is another document`);
  }
}

const [file, folder] = process.argv.slice(2);
const documents = await readDocuments(file);
const { server, address } = await startServer(folder);
const database = `${address}/archives`;
const made = await fetch(database, { method: 'PUT' });
if (!made.ok) throw new Error(`PUT: ${made.status}`);
const pushed = await seconds(() => push(database, documents));
const local = new PouchDB(path.join(folder, 'local'), { adapter: 'leveldb' });
const pulled = await seconds(() =>
  local.replicate.from(new PouchDB(database, { adapter: 'http' }), { batch_size: BATCH }),
);
await check(local, documents);
await local.close();
server.kill();
console.log(JSON.stringify({ push: pushed, pull: pulled }));
process.exit(0);
