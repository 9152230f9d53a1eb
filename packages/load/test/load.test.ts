import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeMulaw, MULAW_SILENCE, sine } from '@hookline/audio';
import { toMulaw8k } from '@hookline/audio/resample';
import { parrot, phrase, phraseUrl } from '@hookline/bots';
import type { Dial } from '@hookline/client';
import { sleep, VirtualClock } from '@hookline/runtime';
import { CallFailure, type CallHandler, pcm16 } from '@hookline/server';
import { afterAll, describe, expect, it } from 'vitest';
import type { CallTools } from '../src/behaviour.js';
import { behaviourOf, conversation } from '../src/index.js';
import { NO_CALLS } from '../src/load-run.js';
import { BareBots } from './bare-bots.js';
import { dialBot, runInMemory } from './in-memory-load.js';

const hello = encodeMulaw(sine({ hz: 440, ms: 900 }));

/** A clock whose timers fire late, as on a busy machine. */
class SlowClock extends VirtualClock {
  override after(ms: number, callback: () => void) {
    return super.after(ms + 80, callback);
  }
}

describe('a load test', () => {
  it('starts calls at its rate, regardless of the bot, and reports their outcomes and times', async () => {
    const talk = conversation({ lines: [hello] });
    const { report } = await runInMemory(dialBot(parrot), {
      rate: 4,
      durationMs: 2000,
      holdMs: 5000,
      behaviour: talk,
    });
    expect(report.counts).toMatchObject({ started: 8, opened: 8, hungUp: 8, failed: 0, unanswered: 0 });
    expect(report.peakLive).toBe(8);
    expect(report.metrics.opened).toMatchObject({ count: 8, p50: 20, max: 20 });
    expect(report.metrics.reply?.count).toBe(8);
    expect(report.metrics.ping?.max).toBe(20);
    expect(report.verdict).toBe('passed');
    expect(report.generator.metrics.sendLate?.max).toBeLessThanOrEqual(5);
  });

  it('counts a call that the bot ends as completed', async () => {
    const bot: CallHandler = async () => ({});
    const { report } = await runInMemory(
      dialBot(() => bot),
      { calls: 3, rate: 10 },
    );
    expect(report.counts).toMatchObject({ started: 3, completed: 3, hungUp: 0, failed: 0 });
  });

  it.each(['kill', 'freeze'] as const)(
    'counts 1,000 calls that are lost when the server is gone as failed, and none hangs (%s)',
    async (end) => {
      let bots: BareBots | undefined;
      const dial = (clock: VirtualClock) => {
        bots = new BareBots(clock);
        return bots.dial;
      };
      const { report, clock } = await runInMemory(dial, {
        rate: 1000,
        calls: 1000,
        frameMs: 1000,
        holdMs: 60_000,
        during: async (clock) => {
          await clock.advance(1500);
          bots?.[end]();
        },
      });
      const cause = end === 'kill' ? 'connection-lost' : 'pong-timeout';
      expect(report.counts).toMatchObject({ started: 1000, opened: 1000, hungUp: 0, failed: 1000 });
      expect(report.failures).toEqual({ [cause]: 1000 });
      expect(report.thresholds).toEqual([{ name: 'failed', most: 0.01, unit: 'share', got: 1, met: false }]);
      expect(report.verdict).toBe('missed');
      expect(report.durationMs).toBeLessThan(end === 'kill' ? 2500 : 30_000);
      await clock.advance(10);
      expect(clock.pending).toBe(0);
    },
    60_000,
  );

  it('measures the audio that an echoing bot does not send back', async () => {
    let frames = 0;
    const behaviour = conversation({ lines: [await toMulaw('hello'), await toMulaw('table')], talk: 'over' });
    const lossy = (clock: VirtualClock) =>
      new BareBots(clock, (bytes, say) => {
        frames += 1;
        if (frames % 10 !== 0) say(bytes);
      }).dial;
    const options = { calls: 2, holdMs: 20_000, behaviour };
    const sound = await runInMemory((clock) => new BareBots(clock, (bytes, say) => say(bytes)).dial, options);
    expect(sound.report.counts.echoed).toBe(2);
    expect(sound.report.echo).toMatchObject({ lostMs: 0, alteredMs: 0 });
    expect(sound.report.echo?.backMs).toBeGreaterThan(20_000);
    const { report } = await runInMemory(lossy, { ...options, thresholds: [{ metric: 'lost', most: 0 }] });
    expect(report.counts.echoed).toBe(2);
    expect(report.echo?.lostMs).toBeGreaterThan(500);
    expect(report.echo?.alteredMs).toBe(0);
    expect(report.thresholds[0]).toMatchObject({ name: 'lost', met: false });
  });

  it('does not count a bot that repeats utterances as echoing', async () => {
    const behaviour = conversation({ lines: [await toMulaw('hello')] });
    const { report } = await runInMemory(dialBot(parrot), { calls: 1, holdMs: 15_000, behaviour });
    expect(report.metrics.reply?.count).toBeGreaterThan(1);
    expect(report.echo).toBeUndefined();
  });

  it('measures how long the bot continues when the caller interrupts it', async () => {
    const talker: CallHandler = async (call) => {
      for (;;) {
        await call.utterance({ timeoutMs: 30_000 });
        await call.play(pcm16(sine({ hz: 300, ms: 6000, rate: 8000 }), { rate: 8000 }), { bargeIn: true });
      }
    };
    const lines = [await toMulaw('hello'), await toMulaw('table')];
    for (const turnGapMs of [700, 0]) {
      const behaviour = conversation({ lines, bargeInAfterMs: 1000, turnGapMs });
      const { report } = await runInMemory(
        dialBot(() => talker),
        { calls: 1, holdMs: 20_000, behaviour },
      );
      expect(report.metrics.bargeIn?.count).toBeGreaterThanOrEqual(1);
      expect(report.metrics.bargeIn?.max).toBeLessThan(1000);
    }
  });

  it('takes what the bot plays as the answer to a line that is too quiet to measure a reply', async () => {
    const quiet = new Uint8Array(4000).fill(0xff);
    const prompter =
      (clock: VirtualClock): CallHandler =>
      async (call) => {
        for (;;) {
          await call.play(pcm16(sine({ hz: 300, ms: 500, rate: 8000 }), { rate: 8000 }));
          await new Promise<void>((resolve) => clock.after(1200, resolve));
        }
      };
    const behaviour = conversation({ lines: [quiet], patienceMs: 2000 });
    const { report } = await runInMemory(
      dialBot(({ clock }) => prompter(clock)),
      { calls: 1, holdMs: 15_000, behaviour },
    );
    expect(report.counts.unanswered).toBe(0);
  });

  it('counts how often the bot does not answer the caller', async () => {
    const behaviour = conversation({ lines: [hello], patienceMs: 2000 });
    const { report } = await runInMemory((clock) => new BareBots(clock).dial, {
      calls: 1,
      holdMs: 10_000,
      behaviour,
    });
    expect(report.counts).toMatchObject({ hungUp: 1, unanswered: 3 });
  });

  it.each([
    ['never says a word', undefined, { hungUp: 1, unanswered: 2 }],
    ['replies', 1000, { hungUp: 1, unanswered: 0 }],
  ] as const)('talks to a bot that sends silence continuously and %s', async (_, replyMs, counts) => {
    const silence = new Uint8Array(160).fill(MULAW_SILENCE);
    const answer = encodeMulaw(sine({ hz: 300, ms: 500 }));
    const continuous = dialBot(({ clock }) => async (call) => {
      // Ahead of what is heard, so that its playback never ends.
      const output = call.stream({ format: 'PCMU', leadMs: 200 });
      let speaksAtMs = Number.POSITIVE_INFINITY;
      call.onSpeech({
        end: () => {
          if (replyMs !== undefined) speaksAtMs = clock.now() + replyMs;
        },
      });
      while (!call.signal.aborted) {
        if (clock.now() >= speaksAtMs) {
          speaksAtMs = Number.POSITIVE_INFINITY;
          output.write(answer);
          await sleep(clock, 500);
        }
        output.write(silence);
        await sleep(clock, 20);
      }
    });
    const behaviour = conversation({ lines: [await toMulaw('hello')], patienceMs: 4000 });
    const { report } = await runInMemory(continuous, { calls: 1, holdMs: 20_000, behaviour });
    expect(report.counts).toMatchObject(counts);
  });

  it('is void if the generator did not keep pace, and reports its delays', async () => {
    const clock = new SlowClock();
    const { report } = await runInMemory((clock) => new BareBots(clock).dial, {
      clock,
      calls: 20,
      rate: 10,
      holdMs: 3000,
    });
    const { metrics, keptPace } = report.generator;
    expect(keptPace).toBe(false);
    expect(report.verdict).toBe('void');
    expect(metrics.sendLate?.p50).toBeGreaterThanOrEqual(60);
    expect(metrics.startLate?.max).toBeGreaterThanOrEqual(80);
    expect(metrics.loopLag?.p50).toBeCloseTo(80, 0);
  });

  it('stops at its signal: no more calls start, and live calls hang up without counting as failed', async () => {
    const stopping = new AbortController();
    const { report } = await runInMemory((clock) => new BareBots(clock).dial, {
      rate: 10,
      durationMs: 60_000,
      signal: stopping.signal,
      during: async (clock) => {
        await clock.advance(2050);
        stopping.abort();
      },
    });
    expect(report.counts).toMatchObject({ started: 21, stopped: 21, failed: 0, hungUp: 0 });
    expect(report.durationMs).toBeLessThan(3500);
  });

  it('counts a call that was over when it was stopped as what it was, not as stopped', async () => {
    const stopping = new AbortController();
    const { report } = await runInMemory(
      dialBot(() => async () => ({})),
      {
        calls: 1,
        signal: stopping.signal,
        behaviour: async (_, tools) => {
          const result = await tools.call().result;
          stopping.abort();
          return { result };
        },
      },
    );
    expect(report.counts).toMatchObject({ started: 1, completed: 1, stopped: 0 });
  });

  it('measures the first audio of the bot from the opening of the call', async () => {
    const greeter: CallHandler = async (call) => {
      await call.play(hello);
      return {};
    };
    const { report } = await runInMemory(
      dialBot(() => greeter),
      { calls: 1 },
    );
    // The connection and the opening alone took longer.
    expect(report.metrics.opened?.min).toBe(20);
    expect(report.metrics.firstAudio).toMatchObject({ count: 1 });
    expect(report.metrics.firstAudio?.max).toBeLessThan(20);
  });

  it('makes no call if its signal was aborted before', async () => {
    const { report } = await runInMemory((clock) => new BareBots(clock).dial, {
      signal: AbortSignal.abort(),
    });
    expect(report.counts).toEqual(NO_CALLS);
    expect(report.durationMs).toBe(0);
  });

  it('reports progress once per second', async () => {
    const { reports } = await runInMemory((clock) => new BareBots(clock).dial, {
      rate: 2,
      durationMs: 3000,
      holdMs: 2000,
    });
    expect(reports.length).toBeGreaterThanOrEqual(4);
    expect(reports[1]).toMatchObject({
      elapsedMs: 2000,
      live: 4,
      second: { started: 2 },
      metrics: { opened: { count: 4, p95: expect.any(Number) }, startLate: { count: 4 } },
    });
    expect(reports.at(-1)).toMatchObject({ live: 0, counts: { started: 6, hungUp: 6 } });
  });

  it.each([
    [
      'throws',
      () => {
        throw new Error('no terminal');
      },
    ],
    ['rejects', () => Promise.reject(new Error('no terminal'))],
  ])('measures all calls even if the function for its progress %s', async (_, onProgress) => {
    const { report, reports } = await runInMemory((clock) => new BareBots(clock).dial, {
      rate: 2,
      durationMs: 2000,
      holdMs: 2000,
      onProgress,
    });
    expect(report.counts).toMatchObject({ started: 4, hungUp: 4 });
    expect(reports.length).toBeGreaterThan(3);
  });

  it('makes the same calls in several processes as in one', async () => {
    const startTimes = async (share?: { readonly index: number; readonly total: number }) => {
      const at: number[] = [];
      await runInMemory((clock) => new BareBots(clock).dial, {
        rate: 20,
        rampMs: 1000,
        durationMs: 2000,
        holdMs: 100,
        ...(share ? { share } : {}),
        behaviour: async (_, tools) => {
          at.push(Math.round(tools.clock.now()));
          return { result: await tools.call().result };
        },
      });
      return at;
    };
    const parts = await Promise.all([0, 1, 2].map((index) => startTimes({ index, total: 3 })));
    expect(parts.flat().sort((a, b) => a - b)).toEqual(await startTimes());
  });
});

