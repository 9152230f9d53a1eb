import {
  CLIENT_STATES,
  type ClientInput,
  clientVerdict,
  NULL_UUID,
  PCMU_EXTERNAL,
  type ServerMessageOf,
} from '@hookline/protocol';
import { describe, expect, it } from 'vitest';
import type { Outcome } from '../../outcome/outcome.js';
import type { Effect, Step } from './effects.js';
import type { PlainServerMessage, SessionEvent } from './events.js';
import { transition } from './machine.js';
import type { SessionRules } from './rules.js';
import type { Open, SessionState } from './states.js';

const RULES: SessionRules = {
  offers: [PCMU_EXTERNAL],
  drainOnDisconnect: false,
  onBreach: 'error',
  durations: {},
  asksForLanguages: false,
};
const envelope = { version: '2', id: NULL_UUID, seq: 1, clientseq: 1 } as const;
const message = <T extends PlainServerMessage['type']>(
  type: T,
  parameters: ServerMessageOf<T>['parameters'],
): SessionEvent => ({
  type: 'received',
  message: { ...envelope, type, parameters } as PlainServerMessage,
});

const COMPLETED: Outcome = { kind: 'completed' };
const FAILED: Outcome = { kind: 'failed', cause: 'bot-error', text: 'x', wasOpened: true };
const GONE: Outcome = { kind: 'callerGone', reason: 'callerHangup' };
const OPEN: Open = { name: 'open', media: PCMU_EXTERNAL, holders: { client: false, server: false } };

const STATES: readonly SessionState[] = [
  { name: 'connecting', held: false, pendingStep: 'answer' },
  { name: 'connecting', held: true, pendingStep: 'tls' },
  { name: 'opening', held: false },
  { name: 'opening', held: true },
  OPEN,
  { ...OPEN, media: undefined },
  { ...OPEN, media: { ...PCMU_EXTERNAL, format: 'L16' } },
  { ...OPEN, holders: { client: true, server: false } },
  { ...OPEN, holders: { client: false, server: true } },
  { ...OPEN, holders: { client: true, server: true } },
  ...[COMPLETED, FAILED, GONE].flatMap((outcome): SessionState[] => [
    { name: 'closing', outcome, awaits: 'closed' },
    { name: 'closing', outcome, awaits: 'playout' },
    { name: 'closed', outcome },
  ]),
];

const opened = (media: unknown[], more = {}) =>
  message('opened', { startPaused: false, media, ...more } as ServerMessageOf<'opened'>['parameters']);

const EVENTS: readonly SessionEvent[] = [
  { type: 'connected' },
  { type: 'dialStep', step: 'connection' },
  { type: 'dialFailed', cause: 'dns', text: 'no address' },
  { type: 'dialFailed', cause: 'http-status', text: '404', status: 404 },
  opened([PCMU_EXTERNAL]),
  opened([PCMU_EXTERNAL], { startPaused: true, discardTo: 'PT2.0S' }),
  opened([]),
  opened([PCMU_EXTERNAL, PCMU_EXTERNAL]),
  opened([{ ...PCMU_EXTERNAL, format: 'L16' }]),
  message('closed', {}),
  message('closed', { outputVariables: { a: '1' } } as object),
  message('disconnect', { reason: 'completed', outputVariables: { a: '1' } }),
  message('disconnect', { reason: 'error', info: 'broken' }),
  message('disconnect', { reason: 'unauthorized' }),
  message('event', { entities: [{ type: 'barge_in', data: {} }] }),
  message('event', { entities: [{ type: 'bot_turn_response', data: { disposition: 'match' } }] }),
  message('event', { entities: [{ type: 'anything', data: null }] }),
  message('pause', {}),
  message('resume', {}),
  message('reconnect', {}),
  message('updated', {}),
  { type: 'pong', answers: 'ping', first: true },
  { type: 'pong', answers: 'ping', first: false },
  { type: 'pong', answers: 'nothing', first: false },
  { type: 'pong', answers: 'another', first: false },
  { type: 'unknown', messageType: 'error' },
  { type: 'malformed', code: 400, clause: 'AC-MSG-1', text: 'no JSON' },
  { type: 'malformed', code: 400, clause: 'AC-OPEN-4', text: 'bad media', messageType: 'opened' },
  { type: 'audio', byteLength: 1600 },
  { type: 'audio', byteLength: 1601 },
  { type: 'audio', byteLength: 64_001 },
  { type: 'rateBreach', kind: 'text', clause: 'AC-RATE-1' },
  { type: 'rateBreach', kind: 'binary', clause: 'AC-RATE-2', retryAfterMs: 2500 },
  { type: 'overflow', bufferedMs: 600_000 },
  { type: 'playedOut' },
  ...(['upgrade', 'opened', 'closed', 'settle', 'socket', 'maxDuration'] as const).map(
    (timer): SessionEvent => ({ type: 'timeout', timer }),
  ),
  { type: 'pingDue', unanswered: false },
  { type: 'pingDue', unanswered: true },
  { type: 'hangup' },
  { type: 'abort' },
  { type: 'hold' },
  { type: 'unhold' },
  { type: 'unread', bytes: 5_000_000 },
  { type: 'sourceFailed', text: 'no file' },
  { type: 'unavailable' },
  { type: 'internalFault', text: 'bug' },
  { type: 'lost', end: { code: 1006, reason: '' } },
  { type: 'lost', end: { code: 1011, reason: 'oops' } },
];

