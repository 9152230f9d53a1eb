import {
  type ClientMessage,
  type ClientMessageType,
  clientMessages,
  NULL_UUID,
  PCMU_EXTERNAL,
  SERVER_STATES,
  type ServerStateName,
  serverVerdict,
} from '@hookline/protocol';
import { describe, expect, it } from 'vitest';
import { type SessionEffect, type SessionEvent, transition } from './machine.js';
import type { SessionState } from './states.js';

const STATES: Readonly<Record<ServerStateName, SessionState>> = {
  preparing: { name: 'preparing' },
  opening: { name: 'opening' },
  active: { name: 'active', media: PCMU_EXTERNAL },
  paused: { name: 'paused', media: PCMU_EXTERNAL },
  disconnecting: { name: 'disconnecting', end: 'completed' },
  closing: { name: 'closing', end: 'callerHangup' },
  closed: { name: 'closed', end: 'completed', connected: true },
};

const PARAMETERS: Readonly<Record<ClientMessageType, unknown>> = {
  open: { organizationId: NULL_UUID, conversationId: NULL_UUID, media: [] },
  close: { reason: 'end' },
  ping: {},
  error: { code: 429, message: 'slow down' },
  paused: {},
  resumed: { start: 'PT1S', discarded: 'PT1S' },
  discarded: { start: 'PT1S', discarded: 'PT1S' },
  update: {},
  dtmf: { digit: '1' },
  playback_started: {},
  playback_completed: {},
};

const message = (type: ClientMessageType, parameters = PARAMETERS[type]) =>
  ({ type: 'message', message: { type, parameters } as ClientMessage }) satisfies SessionEvent;

const EVENTS: readonly SessionEvent[] = [
  ...(Object.keys(clientMessages) as ClientMessageType[]).map((type) => message(type)),
  { type: 'unknown', messageType: 'hologram' },
  { type: 'fault', clause: 'AC-MSG-15', info: 'seq is 9; expected 2' },
  { type: 'flood', info: 'too many messages' },
  { type: 'accept', media: PCMU_EXTERNAL },
  { type: 'end', end: 'completed', reason: 'completed', outputs: {} },
  { type: 'timer', timer: 'open' },
  { type: 'timer', timer: 'close' },
  { type: 'timer', timer: 'socket' },
  { type: 'timer', timer: 'flood' },
  { type: 'lost' },
];

const nameOf = (event: SessionEvent) =>
  event.type === 'message'
    ? event.message.type
    : event.type === 'timer'
      ? `timer ${event.timer}`
      : event.type;

/** What a pair comes to, in one line: the next state and what is done. */
function told(state: SessionState, event: SessionEvent): string {
  const [next, effects] = transition(state, event);
  const done = effects.map((effect) => {
    if (effect.do === 'send') return effect.message.type;
    if (effect.do === 'arm') return `arm ${effect.timer ?? 'none'}`;
    if (effect.do === 'end') return `end ${effect.reason}`;
    return effect.do;
  });
  return [next.name, ...done].join(' · ');
}

