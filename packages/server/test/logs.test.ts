import { encodeMulaw, sine } from '@hookline/audio';
import { type Logger, VirtualClock } from '@hookline/runtime';
import { Type } from '@sinclair/typebox';
import { describe, expect, it } from 'vitest';
import { type BotOptions, type CallHandler, createBot, createRouter } from '../src/index.js';
import { dialHeaders, ScriptedClient } from '../src/testing/index.js';
import { dialBot, hangUp, idle, SECRET, untilEnd } from './open-call.js';

/** Everything about a caller or an integration that must not stand in a log. */
const PRIVATE = {
  key: 'test-key-of-the-integration',
  secret: SECRET,
  ani: '+15557654321',
  aniName: 'Ada Caller',
  dnis: '+18005550199',
  input: 'account-4711-0815',
  customConfig: 'tenant-93c5',
  output: 'reservation-77-88-99',
  digits: '86753',
};

/** A logger that keeps every line as JSON, as pino would. */
function keptLog() {
  const lines: string[] = [];
  const keep = (level: string) => (fields: object, message?: string) => {
    const shown = Object.entries(fields).map(([name, value]) => [
      name,
      value instanceof Error
        ? { ...value, message: value.message, stack: value.stack, cause: String(value.cause) }
        : value,
    ]);
    lines.push(JSON.stringify({ level, ...Object.fromEntries(shown), msg: message }));
  };
  const logger: Logger = {
    debug: keep('debug'),
    info: keep('info'),
    warn: keep('warn'),
    error: keep('error'),
  };
  return { logger, lines };
}

const OPEN = {
  participant: {
    id: '5c6a9a1e-8f0b-4f5a-9d3c-2f4b8a1d7e60',
    ani: PRIVATE.ani,
    aniName: PRIVATE.aniName,
    dnis: PRIVATE.dnis,
  },
  inputVariables: { account: PRIVATE.input },
  customConfig: { tenant: PRIVATE.customConfig },
};

interface Failing {
  readonly handler?: CallHandler;
  readonly options?: Partial<BotOptions>;
  readonly url?: string;
  /** What the client does once it may; default: it opens the call. */
  readonly act?: (client: ScriptedClient) => void;
}

const text = (fields: object) => (client: ScriptedClient) =>
  client.sendText(
    JSON.stringify({ version: '2', id: client.id, seq: 1, serverseq: 0, position: 'PT0S', ...fields }),
  );

const opened = (act: (client: ScriptedClient) => void) => (client: ScriptedClient) => {
  client.open(OPEN);
  act(client);
};

const FAILING: [string, Failing][] = [
  [
    'throws an error of its own class',
    {
      handler: () => {
        throw new Error('the backend is down');
      },
    },
  ],
  ['returns an output that is not a string', { handler: () => ({ reservation: [PRIVATE.output] }) as never }],
  [
    'returns an output that the schema refuses',
    {
      options: { outputs: Type.Object({ reservation: Type.String({ maxLength: 3 }) }) } as never,
      handler: () => ({ reservation: PRIVATE.output }),
    },
  ],
  ['plays a WAV file raw', { handler: (call) => call.play(Buffer.from('RIFF....WAVEfmt ')).then(() => {}) }],
  ['sends a broken frame', { handler: (call) => call.sendFrame(new Uint8Array(0)) }],
  [
    'has inputs that the schema refuses',
    { options: { inputs: Type.Object({ account: Type.String({ maxLength: 3 }) }) } as never },
  ],
  ['offers no media', { act: (client) => client.open({ ...OPEN, media: [] }) }],
  [
    'belongs to another organization',
    { act: (client) => client.open({ ...OPEN, organizationId: '00000000-0000-4000-8000-000000000000' }) },
  ],
  ['is not JSON', { act: (client) => client.sendText(`{"ani":"${PRIVATE.ani}",`) }],
  ['is not an object', { act: (client) => client.sendText(JSON.stringify(PRIVATE.ani)) }],
  [
    'has a number for an input',
    { act: text({ type: 'open', parameters: { ...OPEN, inputVariables: { account: [PRIVATE.input] } } }) },
  ],
  [
    'has an array as participant',
    { act: text({ type: 'open', parameters: { ...OPEN, participant: PRIVATE.ani } }) },
  ],
  ['has an invalid envelope', { act: text({ type: 'open', id: PRIVATE.ani, parameters: OPEN }) }],
  [
    'sends an invalid key',
    {
      act: opened((client) =>
        text({ seq: 2, type: 'dtmf', parameters: { digit: [PRIVATE.digits] } })(client),
      ),
    },
  ],
  [
    'sends a key with a wrong seq',
    { act: opened((client) => client.send('dtmf', { digit: '8' }, { seq: 99 })) },
  ],
  [
    'sends from another session',
    { act: opened((client) => client.send('ping', {}, { id: '00000000-0000-4000-8000-000000000000' })) },
  ],
  [
    'floods',
    {
      act: opened((client) => {
        for (let i = 0; i < 100; i++) client.send('ping', {});
      }),
    },
  ],
  ['falls silent', { act: () => {} }],
  [
    'sends an unknown type',
    {
      act: opened((client) => {
        client.seq += 1;
        text({ seq: client.seq, type: 'future\n\u001b[31m', parameters: OPEN })(client);
        client.send('dtmf', { digit: 'no' });
      }),
    },
  ],
];

