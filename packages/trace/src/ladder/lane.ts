import { columnWidth, fit, wrapText } from './cells.js';
import type { LadderRenderer } from './renderer.js';

/** How far `101` stands from the right border: the bot's answer belongs to the bot. */
const ANSWER_TAIL_CELLS = 10;

/** What one arrow says: the type of a message in the first column, its counters in the second, then the rest. */
export interface ArrowText {
  readonly name: string;
  readonly seq?: string;
  readonly detail?: string;
}

/** `├─ open      seq 1      PCMU 8k external ───▶┤`: the client sent it. */
export function toBot(renderer: LadderRenderer, text: ArrowText): string[] {
  const { from, line, right, to } = renderer.glyphs;
  return arrows(renderer, `${from}${line} `, text, `${right}${to}`);
}

/** `┤◀─ opened    seq 1/1    PCMU 8k external ───┤`: the bot sent it. */
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

/** `│  heard 1.09 s, dropped 1.31 s               │`: nothing passed, something was known. */
export function between(renderer: LadderRenderer, text: string, indent = '   '): string {
  return filled(renderer, `${renderer.glyphs.side}${indent.slice(1)}${text}`, ' ', renderer.glyphs.side);
}

/** `└─ connection closed by the client, 1000 ────┘` */
export function bottom(renderer: LadderRenderer, text: string): string {
  const { bottomLeft, line, bottomRight } = renderer.glyphs;
  return filled(renderer, `${bottomLeft}${line} ${text} `, line, bottomRight);
}

/** The row of an arrow, and rows below it for what it has no room for. */
function arrows(renderer: LadderRenderer, start: string, text: ArrowText, end: string): string[] {
  const room = renderer.laneCells - columnWidth(start) - columnWidth(end);
  const [shown = '', ...more] = wrapText(
    widest(text, room),
    renderer.laneCells - 2 * columnWidth(BELOW),
    room,
  );
  const gap = room - columnWidth(shown);
  return [
    `${start}${shown}${gap > 0 ? ` ${renderer.glyphs.line.repeat(gap - 1)}` : ''}${end}`,
    ...more.map((line) => between(renderer, line, BELOW)),
  ];
}

/** Before what is said below an arrow, the border included. */
const BELOW = '     ';

/** The roomiest of three ways to say it that fits: in columns, close together, without the counters. */
function widest({ name, seq = '', detail = '' }: ArrowText, room: number): string {
  const columns = `${name.padEnd(9)} ${seq.padEnd(10)} ${detail}`.trimEnd();
  if (columnWidth(columns) <= room) return columns;
  const close = [name, seq, detail].filter(Boolean).join(' ');
  return columnWidth(close) <= room ? close : [name, detail].filter(Boolean).join(' ');
}

function filled(renderer: LadderRenderer, text: string, fill: string, end: string): string {
  const room = renderer.laneCells - columnWidth(end);
  const shown = fit(text, room, renderer.glyphs.ellipsis);
  return shown + fill.repeat(room - columnWidth(shown)) + end;
}
