/** Characters that move the cursor, reverse text or are invisible: control, format, private, unassigned, unusual spaces. */
const UNSAFE = /[\p{C}\p{Zl}\p{Zp}]|(?! )\p{Zs}/u;
const MARK = /\p{M}/u;
const ASCII = /^[\x20-\x7e]$/;

/** Further combining marks on one letter would overlap the rows above. */
const MARKS_ON_A_LETTER = 2;

/** The maximum length of printed text, including the truncation mark. A frame may have 65,535 characters. */
const MAX_PRINTED_CHARS = 1000;

const CUT = '...';

const NAMED: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

/**
 * Escapes text of a peer for a terminal: invisible characters become escapes such as `\x1b`.
 *
 * @param unicode - whether to keep characters outside ASCII
 */
export function printable(text: string, unicode: boolean): string {
  let out = '';
  let marks = 0;
  const cut = text.length > MAX_PRINTED_CHARS;
  for (const character of cut ? text.slice(0, MAX_PRINTED_CHARS - CUT.length) : text) {
    if (ASCII.test(character)) {
      out += character;
      marks = 0;
      continue;
    }
    const mark = MARK.test(character);
    marks = mark ? marks + 1 : 0;
    const stays = unicode && !UNSAFE.test(character) && !(mark && (out === '' || marks > MARKS_ON_A_LETTER));
    out += stays ? character : escaped(character);
  }
  return cut ? out + CUT : out;
}

function escaped(character: string): string {
  const code = character.codePointAt(0) ?? 0;
  return (
    NAMED[character] ??
    (code < 0x100 ? `\\x${code.toString(16).padStart(2, '0')}` : `\\u{${code.toString(16)}}`)
  );
}
