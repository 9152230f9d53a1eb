import { audioRuns, type WireEvent } from '@hookline/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fromServer, openParameters, tellACall, teller } from '../../test/a-call.js';
import { cells } from './cells.js';
import { createLadder, type LadderOptions, renderLadder } from './ladder.js';

function eventsOf(vantage: 'client' | 'server'): WireEvent[] {
  const events: WireEvent[] = [];
  const runs = audioRuns((event) => events.push(event));
  tellACall(runs, vantage);
  return events;
}

const draw = (vantage: 'client' | 'server', options: Partial<LadderOptions> = {}) =>
  `\n${renderLadder(eventsOf(vantage), { vantage, right: 'bot localhost:8080/book', ...options })}`;

describe('a ladder', () => {
  test('shows a call with the client at the left and the bot at the right', () => {
    expect(draw('client')).toBe(`
        Genesys (hookline)                   bot localhost:8080/book
  0.000 ├─ GET /book  Upgrade  key=de*** signed ──────────────────▶┤
  0.006 ┤◀────────────────────────────────────────── 101 ──────────┤  6 ms
  0.007 ├─ open      seq 1      PCMU 8k external inputs:1 ────────▶┤
  0.031 ┤◀─ opened    seq 1/1    PCMU 8k external ─────────────────┤  24 ms
  0.231 ┤▒▒ audio ▶ 0.2 s in 1 frame                               │
  0.410 ┤◀▓▓ audio   2.4 s in 12 frames ───────────────────────────┤  first audio 379 ms
  0.411 ├─ playback_started seq 2 ────────────────────────────────▶┤
  0.431 ┤▒▒ audio ▶ 0.2 s in 1 frame                               │
  1.000 ├─ ping      seq 3 ───────────────────────────────────────▶┤
  1.002 ┤◀─ pong      seq 2/3 ─────────────────────────────────────┤  2 ms
  1.498 ┤◀─ event     seq 3/3    barge_in ─────────────────────────┤
  1.499 ├─ playback_completed seq 4 1.09 s heard, 1.31 s dropped ─▶┤
  2.500 ├─ dtmf      seq 5      # ────────────────────────────────▶┤
  3.000 ✗ AC-MSG-6  seq 6, expected 4
  4.902 ┤◀─ disconnect completed  outputs: reservationId=R-17 ─────┤
  4.904 ├─ close     seq 6      disconnect ───────────────────────▶┤
  4.907 ┤◀─ closed    seq 5/6 ─────────────────────────────────────┤  3 ms
  4.910 └─ connection closed by the client  1000 ──────────────────┘
`);
  });

  test('shows a call seen from the bot the same way round, in ASCII and 78 columns', () => {
    expect(draw('server', { unicode: false, width: 78 })).toBe(`
        Genesys                    bot localhost:8080/book
  0.000 |- GET /book  Upgrade  key=de*** signed -------->|
  0.006 |<-------------------------------- 101 ----------|  6 ms
  0.007 |- open seq 1 PCMU 8k external inputs:1 -------->|
  0.031 |<- opened    seq 1/1    PCMU 8k external -------|  24 ms
  0.231 |:: audio > 0.2 s in 1 frame                     |
  0.410 |<## audio   2.4 s in 12 frames -----------------|  first audio 379 ms
  0.411 |- playback_started seq 2 ---------------------->|
  0.431 |:: audio > 0.2 s in 1 frame                     |
  1.000 |- ping      seq 3 ----------------------------->|
  1.002 |<- pong      seq 2/3 ---------------------------|  2 ms
  1.498 |<- event     seq 3/3    barge_in ---------------|
  1.499 |- playback_completed seq 4      1.09 s played ->|
  2.500 |- dtmf      seq 5      # ---------------------->|
  3.000 x AC-MSG-6  seq 6, expected 4
  4.902 |<- disconnect completed  outputs: reservation...|
  4.904 |- close     seq 6      disconnect ------------->|
  4.907 |<- closed    seq 5/6 ---------------------------|  3 ms
  4.910 +- connection closed by the client  1000 --------+
`);
  });

  test('shows a refused upgrade with its status', () => {
    const head = 'HTTP/1.1 401 Unauthorized\r\n\r\n';
    const rows = createLadder({ vantage: 'client' }).push({
      kind: 'response',
      t: 5,
      dir: 'in',
      status: 401,
      head,
    });
    expect(rows).toEqual(['  0.005 ┤◀─ 401 Unauthorized ──────────────────────────────────────┤']);
  });

  test('says what is malformed in a message, and what type nobody knows', () => {
    const ladder = createLadder({ vantage: 'client' });
    const push = (text: string) => ladder.push({ kind: 'message', t: 0, dir: 'in', text })[0];
    expect(push('{"type":"pong"}')).toContain('─ pong malformed: "pong" has nothing at /version');
    expect(push('hello')).toContain('─ text malformed: text frame is not JSON: "hello" ─');
    expect(push(fromServer('reboot', 7, 1))).toContain('─ reboot    seq 7      unknown type ─');
  });

  test('merges audio that nothing visible stands between, and lets a long run out at once', () => {
    const ladder = createLadder({ vantage: 'client' });
    const run = { kind: 'audio', dir: 'out', frames: 10, bytes: 16_000, arrivalsMs: [], sizes: [] } as const;
    expect(ladder.push({ ...run, t: 0 })).toEqual([]);
    expect(ladder.push({ ...run, t: 2000 })).toEqual([]);
    expect(ladder.push({ ...run, t: 4000 })).toEqual([
      expect.stringMatching(/^ {2}0\.000 ┤▒▒ audio ▶ 6 s in 30 frames +│$/),
    ]);
    expect(ladder.flush()).toEqual([]);
  });

  test('shows what was heard of a playback that the end of the call cut', () => {
    const ladder = createLadder({ vantage: 'client' });
    ladder.push({ kind: 'playback', t: 900, heardMs: 200, droppedMs: 300, ended: 'disconnected' });
    expect(ladder.flush()).toEqual([expect.stringContaining('playback cut: 0.2 s heard, 0.3 s dropped')]);
  });

  test('colours only what broke a rule, and only when asked', () => {
    const violation = { kind: 'violation', t: 0, clause: 'AC-MSG-6', text: 'x', fatal: true } as const;
    expect(createLadder({ vantage: 'client', color: true }).push(violation)).toEqual([
      '\x1b[31m  0.000 ✗ AC-MSG-6  x\x1b[0m',
    ]);
    expect(createLadder({ vantage: 'client' }).push(violation)).toEqual(['  0.000 ✗ AC-MSG-6  x']);
  });

  test('masks a credential that a bot says back', () => {
    const [request, , , opened] = eventsOf('client');
    const ladder = createLadder({ vantage: 'client' });
    ladder.push(request!);
    ladder.push(opened!);
    const info = 'no such key: demo-key-7Q2';
    const text = fromServer('disconnect', 2, 1, { reason: 'unauthorized', info });
    const [row] = ladder.push({ kind: 'message', t: 40, dir: 'in', text, type: 'disconnect' });
    expect(row).toContain('no such key: de***');
  });
});

