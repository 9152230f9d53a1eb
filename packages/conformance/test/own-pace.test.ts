import { once } from 'node:events';
import { createServer } from 'node:net';
import { runChecks, serveFault } from '@hookline/conformance';
import { systemClock } from '@hookline/runtime';
import { expect, test } from 'vitest';

const DEADLINES = { openedMs: 1000, pongMs: 1000, closedMs: 1000 };

/** Stands still for so long, as on a busy machine, and leaves the processor to others meanwhile. */
function blockFor(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

async function checked(blockMs: number) {
  const bot = await serveFault('never-pongs', { port: 0 });
  const cancel = systemClock.after(2800, () => blockFor(blockMs));
  try {
    return await runChecks({
      target: { url: bot.url, apiKey: 'key' },
      deadlines: DEADLINES,
      only: ['AC-PING-1', 'AC-MSG-3'],
      allowInconclusive: true,
    });
  } finally {
    cancel();
    await bot.close();
  }
}

test('says nothing of times when it stood still itself, and tells that it did', {
  timeout: 60_000,
}, async () => {
  const report = await checked(2400);
  expect(report.lagMs).toBeGreaterThan(2000);
  expect(report.problem).toMatchObject({
    kind: 'behind',
    message: expect.stringContaining('stood still for'),
  });
  expect(report.results.map(({ id, outcome }) => [id, outcome])).toEqual([
    ['AC-MSG-3', 'pass'],
    ['AC-PING-1', 'inconclusive'],
  ]);
  expect(report.ok).toBe(false);
});

test('finds what is late when it kept pace', { timeout: 60_000 }, async () => {
  const report = await checked(0);
  expect(report.problem).toBeUndefined();
  expect(report.findings.map(({ id, outcome }) => [id, outcome])).toEqual([['AC-PING-1', 'fail']]);
});

async function checkedWhereTheHandshakeIsCut(blockMs: number) {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    blockFor(blockMs);
    // As a server does that waits no longer for the request.
    socket.destroy();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  try {
    return await runChecks({
      target: { url: `ws://127.0.0.1:${port}/`, apiKey: 'key' },
      deadlines: DEADLINES,
    });
  } finally {
    server.close();
  }
}

test('does not blame a bot that gave the handshake up while the check stood still', {
  timeout: 60_000,
}, async () => {
  const { problem } = await checkedWhereTheHandshakeIsCut(2400);
  expect(problem?.kind).toBe('behind');
});

test('calls a bot that cuts the handshake unreachable when it kept pace', { timeout: 60_000 }, async () => {
  const { problem } = await checkedWhereTheHandshakeIsCut(0);
  expect(problem?.kind).toBe('unreachable');
});
