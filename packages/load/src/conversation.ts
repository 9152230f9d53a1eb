import { BYTES_PER_MS, MULAW_SILENCE, ReplyClock, UTTERANCE_GAP_MS } from '@hookline/audio';
import { type Call, type CallerSource, DEFAULT_TURN_GAP_MS, watchBotSilence } from '@hookline/client';
import {
  type Cancel,
  type Clock,
  checkArgument,
  checkOptionNames,
  choiceFault,
  MAX_TIMER_MS,
  type NumberRule,
  numberFault,
  sleep,
} from '@hookline/runtime';
import type { Behaviour, CallTools } from './behaviour.js';
import { loadError } from './error.js';

/** How the callers of a load test talk. */
export interface ConversationOptions {
  /** The caller's lines, repeated in order: 8 kHz µ-law. */
  readonly lines: readonly Uint8Array[];
  /**
   * `turns`: waits for the bot to finish, at most `patienceMs`. `over`: talks continuously, with `turnGapMs` between lines,
   * regardless of the bot. Default `turns`.
   */
  readonly talk?: 'turns' | 'over';
  /** How long the bot must have been silent before the caller speaks, in milliseconds. Default 700. */
  readonly turnGapMs?: number;
  /** How long the caller waits for the bot to start or finish speaking, in milliseconds. Default 20,000. */
  readonly patienceMs?: number;
  /** Barge in on each reply after this many milliseconds of it. Default: never. */
  readonly bargeInAfterMs?: number | undefined;
}

/** The names of the options that say when the caller speaks. */
export const TURNS_NAMES = { talk: true, turnGapMs: true, patienceMs: true, bargeInAfterMs: true } as const;

const TALK_MODES = ['turns', 'over'] as const;

const TIME: NumberRule = { min: 0, max: MAX_TIMER_MS };

/** @param where - put before the name of the field: `'conversation: '` @throws HooklineError `LOAD_BAD_OPTION` naming the field */
export function checkTurns(where: string, options: Omit<ConversationOptions, 'lines'>): void {
  const { talk = 'turns', turnGapMs = 0, patienceMs = 0, bargeInAfterMs = 0 } = options;
  const fault =
    choiceFault(`${where}talk`, talk, TALK_MODES) ??
    numberFault(`${where}turnGapMs`, turnGapMs, TIME) ??
    numberFault(`${where}patienceMs`, patienceMs, TIME) ??
    numberFault(`${where}bargeInAfterMs`, bargeInAfterMs, TIME);
  if (fault !== undefined) throw loadError('LOAD_BAD_OPTION', `${fault}.`);
}

/**
 * The default behaviour: callers who talk until their hold time is over.
 *
 * @throws HooklineError `LOAD_BAD_OPTION` naming the field
 */
export function conversation(options: ConversationOptions): Behaviour {
  checkOptionNames<ConversationOptions>('LOAD_BAD_OPTION', 'conversation: ', options ?? null, {
    lines: true,
    ...TURNS_NAMES,
  });
  checkArgument('LOAD_BAD_OPTION', 'conversation: lines', options.lines, 'list');
  for (const [index, line] of options.lines.entries())
    checkArgument('LOAD_BAD_OPTION', `conversation: lines[${index}]`, line, 'bytes');
  checkTurns('conversation: ', options);
  const {
    lines,
    talk = 'turns',
    turnGapMs = DEFAULT_TURN_GAP_MS,
    patienceMs = 20_000,
    bargeInAfterMs,
  } = options;
  if (talk === 'over') {
    const caller = talkOver(lines, turnGapMs);
    return async (_, tools) => ({ result: await tools.call({ caller }).result });
  }
  const turns = { lines, audible: new Set(lines.filter(isAudible)), turnGapMs, patienceMs, bargeInAfterMs };
  return async (_, tools) => {
    const call = tools.call();
    const talking = talkInTurns(call, tools, turns);
    // Together: a rejection that is awaited only after the call would end the process.
    const [result] = await Promise.all([call.result, talking]);
    return { result };
  };
}

/** One second, of which longer silence is made. */
const SILENCE = new Uint8Array(1000 * BYTES_PER_MS).fill(MULAW_SILENCE);

/** Plays the lines in an endless loop. Calls share the bytes of the lines instead of copying them. */
function talkOver(lines: readonly Uint8Array[], gapMs: number): CallerSource {
  const gapBytes = Math.round(gapMs * BYTES_PER_MS);
  // Without audio the loop would never yield, and block the process.
  if (lines.every(({ length }) => length + gapBytes === 0)) return [];
  return {
    *[Symbol.iterator]() {
      for (;;) {
        for (const line of lines) {
          yield line;
          for (let left = gapBytes; left > 0; left -= SILENCE.length) yield SILENCE.subarray(0, left);
        }
      }
    },
  };
}

