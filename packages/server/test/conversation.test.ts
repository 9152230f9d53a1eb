import { describe, expect, it } from 'vitest';
import { verifies } from '../../../scripts/verifies.ts';
import type { Call, CollectDigitsOptions, CollectedDigits } from '../src/index.js';
import type { ScriptedClient } from '../src/testing/index.js';
import { audio, dialBot, hangUp, idle, openCall, untilEnd } from './open-call.js';

function collecting(options: CollectDigitsOptions, before: (call: Call) => void = () => {}) {
  const kept: { result?: CollectedDigits } = {};
  return {
    kept,
    handler: async (call: Call) => {
      before(call);
      kept.result = await call.collectDigits(options);
      return idle(call);
    },
  };
}

function press(client: ScriptedClient, keys: string) {
  for (const digit of keys) client.send('dtmf', { digit });
}

describe('collectDigits', () => {
  it.each<[string, CollectDigitsOptions, string, CollectedDigits]>([
    ['the last of max keys', { max: 4 }, '12345', { digits: '1234', ended: 'max' }],
    ['# by default', {}, '12#', { digits: '12', ended: 'end', endedBy: '#' }],
    ['a key of `end`', { end: '*#' }, '7*', { digits: '7', ended: 'end', endedBy: '*' }],
    ['# first', { max: 4 }, '#', { digits: '', ended: 'end', endedBy: '#' }],
  ])('ends with %s', async (_, options, keys, result) => {
    const { kept, handler } = collecting(options);
    const { clock, client } = await openCall(handler);
    press(client, keys);
    await clock.advance(1);
    expect(kept.result).toEqual(result);
  });

  it('ends if no first key arrives in time, measured from the end of the prompt', async () => {
    const { kept, handler } = collecting({ timeoutMs: 3000 }, (call) => void call.play(audio(2000)));
    const { clock } = await openCall(handler);
    await clock.advance(4900);
    expect(kept.result).toBeUndefined();
    await clock.advance(200);
    expect(kept.result).toEqual({ digits: '', ended: 'timeout' });
  });

  it('ends if no next key arrives in time', async () => {
    const { kept, handler } = collecting({ interDigitMs: 1000 });
    const { clock, client } = await openCall(handler);
    press(client, '1');
    await clock.advance(900);
    press(client, '2');
    await clock.advance(1010);
    expect(kept.result).toEqual({ digits: '12', ended: 'interDigit' });
  });

  it('includes keys that were pressed before the call of collectDigits', async () => {
    const results: CollectedDigits[] = [];
    const { clock, client } = await openCall(async (call) => {
      await call.play(audio(1000));
      results.push(await call.collectDigits({ max: 2 }), await call.collectDigits({ max: 2 }));
      return idle(call);
    });
    press(client, '123');
    await clock.advance(1300);
    press(client, '4');
    await clock.advance(1);
    expect(results.map(({ digits }) => digits)).toEqual(['12', '34']);
  });

  it('stops a prompt for a key that was typed ahead, but not with bargeIn false', async () => {
    for (const [bargeIn, ended] of [
      [true, 'interrupted'],
      [false, 'completed'],
    ] as const) {
      const ends: string[] = [];
      const { clock, client } = await openCall(async (call) => {
        await call.play(audio(1000));
        void call.play(audio(1000)).then((result) => ends.push(result.ended));
        await call.collectDigits({ max: 1, bargeIn });
        return idle(call);
      });
      press(client, '1');
      await clock.advance(4000);
      expect(ends).toEqual([ended]);
    }
  });

  it.each([
    [true, 1],
    [false, 0],
  ])('with bargeIn %s: a key stops the prompt %i times', async (bargeIn, events) => {
    const { handler } = collecting({ max: 1, bargeIn }, (call) => void call.play(audio(3000)));
    const { clock, client } = await openCall(handler);
    await clock.advance(500);
    press(client, '5');
    await clock.advance(1);
    expect(client.types.filter((type) => type === 'event')).toHaveLength(events);
  });

  it('refuses a second, concurrent collection', async () => {
    const { clock, client } = await openCall(async (call) => {
      void call.collectDigits();
      await call.collectDigits();
    });
    expect(await untilEnd(clock, client)).toMatchObject({ reason: 'error' });
  });
});