const nameOf = (event: SessionEvent) =>
  event.type === 'received'
    ? `received ${event.message.type} ${JSON.stringify(event.message.parameters)}`
    : JSON.stringify(event);

const PAIRS = STATES.flatMap((state) =>
  EVENTS.map((event) => ({ state, event, title: `${JSON.stringify(state)} × ${nameOf(event)}` })),
);

const sent = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.do === 'send' ? [effect.message.type] : []));
const latched = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.do === 'decideOutcome' ? [effect.outcome] : []));
const armed = (effects: readonly Effect[]) =>
  effects.flatMap((effect) => (effect.do === 'arm' ? [effect.timer] : []));
const does = (effects: readonly Effect[], what: Effect['do']) => effects.some((effect) => effect.do === what);
const outcomeOf = (state: SessionState) => ('outcome' in state ? state.outcome : undefined);

/** Checks every pair, and names the one that violates the rule. */
function forEachPair(rule: (state: SessionState, event: SessionEvent, step: Step<SessionState>) => void) {
  for (const { state, event, title } of PAIRS) {
    try {
      rule(state, event, transition(state, event, RULES));
    } catch (error) {
      throw new Error(title, { cause: error });
    }
  }
}

describe('the machine, for every state and event', () => {
  it('covers every state of the protocol', () => {
    expect(new Set(STATES.map(({ name }) => name))).toEqual(new Set(CLIENT_STATES));
    expect(PAIRS.length).toBeGreaterThan(900);
  });

  it('returns the same step for the same arguments and modifies none of them', () => {
    for (const { state, event } of PAIRS) {
      const before = JSON.stringify([state, event]);
      const step = transition(state, event, RULES);
      expect(transition(state, event, RULES)).toEqual(step);
      expect(JSON.stringify([state, event])).toBe(before);
    }
  });

  it('never returns to an earlier state', () => {
    forEachPair((state, _, [next]) => {
      expect(CLIENT_STATES.indexOf(next.name)).toBeGreaterThanOrEqual(CLIENT_STATES.indexOf(state.name));
    });
  });

  it('never changes a decided outcome', () => {
    forEachPair((state, _, [next, effects]) => {
      const outcome = outcomeOf(state);
      if (!outcome) return;
      expect(outcomeOf(next)).toBe(outcome);
      expect(latched(effects)).toEqual([]);
    });
  });

  it('emits `latch` exactly when the outcome is first known', () => {
    forEachPair((state, _, [next, effects]) => {
      if (outcomeOf(state)) return;
      const outcome = outcomeOf(next);
      expect(latched(effects)).toEqual(outcome ? [outcome] : []);
    });
  });

  it('says of a failure whether the session was open', () => {
    forEachPair((state, _, [, effects]) => {
      for (const outcome of latched(effects))
        if (outcome.kind === 'failed') expect(outcome.wasOpened).toBe(state.name === 'open');
    });
  });

  it('drops a connection that the bot leaves unread, in every state that has one', () => {
    forEachPair((state, event, [next, effects]) => {
      if (event.type !== 'unread' || state.name === 'connecting') return;
      expect(does(effects, 'terminate')).toBe(true);
      expect(next.name).toBe('closed');
    });
  });

  it('minds only its own timer while it is connecting', () => {
    forEachPair((state, event, [next, effects]) => {
      if (state.name !== 'connecting' || event.type !== 'timeout' || event.timer === 'upgrade') return;
      expect([next, effects]).toEqual([state, []]);
    });
  });

  it('sends nothing after the session is closed', () => {
    forEachPair((state, _, [, effects]) => {
      if (state.name === 'closed') expect(sent(effects)).toEqual([]);
    });
  });

  it('sends `close` once, on the transition to closing, as the last message', () => {
    forEachPair((state, _, [next, effects]) => {
      const messages = sent(effects);
      const entersClosing = next.name === 'closing' && next.awaits === 'closed';
      const closesNow = entersClosing && !(state.name === 'closing' && state.awaits === 'closed');
      expect(messages.filter((type) => type === 'close')).toHaveLength(closesNow ? 1 : 0);
      if (!closesNow) return;
      expect(messages.at(-1)).toBe('close');
      expect(armed(effects)).toContain('closed');
    });
  });

  it('sends a fatal `error` only right before `close`', () => {
    forEachPair((_, __, [, effects]) => {
      if (!does(effects, 'decideOutcome') || !sent(effects).includes('error')) return;
      expect(sent(effects).slice(-2)).toEqual(['error', 'close']);
    });
  });

  it('settles the result at the latest when the session is closed', () => {
    forEachPair((state, _, [next, effects]) => {
      if (state.name !== 'closed' && next.name === 'closed') expect(does(effects, 'settle')).toBe(true);
    });
  });

  it('delays the result only briefly for `closed`, except after a disconnect', () => {
    forEachPair((state, event, [next, effects]) => {
      if (state.name === 'closing' || next.name !== 'closing') return;
      const byDisconnect = event.type === 'received' && event.message.type === 'disconnect';
      // The result of a bot that said nothing does not wait.
      const silent = state.name === 'opening' && event.type === 'timeout';
      expect(armed(effects).includes('settle')).toBe(!byDisconnect && !silent);
      expect(does(effects, 'settle')).toBe(silent);
    });
  });

  it('stops media whenever it leaves the open state, except for a play-out', () => {
    forEachPair((state, _, [next, effects]) => {
      if (state.name !== 'open' || next.name === 'open') return;
      const plays = next.name === 'closing' && next.awaits === 'playout';
      expect(does(effects, 'stopMedia')).toBe(!plays);
    });
  });

  it('refuses and ignores messages as the table of the protocol defines', () => {
    forEachPair((state, event, [next, effects]) => {
      const input: ClientInput | undefined =
        event.type === 'received'
          ? event.message.type
          : event.type === 'pong' || event.type === 'audio' || event.type === 'unknown'
            ? event.type
            : undefined;
      if (input === undefined) return;
      const verdict = clientVerdict(state.name, input);
      if (verdict.action === 'ignore') {
        // A disconnect may cross the client's close, once. Once the session is over, nobody is told.
        const isCrossing = input === 'disconnect' && state.name === 'closing';
        if (isCrossing) expect(next).toMatchObject(state);
        else expect(next).toBe(state);
        expect(sent(effects)).toEqual([]);
        if (state.name === 'closed') expect(effects).toEqual([]);
        else if (event.type === 'received' && !isCrossing)
          expect(effects).toMatchObject([{ do: 'warn', clause: verdict.clause }]);
      }
      if (verdict.action === 'refuse' && verdict.fatal) {
        expect(next).toMatchObject({ name: 'closing', outcome: { cause: 'protocol-violation' } });
        expect(effects).toContainEqual(
          expect.objectContaining({
            do: 'send',
            message: { type: 'error', parameters: expect.objectContaining({ code: verdict.code }) },
          }),
        );
      }
      if (verdict.action === 'refuse' && !verdict.fatal) {
        expect(next).toBe(state);
        expect(does(effects, 'warnPeer')).toBe(true);
      }
    });
  });
});