describe('a scenario as a behaviour', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hookline-load-'));
  afterAll(() => rmSync(folder, { recursive: true }));
  const file = join(folder, 'two.call.yaml');
  const scenario = (name: string, within: string) =>
    `version: 1\nname: ${name}\nsteps:\n  - say: ${fileURLToPath(phraseUrl('hello'))}\n  - expect: playback_started\n    within: ${within}\n  - hangup\n`;
  writeFileSync(file, `${scenario('answers', '5s')}---\n${scenario('answers at once', '100ms')}`);

  it('runs in every call, alternating between scenarios; an unmet expectation fails the call, which is measured as usual', async () => {
    const { report } = await runInMemory(dialBot(parrot), {
      calls: 6,
      rate: 5,
      behaviour: await behaviourOf({ scenario: file }),
    });
    expect(report.counts).toMatchObject({ started: 6, opened: 6, hungUp: 3, failed: 3 });
    expect(report.failures).toEqual({ expectation: 3 });
    expect(report.examples?.['expectation']).toMatch(
      /^expect playback_started within 100ms: expected .+; got \S/,
    );
    expect(report.metrics.firstAudio?.count).toBe(3);
    expect(report.generator.metrics.sendLate?.count).toBeGreaterThan(30);
  });

  it('does not fail a call whose failure path the scenario expects', async () => {
    const fault = join(folder, 'fault.call.yaml');
    const call = (cause: string) =>
      `version: 1\nname: gives up\ncall: { faults: { unavailableAfterMs: 300 } }\nsteps: []\nend: { path: failure, cause: ${cause} }\n`;
    writeFileSync(fault, `${call('internal')}---\n${call('dns')}`);
    const { report } = await runInMemory(dialBot(parrot), {
      calls: 4,
      rate: 5,
      behaviour: await behaviourOf({ scenario: fault }),
    });
    expect(report.counts).toMatchObject({ started: 4, opened: 4, completed: 2, failed: 2 });
    expect(report.failures).toEqual({ expectation: 2 });
  });

  it('fails with the cause of its call if the bot fails a call that the scenario expects to succeed', async () => {
    const { report } = await runInMemory(
      dialBot(() => () => Promise.reject(new CallFailure('no table'))),
      {
        calls: 2,
        rate: 5,
        behaviour: await behaviourOf({ scenario: file }),
      },
    );
    expect(report.counts).toMatchObject({ started: 2, failed: 2 });
    expect(report.failures).toEqual({ 'bot-error': 2 });
    expect(report.examples?.['bot-error']).toContain('no table');
  });

  it('is hung up without a failure if the load test is stopped', async () => {
    const stopping = new AbortController();
    const { report } = await runInMemory(dialBot(parrot), {
      calls: 6,
      rate: 5,
      behaviour: await behaviourOf({ scenario: file }),
      signal: stopping.signal,
      during: async (clock) => {
        await clock.advance(500);
        stopping.abort();
      },
    });
    expect(report.counts).toMatchObject({ started: 3, stopped: 3, failed: 0 });
  });
});

