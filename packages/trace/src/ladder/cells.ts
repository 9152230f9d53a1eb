import { checkArgument } from '@hookline/runtime';

/** Marks, and the vowels and final consonants of decomposed Hangul, which join the character before them. */
const JOINING = /[\p{M}\u1160-\u11ff]/u;
/** East Asian wide and fullwidth characters, and emoji (UAX #11, UTS #51), by block. */
const WIDE =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6\u{20000}-\u{3fffd}]|\p{Emoji_Presentation}/u;

function cellsOf(character: string): number {
  if (character <= '~') return 1;
  if (JOINING.test(character)) return 0;
  return WIDE.test(character) ? 2 : 1;
}

/** The number of terminal columns of a printable text. */
export function columnWidth(text: string): number {
  let width = 0;
  for (const character of text) width += cellsOf(character);
  return width;
}

/** Truncates a printable text to at most `width` columns; a truncated text ends in `ellipsis`. */
export function fit(text: string, width: number, ellipsis: string): string {
  if (columnWidth(text) <= width) return text;
  const room = width - columnWidth(ellipsis);
  if (room < 0) return '';
  let out = '';
  let used = 0;
  for (const character of text) {
    used += cellsOf(character);
    if (used > room) break;
    out += character;
  }
  return out + ellipsis;
}

/** Pads a printable text with spaces to `width` columns. */
export function pad(text: string, width: number): string {
  return text + ' '.repeat(Math.max(0, width - columnWidth(text)));
}

/**
 * Wraps a printable text into lines of at most `width` columns: at spaces, and within a word that is longer than a
 * line.
 *
 * @param first - columns of the first line; default `width`
 */
export function wrapText(text: string, width: number, first: number = width): string[] {
  checkArgument('TRACE_BAD_OPTION', 'wrapText: text', text, 'text');
  const lines: string[] = [];
  let line = '';
  let used = 0;
  const end = () => {
    lines.push(line);
    line = '';
    used = 0;
  };
  const room = () => (lines.length === 0 ? first : width);
  // The pattern matches at every position, so that the time stays linear in the length of a text.
  for (const [, blanks = '', word = ''] of text.matchAll(/( *)([^ ]*)/g)) {
    if (word === '') continue;
    const wide = columnWidth(word);
    if (used + blanks.length + wide <= room()) {
      line += blanks + word;
      used += blanks.length + wide;
      continue;
    }
    if (used > 0) end();
    for (const character of word) {
      const columns = cellsOf(character);
      if (used + columns > room()) end();
      line += character;
      used += columns;
    }
  }
  if (used > 0 || lines.length === 0) end();
  return lines;
}

/** Seconds without trailing zeros: `2.4`, `0.2`, `1.09`. */
export function seconds(ms: number): string {
  return `${Number((ms / 1000).toFixed(2))} s`;
}

/** A latency: `24 ms` below a second, `1.09 s` otherwise. */
export function latency(ms: number): string {
  return ms < 999.5 ? `${Math.round(ms)} ms` : seconds(ms);
}
