import { VirtualClock } from '@hookline/runtime';
import { linkedCall } from '@hookline/testing';
import { describe, expect, it } from 'vitest';
import { RealtimeError, type RealtimeOptions, startRealtime, type Tool, tool } from '../src/index.js';
import { type ScriptedOptions, scripted } from '../src/testing/index.js';
import { type Bridged, bridged, CallRecorder, finish, ready } from './bridged.js';

const MUSIC = 0x44;
const MENU = 0x10;
const REPLY = 0x33;

const bytesOf = (ms: number, byte: number) => new Uint8Array(ms * 8).fill(byte);

/** Music that never ends. */
const endless = {
  async *[Symbol.asyncIterator]() {
    for (;;) yield bytesOf(1000, MUSIC);
  },
};

/** A call with a filler that starts after 300 ms, and with the tool `work`. */
function filled(
  run: Tool['run'],
  about: {
    readonly audio?: Uint8Array | typeof endless;
    readonly reply?: 'after' | 'none' | 'later';
    readonly options?: RealtimeOptions;
    readonly service?: ScriptedOptions;
  } = {},
): Bridged {
  const { audio = bytesOf(20_000, MUSIC), reply = 'after', options = {}, service = {} } = about;
  return bridged(
    {
      filler: { audio, afterMs: 300 },
      limits: { toolMs: 60_000, callMs: 50_000 },
      tools: { work: tool({ description: 'Works.', parameters: { type: 'object' }, reply, run }) },
      ...options,
    },
    { service },
  );
}

/** When the caller heard the first of these bytes, and how many milliseconds of them. */
function heard(it: Bridged, byte: number): { readonly fromMs: number | undefined; readonly ms: number } {
  const first = it.recorder.heardPieces.find(({ bytes }) => bytes.includes(byte));
  return { fromMs: first && Math.round(first.t), ms: Math.round(it.recorder.heardMs(byte)) };
}

const sleepOn = (it: () => Bridged, ms: number) => new Promise<void>((done) => it().clock.after(ms, done));

const requestTool = (it: Bridged) => it.service.link.host.toolCall('1', 'work', '{}');

const never = () => new Promise<never>(() => {});

describe('a filler ends', () => {
  it.each([
    ['a minute of music', bytesOf(60_000, MUSIC)],
    ['music without end', endless],
  ])('when the reconnect has failed, so that the call fails at once: %s', async (_, audio) => {
    const down = new RealtimeError('SERVICE_UNREACHABLE', 'down');
    const it = filled(never, { audio, service: { refuse: (n) => (n > 1 ? down : undefined) } });
    await ready(it);
    await it.clock.advance(2000);
    it.service.link.drop(1006);
    const result = await finish(it);
    expect(result.path).toBe('failure');
    expect(result.durationMs).toBeLessThan(4000);
    expect(heard(it, MUSIC).ms).toBeLessThan(1000);
  });

  it('when the session is reconnected and no reply is due', async () => {
    const it = filled(never, { service: { connectMs: 1000 } });
    await it.clock.advance(3000);
    it.service.link.drop(1006);
    await it.clock.advance(1500);
    expect(it.session.state).toBe('listening');
    const { ms } = heard(it, MUSIC);
    await finish(it);
    expect(ms).toBeGreaterThan(400);
    expect(heard(it, MUSIC).ms).toBeLessThan(900);
  });

  it('when a tool is over whose result starts no reply', async () => {
    const it: Bridged = filled(() => sleepOn(() => it, 1000), { reply: 'none' });
    await ready(it);
    requestTool(it);
    await finish(it);
    expect(heard(it, MUSIC).ms).toBeGreaterThan(500);
    expect(heard(it, MUSIC).ms).toBeLessThan(900);
  });

  it('when a reply to the result of a tool begins, and not before', async () => {
    const it: Bridged = filled(() => sleepOn(() => it, 1000), {
      service: {
        onAsk: (link) => {
          it.clock.after(2000, () => link.reply('r', 500, { byte: REPLY }));
        },
      },
    });
    await ready(it);
    const nowMs = it.clock.now();
    requestTool(it);
    await finish(it);
    const reply = heard(it, REPLY);
    expect(reply.ms).toBe(500);
    expect(Math.abs((reply.fromMs ?? 0) - nowMs - 3000)).toBeLessThan(200);
    expect(Math.abs(heard(it, MUSIC).ms - 2700)).toBeLessThan(200);
  });

  it('when nothing answers the reply that is due', async () => {
    const it: Bridged = filled(() => sleepOn(() => it, 1000), {
      audio: endless,
      options: { limits: { replyMs: 1000, callMs: 30_000 }, onSilence: () => {} },
    });
    await ready(it);
    requestTool(it);
    await finish(it);
    expect(heard(it, MUSIC).ms).toBeGreaterThan(2000);
    expect(heard(it, MUSIC).ms).toBeLessThan(4000);
  });

  it('when the bot interrupts, and starts again if the tool still runs', async () => {
    const it = filled(never);
    await ready(it);
    requestTool(it);
    await it.clock.advance(1000);
    it.session.interrupt();
    await it.clock.advance(250);
    const { ms } = heard(it, MUSIC);
    expect(ms).toBeLessThan(800);
    await it.clock.advance(1000);
    expect(heard(it, MUSIC).ms).toBeGreaterThan(ms + 500);
    await finish(it);
  });

  it('when the call ends, also if it is ended now', async () => {
    const it = filled(never, { audio: endless });
    await ready(it);
    requestTool(it);
    await it.clock.advance(1000);
    it.session.end({}, { after: 'now' });
    const result = await finish(it);
    expect(result.path).toBe('success');
    expect(result.durationMs).toBeLessThan(1500);
  });
});

