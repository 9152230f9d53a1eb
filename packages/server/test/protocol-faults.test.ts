import { describe, expect, it } from 'vitest';
import { verifies } from '../../../scripts/verifies.ts';
import type { CallHandler } from '../src/index.js';
import { encodeOpen, type ScriptedClient } from '../src/testing/index.js';
import { audio, dialBot, hangUp, idle, openCall, untilEnd } from './open-call.js';

const FAULTS: readonly (readonly [string, (client: ScriptedClient) => void, RegExp])[] = [
  ['text that is not JSON', (client) => client.sendText('{"version'), /not JSON/],
  ['JSON that is not an object', (client) => client.sendText('[]'), /an array of 0/],
  ['text over 65,535 characters', (client) => client.sendText(`"${'x'.repeat(65_534)}"`), /65536 characters/],
  [
    'a message without parameters',
    (client) =>
      client.sendText(
        '{"version":"2","id":"30b0e395-84d3-4570-ac13-9a62d8f514c0","type":"ping","seq":2,"serverseq":1,"position":"PT0S"}',
      ),
    /\/parameters/,
  ],
  [
    'a bad version',
    (client) =>
      client.sendText(
        '{"version":"3","id":"30b0e395-84d3-4570-ac13-9a62d8f514c0","type":"ping","seq":2,"serverseq":1,"position":"PT0S","parameters":{}}',
      ),
    /\/version/,
  ],
  [
    'a known type with bad parameters',
    (client) => client.send('dtmf', { digit: 7 as unknown as string }),
    /\/parameters\/digit/,
  ],
  ['a gap in seq', (client) => client.send('ping', {}, { seq: 9 }), /seq is 9; expected 2/],
  ['a repeated seq', (client) => client.send('ping', {}, { seq: 1 }), /seq is 1; expected 2/],
  [
    'a serverseq ahead',
    (client) => client.send('ping', {}, { serverseq: 5 }),
    /serverseq is 5; this server has sent 1/,
  ],
  [
    'the id of another session',
    (client) => client.send('ping', {}, { id: 'd7934305-0972-4844-938e-9060eef73d05' }),
    /id is not/,
  ],
];

describe('a fault of the client', () => {
  it.each(FAULTS)(
    verifies('AC-MSG-15', 'AC-MSG-16', 'AC-DISC-4', 'ends its call with disconnect and says why: %s'),
    async (_, act, reason) => {
      const { clock, client, bot } = await openCall(idle);
      act(client);
      expect(await untilEnd(clock, client)).toEqual({ reason: 'error', info: expect.stringMatching(reason) });
      expect(client.types).toEqual(['opened', 'disconnect', 'closed']);
      expect(bot.sessions).toBe(0);
      expect(clock.pending).toBe(0);
    },
  );

  it.each([
    [
      'the id of another session',
      { id: 'd7934305-0972-4844-938e-9060eef73d05' },
      'unauthorized',
      /id is not/,
    ],
    ['a seq that does not begin at 1', { seq: 5 }, 'error', /seq is 5; expected 1/],
    ['a serverseq ahead', { serverseq: 5 }, 'error', /serverseq is 5; this server has sent 0/],
  ])('ends its connection before open: %s', async (_, wrong, reason, info) => {
    const { clock, client } = await dialBot(idle);
    client.send('error', { code: 500, message: 'oops' }, wrong);
    expect(await untilEnd(clock, client)).toEqual({ reason, info: expect.stringMatching(info) });
    expect(client.types).toEqual(['disconnect', 'closed']);
  });

  it('is fatal for the sink, and what has no effect is not; neither is told after the end', async () => {
    const violations: [string, boolean][] = [];
    const { clock, client } = await openCall(idle, {
      sink: () => ({
        event(event) {
          if (event.kind === 'violation') violations.push([event.text, event.fatal]);
        },
      }),
    });
    client.open();
    await clock.advance(1);
    expect(violations).toEqual([['"open"', false]]);
    client.send('ping', {}, { seq: 9 });
    client.send('dtmf', { digit: '1' });
    client.sendText('{');
    await untilEnd(clock, client);
    expect(violations).toEqual([
      ['"open"', false],
      [expect.stringMatching(/seq is 9/), true],
    ]);
  });

  it('ends a call with L16 if a frame has an incomplete sample', async () => {
    const { clock, client } = await dialBot(idle);
    client.open({ media: [{ type: 'audio', format: 'L16', channels: ['external'], rate: 8000 }] });
    client.sendAudio(new Uint8Array(321));
    expect(await untilEnd(clock, client)).toMatchObject({
      reason: 'error',
      info: expect.stringMatching(/321 bytes/),
    });
  });

  it(verifies('AC-MSG-16', 'touches no other call of the process'), async () => {
    const { clock, client, bot } = await openCall(idle);
    const { ScriptedClient: Client } = await import('../src/testing/index.js');
    const { SECRET } = await import('./open-call.js');
    const other = await clock.run(Client.dial(bot, { clock, secret: SECRET }));
    other.open();
    await clock.advance(10);
    client.sendText('nonsense');
    await untilEnd(clock, client);
    other.send('ping', {});
    await clock.advance(10);
    expect(other.types).toEqual(['opened', 'pong']);
  });

  it(
    verifies('AC-RATE-6', 'ends a call that floods it with text, and drops the connection when it goes on'),
    async () => {
      const { clock, client } = await openCall(idle);
      for (let sent = 0; sent < 60; sent++) client.send('ping', {});
      await clock.advance(1);
      expect(client.last('disconnect')?.parameters).toMatchObject({
        info: expect.stringMatching(/too many messages/),
      });
      expect(client.end).toBeUndefined();
      await clock.advance(600);
      expect(client.end?.code).toBe(1006);
    },
  );

  it('drops an endless flood as soon as a finite one', async () => {
    const { clock, client } = await openCall(idle);
    for (let sent = 0; sent < 100; sent++) {
      if (!client.end) for (let burst = 0; burst < 10; burst++) client.send('ping', {});
      await clock.advance(10);
    }
    expect(client.end?.code).toBe(1006);
  });

  it('allows 40 messages a second', async () => {
    const { clock, client } = await openCall(idle);
    for (let sent = 0; sent < 200; sent++) {
      client.send('discarded', { start: 'PT0S', discarded: 'PT0S' });
      await clock.advance(25);
    }
    expect(client.types).toEqual(['opened']);
  });
});

