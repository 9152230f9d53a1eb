import { once } from 'node:events';
import { createServer } from 'node:net';
import { runChecks, serveFault } from '@hookline/conformance';
import { systemClock } from '@hookline/runtime';
import { expect, test } from 'vitest';

const DEADLINES = { openedMs: 1000, pongMs: 1000, closedMs: 1000 };

/** Blocks this process without using the processor, like a busy machine. */
function blockFor(ms: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms);
}

async function checkWhileBlocked(blockMs: number) {
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

test('does not evaluate response times if its own process was blocked, and reports this', {
  timeout: 60_000,
}, async () => {
  const report = await checkWhileBlocked(2400);
  expect(report.lagMs).toBeGreaterThan(2000);
  expect(report.problem).toMatchObject({
    kind: 'behind',
    message: expect.stringContaining('was blocked for'),
  });
  expect(report.results.map(({ id, outcome }) => [id, outcome])).toEqual([
    ['AC-MSG-3', 'pass'],
    ['AC-PING-1', 'inconclusive'],
  ]);
  expect(report.ok).toBe(false);
});

test('reports late answers if its own process was not blocked', { timeout: 60_000 }, async () => {
  const report = await checkWhileBlocked(0);
  expect(report.problem).toBeUndefined();
  expect(report.findings.map(({ id, outcome }) => [id, outcome])).toEqual([['AC-PING-1', 'fail']]);
});

async function checkAbortedHandshake(blockMs: number) {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    blockFor(blockMs);
    // Like a server that no longer waits for the request.
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

test('does not blame a bot that aborts the handshake while the check is blocked', {
  timeout: 60_000,
}, async () => {
  const { problem } = await checkAbortedHandshake(2400);
  expect(problem?.kind).toBe('behind');
});

test('reports a bot that aborts the handshake as unreachable otherwise', { timeout: 60_000 }, async () => {
  const { problem } = await checkAbortedHandshake(0);
  expect(problem?.kind).toBe('unreachable');
});