interface TurnOptions {
  readonly lines: readonly Uint8Array[];
  /** Those of the lines to which a client measures the reply. */
  readonly audible: ReadonlySet<Uint8Array>;
  readonly turnGapMs: number;
  readonly patienceMs: number;
  readonly bargeInAfterMs: number | undefined;
}

async function talkInTurns(call: Call, tools: CallTools, turns: TurnOptions): Promise<void> {
  const { lines, audible, turnGapMs, patienceMs, bargeInAfterMs } = turns;
  const { clock } = tools;
  const bot = watchBotSilence(call, clock);
  const botEvents = watchBot(call, clock);
  if (!(await waitUntilOpen(call))) return;
  for (let turn = 0; lines.length > 0; turn++) {
    await waitAtMost(clock, patienceMs, bot.quietFor(turnGapMs));
    if (botEvents.callEnded) return;
    const line = lines[turn % lines.length] ?? new Uint8Array();
    // A reply is measured from audible speech. After any other line, a playback of the bot is the answer.
    const answer = audible.has(line) ? 'reply' : 'started';
    const reply = botEvents.next(answer, line.length / BYTES_PER_MS + patienceMs);
    await call.say(line);
    const answered = await reply;
    if (botEvents.callEnded) return;
    if (!answered) {
      tools.unanswered();
      continue;
    }
    if (bargeInAfterMs === undefined) continue;
    await sleep(clock, bargeInAfterMs);
    if (botEvents.callEnded) return;
    // Some bots never stop to play: they send silence. A pause within speech is none.
    if (!call.progress.playing || call.botSilentMs >= Math.max(turnGapMs, UTTERANCE_GAP_MS)) continue;
    const startMs = clock.now();
    void call.say(lines[(turn + 1) % lines.length] ?? new Uint8Array());
    if ((await botEvents.next('completed', patienceMs)) === 'bargeIn') tools.bargedIn(clock.now() - startMs);
  }
}

/** Whether a client measures the reply to a line: it hears the line as speech. */
function isAudible(line: Uint8Array): boolean {
  const clock = new ReplyClock();
  clock.said(line, line.length / BYTES_PER_MS);
  return clock.inputEndMs !== undefined;
}

type BotEvent = 'reply' | 'started' | 'completed' | 'callEnded';

/** Follows the bot's replies, and the starts and ends of its playbacks, as the caller hears them. */
function watchBot(call: Call, clock: Clock) {
  const state = { callEnded: false };
  const listeners = new Set<(event: BotEvent, ended?: string) => void>();
  const notify = (event: BotEvent, ended?: string) => {
    for (const listener of [...listeners]) listener(event, ended);
  };
  call.on('reply', () => notify('reply'));
  call.on('playbackStarted', () => notify('started'));
  call.on('playbackCompleted', ({ ended }) => notify('completed', ended));
  void call.result.then(() => {
    state.callEnded = true;
    notify('callEnded');
  });
  return {
    get callEnded() {
      return state.callEnded;
    },
    /** Resolves with how the playback ended, or with the name of another event; with undefined after `ms` milliseconds or when the call ends. */
    next(awaited: 'reply' | 'started' | 'completed', ms: number): Promise<string | undefined> {
      return new Promise((resolve) => {
        let cancel: Cancel = () => {};
        const settle = (result?: string) => {
          cancel();
          listeners.delete(listener);
          resolve(result);
        };
        const listener = (event: BotEvent, ended?: string) => {
          if (event === 'callEnded') settle();
          else if (event === awaited) settle(ended ?? event);
        };
        listeners.add(listener);
        cancel = clock.after(ms, () => settle());
      });
    },
  };
}

/** Resolves with true when the call is open, or with false if it ended before. */
function waitUntilOpen(call: Call): Promise<boolean> {
  return new Promise((resolve) => {
    if (call.state === 'open') resolve(true);
    call.on('state', (state) => {
      if (state === 'open') resolve(true);
    });
    void call.result.then(() => resolve(false));
  });
}

/** Waits for `promise`, at most `ms` milliseconds. */
async function waitAtMost(clock: Clock, ms: number, promise: Promise<unknown>): Promise<void> {
  const timeout = new AbortController();
  await Promise.race([promise, sleep(clock, ms, timeout.signal).catch(() => {})]);
  timeout.abort();
}
