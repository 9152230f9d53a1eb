import { once } from 'node:events';
import { createServer } from 'node:http';
import { type CheckReport, runChecks } from '@hookline/conformance';
import { describe, expect, onTestFinished, test } from 'vitest';
import { type WebSocket, WebSocketServer } from 'ws';

/** A message of the client, with the fields that these bots use. */
interface Received {
  readonly type: string;
  readonly seq: number;
  readonly id: string;
  readonly parameters: {
    readonly language?: string;
    readonly participant?: { readonly ani: string };
    readonly media?: readonly object[];
  };
}

/** Checks a bot that opens only the calls that `takes` accepts, and does not answer `close` in a refused call. */
const check = (takes: (open: Received['parameters']) => boolean) => checkWith((message) => message, takes);

/** Checks a bot whose messages are changed by `write`. */
async function checkWith(
  write: (message: string) => string,
  takes: (open: Received['parameters']) => boolean = () => true,
  only: readonly string[] = ['handshake'],
): Promise<CheckReport> {
  const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  server.on('connection', (socket) => answer(socket, takes, write));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return runChecks({
    target: { url: `ws://127.0.0.1:${port}/bot`, apiKey: 'key' },
    deadlines: { closedMs: 300 },
    only,
  });
}

function answer(
  socket: WebSocket,
  takes: (open: Received['parameters']) => boolean,
  write: (message: string) => string,
): void {
  let seq = 0;
  let refused = false;
  socket.on('message', (data, binary) => {
    if (binary || refused) return;
    const { type, id, seq: clientseq, parameters }: Received = JSON.parse(String(data));
    const send = (reply: string, given: object) => {
      seq += 1;
      socket.send(
        write(JSON.stringify({ version: '2', type: reply, id, seq, clientseq, parameters: given })),
      );
    };
    refused = type === 'open' && !takes(parameters);
    if (refused) send('disconnect', { reason: 'error', info: 'KeyError' });
    else if (type === 'open') send('opened', { startPaused: false, media: parameters.media });
    else if (type === 'ping') send('pong', {});
    else if (type === 'close') send('closed', {});
  });
}

describe('a bot that refuses the first call', () => {
  test.each<[string, (open: Received['parameters']) => boolean, RegExp]>([
    [
      'for its language',
      ({ language }) => language === 'en-US',
      /en-us, as production writes it.*without regard to case/,
    ],
    [
      'for its numbers',
      ({ participant }) => participant?.ani.startsWith('+') === true,
      /tel:\+15550001, as production/,
    ],
  ])('%s gets a report with the variant that it accepts', async (_, accepts, text) => {
    const report = await check(accepts);
    expect(report.problem).toMatchObject({ kind: 'refused', message: expect.stringMatching(text) });
    expect(report.ok).toBe(false);
  });

  test.each([
    ['unauthorized', 'unauthorized', /Check API key and client secret/],
    ['error', 'refused', /, before the caller sent `open`$/],
  ])(
    'together with the upgrade, with `disconnect` %s, gets `close` as its only message, in one call',
    async (reason, kind, words) => {
      const received: unknown[] = [];
      const sockets = new WebSocketServer({ noServer: true });
      const server = createServer().listen(0, '127.0.0.1');
      await once(server, 'listening');
      onTestFinished(() => {
        server.close();
      });
      server.on('upgrade', (request, connection, head) => {
        const id = request.headers['audiohook-session-id'];
        const send = (socket: WebSocket, type: string, seq: number, parameters: object) =>
          socket.send(JSON.stringify({ version: '2', type, id, seq, clientseq: seq - 1, parameters }));
        // One packet with both.
        connection.cork();
        sockets.handleUpgrade(request, connection, head, (socket) => {
          send(socket, 'disconnect', 1, { reason, info: 'the words of the bot' });
          socket.on('message', (data) => {
            const { type, parameters } = JSON.parse(String(data));
            received.push([type, parameters]);
            if (type === 'close') send(socket, 'closed', 2, {});
          });
        });
        connection.uncork();
      });
      const address = server.address();
      const port = typeof address === 'object' && address ? address.port : 0;
      const { problem, findings, calls } = await runChecks({
        target: { url: `ws://127.0.0.1:${port}/bot`, apiKey: 'key' },
      });
      expect(received).toEqual([['close', { reason: 'disconnect' }]]);
      expect([findings, calls]).toEqual([[], 1]);
      expect(problem).toMatchObject({ kind, message: expect.stringMatching(words) });
      expect(problem?.message).toContain('the words of the bot');
      expect(problem?.message).not.toContain('input variables');
    },
  );

  test('for another reason gets a report with its `disconnect` and its violations', async () => {
    const { findings, problem } = await check(() => false);
    expect(findings.map(({ id }) => id)).toEqual(['AC-CLOSE-1']);
    expect(problem).toMatchObject({ kind: 'refused', message: expect.stringContaining('KeyError') });
  });
});

test('a bot with a `seq` that is no counter fails a check, and the caller does not send it back', {
  timeout: 60_000,
}, async () => {
  const wrong = ['-1', '1.5', '1e300', '"1"', 'null', '{}'];
  let sent = 0;
  const { findings, problem } = await checkWith(
    (message) => message.replace(/"seq":\d+/, `"seq":${wrong[sent++ % wrong.length]}`),
    () => true,
    ['AC-MSG-5', 'AC-MSG-6'],
  );
  expect(problem).toBeUndefined();
  expect(findings.map(({ id, outcome }) => [id, outcome])).toContainEqual(['AC-MSG-6', 'fail']);
  expect(findings[0]?.finding.got).toContain('"seq":-1');
});

test('a check that a broken rule hides says so, and not to run the scenario that ran', async () => {
  const version = await checkWith(
    (message) => message.replace('"version":"2"', '"version":2'),
    () => true,
    ['AC-OPEN-5'],
  );
  expect(version.results.find(({ id }) => id === 'AC-OPEN-5')).toMatchObject({
    outcome: 'inconclusive',
    reason: 'not seen; it needs calls of the scenario handshake in which the bot breaks no other rule',
  });
});

test('a function for the progress that throws does not lose the report', async () => {
  // Nothing listens on this port, so the first call is the only one.
  const report = await runChecks({
    target: { url: 'ws://127.0.0.1:1', apiKey: 'key' },
    onProgress() {
      throw new Error('no terminal');
    },
  });
  expect(report.problem?.kind).toBe('unreachable');
});