describe('pause and resume', () => {
  it('resolve with the answer of the client', async () => {
    const steps: string[] = [];
    const { clock, client } = await openCall(async (call) => {
      await call.pause();
      steps.push('paused');
      await call.resume();
      steps.push('resumed');
      await call.resume();
      steps.push('client holds');
      return idle(call);
    });
    await clock.advance(1);
    expect(client.types).toEqual(['opened', 'pause']);
    client.send('paused', {});
    await clock.advance(1);
    expect(client.types).toEqual(['opened', 'pause', 'resume']);
    client.send('resumed', { start: 'PT0S', discarded: 'PT1S' });
    await clock.advance(1);
    client.send('paused', {});
    await clock.advance(1);
    expect(steps).toEqual(['paused', 'resumed', 'client holds']);
    await hangUp(clock, client);
  });

  it(
    verifies('AC-PAUSE-7', 'resolve when a client that is not paused answers, which breaks no rule'),
    async () => {
      const steps: string[] = [];
      const violations: string[] = [];
      const { clock, client } = await openCall(
        async (call) => {
          await call.resume();
          steps.push('not paused before');
          await call.pause();
          await call.resume();
          await call.resume();
          steps.push('resumed twice');
          return idle(call);
        },
        {
          sink: () => ({
            event: (event) => void (event.kind === 'violation' && violations.push(event.text)),
          }),
        },
      );
      const gap = { start: 'PT1S', discarded: 'PT0S' };
      for (const answer of ['resumed', 'paused', 'resumed', 'resumed'] as const) {
        await clock.advance(1);
        client.send(answer, answer === 'paused' ? {} : gap);
      }
      await clock.advance(1);
      expect(steps).toEqual(['not paused before', 'resumed twice']);
      expect(violations).toEqual([]);
      client.send('resumed', gap);
      await clock.advance(1);
      expect(violations).toEqual(['"resumed"']);
      await hangUp(clock, client);
    },
  );

  it('leave no answer to be taken for a fault when a hold ends while "resume" is on its way', async () => {
    const violations: string[] = [];
    const { clock, client } = await openCall(
      async (call) => {
        call.on('paused', () => void call.resume());
        return idle(call);
      },
      {
        sink: () => ({ event: (event) => void (event.kind === 'violation' && violations.push(event.text)) }),
      },
    );
    client.send('paused', {});
    await clock.advance(1);
    expect(client.types).toContain('resume');
    const resumeSeq = client.last('resume')?.seq ?? 0;
    const gap = { start: 'PT1S', discarded: 'PT0S' };
    client.send('resumed', gap, { serverseq: resumeSeq - 1 });
    client.send('resumed', gap);
    await clock.advance(1);
    expect(violations).toEqual([]);
    await hangUp(clock, client);
  });

  it(verifies('AC-RATE-3', 'keep to two a second after a burst of four'), async () => {
    const { clock, client } = await openCall((call) => {
      for (let asked = 0; asked < 6; asked++) void call.pause();
      return idle(call);
    });
    expect(client.all('pause')).toHaveLength(4);
    await clock.advance(510);
    expect(client.all('pause')).toHaveLength(5);
  });
});

describe('a message of the client', () => {
  it('reaches the listeners of its event', async () => {
    const seen: unknown[] = [];
    const { clock, client } = await dialBot((call) => {
      for (const event of [
        'dtmf',
        'update',
        'paused',
        'resumed',
        'discarded',
        'clientError',
        'playbackStarted',
        'playbackCompleted',
      ] as const) {
        call.on(event, (value) => void seen.push([event, value]));
      }
      return idle(call);
    });
    client.open();
    client.sendAudio();
    await clock.advance(1);
    client.send('dtmf', { digit: '5' });
    client.send('update', { language: 'fr-FR' });
    client.send('update', {});
    client.send('paused', {});
    client.send('resumed', { start: 'PT0.2S', discarded: 'PT1.5S' });
    client.send('discarded', { start: 'PT2S', discarded: 'PT0.1S' });
    client.send('error', { code: 429, message: 'slow', retryAfter: 'PT2S' });
    client.send('playback_started', {});
    client.send('playback_completed', {});
    await clock.advance(1);
    expect(seen).toEqual([
      ['dtmf', { digit: '5', positionMs: 200 }],
      ['update', { language: 'fr-FR' }],
      ['update', { language: undefined }],
      ['paused', { positionMs: 200 }],
      ['resumed', { startMs: 200, discardedMs: 1500 }],
      ['discarded', { startMs: 2000, discardedMs: 100 }],
      ['clientError', { code: 429, message: 'slow', retryAfterMs: 2000 }],
      ['playbackStarted', { positionMs: 200 }],
      ['playbackCompleted', { positionMs: 200 }],
    ]);
    expect(client.types).toEqual(['opened', 'updated', 'updated']);
  });

  it(
    verifies('AC-VAR-3', 'gives the bot its inputs as strings under any name, and what else open says'),
    async () => {
      let call: Call | undefined;
      const { clock, client } = await dialBot(
        (it) => {
          call = it;
          return idle(it);
        },
        {},
        { url: '/book?tier=gold' },
      );
      const inputVariables = JSON.parse('{"__proto__":"x","constructor":"y","customer id ":"42"}');
      client.open({ inputVariables, customConfig: { a: 1 } });
      await clock.advance(1);
      expect(Object.getPrototypeOf(call?.inputs)).toBeNull();
      expect(Object.entries(call?.inputs ?? {})).toEqual([
        ['__proto__', 'x'],
        ['constructor', 'y'],
        ['customer id ', '42'],
      ]);
      expect(call).toMatchObject({
        connectorId: 'book',
        url: '/book?tier=gold',
        apiKey: 'test-key',
        language: 'en-US',
        customConfig: { a: 1 },
        participant: { ani: '+15550001', aniName: 'Ann', dnis: '+18000002' },
      });
    },
  );
});

