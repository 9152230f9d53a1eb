import { VirtualClock } from '@hookline/runtime';
import { describe, expect, test } from 'vitest';
import { callStatus } from './call-status.js';
import { createConsole } from './console.js';
import { ladderView } from './live-view.js';
import { showProgress } from './progress.js';

/** The lines on a terminal after `text` was written. Supports the control sequences that the command uses. */
function screenOf(text: string): string[] {
  const rows = [''];
  let row = 0;
  let column = 0;
  const put = (character: string) => {
    if (character === '\r') column = 0;
    else if (character === '\n') {
      row += 1;
      column = 0;
      rows[row] ??= '';
    } else {
      const line = rows[row] ?? '';
      rows[row] = line.slice(0, column).padEnd(column) + character + line.slice(column + 1);
      column += 1;
    }
  };
  // A control sequence is ESC [, a number and a letter.
  for (const [index, part] of text.split('\u{1b}[').entries()) {
    const [, count = '', command = '', rest = ''] = (index > 0 && /^(\d*)([A-Z])([\s\S]*)$/.exec(part)) || [
      '',
      '',
      '',
      part,
    ];
    if (command === 'A') row -= Number(count || 1);
    else if (command === 'K') rows[row] = (rows[row] ?? '').slice(0, column);
    for (const character of rest) put(character);
  }
  while (rows.length > 1 && rows.at(-1) === '' && rows.length - 1 > row) rows.pop();
  return rows;
}

function terminal({
  isTTY = true,
  columns = 80,
  rows = 40,
  env = {} as Record<string, string>,
  quiet = false,
} = {}) {
  let written = '';
  const stream = {
    isTTY,
    columns,
    rows,
    write(text: string) {
      written += text;
      return true;
    },
  } as unknown as NodeJS.WriteStream;
  const console = createConsole({
    env: { LANG: 'C', ...env },
    quiet,
    color: false,
    stdout: stream,
    stderr: stream,
  });
  return { console, written: () => written, screen: () => screenOf(written) };
}

describe('progress', () => {
  test('is shown after a second, stays below other output, and is removed at the end', async () => {
    const { console, screen } = terminal();
    const clock = new VirtualClock();
    let done = 0;
    const stop = showProgress(console, clock, () => [`${done} of 9`, 'more']);
    await clock.advance(999);
    expect(screen()).toEqual(['']);
    done = 3;
    await clock.advance(1);
    expect(screen()).toEqual(['3 of 9', 'more']);
    console.out('a result');
    console.err('a note');
    done = 4;
    await clock.advance(200);
    expect(screen()).toEqual(['a result', 'a note', '4 of 9', 'more']);
    stop();
    console.out('the end');
    expect(screen()).toEqual(['a result', 'a note', 'the end', '']);
    expect(clock.pending).toBe(0);
  });

  test.each([
    ['without a terminal', { isTTY: false }],
    ['with --quiet', { quiet: true }],
    ['under CI', { env: { CI: 'true' } }],
    ['on a dumb terminal', { env: { TERM: 'dumb' } }],
    ['on a terminal that is too narrow', { columns: 5 }],
  ])('is not shown %s', async (_, how) => {
    const { console, written } = terminal(how);
    const clock = new VirtualClock();
    const stop = showProgress(console, clock, () => ['1 of 9']);
    await clock.advance(5000);
    stop();
    expect(written()).toBe('');
  });
});

describe('a call on a terminal', () => {
  const loud = new Uint8Array(1600).fill(0x00);
  const faint = new Uint8Array(1600).fill(0x60);

  function aCall(how: Parameters<typeof terminal>[0] = {}) {
    const { console, screen, written } = terminal(how);
    const clock = new VirtualClock();
    const view = ladderView(console, 'bot x', [], console.out);
    const status = callStatus(console, clock, view, { format: 'PCMU' });
    const stop = status.show();
    const event = (what: Parameters<typeof view.sink.event>[0]) => {
      view.sink.event(what);
      status.sink.event(what);
    };
    const audio = (dir: 'in' | 'out', bytes: Uint8Array) => {
      view.sink.audio?.(dir, clock.now(), bytes);
      status.sink.audio?.(dir, clock.now(), bytes);
    };
    return { clock, screen, written, event, audio, view, status, stop };
  }

  test('shows what it waits for, both levels, and the growing row of audio', async () => {
    const { clock, screen, event, audio, status, stop, view } = aCall();
    await clock.advance(500);
    expect(screen()).toEqual(['  0.5 s  waiting for the connection']);
    event({ kind: 'response', t: 500, dir: 'in', status: 101, head: 'HTTP/1.1 101' });
    await clock.advance(130);
    expect(screen().at(-1)).toBe('  0.6 s  waiting for opened');
    event({ kind: 'message', t: 600, dir: 'in', type: 'opened', text: '{}' });
    await clock.advance(130);
    audio('out', loud);
    status.sink.heard?.(0, faint);
    await clock.advance(130);
    const [audioRow, levels] = screen().slice(-2);
    expect(audioRow).toMatch(/^ {2}0\.760 \|:: audio > 0\.2 s in 1 frame /);
    expect(levels).toBe('  0.9 s  caller ############   0 dB   bot ####........ -39 dB');
    audio('out', loud);
    await clock.advance(130);
    expect(screen().at(-2)).toMatch(/^ {2}0\.760 \|:: audio > 0\.4 s in 2 frames /);
    await clock.advance(600);
    expect(screen().at(-1)).toBe('  1.5 s  caller ............ silent   bot ............ silent');
    stop();
    view.finish();
    expect(screen().filter((row) => /level|caller|silent/.test(row))).toEqual([]);
    expect(screen().filter((row) => row.includes('audio'))).toHaveLength(1);
    expect(clock.pending).toBe(0);
  });

  test('shows only complete rows without a terminal', async () => {
    const { clock, written, audio, view, stop } = aCall({ isTTY: false });
    audio('out', loud);
    await clock.advance(1000);
    expect(written()).toBe('');
    stop();
    view.finish();
    expect(written()).not.toContain('\x1b');
    expect(written()).toContain('0.2 s in 1 frame');
  });

  test('draws a coloured line that fits, and at most as many lines as the terminal has', () => {
    const { console, screen } = terminal({ rows: 3 });
    console.live([`\u{1b}[31m${'x'.repeat(79)}\u{1b}[39m`, 'second', 'third']);
    expect(screen()).toHaveLength(2);
    console.live([]);
    expect(screen()).toEqual(['']);
  });
});
