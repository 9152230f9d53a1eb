import { BYTES_PER_MS, MULAW_SILENCE } from '@hookline/audio';
import { type Call, type CallerSource, watchBotSilence } from '@hookline/client';
import { type Cancel, type Clock, checkArgument, sleep } from '@hookline/runtime';
import type { Behaviour, CallTools } from './behaviour.js';

/** How the callers of a load talk. */
export interface ConversationOptions {
  /** What a caller says, line after line and then from the first again: 8 kHz µ-law. */
  readonly lines: readonly Uint8Array[];
  /**
   * `turns`: never over the bot, but after `patienceMs` in any case. `over`: all the time, with `turnGapMs` between
   * lines, whether the bot speaks or not. Default `turns`.
   */
  readonly talk?: 'turns' | 'over';
  /** How long the bot must have been silent before the caller speaks, in milliseconds. Default 700. */
  readonly turnGapMs?: number;
  /** How long the caller waits for the bot to begin or to end, in milliseconds. Default 20,000. */
  readonly patienceMs?: number;
  /** Talk over each reply when it has been heard for so long, in milliseconds. Default: never. */
  readonly bargeInAfterMs?: number | undefined;
}

/** Callers who talk until their time is over: what a load does unless it is told otherwise. */
export function conversation(options: ConversationOptions): Behaviour {
  checkArgument('LOAD_BAD_OPTION', 'conversation: options', options, 'object');
  const { lines, talk = 'turns', turnGapMs = 700, patienceMs = 20_000, bargeInAfterMs } = options;
  if (talk === 'over') {
    const caller = over(lines, turnGapMs);
    return async (_, tools) => ({ result: await tools.call({ caller }).result });
  }
  return async (_, tools) => {
    const call = tools.call();
    const talking = talkInTurns(call, tools, { lines, turnGapMs, patienceMs, bargeInAfterMs });
    const result = await call.result;
    await talking;
    return { result };
  };
}

/** Every line after the other, without an end. The bytes are those of the lines: no call holds a copy. */
function over(lines: readonly Uint8Array[], gapMs: number): CallerSource {
  const gap = new Uint8Array(Math.round(gapMs * BYTES_PER_MS)).fill(MULAW_SILENCE);
  return {
    *[Symbol.iterator]() {
      for (;;) {
        for (const line of lines) {
          yield line;
          yield gap;
        }
      }
    },
  };
}

interface Turns {
  readonly lines: readonly Uint8Array[];
  readonly turnGapMs: number;
  readonly patienceMs: number;
  readonly bargeInAfterMs: number | undefined;
}

async function talkInTurns(call: Call, tools: CallTools, turns: Turns): Promise<void> {
  const { lines, turnGapMs, patienceMs, bargeInAfterMs } = turns;
  const { clock } = tools;
  const bot = watchBotSilence(call, clock);
  const playback = watchPlayback(call, clock);
  if (!(await opened(call))) return;
  for (let turn = 0; lines.length > 0; turn++) {
    await within(clock, patienceMs, bot.quietFor(turnGapMs));
    if (playback.over) return;
    const line = lines[turn % lines.length] ?? new Uint8Array();
    const begins = playback.next('begins', line.length / BYTES_PER_MS + patienceMs);
    await call.say(line);
    const answered = await begins;
    if (playback.over) return;
    if (!answered) {
      tools.unanswered();
      continue;
    }
    if (bargeInAfterMs === undefined) continue;
    await sleep(clock, bargeInAfterMs);
    if (playback.over) return;
    if (!playback.playing) continue;
    const startMs = clock.now();
    void call.say(lines[(turn + 1) % lines.length] ?? new Uint8Array());
    if ((await playback.next('ends', patienceMs)) === 'bargeIn') tools.bargedIn(clock.now() - startMs);
  }
}

/** What a talk needs to know of the bot's audio, as the caller hears it. */
function watchPlayback(call: Call, clock: Clock) {
  const state = { playing: false, over: false };
  const listeners = new Set<(what: 'begins' | 'ends' | 'over', how?: string) => void>();
  const tell = (what: 'begins' | 'ends' | 'over', how?: string) => {
    for (const listener of [...listeners]) listener(what, how);
  };
  call.on('playbackStarted', () => {
    state.playing = true;
    tell('begins');
  });
  call.on('playbackCompleted', ({ ended }) => {
    state.playing = false;
    tell('ends', ended);
  });
  void call.result.then(() => {
    state.over = true;
    tell('over');
  });
  return {
    get playing() {
      return state.playing;
    },
    get over() {
      return state.over;
    },
    /** Resolves with how it ended, or `begins`; with undefined after `ms` milliseconds, and when the call is over. */
    next(awaited: 'begins' | 'ends', ms: number): Promise<string | undefined> {
      return new Promise((resolve) => {
        let cancel: Cancel = () => {};
        const settle = (what?: string) => {
          cancel();
          listeners.delete(listen);
          resolve(what);
        };
        const listen = (what: 'begins' | 'ends' | 'over', how?: string) => {
          if (what === 'over') settle();
          else if (what === awaited) settle(how ?? what);
        };
        listeners.add(listen);
        cancel = clock.after(ms, () => settle());
      });
    },
  };
}

/** Resolves when the call is open, with false when it ended before. */
function opened(call: Call): Promise<boolean> {
  return new Promise((resolve) => {
    if (call.state === 'open') resolve(true);
    call.on('state', (state) => {
      if (state === 'open') resolve(true);
    });
    void call.result.then(() => resolve(false));
  });
}

/** Waits for `promise`, but no longer than `ms` milliseconds. */
async function within(clock: Clock, ms: number, promise: Promise<unknown>): Promise<void> {
  const patience = new AbortController();
  await Promise.race([promise, sleep(clock, ms, patience.signal).catch(() => {})]);
  patience.abort();
}
