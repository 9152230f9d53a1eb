import { once } from 'node:events';
import { type CheckReport, runChecks } from '@hookline/conformance';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';

/**
 * How a bot treats a call: answers the upgrade with this status, drops its connection, refuses `open` with this text, or
 * ends it after a time or at a message.
 */
interface Treatment {
  readonly status?: number;
  readonly isDropped?: boolean;
  readonly refusal?: string;
  readonly endsAfterMs?: number;
  readonly endsAt?: string;
}

/** Checks a bot that keeps every rule, except in what it does with whole calls. */
async function checkBot(
  only: readonly string[],
  treat: (count: number, live: number) => Treatment,
  parallel = 4,
): Promise<CheckReport> {
  let count = 0;
  let live = 0;
  let next: Treatment = {};
  const server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    verifyClient: ({ req }, decide) => {
      count += 1;
      next = treat(count, live);
      if (next.isDropped) req.socket.destroy();
      else decide(next.status === undefined, next.status, 'not now');
    },
  });
  onTestFinished(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  server.on('connection', (socket) => {
    live += 1;
    socket.on('close', () => {
      live -= 1;
    });
    answer(socket, next);
  });
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const target = { url: `ws://127.0.0.1:${port}/bot`, apiKey: 'key' };
  return runChecks({ target, only, parallel, allowInconclusive: true });
}

const choose = (offers: { format: string; channels: string[] }[]) =>
  offers.find(({ format, channels }) => format === 'PCMU' && channels.length === 1) ?? offers[0];

function answer(socket: WebSocket, { refusal, endsAfterMs, endsAt }: Treatment): void {
  let seq = 0;
  let isOver = false;
  let isClosed = false;
  let newest = 0;
  let timer: NodeJS.Timeout | undefined;
  socket.on('close', () => clearTimeout(timer));
  socket.on('message', (data, isBinary) => {
    if (isBinary) return;
    const { type, id, seq: clientseq, parameters } = JSON.parse(String(data));
    newest = clientseq;
    const send = (reply: string, given: object) => {
      seq += 1;
      socket.send(
        JSON.stringify({ version: '2', type: reply, id, seq, clientseq: newest, parameters: given }),
      );
    };
    if (type === 'close' && !isClosed) {
      isClosed = true;
      send('closed', {});
    }
    if (isOver || isClosed) return;
    const finish = (info: string) => {
      isOver = true;
      send('disconnect', { reason: 'error', info });
    };
    if (type === endsAt) finish('not expected');
    if (type === 'ping') send('pong', {});
    if (type !== 'open' || seq > 0) return;
    if (refusal !== undefined) {
      finish(refusal);
      return;
    }
    send('opened', { startPaused: false, media: [choose(parameters.media)] });
    if (endsAfterMs !== undefined) timer = setTimeout(() => finish('backend is down'), endsAfterMs);
  });
}

const broken = ({ findings }: CheckReport) => findings.map(({ id, finding }) => `${id}: ${finding.got}`);

describe('the check of a bot that loses calls', () => {
  test('says how many calls it ended by itself, and blames no message', { timeout: 120_000 }, async () => {
    const report = await checkBot(['frames', 'endings', 'two-calls', 'talk', 'keys'], () => ({
      endsAfterMs: 300,
    }));
    expect(broken(report)).toEqual([]);
    expect(report.problem).toMatchObject({
      kind: 'refused',
      message: expect.stringMatching(
        / ended \d+ calls of \d+ by itself: disconnect error "backend is down" [\d.]+( to [\d.]+)? s after `opened` \(\d+ calls\), first in /,
      ),
    });
    expect(report.ok).toBe(false);
  });

  test('says how many calls it refused at times, and finds no crash', { timeout: 120_000 }, async () => {
    const report = await checkBot(['open-variants', 'lost-connections', 'probe'], (count) =>
      count % 8 === 0 ? { status: 500 } : count % 8 === 4 ? { isDropped: true } : {},
    );
    expect(broken(report)).toEqual([]);
    expect(report.problem?.message).toMatch(
      / refused \d+ calls of \d+, for no reason in the calls: .*no connection \(.*, first in /,
    );
    expect(report.results.find(({ id }) => id === 'AC-CONN-10')?.outcome).toBe('pass');
  });

  test('names concurrent calls as the likely cause if each refused one was beside another', {
    timeout: 120_000,
  }, async () => {
    const only = ['open-variants', 'messages', 'hold', 'two-calls'];
    const limited = (_: number, live: number) => (live > 2 ? { refusal: 'too many calls' } : {});
    const report = await checkBot(only, limited);
    expect(broken(report)).toEqual([]);
    expect(report.problem?.isTooParallel).toBe(true);
    expect(report.problem?.message).toMatch(/"too many calls" .*, or run one scenario at a time$/);
    const alone = await checkBot(only, limited, 1);
    expect([broken(alone), alone.problem]).toEqual([[], undefined]);
  });

  test('repeats a call that was too soon after another one, so that all rules are checked', {
    timeout: 120_000,
  }, async () => {
    let lastMs = 0;
    const report = await checkBot(
      ['messages', 'endings', 'lost-connections'],
      () => {
        const nowMs = performance.now();
        if (nowMs - lastMs < 500) return { status: 429 };
        lastMs = nowMs;
        return {};
      },
      1,
    );
    expect([broken(report), report.problem]).toEqual([[], undefined]);
    expect(report.results.filter(({ outcome }) => outcome !== 'pass').map(({ id }) => id)).toEqual([]);
  });

  test('does not pass what it could not test because the bot ended the call before', {
    timeout: 60_000,
  }, async () => {
    const { ok, results } = await checkBot(['hold'], () => ({ endsAt: 'paused' }));
    const outcomeOf = (clause: string) => results.find(({ id }) => id === clause)?.outcome;
    expect([outcomeOf('AC-DTMF-3'), outcomeOf('AC-AUDIO-9')]).toEqual(['inconclusive', 'inconclusive']);
    expect(results.filter(({ outcome }) => outcome === 'warn').map(({ id }) => id)).toEqual(['AC-PAUSE-8']);
    expect(ok).toBe(true);
  });

  test('does not miss a signature if requests are not signed', { timeout: 60_000 }, async () => {
    const { results } = await checkBot(['AC-AUTH-3'], () => ({}));
    expect(results).toMatchObject([{ id: 'AC-AUTH-3', outcome: 'not-applicable' }]);
  });
});
