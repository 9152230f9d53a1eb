import type { RealtimeState } from '../session.js';

/**
 * What a session does and waits for, without sockets, audio or clocks: `transition(state, event)` returns the next state
 * and what is to be done, and `timers(state)` which times run in it.
 */
export interface Dialogue {
  readonly link: 'connecting' | 'open' | 'reconnecting' | 'closed';
  /** The reply that is being made: none, asked for, or begun. There is one at a time. */
  readonly reply: 'none' | 'asked' | 'making';
  /** Whether the caller has still to hear something of the bot. */
  readonly playing: boolean;
  readonly callerSpeaking: boolean;
  /** Tools that run. */
  readonly tools: number;
  /** Whether a reply is to be asked for as soon as that is allowed. */
  readonly wanted: boolean;
  /** Whether the caller waits for a reply: their turn is over, or one was asked for. */
  readonly awaited: boolean;
  /** How often the reply that is awaited was asked for again. */
  readonly retried: number;
  /** Silences in a row. */
  readonly silences: number;
  readonly ending: boolean;
  /** Whether the service's session is to be made anew at the next pause. */
  readonly renewDue: boolean;
  /** Whether a reply that begins now answers what the caller has talked over since it was asked for. */
  readonly voidNext: boolean;
}

export type DialogueEvent =
  | { readonly type: 'linked' }
  | { readonly type: 'lost' }
  | { readonly type: 'renewDue' }
  | { readonly type: 'want' }
  /** A reply was asked for beside the dialogue. */
  | { readonly type: 'replyAsked' }
  | { readonly type: 'replyStarted' }
  /** `empty`: without audio and without a tool. */
  | { readonly type: 'replyOver'; readonly how: 'done' | 'empty' | 'cancelled' | 'failed' }
  | { readonly type: 'playing' }
  | { readonly type: 'heard' }
  | { readonly type: 'speechStart' }
  | { readonly type: 'speechEnd' }
  | { readonly type: 'callerText' }
  | { readonly type: 'interrupted' }
  | { readonly type: 'key' }
  | { readonly type: 'toolStarted' }
  /** `reply`: whether one has to be asked for, comes by itself, or is not wanted. */
  | { readonly type: 'toolOver'; readonly reply: 'ask' | 'comes' | 'none' }
  | { readonly type: 'end' }
  | { readonly type: 'timer'; readonly name: 'reply' | 'silence' | 'ending' }
  | { readonly type: 'closed' };

export type DialogueEffect =
  | { readonly do: 'ask' }
  | { readonly do: 'renew' }
  | { readonly do: 'settle' }
  /** The reply that has just begun is not wanted. */
  | { readonly do: 'voidReply' }
  | { readonly do: 'silent' }
  | { readonly do: 'onSilence'; readonly nth: number };

/** Times that run in a state. Each begins anew whenever its value in `timers` changes. */
export type DialogueTimer = 'reply' | 'silence' | 'ending' | 'filler';

export const START: Dialogue = {
  link: 'connecting',
  reply: 'none',
  playing: false,
  callerSpeaking: false,
  tools: 0,
  wanted: false,
  awaited: false,
  retried: 0,
  silences: 0,
  ending: false,
  renewDue: false,
  voidNext: false,
};

type Step = readonly [Dialogue, readonly DialogueEffect[]];

const NOTHING: readonly DialogueEffect[] = [];

/** How often a reply is asked for again before the service counts as silent. */
const MAX_RETRIES = 1;

export function transition(state: Dialogue, event: DialogueEvent): Step {
  if (state.link === 'closed') return [state, NOTHING];
  const [next, effects] = step(state, event);
  return proceed(next, effects);
}

function step(state: Dialogue, event: DialogueEvent): Step {
  switch (event.type) {
    case 'linked':
      return [{ ...state, link: 'open' }, NOTHING];
    case 'lost':
      return lost(state);
    case 'renewDue':
      return [{ ...state, renewDue: true }, NOTHING];
    case 'want':
      return state.ending ? [state, NOTHING] : [{ ...state, wanted: true, awaited: true }, NOTHING];
    case 'replyAsked':
      return [{ ...state, reply: 'asked', awaited: true }, NOTHING];
    case 'replyStarted':
      return started(state);
    case 'replyOver':
      return replyOver(state, event.how);
    case 'playing':
      return [{ ...state, playing: true, awaited: false, retried: 0 }, NOTHING];
    case 'heard':
      return [{ ...state, playing: false }, NOTHING];
    case 'speechStart':
      return [{ ...state, callerSpeaking: true, awaited: false, silences: 0 }, NOTHING];
    case 'speechEnd':
      return spoke(state);
    case 'callerText':
      return [{ ...state, silences: 0 }, NOTHING];
    case 'interrupted':
      return interrupted(state);
    case 'key':
      return [{ ...state, silences: 0 }, NOTHING];
    case 'toolStarted':
      return [{ ...state, tools: state.tools + 1, awaited: false, retried: 0 }, NOTHING];
    case 'toolOver':
      return toolOver(state, event.reply);
    case 'end':
      return [{ ...state, ending: true, wanted: false, awaited: false }, NOTHING];
    case 'timer':
      return timer(state, event.name);
    case 'closed':
      return [{ ...state, link: 'closed' }, NOTHING];
  }
}

