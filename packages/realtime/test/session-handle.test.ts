import { expect, it } from 'vitest';
import type { RealtimeSession } from '../src/index.js';
import { bridged, finish, ready, serviceCalls } from './bridged.js';
import { escapedErrors, turnOver } from './escaped-errors.js';

/** Calls with arguments of the wrong kind, as untyped code makes them, and the errors that they get. */
const WRONG: readonly (readonly [message: string, call: (session: never) => unknown])[] = [
  [
    'session.on: event is "transcript"; expected "text" or "interrupted" or "tool" or "state" or "problem" or "usage".',
    (session: Untyped) => session.on('transcript', () => {}),
  ],
  ['session.on: event is null; expected', (session: Untyped) => session.on()],
  ['session.on: listener is undefined; expected a function.', (session: Untyped) => session.on('text')],
  ['session.say: text is undefined; expected a string.', (session: Untyped) => session.say()],
  ['session.say: text is a promise; expected a string.', (session: Untyped) => session.say(rejects())],
  ['session.tell: text is 5; expected a string.', (session: Untyped) => session.tell(5)],
  ['session.tell: reply is the string "yes"', (session: Untyped) => session.tell('a', { reply: 'yes' })],
  ['session.tell: unknown option `replies`', (session: Untyped) => session.tell('a', { replies: true })],
  ['session.end: outputs is null; expected an object.', (session: Untyped) => session.end(null)],
  [
    'session.end: after is "soon"; expected "reply" or "now".',
    (session: Untyped) => session.end({}, { after: 'soon' }),
  ],
  ['session.end: unknown option `when`', (session: Untyped) => session.end({}, { when: 'now' })],
];

type Untyped = Readonly<Record<keyof RealtimeSession, (...args: readonly unknown[]) => unknown>>;

const rejects = () => Promise.reject(new Error('boom'));

it.each(WRONG)('a session refuses a wrong argument, and goes on: %s', async (message, call) => {
  const escaped = escapedErrors();
  const it = bridged();
  await ready(it);
  let thrown: unknown;
  try {
    call(it.session as never);
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toMatchObject({ code: 'REALTIME_BAD_OPTION', message: expect.stringContaining(message) });
  await it.clock.advance(100);
  await turnOver();
  expect(it.session.state).toBe('listening');
  expect(serviceCalls(it, 'text')).toEqual([]);
  expect(escaped).toEqual([]);
  it.session.end({}, { after: 'now' });
  await finish(it);
});
