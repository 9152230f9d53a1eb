import type { RealtimeState } from '../session.js';
import type { FillerWish } from './filler.js';

/**
 * The state machine of a session, without sockets, audio or clocks: `transition(state, event)` returns the next state and
 * the effects to run, and `timers(state)` returns which timers run in a state.
 */
export interface Dialogue {
  readonly link: 'connecting' | 'open' | 'reconnecting' | 'closed';
  /** The reply in progress: none, requested (`asked`), or being generated (`making`). There is one at a time. */
  readonly reply: 'none' | 'asked' | 'making';
  /** Whether bot audio is still playing or queued. */
  readonly playing: boolean;
  readonly callerSpeaking: boolean;
  /** Number of running tools. */
  readonly tools: number;
  /** Whether to request a reply as soon as that is allowed. */
  readonly replyWanted: boolean;
  /** Whether the caller waits for a reply: their turn is over, or a reply was requested. */
  readonly replyAwaited: boolean;
  /** Whether the caller has said words to which the service has not replied, and may go on speaking. */
  readonly wordsOpen: boolean;
  /** How often the awaited reply was requested again. */
  readonly retries: number;
  /** The pause before a reply that failed is requested again, in milliseconds. */
  readonly retryInMs: number | undefined;
  /** The reply whose audio still plays has failed: it is requested again once that was heard. */
  readonly failedInPlay: { readonly retryAfterMs: number | undefined } | undefined;
  /** Consecutive silences of the caller. */
  readonly silences: number;
  /** How often in a row the service did not reply, even though it was asked again. */
  readonly unanswered: number;
  readonly ending: boolean;
  /** Whether to renew the service's session at the next pause. */
  readonly renewDue: boolean;
  /** Whether the service refused the request of the reply, because it is generating another one. */
  readonly askRefused: boolean;
  /** Whether to discard the next reply, because the caller has spoken since it was requested. */
  readonly discardNext: boolean;
}

type ReplyEnd = 'done' | 'empty' | 'cancelled' | 'failed';

export type DialogueEvent =
  | { readonly type: 'linked' }
  /** `callerHeard`: whether the call's own detector hears the caller, and so will report the end of their speech. */
  | { readonly type: 'lost'; readonly callerHeard: boolean }
  | { readonly type: 'renewDue' }
  | { readonly type: 'want' }
  /** A reply was requested outside the dialogue. */
  | { readonly type: 'replyAsked' }
  /** The service refused the request, because it is generating another reply. */
  | { readonly type: 'askRefused' }
  | { readonly type: 'replyStarted' }
  /**
   * `empty`: the reply had neither audio nor a tool call. `retryAfterMs`: how long the service accepts no other request
   * after one that failed.
   */
  | {
      readonly type: 'replyOver';
      readonly how: ReplyEnd;
      readonly retryAfterMs?: number | undefined;
    }
  /** The service reports the end of a reply that was already over for the session. */
  | { readonly type: 'interruptedReplyOver' }
  | { readonly type: 'playing' }
  | { readonly type: 'heard' }
  | { readonly type: 'speechStart' }
  | { readonly type: 'speechEnd' }
  /**
   * `turn`: whether the text shows that the caller's turn goes on (`open`) or is over; `unknown` if the service reports
   * speech by itself.
   */
  | { readonly type: 'callerText'; readonly turn: 'open' | 'over' | 'unknown' }
  | { readonly type: 'interrupted' }
  | { readonly type: 'key' }
  /** `reply`: whether the tool's result will start a reply. */
  | { readonly type: 'toolStarted'; readonly reply: boolean }
  /** `reply`: whether a reply has to be requested (`ask`), follows by itself (`comes`), or is not wanted (`none`). */
  | { readonly type: 'toolOver'; readonly reply: 'ask' | 'comes' | 'none' }
  /** `owes`: whether the reply that is wanted is one that the bot's own code has asked for. */
  | { readonly type: 'end'; readonly after: 'reply' | 'now'; readonly owes: boolean }
  | { readonly type: 'timer'; readonly name: 'reply' | 'retry' | 'silence' | 'ending' }
  | { readonly type: 'closed' };

export type DialogueEffect =
  | { readonly do: 'ask' }
  | { readonly do: 'renew' }
  | { readonly do: 'settle' }
  /** Cancel the reply that has just started. */
  | { readonly do: 'cancelReply' }
  | { readonly do: 'onUnanswered'; readonly nth: number }
  | { readonly do: 'onSilence'; readonly nth: number };

/** Timers of the dialogue. Each restarts when its value in `timers` turns true. */
export type DialogueTimer = 'reply' | 'retry' | 'silence' | 'ending';

