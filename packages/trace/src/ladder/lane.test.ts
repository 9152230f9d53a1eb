import { describe, expect, test } from 'vitest';
import { columnWidth } from './cells.js';
import { audioToBot, audioToCaller, between, bottom, toBot, toCaller, upgraded } from './lane.js';
import { createLadderRenderer } from './renderer.js';

const renderer = createLadderRenderer({ width: 80 });
const room = renderer.laneCells - columnWidth('├─ ') - columnWidth('▶┤');
/** The name in 9 cells, the seq in 10, each followed by a space. */
const COLUMNS = 21;

const detail = (length: number) => 'd'.repeat(length);

describe('an arrow of the ladder', () => {
  test('has its texts in columns as long as they fit into the lane, to the last cell', () => {
    const [row = '', ...more] = toBot(renderer, {
      name: 'ping',
      seq: 'seq 2',
      detail: detail(room - COLUMNS),
    });
    expect(more).toEqual([]);
    expect(row).toBe(`├─ ping      seq 2      ${detail(room - COLUMNS)}▶┤`);
    expect(columnWidth(row)).toBe(renderer.laneCells);
  });

  test('has its texts without columns if they are one cell too long for them', () => {
    const [row = '', ...more] = toBot(renderer, {
      name: 'ping',
      seq: 'seq 2',
      detail: detail(room - COLUMNS + 1),
    });
    expect(more).toEqual([]);
    expect(row).toMatch(/^├─ ping seq 2 d+ ─+▶┤$/);
    expect(columnWidth(row)).toBe(renderer.laneCells);
  });

  test('omits the seq before it continues on a second row', () => {
    const close = (length: number) => toBot(renderer, { name: 'ping', seq: 'seq 2', detail: detail(length) });
    const most = room - columnWidth('ping seq 2 ');
    expect(close(most)).toEqual([`├─ ping seq 2 ${detail(most)}▶┤`]);
    expect(close(most + 1)[0]).toMatch(/^├─ ping d+ ─+▶┤$/);
    expect(close(room - columnWidth('ping '))).toEqual([`├─ ping ${detail(room - columnWidth('ping '))}▶┤`]);
    expect(close(room).length).toBeGreaterThan(1);
  });

  test('is wrapped if it has no arrow too, so that no code or reason of an end is lost', () => {
    const text = `connection closed by the bot, 1008 "${'reason '.repeat(20)}"`;
    for (const rows of [bottom(renderer, text), between(renderer, text)]) {
      expect(rows.length).toBeGreaterThan(1);
      expect(rows.join(' ').match(/reason|1008/g)).toHaveLength(21);
    }
    expect(bottom(renderer, text).at(-1)).toMatch(/^└─ .*┘$/);
  });

  test.each([0, 1, 2, 3, 10, 30, 50, 60, 100])(
    'has the same width as any other row, with a detail of %i cells',
    (length) => {
      const text = { name: 'disconnect', seq: 'seq 7/10', detail: detail(length) };
      const rows = [
        ...toBot(renderer, text),
        ...toCaller(renderer, text),
        audioToBot(renderer, text.detail),
        audioToCaller(renderer, text.detail),
        ...between(renderer, text.detail),
        ...bottom(renderer, text.detail),
        upgraded(renderer, '101'),
      ];
      expect(new Set(rows.map(columnWidth))).toEqual(new Set([renderer.laneCells]));
    },
  );
});
