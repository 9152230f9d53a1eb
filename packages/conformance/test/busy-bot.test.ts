import { once } from 'node:events';
import { quiet } from '@hookline/bots';
import { type CheckReport, runChecks } from '@hookline/conformance';
import { createBot } from '@hookline/server';
import { describe, expect, onTestFinished, test } from 'vitest';
import { WebSocketServer } from 'ws';

/** Checks a correct bot that refuses more calls than `limit` at a time. `opened` counts the calls that it opened. */
async function checkLimited(limit: number, parallel: number, only: readonly string[]) {
  let opened = 0;
  const answer = quiet();
  const bot = createBot({ auth: 'none', path: '/bot', limits: { maxSessions: limit } }, (call) => {
    opened += 1;
    return answer(call);
  });
  const listening = await bot.listen(0, { host: '127.0.0.1' });
  onTestFinished(() => listening.close());
  const target = { url: listening.url, apiKey: 'key' };
  const report = await runChecks({ target, parallel, only, allowInconclusive: true });
  return { report, opened };
}

const broken = ({ findings }: CheckReport) => findings.map(({ id, finding }) => `${id}: ${finding.got}`);

describe('the check of a bot with a limit of concurrent calls', () => {
  test('says that calls were refused, and how to run it instead', { timeout: 60_000 }, async () => {
    const { report } = await checkLimited(1, 4, ['messages', 'endings', 'two-calls', 'hold']);
    expect(broken(report)).toEqual([]);
    expect(report.ok).toBe(false);
    expect(report.problem).toMatchObject({
      kind: 'refused',
      isTooParallel: true,
      message: expect.stringMatching(
        / refused \d+ calls with HTTP 503, .* 4 scenarios at a time, .*run one scenario at a time$/,
      ),
    });
  });

  test.each([
    [1, 1],
    [2, 1],
    [1, 4],
  ])(
    'of %i finds nothing in attacks on other calls, with %i scenarios at a time',
    {
      timeout: 60_000,
    },
    async (limit, parallel) => {
      const { report, opened } = await checkLimited(limit, parallel, ['malformed', 'lost-connections']);
      expect([broken(report), report.problem]).toEqual([[], undefined]);
      expect(report.results.map(({ id, outcome }) => [id, outcome])).toEqual([
        ['AC-CONN-10', 'pass'],
        ['AC-MSG-16', 'pass'],
      ]);
      // The first call, the control calls, 11 attacks that need an open call, and a call after each of the 14.
      expect(opened).toBeGreaterThanOrEqual(1 + 2 + 11 + 14);
    },
  );
});

/** Checks a bot that answers an unknown key with this status, among calls that it accepts. */
async function checkWrongStatus(status: number, parallel: number) {
  const server = new WebSocketServer({
    port: 0,
    host: '127.0.0.1',
    verifyClient: ({ req }, decide) => decide(req.headers['x-api-key'] === 'key', status, 'busy'),
  });
  onTestFinished(() => {
    for (const socket of server.clients) socket.terminate();
    server.close();
  });
  await once(server, 'listening');
  server.on('connection', (socket) => {
    let seq = 0;
    socket.on('message', (bytes, isBinary) => {
      if (isBinary) return;
      const { type, id, seq: clientseq, parameters } = JSON.parse(String(bytes));
      const answers: Readonly<Record<string, readonly [string, object]>> = {
        open: ['opened', { startPaused: false, media: parameters.media?.slice(0, 1) }],
        ping: ['pong', {}],
        close: ['closed', {}],
      };
      const answer = answers[type];
      if (!answer) return;
      seq += 1;
      const [answerType, answerParameters] = answer;
      socket.send(
        JSON.stringify({ version: '2', type: answerType, id, seq, clientseq, parameters: answerParameters }),
      );
    });
  });
  const address = server.address();
  const url = `ws://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}/bot`;
  return runChecks({
    target: { url, apiKey: 'key' },
    profile: { auth: 'key-only' },
    only: ['refusals', 'two-calls'],
    parallel,
    allowInconclusive: true,
  });
}

describe('the check of a bot that answers wrong credentials as if it were busy', () => {
  test.each([
    [503, 1],
    [503, 4],
    [429, 4],
  ])('finds it with HTTP %i, with %i scenarios at a time', { timeout: 60_000 }, async (status, parallel) => {
    const report = await checkWrongStatus(status, parallel);
    expect([report.problem, broken(report).filter((text) => text.startsWith('AC-AUTH'))]).toEqual([
      undefined,
      [`AC-AUTH-2: an unknown API key: HTTP ${status}; expected HTTP 401 or \`disconnect\` unauthorized`],
    ]);
  });
});