/** What every event does in every state: the next state, then the effects in order. */
const TABLE: Readonly<Record<ServerStateName, Readonly<Record<string, string>>>> = {
  preparing: {
    accept: 'preparing',
    close: 'closed · closed · arm socket · end callerHangup',
    discarded: 'disconnecting · report · disconnect · arm close · end clientFault',
    dtmf: 'disconnecting · report · disconnect · arm close · end clientFault',
    end: 'disconnecting · disconnect · arm close · end completed',
    error: 'preparing · deliver',
    fault: 'disconnecting · report · disconnect · arm close · end clientFault',
    flood: 'disconnecting · report · disconnect · arm close · end clientFault',
    lost: 'closed · arm none · end connectionLost',
    open: 'opening · decide',
    paused: 'preparing · ignore',
    ping: 'disconnecting · report · disconnect · arm close · end clientFault',
    playback_completed: 'disconnecting · report · disconnect · arm close · end clientFault',
    playback_started: 'disconnecting · report · disconnect · arm close · end clientFault',
    resumed: 'preparing · ignore',
    'timer close': 'preparing',
    'timer flood': 'preparing · terminate',
    'timer open': 'disconnecting · disconnect · arm close · end timeout',
    'timer socket': 'preparing',
    unknown: 'preparing · ignore',
    update: 'preparing · ignore',
  },
  opening: {
    accept: 'active · arm none · opened · begin',
    close: 'closing',
    discarded: 'opening · ignore',
    dtmf: 'opening · ignore',
    end: 'disconnecting · disconnect · arm close · end completed',
    error: 'opening · deliver',
    fault: 'disconnecting · report · disconnect · arm close · end clientFault',
    flood: 'disconnecting · report · disconnect · arm close · end clientFault',
    lost: 'closed · arm none · end connectionLost',
    open: 'opening · ignore',
    paused: 'opening · ignore',
    ping: 'opening · pong · deliver',
    playback_completed: 'opening · ignore',
    playback_started: 'opening · ignore',
    resumed: 'opening · ignore',
    'timer close': 'opening',
    'timer flood': 'opening · terminate',
    'timer open': 'opening',
    'timer socket': 'opening',
    unknown: 'opening · ignore',
    update: 'opening · ignore',
  },
  active: {
    accept: 'active',
    close: 'closed · closed · arm socket · end callerHangup',
    discarded: 'active · deliver',
    dtmf: 'active · deliver',
    end: 'disconnecting · disconnect · arm close · end completed',
    error: 'active · deliver',
    fault: 'disconnecting · report · disconnect · arm close · end clientFault',
    flood: 'disconnecting · report · disconnect · arm close · end clientFault',
    lost: 'closed · arm none · end connectionLost',
    open: 'active · ignore',
    paused: 'paused · deliver',
    ping: 'active · pong · deliver',
    playback_completed: 'active · deliver',
    playback_started: 'active · deliver',
    resumed: 'active · ignore',
    'timer close': 'active',
    'timer flood': 'active · terminate',
    'timer open': 'active',
    'timer socket': 'active',
    unknown: 'active · ignore',
    update: 'active · deliver',
  },
  paused: {
    accept: 'paused',
    close: 'closed · closed · arm socket · end callerHangup',
    discarded: 'paused · deliver',
    dtmf: 'paused · deliver',
    end: 'disconnecting · disconnect · arm close · end completed',
    error: 'paused · deliver',
    fault: 'disconnecting · report · disconnect · arm close · end clientFault',
    flood: 'disconnecting · report · disconnect · arm close · end clientFault',
    lost: 'closed · arm none · end connectionLost',
    open: 'paused · ignore',
    paused: 'paused · deliver',
    ping: 'paused · pong · deliver',
    playback_completed: 'paused · deliver',
    playback_started: 'paused · deliver',
    resumed: 'active · deliver',
    'timer close': 'paused',
    'timer flood': 'paused · terminate',
    'timer open': 'paused',
    'timer socket': 'paused',
    unknown: 'paused · ignore',
    update: 'paused · deliver',
  },
  disconnecting: {
    accept: 'disconnecting',
    close: 'closed · closed · arm socket',
    discarded: 'disconnecting · ignore',
    dtmf: 'disconnecting · ignore',
    end: 'disconnecting',
    error: 'disconnecting · deliver',
    fault: 'disconnecting · ignore',
    flood: 'disconnecting · arm flood',
    lost: 'closed · arm none',
    open: 'disconnecting · ignore',
    paused: 'disconnecting · ignore',
    ping: 'disconnecting · pong',
    playback_completed: 'disconnecting · ignore',
    playback_started: 'disconnecting · ignore',
    resumed: 'disconnecting · ignore',
    'timer close': 'disconnecting · terminate',
    'timer flood': 'disconnecting · terminate',
    'timer open': 'disconnecting',
    'timer socket': 'disconnecting',
    unknown: 'disconnecting · ignore',
    update: 'disconnecting · ignore',
  },
  closing: {
    accept: 'closed · closed · arm socket · end callerHangup',
    close: 'closing · ignore',
    discarded: 'closing · ignore',
    dtmf: 'closing · ignore',
    end: 'closed · closed · arm socket · end callerHangup',
    error: 'closing · deliver',
    fault: 'closing · ignore',
    flood: 'closing · arm flood',
    lost: 'closed · arm none · end callerHangup',
    open: 'closing · ignore',
    paused: 'closing · ignore',
    ping: 'closing · pong',
    playback_completed: 'closing · ignore',
    playback_started: 'closing · ignore',
    resumed: 'closing · ignore',
    'timer close': 'closing',
    'timer flood': 'closing · terminate',
    'timer open': 'closing',
    'timer socket': 'closing',
    unknown: 'closing · ignore',
    update: 'closing · ignore',
  },
  closed: {
    accept: 'closed',
    close: 'closed · ignore',
    discarded: 'closed · ignore',
    dtmf: 'closed · ignore',
    end: 'closed',
    error: 'closed · deliver',
    fault: 'closed · ignore',
    flood: 'closed · arm flood',
    lost: 'closed · arm none',
    open: 'closed · ignore',
    paused: 'closed · ignore',
    ping: 'closed · ignore',
    playback_completed: 'closed · ignore',
    playback_started: 'closed · ignore',
    resumed: 'closed · ignore',
    'timer close': 'closed',
    'timer flood': 'closed · terminate',
    'timer open': 'closed',
    'timer socket': 'closed · terminate',
    unknown: 'closed · ignore',
    update: 'closed · ignore',
  },
};

