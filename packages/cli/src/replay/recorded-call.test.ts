import { encodeL16, encodeMulaw, sine } from '@hookline/audio';
import {
  type ClientMessageType,
  type ClientParameters,
  encodeClientMessage,
  encodeServerMessage,
  NULL_UUID,
  PCMU_EXTERNAL,
  type ServerMessageType,
  type ServerParameters,
} from '@hookline/protocol';
import { type AudioRow, PERSONAL_DATA, type Trace, type TraceRow, type Vantage } from '@hookline/trace';
import { describe, expect, test } from 'vitest';
import { readRecordedCall } from './recorded-call.js';

const ID = '3f9f6d5e-0000-4000-8000-000000000001';

/** Builds the trace of a call, as recorded at a vantage. */
class TraceBuilder {
  readonly rows: TraceRow[] = [];
  readonly #frames: Uint8Array[] = [];
  readonly #vantage: Vantage;
  #bytes = 0;

  constructor(vantage: Vantage) {
    this.#vantage = vantage;
  }

  caller<T extends ClientMessageType>(t: number, type: T, parameters: ClientParameters<T>): this {
    const envelope = { id: ID, seq: 1, serverseq: 0, position: 'PT0S' };
    this.rows.push({
      kind: 'message',
      t,
      dir: this.#out,
      type,
      text: encodeClientMessage(type, envelope, parameters),
    });
    return this;
  }

  bot<T extends ServerMessageType>(t: number, type: T, parameters: ServerParameters<T>): this {
    const envelope = { id: ID, seq: 1, clientseq: 1 };
    this.rows.push({
      kind: 'message',
      t,
      dir: this.#in,
      type,
      text: encodeServerMessage(type, envelope, parameters),
    });
    return this;
  }

  audio(t: number, ...frames: Uint8Array[]): this {
    const sizes = frames.map((frame) => frame.length);
    const bytes = sizes.reduce((sum, size) => sum + size, 0);
    const row: AudioRow = {
      kind: 'audio',
      t,
      dir: this.#out,
      frames: frames.length,
      bytes,
      arrivalsMs: frames.map((_, index) => index * 200),
      sizes,
      offset: this.#bytes,
    };
    this.#bytes += bytes;
    this.#frames.push(...frames);
    this.rows.push(row);
    return this;
  }

  trace(more: Partial<Trace> = {}): Trace {
    return {
      header: {
        format: 'hookline-trace',
        schemaVersion: 1,
        vantage: this.#vantage,
        started: '2026-11-29T00:00:00.000Z',
        url: 'ws://localhost/b',
        codec: 'PCMU',
        rate: 8000,
        channels: ['external'],
        redactions: [],
      },
      rows: this.rows,
      truncated: false,
      caller: Uint8Array.from(this.#frames.flatMap((frame) => [...frame])),
      bot: new Uint8Array(0),
      ...more,
    };
  }

  get #out() {
    return this.#vantage === 'client' ? 'out' : 'in';
  }

  get #in() {
    return this.#vantage === 'client' ? 'in' : 'out';
  }
}

const open = (more: Partial<ClientParameters<'open'>> = {}): ClientParameters<'open'> => ({
  organizationId: ID,
  conversationId: ID,
  participant: { id: ID, ani: '', aniName: '', dnis: '' },
  media: [PCMU_EXTERNAL],
  ...more,
});

const begun = (vantage: Vantage = 'client', media = PCMU_EXTERNAL, startPaused = false) =>
  new TraceBuilder(vantage)
    .caller(1000, 'open', open({ media: [media] }))
    .bot(1100, 'opened', { startPaused, media: [media] });

const GAP = { start: 'PT0S', discarded: 'PT0S' };
const SECOND = encodeMulaw(sine({ hz: 440, ms: 1000, dbfs: -10 }));
const frame = (index: number) => SECOND.subarray(index * 1600, (index + 1) * 1600);