/** What the next state allows at once: ends, renews or asks. */
function proceed(state: Dialogue, effects: readonly DialogueEffect[]): Step {
  if (state.ending) {
    const over = state.reply !== 'making' && !state.playing;
    return over && state.link !== 'closed'
      ? [{ ...state, link: 'closed' }, [...effects, { do: 'settle' }]]
      : [state, effects];
  }
  if (state.link !== 'open') return [state, effects];
  const pause = state.reply === 'none' && !state.playing && !state.callerSpeaking && state.tools === 0;
  if (state.renewDue && pause && !state.wanted && !state.awaited)
    return [{ ...state, renewDue: false, link: 'reconnecting' }, [...effects, { do: 'renew' }]];
  if (state.wanted && state.reply === 'none' && !state.callerSpeaking) {
    return [{ ...state, wanted: false, awaited: true, reply: 'asked' }, [...effects, { do: 'ask' }]];
  }
  return [state, effects];
}

function lost(state: Dialogue): Step {
  // The session that is made again owes what this one did not finish.
  const owed = state.reply !== 'none' || state.awaited || state.wanted;
  return [
    {
      ...state,
      link: 'reconnecting',
      reply: 'none',
      wanted: owed && !state.callerSpeaking && !state.ending,
      awaited: false,
      renewDue: false,
      voidNext: false,
    },
    NOTHING,
  ];
}

function started(state: Dialogue): Step {
  // What was asked for since the request for this reply is not part of it.
  const wanted = state.reply === 'asked' && state.wanted;
  const making: Dialogue = { ...state, reply: 'making', wanted, voidNext: false };
  if (state.voidNext && state.callerSpeaking) return [{ ...making, reply: 'none' }, [{ do: 'voidReply' }]];
  return [making, NOTHING];
}

function replyOver(state: Dialogue, how: 'done' | 'empty' | 'cancelled' | 'failed'): Step {
  const over: Dialogue = { ...state, reply: 'none' };
  if (how === 'done' || how === 'cancelled' || state.ending || state.tools > 0) return [over, NOTHING];
  if (over.callerSpeaking || over.playing || over.wanted) return [over, NOTHING];
  return retry({ ...over, awaited: true });
}

/** Asks once more for a reply that did not come; then the service counts as silent. */
function retry(state: Dialogue): Step {
  if (state.retried < MAX_RETRIES) {
    return [{ ...state, reply: 'none', wanted: true, retried: state.retried + 1 }, NOTHING];
  }
  const nth = state.silences + 1;
  return [
    { ...state, reply: 'none', awaited: false, retried: 0, silences: nth },
    [{ do: 'silent' }, { do: 'onSilence', nth }],
  ];
}

function spoke(state: Dialogue): Step {
  if (!state.callerSpeaking) return [state, NOTHING];
  const awaited = state.reply !== 'making' && !state.playing && state.tools === 0;
  return [{ ...state, callerSpeaking: false, awaited, retried: 0, voidNext: false }, NOTHING];
}

function interrupted(state: Dialogue): Step {
  const next = { ...state, playing: false, wanted: false, voidNext: state.reply === 'asked' };
  return [{ ...next, reply: 'none' }, NOTHING];
}

function toolOver(state: Dialogue, reply: 'ask' | 'comes' | 'none'): Step {
  const next = { ...state, tools: Math.max(0, state.tools - 1) };
  // The caller's own words will be answered; a result told meanwhile is part of what is answered.
  if (reply === 'none' || state.callerSpeaking || state.ending) return [next, NOTHING];
  return [{ ...next, wanted: reply === 'ask' || state.wanted, awaited: true }, NOTHING];
}

function timer(state: Dialogue, name: 'reply' | 'silence' | 'ending'): Step {
  if (name === 'ending') return [{ ...state, reply: 'none', playing: false }, NOTHING];
  if (name === 'reply') return retry(state);
  const nth = state.silences + 1;
  return [{ ...state, silences: nth }, [{ do: 'onSilence', nth }]];
}

/** Which times run in a state. */
export function timers(state: Dialogue): Readonly<Record<DialogueTimer, boolean>> {
  const open = state.link === 'open';
  const quiet = !state.playing && !state.callerSpeaking;
  return {
    reply: open && !state.ending && quiet && state.tools === 0 && state.awaited,
    silence: open && !state.ending && quiet && state.tools === 0 && state.reply === 'none' && !state.awaited,
    ending: state.ending && !state.playing && state.link !== 'closed',
    filler: !state.ending && quiet && (state.tools > 0 || state.link === 'reconnecting'),
  };
}

/** What a user of the session is told of it. */
export function stateOf(dialogue: Dialogue): RealtimeState {
  const { link, ending, playing, reply, awaited } = dialogue;
  if (link === 'closed') return 'closed';
  if (ending) return 'ending';
  if (link === 'reconnecting') return 'reconnecting';
  if (playing) return 'speaking';
  if (link === 'connecting') return 'connecting';
  return reply !== 'none' || awaited ? 'thinking' : 'listening';
}