describe('an input without effect', () => {
  it(
    verifies(
      'AC-OPEN-8',
      'AC-MSG-12',
      'AC-MSG-13',
      'is ignored and counted: a second open, unknown types, stray answers',
    ),
    async () => {
      let stats: unknown;
      const { clock, client } = await openCall((call) => {
        stats = call.stats;
        return idle(call);
      });
      client.open();
      client.sendText(
        JSON.stringify({
          version: '2',
          id: client.id,
          type: 'hologram',
          seq: ++client.seq,
          serverseq: 1,
          position: 'PT0S',
          parameters: {},
        }),
      );
      client.send('resumed', { start: 'PT0S', discarded: 'PT0S' });
      client.send('ping', {});
      await clock.advance(1);
      expect(client.types).toEqual(['opened', 'pong']);
      expect(client.last('pong')?.clientseq).toBe(client.seq);
      expect(stats).toMatchObject({ unknownMessages: 1, ignoredMessages: 3 });
    },
  );

  it(
    verifies(
      'AC-AUDIO-9',
      'is dropped and counted: audio before opened, while paused, faster than anybody speaks',
    ),
    async () => {
      let stats: { droppedInFrames: number; audioInMs: number } | undefined;
      const { clock, client } = await dialBot((call) => {
        stats = call.stats;
        return idle(call);
      });
      client.sendAudio();
      client.open();
      client.sendAudio();
      client.send('paused', {});
      client.sendAudio();
      client.send('resumed', { start: 'PT0.4S', discarded: 'PT0S' });
      for (let sent = 0; sent < 60; sent++) client.sendAudio();
      await clock.advance(1);
      expect(stats).toMatchObject({ droppedInFrames: 2 + 11, audioInMs: 10_000 });
      expect(client.types).toEqual(['opened']);
    },
  );

  it(
    verifies('AC-AUDIO-10', 'is ignored: an empty frame, which is neither delivered nor counted'),
    async () => {
      const lengths: number[] = [];
      let stats: { audioInFrames: number } | undefined;
      const { clock, client } = await dialBot((call) => {
        stats = call.stats;
        call.onAudio(({ length }) => void lengths.push(length));
        return idle(call);
      });
      client.open();
      client.sendAudio();
      client.sendAudio(new Uint8Array(0));
      client.sendAudio();
      await clock.advance(1);
      expect(lengths).toEqual([1600, 1600]);
      expect(stats?.audioInFrames).toBe(2);
      expect(client.types).toEqual(['opened']);
    },
  );
});

