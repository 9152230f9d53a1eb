import { type PlaybackFacts, playbackTable } from '@hookline/trace';
import type { Console } from './console.js';
import { pluralize, wrapLabelled } from './text.js';

/** Maximum number of rows of the table. `--json` prints all playbacks. */
const MAX_ROWS = 20;

/** The table of playbacks: start, delay after the caller, duration, and how it ended. */
export function playbackLines(console: Console, playbacks: readonly PlaybackFacts[]): string[] {
  const table = playbackTable(playbacks);
  if (table.length === 0) return [];
  const rows = [
    { at: 'heard at', reply: 'after the caller', heard: 'for', note: '' },
    ...table.slice(0, MAX_ROWS),
  ];
  const widthOf = (name: 'at' | 'reply' | 'heard') => Math.max(...rows.map((row) => row[name].length));
  const [at, reply, heard] = [widthOf('at'), widthOf('reply'), widthOf('heard')];
  const lines = rows.flatMap((row) => {
    const cells = `   ${row.at.padStart(at)}  ${row.reply.padStart(reply)}  ${row.heard.padStart(heard)}`;
    return row.note === '' ? [cells] : wrapLabelled(console, `${cells}  `, row.note);
  });
  const omitted = table.length - MAX_ROWS;
  return omitted > 0 ? [...lines, `   and ${pluralize(omitted, 'time')} more`] : lines;
}
