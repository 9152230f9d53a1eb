import fs from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import { VirtualClock } from '@hookline/runtime';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { TraceStore } from '../src/history/trace-store.js';
import { MAX_HISTORY } from '../src/limits.js';
import { tempFolder } from './page.js';
import { TRACE_HEADER } from './trace-header.js';
import { VirtualPage } from './virtual-page.js';

const ROW = { kind: 'violation', t: 1, clause: 'AC-MSG-3', text: 'x', fatal: false };

async function writeTrace(dir: string, rows: number, started = TRACE_HEADER.started): Promise<void> {
  await fs.mkdir(dir, { recursive: true });
  const lines = [{ ...TRACE_HEADER, started }, ...Array.from({ length: rows }, () => ROW)];
  await fs.writeFile(
    join(dir, 'trace.ndjson'),
    lines.map((line) => `${JSON.stringify(line)}\n`),
  );
}

/** Makes every deletion of a file fail until the end of the test, as for another user's files. */
function refuseDeletions(): void {
  const rm = vi.spyOn(fs, 'rm').mockRejectedValue(new Error('EACCES: permission denied'));
  syncBuiltinESMExports();
  onTestFinished(() => {
    rm.mockRestore();
    syncBuiltinESMExports();
  });
}

describe('a history', () => {
  test('is listed without the oldest call when that cannot be deleted', async () => {
    const dir = tempFolder('undeletable');
    const names = Array.from({ length: MAX_HISTORY + 1 }, (_, n) => `2026-01-01-${100_000 + n}-abcd`);
    for (const name of names) await writeTrace(join(dir, name), 0);
    refuseDeletions();
    const calls = await new TraceStore(dir, new VirtualClock()).list();
    expect(calls.map(({ id }) => id)).toEqual(names.slice(1).reverse());
  });

  test('is listed, and shortened, in the order of the calls of the same second', async () => {
    const dir = tempFolder('same-second');
    const names = Array.from({ length: MAX_HISTORY + 2 }, (_, n) => {
      // In no order, so that the names do not tell which was first.
      const random = ((n * 48_271) % 0x10000).toString(16).padStart(4, '0');
      return `2026-01-01-100000-${random}`;
    });
    for (const [n, name] of names.entries()) {
      await writeTrace(join(dir, name), 0, `2026-01-01T10:00:00.${String(n).padStart(3, '0')}Z`);
    }
    const expected = names.slice(2).reverse();
    const calls = await new TraceStore(dir, new VirtualClock()).list();
    expect(calls.map(({ id }) => id)).toEqual(expected);
    expect((await fs.readdir(dir)).sort()).toEqual([...expected].sort());
  });

  test('shows a call that was looked at while live with all that followed', async () => {
    const page = new VirtualPage('greeter');
    await page.dial();
    await page.clock.advance(1000);
    const [{ callId } = { callId: '' }] = page.of('state');
    const { traces } = page.context;
    const rows = async () => (await traces.open(callId)).rows(0, 100).total;
    await expect.poll(rows).toBeGreaterThan(3);
    const early = await rows();
    await page.clock.advance(5000);
    await expect.poll(rows).toBeGreaterThan(early);
    const late = await rows();
    page.send({ type: 'hang-up' });
    await page.clock.advance(5000);
    await page.session.call?.saved;
    expect(await rows()).toBeGreaterThan(late);
    expect((await traces.open(callId)).entry).toMatchObject({ path: 'disconnected' });
  });

  test('lists a damaged call without a result, with its length up to the damage', async () => {
    const store = new TraceStore(tempFolder('damaged'), new VirtualClock());
    const { id, dir } = store.reserve();
    await writeTrace(dir, 1);
    await fs.appendFile(join(dir, 'trace.ndjson'), `{"kind":\n${JSON.stringify({ ...ROW, t: 9 })}\n`);
    expect(await store.list()).toMatchObject([{ id, durationMs: 1 }]);
    await expect(store.open(id)).rejects.toMatchObject({ status: 422 });
  });

  test('reads the rows of a call without a result again only when its files have changed', async () => {
    const store = new TraceStore(tempFolder('unfinished'), new VirtualClock());
    const { id, dir } = store.reserve();
    await writeTrace(dir, 1);
    const [first] = await store.list();
    expect((await store.list())[0]).toBe(first);
    await fs.appendFile(join(dir, 'trace.ndjson'), `${JSON.stringify({ ...ROW, t: 9 })}\n`);
    expect(await store.list()).toMatchObject([{ id, durationMs: 9 }]);
    await fs.writeFile(join(dir, 'result.json'), '{"path":"disconnected","reason":"callerHangup"}');
    expect(await store.list()).toMatchObject([{ id, path: 'disconnected' }]);
  });

  test('reads a call again once it is saved, even if its result was already there', async () => {
    const store = new TraceStore(tempFolder('being-written'), new VirtualClock());
    const { id, dir } = store.reserve();
    await writeTrace(dir, 1);
    await fs.writeFile(join(dir, 'result.json'), '{"path":"disconnected","reason":"callerHangup"}');
    expect((await store.open(id)).rows(0, 9).total).toBe(1);
    await writeTrace(dir, 2);
    store.markSaved(id);
    expect((await store.open(id)).rows(0, 9).total).toBe(2);
  });
});

test('a history that cannot be listed is reported to the page, which can still make calls', async () => {
  vi.spyOn(TraceStore.prototype, 'list').mockRejectedValue(new Error('EIO: i/o error'));
  onTestFinished(() => void vi.restoreAllMocks());
  const page = new VirtualPage();
  await page.clock.settle();
  for (const calls of [1, 2]) {
    await page.dial();
    await page.clock.advance(500);
    page.send({ type: 'hang-up' });
    await page.clock.advance(5000);
    await page.session.call?.saved;
    await page.clock.settle();
    expect(page.of('result')).toHaveLength(calls);
  }
  expect(page.of('refused').map(({ of, message }) => [of, message])).toEqual([
    ['welcome', 'EIO: i/o error'],
    // When each call begins, and when it has been saved.
    ...Array.from({ length: 4 }, () => ['history', 'EIO: i/o error']),
  ]);
});

test('a call is in the history of every page as soon as it begins, and cannot be deleted before it is saved', async () => {
  const page = new VirtualPage();
  await page.dial();
  const id = page.session.call?.id ?? '';
  const list = () => page.of('history').at(-1)?.calls;
  await expect.poll(list).toMatchObject([{ id, url: 'ws://localhost', origin: 'studio', live: true }]);
  page.send({ type: 'forget', id });
  await expect.poll(() => page.of('refused')).toMatchObject([{ of: 'forget', code: 'call-live' }]);
  await page.close();
  await expect.poll(list).toMatchObject([{ id, path: 'disconnected' }]);
  expect(list()?.[0]).not.toHaveProperty('live');
  page.send({ type: 'forget', id });
  await expect.poll(list).toEqual([]);
});