describe('the machine', () => {
  it('refuses media that was not offered with 400 and cause bad-opened', () => {
    const [next, effects] = transition(
      { name: 'opening', held: false },
      opened([{ ...PCMU_EXTERNAL, channels: ['internal'] }]),
      RULES,
    );
    expect(next).toMatchObject({ outcome: { cause: 'bad-opened', clause: 'AC-OPEN-4', wasOpened: false } });
    expect(effects).toContainEqual(
      expect.objectContaining({
        message: { type: 'error', parameters: expect.objectContaining({ code: 400 }) },
      }),
    );
  });

  it('waits less for `closed` if the server had stopped answering', () => {
    const [, effects] = transition(OPEN, { type: 'pingDue', unanswered: true }, RULES);
    expect(effects).toContainEqual({ do: 'arm', timer: 'closed', short: true });
  });

  it('closes for a rate breach only if configured', () => {
    const breach: SessionEvent = { type: 'rateBreach', kind: 'text', clause: 'AC-RATE-1' };
    expect(transition(OPEN, breach, RULES)[0]).toBe(OPEN);
    expect(transition(OPEN, breach, { ...RULES, onBreach: 'close' })[0]).toMatchObject({
      outcome: { cause: 'rate-limited' },
    });
  });

  it('plays out before `close` only if configured', () => {
    const disconnect = message('disconnect', { reason: 'completed' });
    const [waiting, effects] = transition(OPEN, disconnect, { ...RULES, drainOnDisconnect: true });
    expect(waiting).toMatchObject({ name: 'closing', awaits: 'playout' });
    expect(sent(effects)).toEqual([]);
    const [closing, after] = transition(waiting, { type: 'playedOut' }, RULES);
    expect(closing).toMatchObject({ awaits: 'closed' });
    expect(after).toContainEqual({
      do: 'send',
      message: { type: 'close', parameters: { reason: 'disconnect' } },
    });
  });

  it('distinguishes who holds a pause', () => {
    let state: SessionState = OPEN;
    const next = (event: SessionEvent) => {
      const step = transition(state, event, RULES);
      state = step[0];
      return step[1].map((effect) => (effect.do === 'send' ? effect.message.type : effect.do));
    };
    expect(next(message('pause', {}))).toEqual(['pauseCaller', 'paused']);
    expect(next({ type: 'hold' })).toEqual(['holdPlayback', 'pauseCaller', 'paused']);
    expect(next({ type: 'hold' })).toEqual([]);
    expect(next(message('resume', {}))).toEqual(['paused']);
    expect(next(message('pause', {}))).toEqual(['pauseCaller', 'paused']);
    expect(next({ type: 'unhold' })).toEqual(['unholdPlayback']);
    expect(next(message('resume', {}))).toEqual(['resumeCaller']);
    expect(next(message('resume', {}))).toEqual(['resumeCaller']);
    expect(state).toEqual(OPEN);
  });
});

