import { describe, expect, it } from 'vitest';
import { clause } from './clauses/index.js';
import {
  CLIENT_LEGALITY,
  CLIENT_STATES,
  type ClientInput,
  clientVerdict,
  SERVER_LEGALITY,
  SERVER_STATES,
  type ServerInput,
  serverVerdict,
  type Verdict,
} from './legality.js';
import { clientMessages, serverMessages } from './messages/index.js';

/** `yes`: accepted; `-`: ignored; a code: refused and fatal; a code with `?`: refused, and the session goes on. */
function brief(verdict: Verdict): string {
  if (verdict.action === 'accept') return 'yes';
  if (verdict.action === 'ignore') return '-';
  return `${verdict.code}${verdict.fatal ? '' : '?'}`;
}

// The expected tables are written out again, to detect mistakes in the tables.
const CLIENT: Record<ClientInput, string> = {
  //           connecting opening open closing closed
  opened: '     -          yes     409  -       -',
  closed: '     -          409     409  yes     -',
  disconnect: ' -          yes     yes  -       -',
  event: '      -          yes     yes  yes     -',
  pong: '       -          409?    yes  yes     -',
  pause: '      -          409     yes  -       -',
  resume: '     -          409     yes  -       -',
  reconnect: '  -          yes     yes  -       -',
  updated: '    -          -       yes  -       -',
  audio: '      -          415     yes  -       -',
  unknown: '    -          405     405  -       -',
};

const SERVER: Record<ServerInput, string> = {
  //                   preparing opening active paused disconnecting closing closed
  open: '               yes       -       -      -      -             -       -',
  close: '              yes       yes     yes    yes    yes           -       -',
  ping: '               409       yes     yes    yes    yes           yes     -',
  error: '              yes       yes     yes    yes    yes           yes     yes',
  paused: '             -         -       yes    yes    -             -       -',
  resumed: '            -         -       -      yes    -             -       -',
  discarded: '          409       -       yes    yes    -             -       -',
  update: '             -         -       yes    yes    -             -       -',
  dtmf: '               409       -       yes    yes    -             -       -',
  playback_started: '   409       -       yes    yes    -             -       -',
  playback_completed: ' 409       -       yes    yes    -             -       -',
  audio: '              -         -       yes    -      -             -       -',
  unknown: '            -         -       -      -      -             -       -',
};

const rows = <Input extends string>(table: Record<Input, string>) =>
  (Object.keys(table) as Input[]).map((input) => [input, table[input].trim().split(/\s+/)] as const);

describe('legality of the client', () => {
  it.each(rows(CLIENT))('decides on %s in every state', (input, expected) => {
    expect(CLIENT_STATES.map((state) => brief(clientVerdict(state, input)))).toEqual(expected);
  });

  it('covers every server message, audio and unknown types, and nothing else', () => {
    expect(Object.keys(CLIENT_LEGALITY).sort()).toEqual(
      [...Object.keys(serverMessages), 'audio', 'unknown'].sort(),
    );
  });
});

describe('legality of the server', () => {
  it.each(rows(SERVER))('decides on %s in every state', (input, expected) => {
    expect(SERVER_STATES.map((state) => brief(serverVerdict(state, input)))).toEqual(expected);
  });

  it('covers every client message, audio and unknown types, and nothing else', () => {
    expect(Object.keys(SERVER_LEGALITY).sort()).toEqual(
      [...Object.keys(clientMessages), 'audio', 'unknown'].sort(),
    );
  });

  it('accepts close once in every state, so that a call can always end', () => {
    for (const state of ['preparing', 'opening', 'active', 'paused', 'disconnecting'] as const) {
      expect(serverVerdict(state, 'close').action).toBe('accept');
    }
  });
});

describe('a verdict other than acceptance', () => {
  const verdicts = [
    ...Object.entries(CLIENT_LEGALITY).map(([input, row]) => ['server', input, row] as const),
    ...Object.entries(SERVER_LEGALITY).map(([input, row]) => ['client', input, row] as const),
  ].flatMap(([sender, input, row]) =>
    Object.entries(row).map(([state, verdict]) => ({ sender, input, state, verdict: verdict as Verdict })),
  );

  it('names an existing rule', () => {
    for (const { verdict } of verdicts) {
      if (verdict.action !== 'accept') expect(clause(verdict.clause).id).toBe(verdict.clause);
    }
  });

  it('refuses only with a rule that applies to the sender', () => {
    for (const { sender, input, state, verdict } of verdicts) {
      if (verdict.action !== 'refuse') continue;
      expect(['both', sender], `${input} in ${state}`).toContain(clause(verdict.clause).bound);
    }
  });

  it('names the same rule for an input in all states but the first and the last', () => {
    const areas = new Map<string, Set<string>>();
    for (const { sender, input, state, verdict } of verdicts) {
      if (verdict.action !== 'ignore' || state === 'connecting' || state === 'closed') continue;
      const key = `${sender} ${input}`;
      areas.set(key, (areas.get(key) ?? new Set()).add(verdict.clause));
    }
    for (const [input, clauses] of areas) expect([...clauses], input).toHaveLength(1);
  });
});

it.each([
  ['clientVerdict', clientVerdict, CLIENT_STATES],
  ['serverVerdict', serverVerdict, SERVER_STATES],
] as const)('lists the states of the side if %s receives an unknown one', (name, ask, states) => {
  expect(() => ask('asleep' as never, 'audio')).toThrow(
    `${name}: no verdict on "audio" in state "asleep"; the states are ${states.join(', ')}.`,
  );
});
