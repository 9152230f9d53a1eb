import { isProbe } from '@hookline/protocol';
import { VirtualClock } from '@hookline/runtime';
import { describe, expect, it } from 'vitest';
import { verifies } from '#verifies';
import { DialError, defineIntegration, type ProbeOptions } from '../src/index.js';
import { ScriptedServer } from '../src/testing/index.js';
import { audio, integration } from './scripted-call.js';

function probe(options: ProbeOptions = {}) {
  const clock = new VirtualClock();
  const server = new ScriptedServer(clock);
  return { clock, server, report: integration.probe({ clock, dial: server.dial, ...options }) };
}

describe('the probe of an integration', () => {
  it(
    verifies('AC-PROBE-1', 'opens a session with null ids at the base URI, closes it, and finds nothing'),
    async () => {
      const { clock, server, report } = probe();
      expect(await clock.run(report)).toMatchObject({ ok: true, problems: [], url: 'wss://bots.example/v1' });
      expect(server.requests[0]?.url).toBe('wss://bots.example/v1');
      const [open] = server.of('open');
      expect(isProbe(open!.parameters)).toBe(true);
      expect(open?.parameters.participant).toMatchObject({ ani: '', aniName: '', dnis: '' });
      expect(server.of('close')[0]?.parameters.reason).toBe('end');
      expect(server.audio).toEqual([]);
      expect(clock.pending).toBe(0);
    },
  );

  it('accepts `media: []` and one of three offers', async () => {
    const empty = probe();
    empty.server.auto.opened = () => ({ media: [], startPaused: false });
    expect(await empty.clock.run(empty.report)).toMatchObject({ ok: true });
    const three = probe({ offer: 'three-way' });
    expect(await three.clock.run(three.report)).toMatchObject({ ok: true });
    expect(three.server.of('open')[0]?.parameters.media.map(({ channels }) => channels)).toEqual([
      ['external', 'internal'],
      ['external'],
      ['internal'],
    ]);
  });

  it('lists languages if it requested them', async () => {
    const { clock, server, report } = probe({ supportedLanguages: true });
    server.auto.opened = ({ parameters }) => ({
      media: parameters.media as [],
      startPaused: false,
      supportedLanguages: ['en-US', 'de'],
    });
    expect(await clock.run(report)).toMatchObject({ ok: true, supportedLanguages: ['en-US', 'de'] });
  });

  it('does not fail because of a warning that no clause is behind', async () => {
    const { clock, server, report } = probe();
    const unknown = { colour: 'red' };
    server.auto.opened = ({ parameters }) => ({
      media: parameters.media as [],
      startPaused: false,
      ...unknown,
    });
    const { ok, verdict, problems } = await clock.run(report);
    expect([ok, verdict]).toEqual([true, 'activates']);
    expect(problems).toEqual([{ fatal: false, text: expect.stringMatching(/colour.*\.$/) }]);
  });

  it(verifies('AC-PROBE-3', 'fails when the bot disconnects'), async () => {
    const { clock, server, report } = probe();
    server.auto.opened = undefined;
    await clock.settle();
    server.send('disconnect', { reason: 'completed' });
    expect(await clock.run(report)).toMatchObject({
      ok: false,
      problems: [{ fatal: true, clause: 'AC-PROBE-3', text: expect.stringContaining('disconnected') }],
    });
  });

  it(
    verifies('AC-PROBE-2', 'may fail when `closed` or `startPaused` does not come, where a call is warned'),
    async () => {
      const { clock, server, report } = probe();
      server.auto.closed = false;
      server.auto.opened = ({ parameters }) => ({ media: parameters.media as [] });
      const { ok, verdict, problems } = await clock.run(report);
      expect([ok, verdict]).toEqual([true, 'mayFail']);
      expect(problems.map(({ fatal, clause }) => [fatal, clause])).toEqual([
        [false, 'AC-OPEN-5'],
        [false, 'AC-CLOSE-2'],
      ]);
      for (const { text } of problems) expect(text).not.toMatch(/path stands/);
    },
  );

  it.each<[string, (server: ScriptedServer) => void, string[]]>([
    ['an event', (server) => server.send('event', { entities: [] }), ['AC-OPEN-6']],
    ['a pong', (server) => server.send('pong', {}), ['AC-PING-4', 'AC-OPEN-6']],
  ])(
    verifies('AC-OPEN-6', 'may fail if %s precedes `opened`, which a call survives'),
    async (_, send, clauses) => {
      const { clock, server, report } = probe();
      server.auto.opened = undefined;
      await clock.settle();
      send(server);
      server.send('opened', { media: [], startPaused: false });
      const { ok, verdict, problems } = await clock.run(report);
      expect([ok, verdict]).toEqual([true, 'mayFail']);
      expect(problems.map(({ clause }) => clause)).toEqual(clauses);
    },
  );

  it.each<[string, (server: ScriptedServer) => void, string]>([
    [
      'a disconnect for an error',
      (server) => server.send('disconnect', { reason: 'error', info: 'no assistant' }),
      'AC-PROBE-3',
    ],
    ['a disconnect', (server) => server.send('disconnect', { reason: 'completed' }), 'AC-PROBE-3'],
    ['text that is not JSON', (server) => server.text('hello'), 'AC-MSG-1'],
    ['`pause`, sent after `close` was received,', (server) => server.send('pause', {}), 'AC-PAUSE-3'],
    ['a second `opened`', (server) => server.send('opened', { media: [], startPaused: false }), 'AC-OPEN-7'],
  ])('may fail if %s follows `opened`, although `close` was already sent', async (_, send, clause) => {
    const { clock, server, report } = probe();
    server.auto.closed = false;
    await clock.settle();
    send(server);
    server.send('closed', {});
    const { ok, verdict, problems } = await clock.run(report);
    expect([ok, verdict]).toEqual([true, 'mayFail']);
    expect(problems[0]).toMatchObject({ fatal: false, clause });
  });

  it('reports the reason and the info of a disconnect', async () => {
    const { clock, server, report } = probe();
    server.auto.closed = false;
    await clock.settle();
    server.send('disconnect', { reason: 'error', info: 'no assistant' });
    server.send('closed', {});
    expect((await clock.run(report)).problems.map(({ text }) => text)).toEqual([
      expect.stringMatching(
        /^The bot disconnected from the connection probe with reason error: "no assistant"\. Do not/,
      ),
    ]);
  });

  it.each<[string, (server: ScriptedServer) => void, string[]]>([
    ['`pause`, which crosses `close`', (server) => server.send('pause', {}, { clientseq: 1 }), []],
    [
      'a wrong clientseq',
      (server) => server.send('event', { entities: [] }, { clientseq: 99 }),
      ['AC-MSG-7'],
    ],
  ])('is not judged by %s', async (_, send, clauses) => {
    const { clock, server, report } = probe();
    server.auto.closed = false;
    await clock.settle();
    send(server);
    server.send('closed', {});
    const { verdict, problems } = await clock.run(report);
    expect([verdict, problems.map(({ clause }) => clause)]).toEqual(['activates', clauses]);
  });

  it(
    verifies('AC-PROBE-5', 'reports once that a bot which sends audio to it must not be started'),
    async () => {
      const { clock, server, report } = probe();
      server.auto.closed = false;
      await clock.settle();
      for (let frame = 0; frame < 15; frame++) server.binary(audio(200));
      server.send('event', { entities: [{ type: 'bot_turn_response', data: { disposition: 'match' } }] });
      server.send('closed', {});
      const { ok, verdict, problems } = await clock.run(report);
      expect([ok, verdict]).toEqual([true, 'activates']);
      expect(problems).toMatchObject([
        { fatal: false, clause: 'AC-PROBE-5', text: expect.stringContaining('null conversation id') },
      ]);
    },
  );

  it.each([
    [0, true, 'turns'],
    [1, true, 'audio'],
    [1, false, 'audio'],
    [2, false, 'audio'],
  ])('says what a bot sends to it: %i frames of audio, a turn %s: %s', async (frames, hasTurn, what) => {
    const { clock, server, report } = probe();
    server.auto.closed = false;
    await clock.settle();
    for (let frame = 0; frame < frames; frame++) server.binary(audio(200));
    if (hasTurn) {
      server.send('event', { entities: [{ type: 'bot_turn_response', data: { disposition: 'match' } }] });
    }
    server.send('closed', {});
    expect((await clock.run(report)).problems).toMatchObject([
      { clause: 'AC-PROBE-5', text: expect.stringContaining(`the bot sends ${what} to the probe`) },
    ]);
  });

  it('keeps host names and messages unchanged', async () => {
    const text = 'localhost:8080 answered HTTP 404 for /';
    const dial = () => Promise.reject(new DialError('DIAL_HTTP_STATUS', text, { status: 404 }));
    const { clock, report } = probe({ dial });
    expect((await clock.run(report)).problems[0]?.text).toContain(` ${text}`);
  });

  it('reports problems and fixes for administrators', async () => {
    const dial = () => Promise.reject(new DialError('DIAL_UNAUTHORIZED', 'HTTP 401', { status: 401 }));
    const { clock, report } = probe({ dial });
    expect(await clock.run(report)).toMatchObject({
      ok: false,
      problems: [
        {
          cause: 'unauthorized',
          status: 401,
          text: expect.stringContaining('The bot refused the credentials'),
        },
      ],
    });
  });

  it.each([
    [404, 'http-status', 'mayFail', 'DIAL_HTTP_STATUS'],
    [426, 'http-status', 'mayFail', 'DIAL_HTTP_STATUS'],
    [200, 'http-status', 'mayFail', 'DIAL_HTTP_STATUS'],
    [499, 'http-status', 'mayFail', 'DIAL_HTTP_STATUS'],
    [500, 'http-status', 'fails', 'DIAL_HTTP_STATUS'],
    [503, 'http-status', 'fails', 'DIAL_HTTP_STATUS'],
    [403, 'unauthorized', 'fails', 'DIAL_UNAUTHORIZED'],
    [302, 'redirect', 'fails', 'DIAL_REDIRECT'],
  ] as const)('treats HTTP %i at the base path, %s, as %s', async (status, cause, verdict, code) => {
    const dial = () => Promise.reject(new DialError(code, `HTTP ${status}`, { status }));
    const { clock, report } = probe({ dial });
    const { ok, problems, ...rest } = await clock.run(report);
    expect(rest.verdict).toBe(verdict);
    expect(ok).toBe(verdict !== 'fails');
    expect(problems[0]).toMatchObject({ cause, status, fatal: verdict === 'fails' });
    if (verdict === 'mayFail') expect(problems[0]?.text).toMatch(/may fail to activate/);
  });

  it('refuses an `open` that is too long, as a call does, and does not dial', async () => {
    const long = defineIntegration({
      baseConnectionUri: 'wss://bots.example/v1',
      apiKey: 'key',
      customConfig: 'x'.repeat(80_000),
    });
    const clock = new VirtualClock();
    const server = new ScriptedServer(clock);
    await expect(long.probe({ clock, dial: server.dial })).rejects.toThrow(
      /^customConfig: it makes open 80\d{3} characters long; at most 65535 are allowed/,
    );
    expect(server.requests).toEqual([]);
  });

  it('ends at once when it is aborted', async () => {
    const { clock, report } = probe({ signal: AbortSignal.abort() });
    expect(await clock.run(report)).toMatchObject({ ok: false, durationMs: 0 });
  });
});