export const INITIAL: Dialogue = {
  link: 'connecting',
  reply: 'none',
  playing: false,
  callerSpeaking: false,
  tools: 0,
  replyWanted: false,
  replyAwaited: false,
  wordsOpen: false,
  retries: 0,
  retryInMs: undefined,
  failedInPlay: undefined,
  silences: 0,
  unanswered: 0,
  ending: false,
  renewDue: false,
  askRefused: false,
  discardNext: false,
};

type Step = readonly [Dialogue, readonly DialogueEffect[]];

const NO_EFFECTS: readonly DialogueEffect[] = [];

/** The service has replied: what failed before counts no more. */
const ANSWERED: Pick<Dialogue, 'retries' | 'unanswered'> = { retries: 0, unanswered: 0 };

/** How often a reply is requested again before the request counts as unanswered. */
const MAX_RETRIES = 1;

/** How often a reply that failed is requested again if the service names the pause, as it does for its rate limits. */
const MAX_NAMED_RETRIES = 3;

/** The pause before a reply that failed is requested again if the service names none, in milliseconds. */
const RETRY_PAUSE_MS = 500;

/** Longest pause that the service may name, in milliseconds. After a longer one `limits.replyMs` decides. */
const MAX_RETRY_PAUSE_MS = 3000;

export function transition(state: Dialogue, event: DialogueEvent): Step {
  if (state.link === 'closed') return [state, NO_EFFECTS];
  const [stepped, before] = step(state, event);
  const [next, effects] = proceed(stepped, before);
  const pauses = next.replyAwaited && next.reply === 'none' && next.link === 'open';
  const { retryInMs, failedInPlay } = next;
  const isLeft = next.playing && next.reply === 'none' && !next.replyWanted && mayRetry(next);
  if ((retryInMs === undefined || pauses) && (failedInPlay === undefined || isLeft)) return [next, effects];
  return [
    {
      ...next,
      retryInMs: pauses ? retryInMs : undefined,
      failedInPlay: isLeft ? failedInPlay : undefined,
    },
    effects,
  ];
}

function step(state: Dialogue, event: DialogueEvent): Step {
  switch (event.type) {
    case 'linked':
      return [{ ...state, link: 'open' }, NO_EFFECTS];
    case 'lost':
      return connectionLost(state, event.callerHeard);
    case 'renewDue':
      return [{ ...state, renewDue: true }, NO_EFFECTS];
    case 'want':
      return state.ending
        ? [state, NO_EFFECTS]
        : [{ ...state, replyWanted: true, replyAwaited: true }, NO_EFFECTS];
    case 'replyAsked':
      return [{ ...state, reply: 'asked', replyAwaited: true }, NO_EFFECTS];
    case 'askRefused':
      return [isStillAsked(state) ? refused(state) : state, NO_EFFECTS];
    case 'replyStarted':
      return replyStarted(state);
    case 'replyOver':
      return replyOver(state, event.how, event.retryAfterMs);
    case 'interruptedReplyOver':
      // It was the one because of which a request was refused.
      return [state.askRefused ? { ...state, reply: 'none', askRefused: false } : state, NO_EFFECTS];
    case 'playing':
      return [{ ...state, playing: true, replyAwaited: false }, NO_EFFECTS];
    case 'heard':
      return heard(state);
    case 'speechStart':
      return [{ ...state, callerSpeaking: true, replyAwaited: false, silences: 0 }, NO_EFFECTS];
    case 'speechEnd':
      return speechEnded(state);
    case 'callerText':
      return callerText(state, event.turn);
    case 'interrupted':
      return interrupted(state);
    case 'key':
      return [{ ...state, silences: 0 }, NO_EFFECTS];
    case 'toolStarted':
      return toolStarted(state, event.reply);
    case 'toolOver':
      return toolOver(state, event.reply);
    case 'end':
      return ended(state, event.after, event.owes);
    case 'timer':
      return timer(state, event.name);
    case 'closed':
      return [{ ...state, link: 'closed' }, NO_EFFECTS];
  }
}

/** Whether a request that the service refuses is to be repeated: not if it was withdrawn, or if the reply to the caller's speech will cover it. */
export function isStillAsked(state: Dialogue): boolean {
  return state.reply !== 'none' && !state.callerSpeaking;
}

function refused(state: Dialogue): Dialogue {
  return { ...state, replyWanted: true, replyAwaited: true, askRefused: state.reply === 'asked' };
}