describe('the session machine', () => {
  it.each(SERVER_STATES)('decides every event in %s', (name) => {
    const table = Object.fromEntries(EVENTS.map((event) => [nameOf(event), told(STATES[name], event)]));
    expect(table).toEqual(TABLE[name]);
  });

  it.each(SERVER_STATES)('follows the protocol on what to ignore and refuse in %s', (name) => {
    for (const type of Object.keys(clientMessages) as ClientMessageType[]) {
      const { action } = serverVerdict(name, type);
      const [next, effects] = transition(STATES[name], message(type));
      const ignored = effects.some((effect) => effect.do === 'ignore');
      expect(ignored, `${type} in ${name}`).toBe(action === 'ignore');
      if (action === 'refuse') expect(next.name).toBe('disconnecting');
    }
  });

  it('sends nothing after closed', () => {
    for (const event of EVENTS) {
      const [next, effects] = transition(STATES.closed, event);
      expect(next.name).toBe('closed');
      expect(effects.filter((effect) => effect.do === 'send')).toEqual([]);
    }
  });

  it('sends one disconnect and reports one end to the bot, for any inputs in any order', () => {
    const orders = EVENTS.flatMap((a) => EVENTS.flatMap((b) => EVENTS.map((c) => [a, b, c])));
    for (const order of orders) {
      let state = STATES.active;
      const effects: SessionEffect[] = [];
      for (const event of order) {
        const [next, more] = transition(state, event);
        state = next;
        effects.push(...more);
      }
      const disconnects = effects.filter((it) => it.do === 'send' && it.message.type === 'disconnect');
      const ends = effects.filter((it) => it.do === 'end');
      expect(disconnects.length, order.map(nameOf).join(', ')).toBeLessThanOrEqual(1);
      expect(ends.length, order.map(nameOf).join(', ')).toBeLessThanOrEqual(1);
    }
  });

  it('answers close in every state in which it has not been answered yet', () => {
    for (const name of SERVER_STATES) {
      const [next, effects] = transition(STATES[name], message('close'));
      const closed = effects.filter((it) => it.do === 'send' && it.message.type === 'closed');
      if (name === 'opening') expect(next).toEqual({ name: 'closing', end: 'callerHangup' });
      else expect(closed).toHaveLength(name === 'closing' || name === 'closed' ? 0 : 1);
    }
  });

  it('answers a close that arrived while opening as soon as the opening is decided, without opened', () => {
    for (const event of [
      { type: 'accept', media: PCMU_EXTERNAL },
      { type: 'end', end: 'failed', reason: 'error' },
    ] as const) {
      expect(told(STATES.closing, event)).toBe('closed · closed · arm socket · end callerHangup');
    }
  });

  it('sends pong before it reports the ping', () => {
    expect(told(STATES.active, message('ping'))).toBe('active · pong · deliver');
  });

  it('reports an end to the client before the bot', () => {
    const event = { type: 'end', end: 'completed', reason: 'completed', outputs: { a: '1' } } as const;
    expect(told(STATES.paused, event)).toBe('disconnecting · disconnect · arm close · end completed');
  });
});

it('a socket that stays open after closed is dropped, and a lost one is not, whatever came before', () => {
  for (const state of Object.values(STATES)) {
    for (const event of EVENTS) {
      const [next, effects] = transition(state, event);
      const dropped = transition(next, { type: 'timer', timer: 'socket' })[1];
      const waits = effects.some((effect) => effect.do === 'arm' && effect.timer === 'socket');
      if (waits) expect(dropped, `${state.name}, ${nameOf(event)}`).toEqual([{ do: 'terminate' }]);
      if (event.type === 'lost') expect(dropped, state.name).toEqual([]);
    }
  }
});