describe('a filler leaves the line', () => {
  it('to a tool that plays its own prompt and collects digits, whose time limit is not delayed', async () => {
    let digitsAfterMs = 0;
    const it: Bridged = filled(async (_, { call }) => {
      const fromMs = it.clock.now();
      await call.play(bytesOf(2000, MENU));
      const digits = await call.collectDigits({ max: 4, timeoutMs: 5000 });
      digitsAfterMs = it.clock.now() - fromMs;
      return digits;
    });
    await ready(it);
    requestTool(it);
    await it.clock.advance(10_000);
    expect(Math.abs(digitsAfterMs - 7000)).toBeLessThan(100);
    expect(heard(it, MENU).ms).toBe(2000);
    expect(heard(it, MUSIC).ms).toBe(0);
    it.session.end({}, { after: 'now' });
    await finish(it);
  });

  it('to a tool that begins to collect digits while it plays', async () => {
    let collectedMs = 0;
    const it: Bridged = filled(async (_, { call }) => {
      await sleepOn(() => it, 1000);
      const fromMs = it.clock.now();
      const digits = await call.collectDigits({ max: 4, timeoutMs: 3000 });
      collectedMs = it.clock.now() - fromMs;
      return digits;
    });
    await ready(it);
    requestTool(it);
    await it.clock.advance(6000);
    expect(collectedMs).toBeGreaterThan(2900);
    expect(collectedMs).toBeLessThan(3400);
    expect(heard(it, MUSIC).ms).toBeLessThan(1000);
    it.session.end({}, { after: 'now' });
    await finish(it);
  });

  it.each([
    ['plays something', () => {}],
    ['stops it and plays something', (call: { stop(): unknown }) => void call.stop()],
  ])('to a tool that %s, and starts again once that was heard', async (_, stop) => {
    const it: Bridged = filled(async (_, { call }) => {
      await sleepOn(() => it, 1000);
      stop(call);
      await call.play(bytesOf(2000, MENU));
      return never();
    });
    await ready(it);
    const nowMs = it.clock.now();
    requestTool(it);
    await it.clock.advance(3400);
    expect(heard(it, MENU).ms).toBe(2000);
    expect((heard(it, MENU).fromMs ?? 0) - nowMs).toBeLessThan(1200);
    const beforeMs = heard(it, MUSIC).ms;
    expect(beforeMs).toBeLessThan(800);
    await it.clock.advance(1000);
    expect(heard(it, MUSIC).ms).toBeGreaterThan(beforeMs + 400);
    it.session.end({}, { after: 'now' });
    await finish(it);
  });

  it('while the bot plays, and starts once that was heard and the tool still runs', async () => {
    const it: Bridged = filled(async (_, { call }) => {
      await call.play(bytesOf(2000, MENU));
      return never();
    });
    await ready(it);
    const nowMs = it.clock.now();
    requestTool(it);
    await it.clock.advance(4000);
    const { fromMs = 0 } = heard(it, MUSIC);
    expect(fromMs - nowMs).toBeGreaterThan(2250);
    expect(fromMs - nowMs).toBeLessThan(2600);
    it.session.end({}, { after: 'now' });
    await finish(it);
  });
});

describe('after a session has failed, a bot that goes on with the call is not disturbed by its filler', () => {
  it.each([
    ['that would be due later', 900, 1200],
    ['that is playing', 1500, 300],
  ])('%s', async (_, lostAtMs, afterMs) => {
    const clock = new VirtualClock();
    const recorder = new CallRecorder();
    const service = scripted({ can: { resume: false } });
    const tools = { work: tool({ description: 'Works.', parameters: { type: 'object' }, run: never }) };
    const { call } = linkedCall(
      () => async (call) => {
        const session = startRealtime(call, service, {
          ...{ clock, tools, greeting: 'caller', filler: { audio: bytesOf(20_000, MUSIC), afterMs } },
        });
        await session.result.catch(() => {});
        const fromMs = clock.now();
        await call.play(bytesOf(400, MENU));
        expect(clock.now() - fromMs).toBeLessThan(600);
        await call.collectDigits({ max: 1, timeoutMs: 4000 });
        expect(clock.now() - fromMs).toBeLessThan(4600);
        return {};
      },
      { clock, call: { sink: recorder as never } },
    );
    await clock.advanceUntil(() => service.links.length > 0);
    service.link.host.toolCall('1', 'work', '{}');
    await clock.advance(lostAtMs);
    service.link.drop(1011);
    expect((await clock.run(call.result)).path).toBe('success');
    expect(recorder.heardMs(MENU)).toBe(400);
    expect(recorder.heardMs(MUSIC)).toBeLessThanOrEqual(Math.max(0, lostAtMs - afterMs));
  });
});