describe('a hostile bot', () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 90 }),
    fc.constantFrom(
      '\x1b[2J\x1b]0;owned\x07',
      '\u202egnp.exe',
      'a\r\n  0.000 ✗ AC-MSG-1',
      '\u009b31m',
      'Z\u0300'.repeat(40),
    ),
    fc.string({ unit: fc.constantFrom('漢', '🙂', '\u0301', '\u200d', 'e', '\u3000'), maxLength: 90 }),
  );

  test('can neither move the cursor nor break a row, whatever it says', () => {
    fc.assert(
      fc.property(nasty, nasty, fc.boolean(), fc.integer({ min: 60, max: 120 }), (a, b, unicode, width) => {
        const { server, client } = teller('client');
        const events: WireEvent[] = [
          { kind: 'request', t: 0, dir: 'out', head: `GET /${a} HTTP/1.1\r\nX-API-KEY: ${b}` },
          { kind: 'response', t: 1, dir: 'in', status: 500, head: `HTTP/1.1 500 ${a}` },
          client(2, 'open', 1, 0, {
            ...openParameters,
            media: [{ type: a, format: b, channels: [a], rate: 1 }],
          }),
          { kind: 'message', t: 3, dir: 'in', text: a },
          server(4, a, 2, 1),
          server(5, 'disconnect', 3, 1, { reason: 'error', info: a, outputVariables: { [a]: b } }),
          server(6, 'event', 4, 1, { entities: [{ type: a, data: b }] }),
          { kind: 'violation', t: 7, clause: 'AC-MSG-6', text: a, fatal: true },
          { kind: 'end', t: 8, by: 'peer', code: 1000, reason: b },
        ];
        const text = renderLadder(events, { vantage: 'client', unicode, width, left: a, right: b });
        const rows = text.split('\n').slice(0, -1);
        expect(rows).toHaveLength(events.length + 1);
        for (const row of rows) {
          expect(row).not.toMatch(/[\p{C}\u2028\u2029]/u);
          if (!unicode) expect(row).toMatch(/^[\x20-\x7e]*$/);
          expect(cells(row)).toBeLessThanOrEqual(width);
        }
      }),
      { numRuns: 400 },
    );
  });
});