describe('the log', () => {
  it('reports an unknown type once for all clients, and no client text without escapes', async () => {
    const lines: [object, string][] = [];
    const keep = (fields: object, message: string) => void lines.push([fields, message]);
    const logger = { debug: keep, info: keep, warn: keep, error: keep };
    const { clock, client } = await openCall(idle, { logger });
    for (let sent = 0; sent < 3; sent++) {
      client.sendText(
        JSON.stringify({
          version: '2',
          id: client.id,
          type: 'holo\ngram',
          seq: ++client.seq,
          serverseq: 1,
          position: 'PT0S',
          parameters: {},
        }),
      );
    }
    client.send('error', { code: 500, message: 'line\n2026 INFO all is well' });
    await clock.advance(1);
    expect(lines).toEqual([
      [{ sessionId: client.id, type: '"holo\\ngram"' }, expect.stringMatching(/unknown type are ignored/)],
      [expect.objectContaining({ code: 500 }), expect.not.stringMatching(/\n/)],
    ]);
  });
});

describe('a ping', () => {
  it(
    verifies('AC-PING-1', 'AC-PING-2', 'AC-PING-3', 'is answered before a slow audio callback returns'),
    async () => {
      const { clock, client } = await openCall((call) => {
        call.onAudio(() => new Promise<void>(() => {}));
        return idle(call);
      });
      client.sendAudio();
      client.send('ping', {});
      await clock.advance(1);
      expect(client.last('pong')).toMatchObject({ clientseq: client.seq });
    },
  );

  it('is answered while a prompt plays and messages are held back', async () => {
    const { clock, client } = await openCall((call) => {
      for (let turn = 0; turn < 40; turn++) call.turn({ disposition: 'match' });
      void call.play(new Uint8Array(80_000).fill(0x55));
      return idle(call);
    });
    client.send('error', { code: 429, message: 'slow down', retryAfter: 'PT5S' });
    client.send('ping', {});
    await clock.advance(1);
    expect(client.last('pong')).toMatchObject({ clientseq: client.seq });
  });
});

describe('timers', () => {
  it(
    verifies('AC-TIME-2', 'end a connection that sends no open within 10 s, and drop it 5 s later'),
    async () => {
      const { clock, client, bot } = await dialBot(idle);
      await clock.advance(9_990);
      expect(client.types).toEqual([]);
      await clock.advance(20);
      expect(client.last('disconnect')).toMatchObject({ seq: 1, parameters: { reason: 'error' } });
      await clock.advance(5_010);
      expect(client.end?.code).toBe(1006);
      expect(bot.sessions).toBe(0);
      expect(clock.pending).toBe(0);
    },
  );

  it(verifies('AC-TIME-3', 'AC-CONN-8', 'end a call from which nothing comes for 20 s'), async () => {
    const { clock, client, stopAudio } = await openCall(idle);
    await clock.advance(60_000);
    expect(client.types).toEqual(['opened']);
    stopAudio();
    await clock.advance(19_000);
    expect(client.types).toEqual(['opened']);
    await clock.advance(1_600);
    expect(client.last('disconnect')?.parameters).toEqual({
      reason: 'error',
      info: 'nothing was received for 20 s',
    });
  });

  it('ends a call whose bot is idle for timers.idleMs, apart from playbacks and collections', async () => {
    const hangs: CallHandler = async (call) => {
      await call.play(audio(7000));
      await call.collectDigits({ timeoutMs: 7000 });
      await new Promise(() => {});
    };
    const { clock, client } = await openCall(hangs, { timers: { idleMs: 5000 } });
    await clock.advance(14_000);
    expect(client.types).toEqual(['opened']);
    await clock.advance(4_000);
    expect(client.types).toEqual(['opened']);
    await clock.advance(2_000);
    expect(client.last('disconnect')?.parameters).toEqual({
      reason: 'error',
      info: 'the bot did nothing for 5 s',
    });
  });

  it(
    verifies('AC-TIME-5', 'AC-CLOSE-5', 'drop a socket that the client leaves open for 5 s after closed'),
    async () => {
      const { clock, client, bot, stopAudio } = await openCall(idle);
      stopAudio();
      client.send('close', { reason: 'end' });
      await clock.advance(4_990);
      expect(client.end).toBeUndefined();
      await clock.advance(30);
      expect(client.end?.code).toBe(1006);
      expect(bot.sessions).toBe(0);
    },
  );
});

