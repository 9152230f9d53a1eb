import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { type Console, createConsole } from './console.js';
import { ladderView } from './live-view.js';

function rowsOn(columns: number): string[] {
  const rows: string[] = [];
  const console: Console = {
    out() {},
    err() {},
    note() {},
    json() {},
    live() {},
    isLive: false,
    colour: false,
    unicode: true,
    quiet: false,
    columns,
  };
  const view = ladderView(console, 'bot bots.example/v1/book', [], (row) => rows.push(row));
  const head = 'HTTP/1.1 101 Switching Protocols';
  view.sink.event({ kind: 'response', t: 6, dir: 'in', head, status: 101 });
  view.sink.audio?.('in', 410, new Uint8Array(1600));
  view.finish();
  return rows;
}

describe('the live ladder', () => {
  it.each([60, 62, 80])('is at most %i columns wide', (columns) => {
    const noteWidth = 'first audio 379 ms'.length + 2;
    expect(Math.max(...rowsOn(columns).map((row) => row.length))).toBe(columns - noteWidth);
  });
});

describe('the width of a line', () => {
  const stream = (isTTY: boolean, columns?: number) => {
    const stdout = new PassThrough();
    return Object.assign(stdout, { isTTY, columns }) as unknown as NodeJS.WriteStream;
  };
  it.each<[string, NodeJS.WriteStream, Record<string, string>, number]>([
    ['that of the terminal', stream(true, 132), { COLUMNS: '90' }, 132],
    ['at least 60', stream(true, 20), {}, 60],
    ['COLUMNS without a terminal', stream(false), { COLUMNS: '170' }, 170],
    ['at least 60 with COLUMNS', stream(false), { COLUMNS: '12' }, 60],
    ['80 by default', stream(false), {}, 80],
    ['80 if COLUMNS is empty', stream(false), { COLUMNS: '' }, 80],
    ['80 if COLUMNS is not a number', stream(false), { COLUMNS: 'wide' }, 80],
    ['80 if COLUMNS is infinite', stream(false), { COLUMNS: 'Infinity' }, 80],
    ['80 if the terminal reports 0', stream(true, 0), {}, 80],
  ])('is %s', (_, stdout, env, columns) => {
    expect(createConsole({ env, stdout, stderr: stdout }).columns).toBe(columns);
  });
});