/** Runs what the new state allows immediately: end, renew or request a reply. */
function proceed(state: Dialogue, effects: readonly DialogueEffect[]): Step {
  if (state.ending) {
    if (state.replyWanted && state.reply === 'none' && state.link === 'open') return asked(state, effects);
    // A tool may set outputs until it is over.
    const over = state.reply === 'none' && !state.replyWanted && !state.playing && state.tools === 0;
    return over && state.link !== 'closed'
      ? [{ ...state, link: 'closed' }, [...effects, { do: 'settle' }]]
      : [state, effects];
  }
  if (state.link !== 'open') return [state, effects];
  const pause = state.reply === 'none' && !state.playing && !state.callerSpeaking && state.tools === 0;
  if (state.renewDue && pause && !state.replyWanted && !state.replyAwaited && !state.wordsOpen)
    return [{ ...state, renewDue: false, link: 'reconnecting' }, [...effects, { do: 'renew' }]];
  if (state.replyWanted && state.reply === 'none' && !state.callerSpeaking) return asked(state, effects);
  return [state, effects];
}

function asked(state: Dialogue, effects: readonly DialogueEffect[]): Step {
  return [{ ...state, replyWanted: false, replyAwaited: true, reply: 'asked' }, [...effects, { do: 'ask' }]];
}

function connectionLost(state: Dialogue, callerHeard: boolean): Step {
  // The next connection has to answer what this one left unanswered.
  const replyDue =
    state.reply !== 'none' || state.replyAwaited || state.replyWanted || state.failedInPlay !== undefined;
  // It does not know of speech that began before it, so it reports no end of it. The caller may still be speaking: the
  // reply is awaited, and requested only if the next connection neither hears more nor replies by itself.
  const speechLost = state.callerSpeaking && !callerHeard;
  return [
    {
      ...state,
      link: 'reconnecting',
      reply: 'none',
      callerSpeaking: state.callerSpeaking && callerHeard,
      replyWanted: replyDue && !state.callerSpeaking && !state.ending,
      replyAwaited: (speechLost || state.wordsOpen) && !state.ending,
      wordsOpen: false,
      renewDue: false,
      askRefused: false,
      discardNext: false,
    },
    NO_EFFECTS,
  ];
}

function replyStarted(state: Dialogue): Step {
  // A reply that was requested after this one is still due.
  const replyWanted = state.reply === 'asked' && state.replyWanted;
  const making: Dialogue = {
    ...state,
    reply: 'making',
    replyWanted,
    wordsOpen: false,
    askRefused: false,
    discardNext: false,
  };
  if (state.discardNext && state.callerSpeaking)
    return [{ ...making, reply: 'none' }, [{ do: 'cancelReply' }]];
  return [making, NO_EFFECTS];
}

function replyOver(state: Dialogue, how: ReplyEnd, retryAfterMs: number | undefined): Step {
  const over: Dialogue = { ...state, reply: 'none' };
  if (how === 'done' || how === 'cancelled') return [{ ...over, ...ANSWERED }, NO_EFFECTS];
  if (!mayRetry(over) || over.replyWanted) return [over, NO_EFFECTS];
  if (over.playing)
    return [how === 'failed' ? { ...over, failedInPlay: { retryAfterMs } } : over, NO_EFFECTS];
  const awaiting: Dialogue = { ...over, replyAwaited: true };
  const pauseMs = retryAfterMs ?? RETRY_PAUSE_MS;
  const most = retryAfterMs === undefined ? MAX_RETRIES : MAX_NAMED_RETRIES;
  // A service that goes on failing is not asked again before the reply timer is over.
  if (state.retries >= most || !(pauseMs <= MAX_RETRY_PAUSE_MS)) return [awaiting, NO_EFFECTS];
  return [how === 'empty' ? askAgain(awaiting) : { ...awaiting, retryInMs: pauseMs }, NO_EFFECTS];
}

/** Nothing else will bring a reply, or makes one needless. */
function mayRetry(state: Dialogue): boolean {
  return !state.ending && state.tools === 0 && !state.callerSpeaking;
}

/** All audio was heard. Only now is a reply known to have succeeded: some fail after their first audio each time. */
function heard(state: Dialogue): Step {
  const over: Dialogue = { ...state, playing: false };
  if (state.failedInPlay) return replyOver(over, 'failed', state.failedInPlay.retryAfterMs);
  return [over.reply === 'none' ? { ...over, ...ANSWERED } : over, NO_EFFECTS];
}

function askAgain(state: Dialogue): Dialogue {
  return { ...state, reply: 'none', replyWanted: true, wordsOpen: false, retries: state.retries + 1 };
}

/** Requests a missing reply once more; after that the request counts as unanswered. */
function replyMissing(state: Dialogue): Step {
  if (state.retries < MAX_RETRIES) return [askAgain(state), NO_EFFECTS];
  const nth = state.unanswered + 1;
  return [
    { ...state, reply: 'none', replyAwaited: false, wordsOpen: false, retries: 0, unanswered: nth },
    [{ do: 'onUnanswered', nth }],
  ];
}

