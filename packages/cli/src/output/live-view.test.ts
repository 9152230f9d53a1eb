import { describe, expect, it } from 'vitest';
import type { Console } from './console.js';
import { ladderView } from './live-view.js';

function rowsOn(columns: number | undefined): string[] {
  const rows: string[] = [];
  const console: Console = {
    out() {},
    err() {},
    note() {},
    json() {},
    colour: false,
    unicode: true,
    quiet: false,
    columns,
  };
  const view = ladderView(console, 'bot bots.example/v1/book', (row) => rows.push(row));
  const head = 'HTTP/1.1 101 Switching Protocols';
  view.sink.event({ kind: 'response', t: 6, dir: 'in', head, status: 101 });
  view.sink.audio?.('in', 410, new Uint8Array(1600));
  view.finish();
  return rows;
}

describe('the live ladder', () => {
  it('keeps within a narrow terminal', () => {
    expect(Math.max(...rowsOn(62).map((row) => row.length))).toBeLessThanOrEqual(62);
    expect(Math.max(...rowsOn(undefined).map((row) => row.length))).toBeGreaterThan(62);
  });

  it('has its own width on a wide one, and where there is none', () => {
    expect(rowsOn(200)).toEqual(rowsOn(undefined));
    expect(rowsOn(200)[0]?.length).toBeGreaterThan(rowsOn(80)[0]?.length ?? 0);
  });
});