describe('closing', () => {
  it(
    verifies('AC-CLOSE-1', 'is answered before open, and in answer to disconnect whatever the seq'),
    async () => {
      const early = await dialBot(idle);
      await hangUp(early.clock, early.client);
      expect(early.client.types).toEqual(['closed']);

      const late = await openCall(idle);
      late.client.sendText('nonsense');
      await late.clock.advance(1);
      late.client.send('close', { reason: 'disconnect' }, { seq: 40 });
      await late.clock.advance(1);
      expect(late.client.types).toEqual(['opened', 'disconnect', 'closed']);
      expect(late.client.last('closed')?.clientseq).toBe(40);
    },
  );

  it(verifies('AC-CLOSE-3', 'AC-CLOSE-6', 'is the last word: nothing follows closed'), async () => {
    const { clock, client } = await openCall((call) => {
      const off = setTurns(call);
      call.signal.addEventListener('abort', off);
      return idle(call);
    });
    client.send('close', { reason: 'end' });
    client.send('close', { reason: 'end' });
    client.send('ping', {});
    client.send('dtmf', { digit: '1' });
    await clock.advance(2000);
    expect(client.types.slice(-1)).toEqual(['closed']);
    expect(client.all('closed')).toHaveLength(1);
  });
});

function setTurns(call: { turn(turn: { disposition: 'match' }): void }): () => void {
  for (let turn = 0; turn < 60; turn++) call.turn({ disposition: 'match' });
  return () => call.turn({ disposition: 'match' });
}

describe('a newer or simpler client', () => {
  it.each(['', 'en_us', 'English (US)'])('may report %j as its language', async (language) => {
    const { clock, client } = await dialBot(idle);
    const open = JSON.parse(encodeOpen());
    open.parameters.language = language;
    client.sendText(JSON.stringify(open));
    client.seq = 1;
    await clock.advance(1);
    client.send('update', { language: 'de_DE' });
    await clock.advance(1);
    expect(client.types).toEqual(['opened', 'updated']);
  });

  it(
    verifies(
      'AC-MSG-11',
      'AC-VAR-2',
      'AC-UPDATE-1',
      'may send fields that nobody knows, and leave out what is optional',
    ),
    async () => {
      const { clock, client } = await dialBot(idle);
      const open = JSON.parse(encodeOpen());
      open.hologram = true;
      open.parameters.hologram = { depth: 3 };
      open.parameters.media[0].hologram = 1;
      open.parameters.language = undefined;
      client.sendText(JSON.stringify(open));
      client.seq = 1;
      client.send('update', {});
      client.send('ping', {});
      await clock.advance(1);
      expect(client.types).toEqual(['opened', 'updated', 'pong']);
    },
  );

  it(
    verifies(
      'AC-PAUSE-7',
      'AC-PAUSE-8',
      'AC-DTMF-2',
      'AC-DTMF-3',
      'may pause, resume and drop audio on its own, again and again',
    ),
    async () => {
      const seen: string[] = [];
      const { clock, client } = await openCall((call) => {
        for (const event of ['paused', 'resumed', 'discarded', 'dtmf'] as const) {
          call.on(event, () => void seen.push(event));
        }
        return idle(call);
      });
      client.send('paused', {});
      client.send('paused', {});
      client.send('dtmf', { digit: 'A' });
      client.send('resumed', { start: 'PT0S', discarded: 'PT2S' });
      client.send('discarded', { start: 'PT2S', discarded: 'PT1S' });
      await clock.advance(1);
      expect(seen).toEqual(['paused', 'paused', 'dtmf', 'resumed', 'discarded']);
      expect(client.types).toEqual(['opened']);
    },
  );

  it(verifies('AC-ERR-3', 'may report an error, and gets no answer'), async () => {
    const { clock, client } = await openCall(idle);
    client.send('error', { code: 500, message: 'oops' });
    await clock.advance(1000);
    expect(client.types).toEqual(['opened']);
  });
});
