import { NULL_UUID, PCMU_EXTERNAL } from '@hookline/protocol';
import { describe, expect, it } from 'vitest';
import { verifies } from '#verifies';
import type { ScriptedServer } from '../src/testing/index.js';
import { audio, failure, openCall, scriptedCall, success } from './scripted-call.js';

const envelope = (server: ScriptedServer) => server.envelope();

describe('a bot that violates a rule of the open session', () => {
  it.each<[string, (server: ScriptedServer) => void, string, number]>([
    ['text that is not JSON', (s) => s.text('hello'), 'AC-MSG-1', 400],
    ['JSON that is not an object', (s) => s.text('[1]'), 'AC-MSG-1', 400],
    [
      'a message without parameters',
      (s) => s.text(JSON.stringify({ ...envelope(s), type: 'pong' })),
      'AC-MSG-3',
      400,
    ],
    [
      'version 1',
      (s) => s.text(JSON.stringify({ ...envelope(s), version: '1', type: 'pong', parameters: {} })),
      'AC-MSG-2',
      400,
    ],
    ['a foreign id', (s) => s.send('event', { entities: [] }, { id: NULL_UUID }), 'AC-MSG-4', 400],
    ['a seq gap', (s) => s.send('event', { entities: [] }, { seq: 7 }), 'AC-MSG-6', 500],
    ['a repeated seq', (s) => s.send('event', { entities: [] }, { seq: 1 }), 'AC-MSG-6', 500],
    ['a text frame that is too long', (s) => s.text(`"${'x'.repeat(65_536)}"`), 'AC-MSG-10', 413],
    [
      'a type of its own',
      (s) => s.text(JSON.stringify({ ...envelope(s), type: 'error', parameters: {} })),
      'AC-MSG-14',
      405,
    ],
    [
      'a second `opened`',
      (s) => s.send('opened', { media: [PCMU_EXTERNAL], startPaused: false }),
      'AC-OPEN-7',
      409,
    ],
    ['`closed` unasked', (s) => s.send('closed', {}), 'AC-CLOSE-4', 409],
    [
      'an unknown reason',
      (s) => s.text(JSON.stringify({ ...envelope(s), type: 'disconnect', parameters: { reason: 'done' } })),
      'AC-DISC-1',
      400,
    ],
    ['a frame of 64,001 bytes', (s) => s.binary(new Uint8Array(64_001)), 'AC-AUDIO-4', 413],
  ])('with %s is ended with its clause', async (_, act, clause, code) => {
    const { clock, server, call } = await openCall();
    await clock.advance(500);
    act(server);
    const result = failure(await clock.run(call.result));
    expect(result).toMatchObject({ cause: 'protocol-violation', clause });
    expect(result.failureOutputs.errorMessage).toContain(`[${clause}]`);
    const types = server.messages.map(({ what }) => what.type).filter((type) => type !== 'ping');
    expect(types.slice(-2)).toEqual(['error', 'close']);
    expect(server.of('error')[0]?.parameters).toMatchObject({
      code,
      message: expect.stringContaining(clause),
    });
    await clock.run(call.closed);
    expect(clock.pending).toBe(0);
  });

  it('is reported with the received and the expected value', async () => {
    const { clock, server, call } = await openCall();
    server.send('event', { entities: [] }, { seq: 7 });
    const { errorMessage } = failure(await clock.run(call.result)).failureOutputs;
    expect(errorMessage).toContain('event has seq 7; expected 2');
  });
});