describe('the recorded caller of a trace', () => {
  test.each<Vantage>(['client', 'server', 'proxy'])('is read from a trace of vantage %s', (vantage) => {
    const story = begun(vantage)
      .audio(1300, frame(0), frame(1))
      .caller(1700, 'dtmf', { digit: '7' })
      .caller(1800, 'update', { language: 'de-de' })
      .caller(2100, 'close', { reason: 'end' });
    const call = readRecordedCall(story.trace(), 'x');
    expect(call.actions).toEqual([
      { atMs: 600, action: { type: 'dtmf', digit: '7' } },
      { atMs: 700, action: { type: 'language', language: 'de-de' } },
    ]);
    expect(call.end).toEqual({ by: 'caller', atMs: 1000 });
    expect([call.timeline.frameMs, call.timeline.audio()]).toEqual([200, SECOND.slice(0, 3200)]);
  });

  test('has no masked key, number or variable of a trace that masks personal data', () => {
    const masked = { id: ID, ani: '***', aniName: '***', dnis: '' };
    const rows = new TraceBuilder('client')
      .caller(1000, 'open', open({ participant: masked, inputVariables: { customer: '***', plan: '' } }))
      .bot(1100, 'opened', { startPaused: false, media: [PCMU_EXTERNAL] })
      .caller(1700, 'dtmf', { digit: '***' })
      .caller(1900, 'dtmf', { digit: '***' });
    const { header } = rows.trace();
    const call = readRecordedCall(rows.trace({ header: { ...header, redactions: [...PERSONAL_DATA] } }), 'x');
    expect(call.actions).toEqual([]);
    expect(call.open.participant).toEqual({ id: ID, dnis: '' });
    expect(call.open.inputVariables).toEqual({ plan: '' });
    expect(call.notRepeated).toEqual(['2 keys', 'ani', 'aniName', 'input "customer"']);
  });

  test('presses no digit of a message that is none', () => {
    const story = begun().caller(1700, 'dtmf', { digit: '12' }).caller(1800, 'dtmf', { digit: '3' });
    const { actions, notRepeated } = readRecordedCall(story.trace(), 'x');
    expect(actions.map(({ action }) => action)).toEqual([{ type: 'dtmf', digit: '3' }]);
    expect(notRepeated).toEqual(['1 key']);
  });

  test('has both channels of a call with two, in PCMU and L16', () => {
    const channels = ['external', 'internal'] as const;
    const samples = sine({ hz: 440, ms: 200, dbfs: -10 });
    const both = Int16Array.from({ length: samples.length * 2 }, (_, k) =>
      k % 2 ? -1 : (samples[k >> 1] ?? 0),
    );
    const wire = { PCMU: encodeMulaw(both), L16: encodeL16(both) };
    for (const format of ['PCMU', 'L16'] as const) {
      const media = { ...PCMU_EXTERNAL, format, channels: [...channels] };
      const call = readRecordedCall(begun('proxy', media).audio(1300, wire[format]).trace(), 'x');
      expect([call.format, call.channels, call.timeline.frameMs]).toEqual([format, channels, 200]);
      expect(call.timeline.audio()).toEqual(encodeMulaw(samples));
      expect(call.timeline.audio('internal')).toEqual(encodeMulaw(new Int16Array(samples.length).fill(-1)));
    }
  });

  test('is silent in a channel that the call did not have', () => {
    const { timeline } = readRecordedCall(begun().audio(1300, frame(0)).trace(), 'x');
    expect(timeline.audio('internal')).toEqual(new Uint8Array(1600).fill(0xff));
  });

  test('is silent in a gap of the stream, from `resumed` or from the times of frames', () => {
    const reported = begun()
      .audio(1300, frame(0))
      .bot(1310, 'pause', {})
      .caller(1311, 'paused', {})
      .bot(1900, 'resume', {})
      .caller(1901, 'resumed', { start: 'PT0.2S', discarded: 'PT0.6S' })
      .audio(2100, frame(1));
    const measured = begun().audio(1300, frame(0)).audio(2100, frame(1));
    for (const story of [reported, measured]) {
      const audio = readRecordedCall(story.trace(), 'x').timeline.audio();
      expect([audio.length, audio.subarray(6400)]).toEqual([8000, Uint8Array.from(frame(1))]);
      expect(new Set(audio.subarray(1600, 6400))).toEqual(new Set([0xff]));
    }
  });

  test.each(['resumed', 'discarded'] as const)(
    'has the gap that `%s` reports, even if the times of frames show none',
    (type) => {
      const gap = { start: 'PT0.2S', discarded: 'PT0.3S' };
      const reported = begun().audio(1300, frame(0)).caller(1301, type, gap).audio(1500, frame(1));
      const jitter = begun().audio(1300, frame(0)).audio(1800, frame(1));
      const lengths = [reported, jitter].map((s) => readRecordedCall(s.trace(), 'x').timeline.audio().length);
      expect(lengths).toEqual([5600, 3200]);
    },
  );

  test('has frames of a burst at their positions in the stream', () => {
    const story = begun().audio(1101, frame(0)).audio(1102, frame(1)).audio(1103, frame(2));
    expect(readRecordedCall(story.trace(), 'x').timeline.audio()).toEqual(SECOND.slice(0, 4800));
  });

  test('has the complete frames of truncated audio', () => {
    const trace = begun().audio(1300, frame(0), frame(1)).trace();
    const cut = { ...trace, caller: trace.caller.slice(0, 2000), truncated: true };
    expect(readRecordedCall(cut, 'x').timeline.audio()).toEqual(SECOND.slice(0, 1600));
  });

  test('leaves a hold that ends during a pause of the bot when the bot is heard again', () => {
    const bot = new Uint8Array(24_000);
    const audio = { kind: 'audio', t: 1200, dir: 'in', frames: 1, arrivalsMs: [0], offset: 0 } as const;
    const story = begun();
    story.rows.push({ ...audio, bytes: bot.length, sizes: [bot.length] });
    story
      .caller(1200, 'playback_started', {})
      .caller(2200, 'paused', {})
      .bot(2300, 'pause', {})
      .caller(2301, 'paused', {})
      .caller(4000, 'dtmf', { digit: '1' })
      .caller(5000, 'playback_completed', {})
      .bot(6000, 'resume', {})
      .caller(6001, 'resumed', GAP);
    expect(readRecordedCall(story.trace({ bot }), 'x').actions).toEqual([
      { atMs: 1100, action: { type: 'hold' } },
      { atMs: 1900, action: { type: 'unhold' } },
      { atMs: 2900, action: { type: 'dtmf', digit: '1' } },
    ]);
  });

  test.each<[string, (story: TraceBuilder) => TraceBuilder, ('hold' | 'unhold')[], boolean?]>([
    [
      'a hold of the caller',
      (s) => s.caller(1200, 'paused', {}).caller(1300, 'resumed', GAP),
      ['hold', 'unhold'],
    ],
    [
      'no hold for a pause of the bot',
      (s) =>
        s
          .bot(1200, 'pause', {})
          .caller(1201, 'paused', {})
          .bot(1300, 'resume', {})
          .caller(1301, 'resumed', GAP),
      [],
    ],
    ['no hold for a paused start', (s) => s.caller(1101, 'paused', {}), [], true],
    [
      'a hold that starts during a pause of the bot',
      (s) =>
        s
          .bot(1200, 'pause', {})
          .caller(1201, 'paused', {})
          .bot(1300, 'resume', {})
          .caller(1301, 'paused', {})
          .caller(1400, 'resumed', GAP),
      ['hold', 'unhold'],
    ],
    [
      'a hold during which the bot pauses',
      (s) =>
        s
          .caller(1200, 'paused', {})
          .bot(1250, 'pause', {})
          .caller(1251, 'paused', {})
          .bot(1300, 'resume', {})
          .caller(1301, 'resumed', GAP),
      ['hold', 'unhold'],
    ],
  ])('has %s', (_, addRows, holds, startPaused = false) => {
    const story = addRows(begun('client', PCMU_EXTERNAL, startPaused));
    const { actions } = readRecordedCall(story.trace(), 'x');
    expect(actions.map(({ action }) => action.type)).toEqual(holds);
  });

  test('ends as recorded', () => {
    const end = (story: TraceBuilder, more: Partial<Trace> = {}) =>
      readRecordedCall(story.trace(more), 'x').end;
    const lost = (by: 'self' | 'peer' | 'loss') =>
      ({ kind: 'end', t: 1500, by, code: 1006, reason: '' }) as const;
    const withEnd = (vantage: Vantage, by: 'self' | 'peer' | 'loss') => {
      const story = begun(vantage);
      story.rows.push(lost(by));
      return end(story).by;
    };
    const completed = { reason: 'completed', outputVariables: {} } as const;
    expect(
      end(begun().bot(1500, 'disconnect', completed).caller(1501, 'close', { reason: 'disconnect' })),
    ).toEqual({
      by: 'bot',
      atMs: 400,
    });
    expect(end(begun().caller(1500, 'close', { reason: 'error' })).by).toBe('bot');
    expect(end(begun().caller(1500, 'close', { reason: 'end' }), { result: { path: 'failure' } }).by).toBe(
      'bot',
    );
    expect(end(begun().audio(1900, frame(0)))).toEqual({ by: 'truncated', atMs: 800 });
    // A row of audio has the time of its first frame.
    expect(end(begun().audio(1900, frame(0), frame(1), frame(2)).bot(1950, 'pong', {}))).toEqual({
      by: 'truncated',
      atMs: 1200,
    });
    expect([withEnd('client', 'loss'), withEnd('client', 'self')]).toEqual(['bot', 'callerLost']);
    expect([withEnd('server', 'loss'), withEnd('proxy', 'self')]).toEqual(['callerLost', 'bot']);
  });

  test('is refused if the call was not opened, or is a probe', () => {
    const refused = new TraceBuilder('client');
    refused.rows.push({ kind: 'response', t: 5, dir: 'in', head: 'HTTP/1.1 401 Unauthorized', status: 401 });
    const ids = { conversationId: NULL_UUID, participant: { id: NULL_UUID, ani: '', aniName: '', dnis: '' } };
    const probe = new TraceBuilder('client')
      .caller(1, 'open', open(ids))
      .bot(2, 'opened', { startPaused: false, media: [PCMU_EXTERNAL] });
    const message = (story: TraceBuilder) => {
      try {
        readRecordedCall(story.trace(), '"x"');
      } catch (error) {
        return String(error);
      }
      return '';
    };
    expect(message(refused)).toContain(
      '"x" is the trace of a call that was not opened (the upgrade was answered with HTTP 401)',
    );
    expect(message(new TraceBuilder('server').caller(1, 'open', open()))).toContain(
      'open was never answered',
    );
    expect(message(new TraceBuilder('server'))).toContain('no valid open');
    expect(message(probe)).toContain('a connection probe');
  });
});
