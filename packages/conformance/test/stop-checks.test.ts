import { once } from 'node:events';
import { createServer } from 'node:net';
import { type CheckReport, renderJunit, runChecks } from '@hookline/conformance';
import { systemClock } from '@hookline/runtime';
import { afterAll, describe, expect, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';

/** The messages that the bot received in a call, in order, and how the connection ended. */
interface ReceivedCall {
  readonly types: string[];
  code: number | undefined;
}

const running: { close(): unknown }[] = [];
afterAll(() => {
  for (const one of running) one.close();
});

/**
 * Starts a bot that sends only the messages that `answers` allows. Calls `onAnswered` after the answer to each message,
 * with its type and the number of calls that have sent `open`.
 */
async function startBot(
  answers: (type: string) => boolean,
  onAnswered: (type: string, opened: number) => void,
) {
  const server = new WebSocketServer({ port: 0, host: '127.0.0.1' });
  running.push(server);
  await once(server, 'listening');
  const calls: ReceivedCall[] = [];
  server.on('connection', (socket: WebSocket) => {
    const call: ReceivedCall = { types: [], code: undefined };
    calls.push(call);
    let seq = 0;
    socket.on('message', (bytes: Buffer, binary) => {
      if (binary) return;
      const { type, id, seq: clientseq, parameters: given } = JSON.parse(String(bytes));
      call.types.push(type);
      const say = (what: string, parameters: object) => {
        if (!answers(what)) return;
        seq += 1;
        socket.send(JSON.stringify({ version: '2', type: what, id, seq, clientseq, parameters }));
      };
      if (type === 'open') say('opened', { startPaused: false, media: given.media.slice(0, 1) });
      if (type === 'ping') say('pong', {});
      if (type === 'close') say('closed', {});
      onAnswered(type, calls.filter(({ types }) => types.includes('open')).length);
    });
    socket.on('close', (code) => {
      call.code = code;
    });
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return { url: `ws://127.0.0.1:${port}`, calls };
}

const all = () => true;
const outcomes = ({ results }: CheckReport) => new Set(results.map(({ outcome }) => outcome));

test('a run that is stopped while refused calls wait to be repeated does not wait for them', {
  timeout: 60_000,
}, async () => {
  const stopping = new AbortController();
  let dialled = 0;
  const server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    verifyClient: (_: unknown, decide: (accept: boolean, status?: number) => void) => {
      dialled += 1;
      decide(dialled === 1, 500);
      // Most of the first calls of twelve scenarios wait by now, a second apart.
      if (dialled === 12) systemClock.after(100, () => stopping.abort());
    },
  });
  running.push(server);
  await once(server, 'listening');
  server.on('connection', (socket: WebSocket) => {
    let seq = 0;
    socket.on('message', (bytes: Buffer, binary) => {
      if (binary) return;
      const { type, id, seq: clientseq, parameters: given } = JSON.parse(String(bytes));
      const say = (what: string, parameters: object) => {
        seq += 1;
        socket.send(JSON.stringify({ version: '2', type: what, id, seq, clientseq, parameters }));
      };
      if (type === 'open') say('opened', { startPaused: false, media: given.media.slice(0, 1) });
      if (type === 'ping') say('pong', {});
      if (type === 'close') say('closed', {});
    });
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  let stoppedMs = 0;
  stopping.signal.addEventListener('abort', () => {
    stoppedMs = systemClock.now();
  });
  const target = { url: `ws://127.0.0.1:${port}`, apiKey: 'key' };
  const { problem } = await runChecks({ target, signal: stopping.signal, parallel: 12 });
  expect(problem?.kind).toBe('stopped');
  // The repetitions alone would take ten seconds.
  expect(systemClock.now() - stoppedMs).toBeLessThan(7000);
});

describe.concurrent('a stopped run of the checks', () => {
  test('ends its calls with `close`, dials no others, and reports the results so far', async () => {
    const ending = new AbortController();
    const bot = await startBot(all, (type, opened) => {
      if (type === 'open' && opened === 3) ending.abort();
    });
    const started: string[] = [];
    const report = await runChecks({
      target: { url: bot.url, apiKey: 'key' },
      signal: ending.signal,
      onProgress: ({ scenario, phase }) => phase === 'begin' && started.push(scenario),
    });
    const after = bot.calls.length;
    expect(report).toMatchObject({ ok: false, calls: after, problem: { kind: 'stopped' } });
    expect(report.problem?.message).toMatch(/^the check was stopped after 1 of \d\d scenarios;/);
    // A handshake in progress is aborted without a message.
    const opened = bot.calls.filter(({ types }) => types.length > 0);
    expect(opened.length).toBeGreaterThanOrEqual(3);
    expect(opened.map(({ types, code }) => [types.at(-1), code])).toEqual(opened.map(() => ['close', 1000]));
    // The first scenario was complete, so its results count. Interrupted calls fail no check.
    expect(report.counts.pass).toBeGreaterThan(5);
    expect(report.findings.filter(({ outcome }) => outcome === 'fail')).toEqual([]);
    expect(
      new Set(report.results.filter((one) => one.outcome === 'inconclusive').map(({ reason }) => reason)),
    ).toEqual(new Set(['not seen before the check was stopped']));
    expect(renderJunit(report)).toContain('name="the check runs to its end"><failure');
    expect(started.length).toBeLessThan(6);
  });

  test.each([
    ['does not answer `open`', (what: string) => what !== 'opened', 'open'],
    ['does not answer `close`', (what: string) => what !== 'closed', 'open'],
    ['is being hung up and does not answer', (what: string) => what !== 'closed', 'close'],
  ] as const)('waits only about a second for a bot that %s', async (_, answers, moment) => {
    const ending = new AbortController();
    let stoppedAtMs = 0;
    const bot = await startBot(answers, (type) => {
      if (type !== moment || ending.signal.aborted) return;
      stoppedAtMs = systemClock.now();
      ending.abort();
    });
    const report = await runChecks({
      target: { url: bot.url, apiKey: 'key' },
      only: ['AC-CLOSE-1'],
      signal: ending.signal,
    });
    // Without the stop, the bot has 5 s for each answer.
    expect(systemClock.now() - stoppedAtMs).toBeLessThan(4000);
    expect(report.problem?.kind).toBe('stopped');
    expect([...outcomes(report)]).toEqual(['inconclusive']);
    expect(bot.calls.map(({ types }) => types.filter((type) => type === 'close').length)).toEqual([1]);
  });

  test('aborts a handshake without a response', async () => {
    const ending = new AbortController();
    const server = createServer(() => ending.abort()).listen(0, '127.0.0.1');
    running.push(server);
    await once(server, 'listening');
    const address = server.address();
    const port = typeof address === 'object' && address !== null ? address.port : 0;
    const startedMs = systemClock.now();
    const report = await runChecks({
      target: { url: `ws://127.0.0.1:${port}`, apiKey: 'key' },
      signal: ending.signal,
    });
    expect(systemClock.now() - startedMs).toBeLessThan(4000);
    expect(report).toMatchObject({ ok: false, findings: [], problem: { kind: 'stopped' } });
  });

  test('makes no call if it was stopped before it began, and refuses a signal of another type', async () => {
    const bot = await startBot(all, () => {});
    const target = { url: bot.url, apiKey: 'key' };
    const report = await runChecks({ target, signal: AbortSignal.abort() });
    expect(report).toMatchObject({ calls: 0, problem: { kind: 'stopped' } });
    expect(bot.calls).toEqual([]);
    // As from JavaScript without types.
    const wrong: object = { signal: {} };
    await expect(runChecks({ target, ...wrong })).rejects.toMatchObject({ code: 'CONFORMANCE_BAD_OPTION' });
  });

  test('is not affected by a signal after its end', async () => {
    const ending = new AbortController();
    const bot = await startBot(all, () => {});
    const options = { only: ['AC-CLOSE-6'], signal: ending.signal };
    const report = await runChecks({ target: { url: bot.url, apiKey: 'key' }, ...options });
    ending.abort();
    expect(report.problem).toBeUndefined();
    expect([...outcomes(report)]).not.toContain('inconclusive');
  });
});