describe('a bot with an invalid `opened`', () => {
  it.each<[string, (server: ScriptedServer) => void, string, string]>([
    [
      'two media',
      (s) => s.send('opened', { media: [PCMU_EXTERNAL, PCMU_EXTERNAL] }),
      'bad-opened',
      'AC-OPEN-4',
    ],
    [
      'a format that was not offered',
      (s) => s.send('opened', { media: [{ ...PCMU_EXTERNAL, format: 'L16' }] }),
      'bad-opened',
      'AC-OPEN-4',
    ],
    [
      'a field too much in media',
      (s) => s.send('opened', { media: [{ ...PCMU_EXTERNAL, codec: 'PCMU' } as typeof PCMU_EXTERNAL] }),
      'bad-opened',
      'AC-MEDIA-1',
    ],
    ['no media', (s) => s.send('opened', { startPaused: false } as never), 'bad-opened', 'AC-OPEN-4'],
    ['seq 2', (s) => s.send('opened', { media: [] }, { seq: 2 }), 'bad-opened', 'AC-MSG-6'],
    ['audio first', (s) => s.binary(audio(20)), 'protocol-violation', 'AC-AUDIO-2'],
    ['`closed` in place of `opened`', (s) => s.send('closed', {}), 'protocol-violation', 'AC-CLOSE-4'],
    ['`pause` first', (s) => s.send('pause', {}), 'protocol-violation', 'AC-PAUSE-3'],
    ['garbage', (s) => s.text('\u0000'), 'protocol-violation', 'AC-MSG-1'],
  ])('with %s takes the failure path', async (_, act, cause, clause) => {
    const { clock, server, call } = scriptedCall();
    server.auto.opened = undefined;
    await clock.settle();
    act(server);
    expect(failure(await clock.run(call.result))).toMatchObject({ cause, clause });
    await clock.run(call.closed);
    expect(clock.pending).toBe(0);
  });

  it('causes only warnings for what is inadvisable but valid', async () => {
    const { clock, server, call } = scriptedCall();
    server.auto.opened = undefined;
    await clock.settle();
    server.send('event', { entities: [] });
    server.send('opened', { media: [PCMU_EXTERNAL], supportedLanguages: ['en-US'] });
    await clock.advance(300);
    expect(call.state).toBe('open');
    call.hangup();
    const { warnings } = await clock.run(call.result);
    expect(warnings.map(({ clause }) => clause)).toEqual(['AC-OPEN-6', 'AC-OPEN-5', 'AC-OPEN-11']);
  });

  it.each([
    [
      true,
      ['en-US', 'en_US'],
      [[undefined, expect.stringContaining('opened lists "en_US" in supportedLanguages')]],
    ],
    [true, ['en-US', 'cmn-Hans-CN'], []],
    [false, ['en_US'], [['AC-OPEN-11', expect.any(String)]]],
  ])('survives languages that are no tags, asked for: %s, %j', async (asked, languages, expected) => {
    const { clock, server, call } = scriptedCall({ supportedLanguages: asked });
    server.auto.opened = ({ parameters }) => ({
      media: parameters.media as [],
      startPaused: false,
      supportedLanguages: languages,
    });
    await clock.advance(300);
    expect(call.state).toBe('open');
    call.hangup();
    const { warnings } = await clock.run(call.result);
    expect(warnings.map(({ clause, message }) => [clause, message])).toEqual(expected);
  });

  it('violates the protocol with audio if it selected none', async () => {
    const { clock, server, call } = scriptedCall();
    server.auto.opened = () => ({ media: [], startPaused: false });
    await clock.advance(1000);
    expect(server.audio).toEqual([]);
    server.binary(audio(20));
    expect(failure(await clock.run(call.result))).toMatchObject({ clause: 'AC-AUDIO-2' });
    expect(server.of('error')[0]?.parameters.code).toBe(415);
    // The clock of the stream runs anyway.
    expect(server.of('error')[0]?.position).toBe('PT1.0S');
  });
});

