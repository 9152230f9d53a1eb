import { type PlaybackFacts, playbackTable } from '@hookline/trace';
import type { Console } from './console.js';
import { counted, labelled } from './text.js';

/** A person reads no more; all of them stand in the lines of `--json`. */
const MAX_ROWS = 20;

/** What the caller heard of the bot, each time it spoke: when, how long after the caller, how long, how it ended. */
export function playbackLines(console: Console, playbacks: readonly PlaybackFacts[]): string[] {
  const table = playbackTable(playbacks);
  if (table.length === 0) return [];
  const rows = [
    { at: 'heard at', reply: 'after the caller', heard: 'for', note: '' },
    ...table.slice(0, MAX_ROWS),
  ];
  const wide = (name: 'at' | 'reply' | 'heard') => Math.max(...rows.map((row) => row[name].length));
  const [at, reply, heard] = [wide('at'), wide('reply'), wide('heard')];
  const lines = rows.flatMap((row) => {
    const cells = `   ${row.at.padStart(at)}  ${row.reply.padStart(reply)}  ${row.heard.padStart(heard)}`;
    return row.note === '' ? [cells] : labelled(console, `${cells}  `, row.note);
  });
  const left = table.length - MAX_ROWS;
  return left > 0 ? [...lines, `   and ${counted(left, 'time')} more`] : lines;
}