describe('turn', () => {
  it('can be sent before, during and after its audio, delays none of it, and reaches the client before the end', async () => {
    const turn = (text: string) => ({ disposition: 'match', text }) as const;
    const { clock, client } = await openCall(async (call) => {
      call.turn(turn('before'));
      const playback = call.playback(audio(2000));
      call.turn(turn('queued after it'));
      await playback.started;
      call.turn(turn('during'));
      await playback.finished;
      call.turn(turn('after'));
    });
    await untilEnd(clock, client);
    const told = client.messages.flatMap(({ atMs, message }) =>
      message.type === 'event' ? [{ atMs, text: JSON.stringify(message.parameters.entities[0]?.data) }] : [],
    );
    expect(told.map(({ text }) => JSON.parse(text).text)).toEqual([
      'before',
      'queued after it',
      'during',
      'after',
    ]);
    const [first] = client.frames;
    expect(first?.atMs).toBe(told[0]?.atMs);
    expect(client.player.heardMs).toBe(2000);
    expect(told[3]?.atMs).toBeGreaterThanOrEqual((first?.atMs ?? 0) + 2000);
    expect(client.types.indexOf('disconnect')).toBe(client.types.length - 2);
  });
});

describe('say', () => {
  it('sends the turn before its audio, and signals the synthesizer when it is stopped', async () => {
    let aborted = false;
    const { clock, client } = await openCall(async (call) => {
      call.on('dtmf', () => call.stop());
      await call.say('Welcome', {
        synth: (text, { language, signal }) => {
          signal.addEventListener('abort', () => {
            aborted = true;
          });
          expect([text, language]).toEqual(['Welcome', 'en-US']);
          return audio(3000);
        },
      });
    });
    await clock.advance(300);
    expect(client.last('event')?.parameters.entities).toEqual([
      { type: 'bot_turn_response', data: { disposition: 'match', text: 'Welcome' } },
    ]);
    client.send('dtmf', { digit: '1' });
    await untilEnd(clock, client);
    expect(aborted).toBe(true);
  });

  it.each([
    ['an invalid disposition', { disposition: 'final' as 'match' }, /"final"/],
    ['a confidence above 1', { disposition: 'match', confidence: 3 } as const, /confidence is 3/],
    [
      'a text too long for a message',
      { disposition: 'match', text: 'x'.repeat(66_000) } as const,
      /66000 characters/,
    ],
  ])(verifies('AC-EVENT-3', 'AC-EVENT-4', 'and turn refuse %s'), async (_, turn, message) => {
    let error: unknown;
    const { clock, client } = await dialBot((call) => {
      try {
        call.turn(turn);
      } catch (thrown) {
        error = thrown;
      }
      return idle(call);
    });
    client.open();
    await clock.advance(1);
    expect(error).toMatchObject({ message: expect.stringMatching(message) });
    expect(client.types).toEqual(['opened']);
  });
});

describe('a sink', () => {
  it('receives the handshake, every message and every frame, and the end', async () => {
    const seen: string[] = [];
    const { clock, client } = await dialBot(
      (call) => {
        call.onAudio((bytes) => call.sendFrame(bytes));
        return idle(call);
      },
      {
        sink: ({ connectorId }) => ({
          event: (event) => seen.push(`${connectorId} ${event.kind}${'dir' in event ? ` ${event.dir}` : ''}`),
          audio: (dir, t, bytes) => seen.push(`${dir} ${bytes.length} at ${t}`),
        }),
      },
      { url: '/book' },
    );
    client.open();
    client.sendAudio();
    await hangUp(clock, client);
    expect(seen).toEqual([
      'book request in',
      'book response out',
      'book message in',
      'book message out',
      'in 1600 at 0',
      'out 1600 at 0',
      'book message in',
      'book message out',
      'book message in',
      'book end',
    ]);
  });

  it('that throws receives nothing more of the call, with no other effect', async () => {
    const { clock, client } = await openCall(idle, {
      sink: () => ({
        event: () => {
          throw new Error('disk full');
        },
        audio: () => {
          throw new Error('disk full');
        },
      }),
    });
    client.send('ping', {});
    await clock.advance(1);
    expect(client.types).toEqual(['opened', 'pong']);
  });
});