it.each([
  ['text-too-long', 'protocol-violation', 'AC-MSG-10', /^a text frame of the bot exceeds/],
  ['binary-too-long', 'protocol-violation', 'AC-AUDIO-4', /^a binary frame of the bot exceeds/],
  ['message-too-long', 'protocol-violation', 'AC-AUDIO-4', /^a message of the bot exceeds/],
  ['not-utf8', 'connection-lost', 'AC-MSG-1', /^a WebSocket frame of the bot was refused/],
  ['reserved-bits', 'connection-lost', 'AC-CONN-6', /^a WebSocket frame of the bot was refused/],
] as const)('names the rule that a refused frame broke: %s', (refused, cause, clause, text) => {
  const error = new Error('by whichever WebSocket library');
  const end = { code: 1009, reason: '', error, refused };
  const [state] = transition(OPEN, { type: 'lost', end }, RULES);
  expect(state).toMatchObject({
    name: 'closed',
    outcome: { cause, clause, text: expect.stringMatching(text) },
  });
});

it('says of bytes in place of frames that they are none, and names no rule', () => {
  const end = { code: 1002, reason: '', error: new Error('as ws says it'), refused: 'no-frame' } as const;
  const [state] = transition(OPEN, { type: 'lost', end }, RULES);
  expect(state).toMatchObject({
    name: 'closed',
    outcome: {
      cause: 'connection-lost',
      text: expect.stringMatching(
        /^the bot sent bytes that are no WebSocket frame, refused with close code 1002 \(as ws says it\)/,
      ),
    },
  });
  expect(state).not.toHaveProperty('outcome.clause');
});

it('names no rule for a frame that breaks only the WebSocket protocol', () => {
  const end = { code: 1002, reason: '', error: new Error('by whichever WebSocket library') };
  const [state] = transition(OPEN, { type: 'lost', end }, RULES);
  expect(state).toMatchObject({ name: 'closed', outcome: { cause: 'connection-lost' } });
  expect(state).not.toHaveProperty('outcome.clause');
});

it('sends `retryAfter` in whole milliseconds, rounded up', () => {
  const event: SessionEvent = { type: 'rateBreach', kind: 'text', clause: 'AC-RATE-1', retryAfterMs: 199.2 };
  const [, effects] = transition(OPEN, event, RULES);
  expect(effects).toContainEqual({
    do: 'send',
    message: { type: 'error', parameters: expect.objectContaining({ code: 429, retryAfter: 'PT0.2S' }) },
  });
});

it.each([
  ['PT8640000S', 'open'],
  ['PT8640000.001S', 'closing'],
])('accepts discardTo up to 100 days: %s', (discardTo, name) => {
  const opened = message('opened', { media: [PCMU_EXTERNAL], startPaused: false, discardTo });
  const [state] = transition({ name: 'opening', held: false }, opened, RULES);
  expect(state.name).toBe(name);
});