function speechEnded(state: Dialogue): Step {
  if (!state.callerSpeaking) return [state, NO_EFFECTS];
  const replyAwaited = state.reply !== 'making' && !state.playing && state.tools === 0;
  return [{ ...state, callerSpeaking: false, replyAwaited, retries: 0, discardNext: false }, NO_EFFECTS];
}

/** Words show the caller's turn if the service does not report it. They may come late, while the reply to them plays. */
function callerText(state: Dialogue, turn: 'open' | 'over' | 'unknown'): Step {
  const heard: Dialogue = { ...state, silences: 0 };
  if (turn === 'unknown' || state.reply === 'making' || state.playing || state.tools > 0)
    return [heard, NO_EFFECTS];
  if (turn === 'open') return [{ ...heard, wordsOpen: true }, NO_EFFECTS];
  return [{ ...heard, wordsOpen: false, replyAwaited: true, retries: 0 }, NO_EFFECTS];
}

function interrupted(state: Dialogue): Step {
  const next = { ...state, playing: false, replyWanted: false, askRefused: false };
  return [{ ...next, discardNext: state.reply === 'asked', reply: 'none' }, NO_EFFECTS];
}

function toolStarted(state: Dialogue, reply: boolean): Step {
  // The reply to its result will cover what is due, such as the results of tools that were requested with it.
  const replyWanted = state.replyWanted && !reply;
  const tools = state.tools + 1;
  return [
    { ...state, tools, replyWanted, replyAwaited: false, wordsOpen: false, retries: 0, unanswered: 0 },
    NO_EFFECTS,
  ];
}

function toolOver(state: Dialogue, reply: 'ask' | 'comes' | 'none'): Step {
  const next = { ...state, tools: Math.max(0, state.tools - 1) };
  // The reply to the caller's speech will cover the tool's result as well.
  if (reply === 'none' || state.callerSpeaking || state.ending) return [next, NO_EFFECTS];
  return [{ ...next, replyWanted: reply === 'ask' || state.replyWanted, replyAwaited: true }, NO_EFFECTS];
}

/** The last reply is also one that was only requested. Others that are due, such as to keys, are not requested any more. */
function ended(state: Dialogue, after: 'reply' | 'now', owes: boolean): Step {
  const ending: Dialogue = { ...state, ending: true, replyAwaited: false };
  return [
    after === 'now'
      ? { ...ending, reply: 'none', replyWanted: false, playing: false, tools: 0 }
      : { ...ending, replyWanted: state.replyWanted && owes },
    NO_EFFECTS,
  ];
}

function timer(state: Dialogue, name: 'reply' | 'retry' | 'silence' | 'ending'): Step {
  if (name === 'ending') return [{ ...state, reply: 'none', replyWanted: false, playing: false }, NO_EFFECTS];
  if (name === 'reply') return replyMissing(state);
  if (name === 'retry') return [askAgain(state), NO_EFFECTS];
  const nth = state.silences + 1;
  return [{ ...state, silences: nth }, [{ do: 'onSilence', nth }]];
}

/** Returns which timers run in a state. */
export function timers(state: Dialogue): Readonly<Record<DialogueTimer, boolean>> {
  const open = state.link === 'open';
  const quiet = !state.playing && !state.callerSpeaking;
  const idle = open && !state.ending && quiet && state.tools === 0;
  const replyDue = state.replyAwaited || state.wordsOpen;
  const pauses = state.retryInMs !== undefined;
  return {
    reply: idle && replyDue && !pauses,
    retry: idle && pauses,
    silence: idle && state.reply === 'none' && !replyDue,
    ending: state.ending && !state.playing && state.link !== 'closed',
  };
}

/** What the filler is to do in a state: it fills the time of a tool or a reconnect, and the time until the reply to it. */
export function fillerWish(state: Dialogue): FillerWish {
  const { link, ending, playing, callerSpeaking, tools, reply, replyWanted, replyAwaited } = state;
  if (link === 'closed' || ending || playing || callerSpeaking) return 'end';
  if (tools > 0 || link === 'reconnecting') return 'start';
  return reply !== 'none' || replyWanted || replyAwaited ? 'goOn' : 'end';
}

/** The public state of a session. */
export function stateOf(dialogue: Dialogue): RealtimeState {
  const { link, ending, playing, reply, replyAwaited } = dialogue;
  if (link === 'closed') return 'closed';
  if (ending) return 'ending';
  if (link === 'reconnecting') return 'reconnecting';
  if (playing) return 'speaking';
  if (link === 'connecting') return 'connecting';
  return reply !== 'none' || replyAwaited ? 'thinking' : 'listening';
}
