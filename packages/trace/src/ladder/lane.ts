import { columnWidth, fit, wrapText } from './cells.js';
import type { LadderRenderer } from './renderer.js';

/** The distance of `101` from the right border, the side of the bot. */
const ANSWER_TAIL_CELLS = 10;

/** The text of an arrow: the type of a message in the first column, its counters in the second, then the rest. */
export interface ArrowText {
  readonly name: string;
  readonly seq?: string;
  readonly detail?: string;
}

/** `├─ open      seq 1      PCMU 8k external ───▶┤`: sent by the client. */
export function toBot(renderer: LadderRenderer, text: ArrowText): string[] {
  const { from, line, right, to } = renderer.glyphs;
  return arrows(renderer, `${from}${line} `, text, `${right}${to}`);
}

/** `┤◀─ opened    seq 1/1    PCMU 8k external ───┤`: sent by the bot. */
export function toCaller(renderer: LadderRenderer, text: ArrowText): string[] {
  const { to, left, line } = renderer.glyphs;
  return arrows(renderer, `${to}${left}${line} `, text, to);
}

/** `┤◀──────────────── 101 ──────────┤` */
export function upgraded(renderer: LadderRenderer, status: string): string {
  const { to, left, line } = renderer.glyphs;
  const tail = ` ${status} ${line.repeat(ANSWER_TAIL_CELLS)}${to}`;
  return `${to}${left}${line.repeat(renderer.laneCells - 2 - columnWidth(tail))}${tail}`;
}

/** `┤▒▒ audio ▶ 1.9 s in 10 frames              │` */
export function audioToBot(renderer: LadderRenderer, detail: string): string {
  const { to, callerAudio, right, side } = renderer.glyphs;
  return filled(renderer, `${to}${callerAudio} audio ${right} ${detail}`, ' ', side);
}

/** `┤◀▓▓ audio   2.4 s in 12 frames ────────────┤` */
export function audioToCaller(renderer: LadderRenderer, detail: string): string {
  const { to, left, botAudio, line } = renderer.glyphs;
  return filled(renderer, `${to}${left}${botAudio} audio   ${detail} `, line, to);
}

/** `│  heard 1.09 s, dropped 1.31 s               │`: an event without traffic. Text that does not fit is wrapped. */
export function between(renderer: LadderRenderer, text: string): string[] {
  return wrapText(text, renderer.laneCells - columnWidth(INDENT) - 1).map((line) => inside(renderer, line));
}

/** The indent of text between the sides, the border included. */
const INDENT = '   ';

function inside(renderer: LadderRenderer, text: string, indent = INDENT): string {
  return filled(renderer, `${renderer.glyphs.side}${indent.slice(1)}${text}`, ' ', renderer.glyphs.side);
}

/** `└─ connection closed by the client, 1000 ────┘`, and rows above it for text that does not fit. */
export function bottom(renderer: LadderRenderer, text: string): string[] {
  const { bottomLeft, line, bottomRight } = renderer.glyphs;
  const lines = wrapText(text, renderer.laneCells - columnWidth(INDENT) - columnWidth(` ${bottomRight}`));
  const last = filled(renderer, `${bottomLeft}${line} ${lines.pop() ?? ''} `, line, bottomRight);
  return [...lines.map((above) => inside(renderer, above)), last];
}

/** The row of an arrow, and further rows for text that does not fit. */
function arrows(renderer: LadderRenderer, start: string, text: ArrowText, end: string): string[] {
  const width = renderer.laneCells - columnWidth(start) - columnWidth(end);
  const [shown = '', ...more] = wrapText(
    widest(text, width),
    renderer.laneCells - 2 * columnWidth(BELOW),
    width,
  );
  const gap = width - columnWidth(shown);
  return [
    `${start}${shown}${gap > 0 ? ` ${renderer.glyphs.line.repeat(gap - 1)}` : ''}${end}`,
    ...more.map((line) => inside(renderer, line, BELOW)),
  ];
}

/** The indent of the text below an arrow, the border included. */
const BELOW = '     ';

/** The first of three layouts that fits: in columns, without columns, without counters. */
function widest({ name, seq = '', detail = '' }: ArrowText, width: number): string {
  const columns = `${name.padEnd(9)} ${seq.padEnd(10)} ${detail}`.trimEnd();
  if (columnWidth(columns) <= width) return columns;
  const close = [name, seq, detail].filter(Boolean).join(' ');
  return columnWidth(close) <= width ? close : [name, detail].filter(Boolean).join(' ');
}

function filled(renderer: LadderRenderer, text: string, fill: string, end: string): string {
  const width = renderer.laneCells - columnWidth(end);
  const shown = fit(text, width, renderer.glyphs.ellipsis);
  return shown + fill.repeat(width - columnWidth(shown)) + end;
}
