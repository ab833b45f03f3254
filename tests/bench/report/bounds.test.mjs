import assert from 'node:assert';
import { test } from 'node:test';

import { judge } from './bounds.mjs';

test('more is better where a throughput is compared', () => {
  assert.equal(judge({ name: 'push_bulk', ratio: 0.96 }).met, 'yes');
  assert.equal(judge({ name: 'push_bulk', ratio: 0.7 }).met, 'must');
  assert.equal(judge({ name: 'push_bulk', ratio: 0.5 }).met, 'no');
});

test('less is better where a time is compared', () => {
  assert.equal(judge({ name: 'push_single_p50_100', ratio: 1.7 }).met, 'yes');
  assert.equal(judge({ name: 'push_single_p50_100', ratio: 2 }).met, 'must');
  assert.equal(judge({ name: 'push_single_p99_100', ratio: 6 }).met, 'no');
});

test('a name is not taken for another that it begins with', () => {
  assert.equal(judge({ name: 'watch_fanout_memory', ratio: 0.9 }).aim, '');
  assert.equal(judge({ name: 'peer_logical_stream', ratio: 0.1 }).met, '');
});

test('memory is judged as it is, whatever its baseline', () => {
  assert.equal(judge({ name: 'memory_idle', ratio: 9, ours: 100, unit: 'MiB' }).met, 'yes');
  assert.equal(judge({ name: 'memory_idle', ratio: 0, ours: 300 * 2 ** 20, unit: 'bytes' }).met, 'no');
});

test('nothing is asked of the rules', () => {
  assert.deepEqual(judge({ name: 'evaluate', ratio: 1 }), { must: '', aim: '', met: '' });
});