describe('the log', () => {
  it.each(FAILING)(
    'of a call that %s has a line, and nothing personal or secret in it',
    async (_, failing) => {
      const { logger, lines } = keptLog();
      const handler = failing.handler ?? idle;
      const options: Partial<BotOptions> = { auth: { [PRIVATE.key]: SECRET }, logger, ...failing.options };
      const dial = { apiKey: PRIVATE.key, url: failing.url ?? '/book' };
      const { clock, client } = await dialBot(handler, options, dial);
      (failing.act ?? ((of) => of.open(OPEN)))(client);
      await clock.advanceUntil(() => client.types.includes('disconnect'));
      client.transport.terminate();
      await clock.advance(10);
      expectNothingPrivate(lines);
    },
  );

  it('of an action without a Connector ID contains this', async () => {
    const { logger, lines } = keptLog();
    const clock = new VirtualClock();
    const bot = createBot({ auth: { 'test-key': null }, clock, logger }, createRouter().bot('book', idle));
    const client = await clock.run(ScriptedClient.dial(bot, { clock }));
    client.open(OPEN);
    await untilEnd(clock, client);
    expect(lines[0]).toContain('refused: no Connector ID');
    expect(lines).toHaveLength(2);
    expectNothingPrivate(lines);
  });

  it('of refused requests has one line each, without personal or secret data', async () => {
    const { logger, lines } = keptLog();
    const { clock, bot } = await dialBot(
      idle,
      { auth: { [PRIVATE.key]: SECRET }, logger },
      { apiKey: PRIVATE.key },
    );
    const good = dialHeaders({ clock, apiKey: PRIVATE.key, secret: SECRET });
    const bad: Record<string, string>[] = [
      { ...good, Signature: good['Signature']?.replace('sig1=:', 'sig1=:AAAA') ?? '' },
      { ...good, 'Signature-Input': '' },
      good,
      good,
      { ...good, 'X-API-KEY': `${PRIVATE.key}-of-nobody` },
    ];
    for (const headers of bad) await clock.run(bot.inject({ url: '/', headers }));
    const told = lines.map((line) => JSON.parse(line));
    expect(told.map(({ status, knownKey }) => [status, knownKey])).toEqual([
      [401, true],
      [401, true],
      [401, true],
      [401, false],
    ]);
    expect(told[0]).toMatchObject({ sessionId: good['Audiohook-Session-Id'], connectorId: '""' });
    expectNothingPrivate(lines, [
      good['Signature'],
      /nonce="([^"]+)"/.exec(good['Signature-Input'] ?? '')?.[1],
    ]);
  });

  it('of a request for an unknown path lists what is served, like its response', async () => {
    const { logger, lines } = keptLog();
    const clock = new VirtualClock();
    const router = createRouter().bot('book', idle).bot('faq/:lang', idle);
    const bot = createBot({ auth: 'none', path: '/v1', logger, clock }, router);
    const reason =
      'no bot is served at this path; bots are served below /v1/; Connector IDs: book, faq/:lang';
    for (const url of ['/v2/book', '/v1/buch']) {
      const result = await clock.run(bot.inject({ url, headers: {} }));
      expect(result).toMatchObject({ status: 404, body: expect.stringContaining(reason) });
    }
    const noIds = await clock.run(bot.inject({ url: '/v1/book', headers: { 'Audiohook-Session-Id': 'x' } }));
    expect(noIds).toMatchObject({ status: 400 });
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({ status: 404, reason }),
      expect.objectContaining({ status: 404, reason, connectorId: '"buch"' }),
      expect.objectContaining({ status: 400, connectorId: '"book"' }),
    ]);
  });

  it('of a refused input variable shows its name shortened and escaped, like the disconnect', async () => {
    const { logger, lines } = keptLog();
    const inputs = Type.Object({}, { additionalProperties: false });
    const { clock, client } = await dialBot(idle, { logger, inputs } as never);
    client.open({ inputVariables: { [`\u009b2J\u202e${'n'.repeat(60_000)}`]: PRIVATE.input } });
    const info = (await untilEnd(clock, client))?.info;
    const shown = `input variable "\\u009b2J\\u202e${'n'.repeat(56)}"…`;
    expect(info?.slice(0, shown.length)).toBe(shown);
    expect(JSON.parse(lines[0] ?? '').msg).toBe(`refused: ${shown}: expected no such field`);
    expectNothingPrivate(lines);
  });

  it('of a resolver with an invalid result does not show the result', async () => {
    const { logger, lines } = keptLog();
    const auth = async () => `${SECRET} with blanks`;
    const { clock, bot } = await dialBot(idle, { auth: { 'test-key': SECRET } });
    const other = createBot({ auth, logger, clock }, idle);
    const headers = dialHeaders({ clock, secret: SECRET });
    expect(await clock.run(other.inject({ url: '/', headers }))).toMatchObject({ status: 503 });
    expectNothingPrivate(lines);
    expect(bot.sessions).toBe(1);
  });

  it('of a call that times out has a warning with the reason', async () => {
    const { logger, lines } = keptLog();
    const { clock, client } = await dialBot(idle, { logger, timers: { idleMs: 3000 } });
    client.open(OPEN);
    await untilEnd(clock, client);
    expect(lines.map((line) => JSON.parse(line))).toContainEqual({
      level: 'warn',
      sessionId: client.id,
      msg: 'the bot did nothing for 3 s',
    });
  });

  it('of a normal call has one line at its end, and none per frame', async () => {
    const { logger, lines } = keptLog();
    const { clock, client } = await dialBot(
      (call) => call.play(encodeMulaw(sine({ hz: 440, ms: 1000 }))).then(() => ({})),
      { logger },
    );
    client.open(OPEN);
    client.stream();
    await untilEnd(clock, client);
    const other = await dialBot(idle, { logger }, {});
    other.client.open(OPEN);
    await hangUp(other.clock, other.client);
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      expect.objectContaining({
        level: 'info',
        outcome: 'completed',
        durationMs: 1000,
        sessionId: client.id,
      }),
      expect.objectContaining({ level: 'info', outcome: 'callerHangup', durationMs: 0 }),
    ]);
  });
});

function expectNothingPrivate(lines: readonly string[], more: readonly (string | undefined)[] = []): void {
  expect(lines).not.toEqual([]);
  for (const line of lines) {
    const { type = '', msg } = JSON.parse(line);
    expect(`${type}${msg}`).not.toMatch(/\p{C}/u);
    for (const value of [...Object.values(PRIVATE), ...more]) expect(line).not.toContain(value);
  }
}