describe('a behaviour', () => {
  const dial = (clock: VirtualClock) => new BareBots(clock).dial;

  const result = { path: 'success', timings: { replyMs: [] }, underruns: 0 };
  it.each([
    ['undefined', undefined],
    ['a string', 'done'],
    ['null', null],
    ['no result', {}],
    ['a result of another kind', { result: { path: 'success' } }],
    ['no times', { result: { ...result, timings: null } }],
    ['a problem that is no string', { result, problem: new Error('wrong') }],
    ['a statement that is no boolean', { result, isExpected: 'yes' }],
  ])('in JavaScript that returns %s fails only its own call', async (_, returned) => {
    const behaviour = async (_target: unknown, tools: CallTools) => {
      const made = await tools.call().result;
      return tools.index === 0 ? (returned as never) : { result: made };
    };
    const { report } = await runInMemory(dial, { calls: 3, rate: 10, holdMs: 1000, behaviour });
    expect(report.counts).toMatchObject({ started: 3, failed: 1, hungUp: 2 });
    expect(report.examples?.['behaviour']).toContain('expected { result, problem?, isExpected? }');
  });

  it('whose error repeats the API key or the signature has them masked in the report', async () => {
    const head = 'GET / HTTP/1.1\r\nX-API-KEY: my-own-api-key\r\nSignature: sig1=:c2lnbmF0dXJlIQ==:\r\n\r\n';
    const signed = (clock: VirtualClock): Dial => {
      const { dial } = new BareBots(clock);
      return async (request) => ({ ...(await dial(request)), requestHead: head });
    };
    const behaviour = async (_target: unknown, tools: CallTools): Promise<never> => {
      await tools.call().result;
      throw new Error('refused: my-own-api-key, c2lnbmF0dXJlIQ==');
    };
    const { report } = await runInMemory(signed, { calls: 1, rate: 1, holdMs: 100, behaviour });
    expect(report.examples?.['behaviour']).toBe('refused: my***, c2***');
  });

  it('in JavaScript that is not async, or throws at once, fails only its own call', async () => {
    const behaviour = (_target: unknown, tools: CallTools) => {
      if (tools.index === 0) throw new Error('at once');
      if (tools.index === 1) return 7 as never;
      return tools.call().result.then((made) => ({ result: made }));
    };
    const { report } = await runInMemory(dial, { calls: 3, rate: 10, holdMs: 1000, behaviour });
    expect(report.counts).toMatchObject({ started: 3, failed: 2, hungUp: 1 });
  });

  it('that throws, makes no call, or reports a problem fails only its own call', async () => {
    const { report } = await runInMemory(dial, {
      calls: 4,
      rate: 10,
      holdMs: 1000,
      behaviour: async (_, tools) => {
        if (tools.index === 0) throw new Error('before the call');
        const call = tools.call();
        if (tools.index === 1) throw new Error('during the call');
        const result = await call.result;
        return tools.index === 2 ? { result, problem: 'said the wrong thing' } : { result };
      },
    });
    expect(report.counts).toMatchObject({ started: 4, failed: 3, hungUp: 1 });
    expect(report.failures).toEqual({ behaviour: 2, expectation: 1 });
  });

  it('that does not return after its call has ended does not delay the end of the load test', async () => {
    const { report } = await runInMemory(dial, {
      calls: 1,
      holdMs: 1000,
      behaviour: (_, tools) => {
        tools.call();
        return new Promise(() => {});
      },
    });
    expect(report.failures).toEqual({ expectation: 1 });
  });
});

function toMulaw(name: 'hello' | 'table'): Promise<Uint8Array> {
  return toMulaw8k(phrase(name).bytes);
}