describe('the limits on what a bot sends', () => {
  it(
    verifies(
      'AC-PLAY-6',
      'ends a call whose bot is more than ten minutes ahead with 413 and cause buffer-overflow',
    ),
    async () => {
      const { clock, server, call } = await openCall({ limits: 'off' });
      for (let sent = 0; sent < 600_000; sent += 8000) server.binary(audio(8000));
      await clock.advance(0);
      expect(call.state).toBe('open');
      server.binary(audio(8000));
      const result = failure(await clock.run(call.result));
      expect(result).toMatchObject({ cause: 'buffer-overflow', clause: 'AC-PLAY-6' });
      expect(result.failureOutputs.errorMessage).toContain(
        'a frame would leave 608 s of audio waiting to be played; the buffer holds at most 600 s',
      );
      expect(server.of('error')[0]?.parameters.code).toBe(413);
    },
  );

  it(
    verifies(
      'AC-RATE-1',
      'AC-RATE-5',
      'answers a burst of more than 25 messages with one error 429 and goes on',
    ),
    async () => {
      const { clock, server, call } = await openCall();
      for (let index = 0; index < 40; index++) server.send('event', { entities: [] });
      await clock.advance(10);
      const errors = server.of('error').map(({ parameters }) => parameters);
      // The limits do not count `opened`.
      expect(errors).toEqual([
        { code: 429, message: expect.stringContaining('AC-RATE-1'), retryAfter: 'PT2.5S' },
      ]);
      expect(call.state).toBe('open');
    },
  );

  it(
    verifies(
      'AC-RATE-2',
      'counts binary frames apart: 20 ms frames in real time breach, 200 ms frames do not',
    ),
    async () => {
      for (const [frameMs, breaches] of [
        [20, true],
        [200, false],
      ] as const) {
        const { clock, server } = await openCall();
        for (let at = 0; at < 5000; at += frameMs) {
          server.binary(audio(frameMs));
          await clock.advance(frameMs);
        }
        expect(
          server.of('error').some(({ parameters }) => parameters.code === 429),
          `${frameMs} ms`,
        ).toBe(breaches);
      }
    },
  );

  it('play excess audio, drop it, or close the session, as configured', async () => {
    for (const onBreach of ['ladder', 'error', 'drop', 'close'] as const) {
      const { clock, server, call } = await openCall({ onBreach });
      for (let index = 0; index < 30; index++) server.binary(audio(100));
      await clock.advance(20_000);
      if (onBreach !== 'close') call.hangup();
      const result = await clock.run(call.result);
      if (onBreach === 'ladder' || onBreach === 'error') expect(result.heardMs).toBe(3000);
      if (onBreach === 'drop') expect(result.heardMs).toBe(2500);
      if (onBreach === 'close') expect(result).toMatchObject({ cause: 'rate-limited', clause: 'AC-RATE-2' });
    }
  });

  it('drops excess events if so configured, but never what ends the call', async () => {
    const { clock, server, call } = await openCall({ onBreach: 'drop' });
    server.binary(audio(2000));
    const turn = { type: 'bot_turn_response', data: { disposition: 'match', text: 'hello' } };
    for (let index = 0; index < 30; index++) server.send('event', { entities: [turn] });
    server.send('event', { entities: [{ type: 'barge_in', data: {} }] });
    server.send('pause', {});
    server.send('disconnect', { reason: 'completed', outputVariables: { a: '1' } });
    const result = success(await clock.run(call.result));
    expect(result.outputs).toEqual({ a: '1' });
    expect(result.turns).toHaveLength(25);
    expect([result.bargeIns, server.of('paused')]).toEqual([0, []]);
  });

  /** A bot that floods for `ms` milliseconds, starting with its burst. */
  async function flood({ clock, server, call }: Awaited<ReturnType<typeof openCall>>, ms: number) {
    for (let at = 0; at < ms && call.state === 'open'; at += 20) {
      server.send('event', { entities: [] });
      await clock.advance(20);
    }
  }

  it('end a session whose bot still exceeds the limit three more times after `retryAfter`', async () => {
    const made = await openCall();
    const { clock, server, call } = made;
    await flood(made, 20_000);
    const result = await clock.run(call.result);
    expect(result).toMatchObject({
      path: 'failure',
      cause: 'rate-limited',
      clause: 'AC-RATE-1',
      failureOutputs: { errorMessage: expect.stringMatching(/continued each time after retryAfter/) },
    });
    expect(result.warnings.filter(({ clause }) => clause === 'AC-RATE-1')).toMatchObject([{ count: 3 }]);
    const errors = server.of('error').map(({ parameters }) => parameters);
    expect(errors.map(({ code }) => code)).toEqual([429, 429, 429, 429]);
    expect(errors.map(({ retryAfter }) => retryAfter !== undefined)).toEqual([true, true, true, false]);
    expect(server.of('close')[0]?.parameters).toEqual({ reason: 'error' });
    // 25 at once and 5 a second at 50 a second last 0.56 s, and each time to rest is 2.5 s.
    expect(result.durationMs).toBeGreaterThan(7500);
    expect(result.durationMs).toBeLessThan(8700);
  });

  it('end a session whose bot slightly exceeds the limit for as long', async () => {
    const made = await openCall();
    const { clock, server, call } = made;
    for (let at = 0; at < 60_000 && call.state === 'open'; at += 160) {
      server.send('event', { entities: [] });
      await clock.advance(160);
    }
    expect(await clock.run(call.result)).toMatchObject({ cause: 'rate-limited' });
  });

  it('continue with a bot that waits for `retryAfter`, regardless of how often it floods', async () => {
    const made = await openCall();
    const { clock, server, call } = made;
    for (let round = 0; round < 6; round++) {
      await flood(made, 1000);
      await clock.advance(3000);
    }
    expect(call.state).toBe('open');
    expect(server.of('error')).toHaveLength(6);
  });

  it('only send errors to a bot that never stops, if `onBreach` is `error`', async () => {
    const made = await openCall({ onBreach: 'error' });
    await flood(made, 20_000);
    expect(made.call.state).toBe('open');
    expect(made.server.of('error').length).toBeGreaterThan(6);
  });

  it(verifies('AC-RATE-3', 'limits `pause` on its own'), async () => {
    const { clock, server } = await openCall();
    for (let index = 0; index < 5; index++) server.send('pause', {});
    await clock.advance(10);
    expect(server.of('error').map(({ parameters }) => parameters.message)).toEqual([
      expect.stringContaining('AC-RATE-3'),
    ]);
    expect(server.of('paused')).toHaveLength(5);
  });

  it('do not apply if they are off', async () => {
    const { clock, server } = await openCall({ limits: 'off' });
    for (let index = 0; index < 500; index++) server.send('event', { entities: [] });
    await clock.advance(10);
    expect(server.of('error')).toEqual([]);
  });
});
