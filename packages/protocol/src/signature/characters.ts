/** A class of ASCII characters of RFC 8941: one bit of `CLASSES`. */
export type CharacterClass = number;

/** Space. */
export const SPACE: CharacterClass = 1;
/** Space and tab. */
export const BLANK: CharacterClass = 2;
/** `0` to `9`. */
export const DIGIT: CharacterClass = 4;
/** Characters of a string that need no backslash: from space to tilde, except the quote and the backslash. */
export const UNESCAPED: CharacterClass = 8;
/** The first character of a key: `a` to `z` and `*`. */
export const KEY_START: CharacterClass = 16;
/** The first characters of a key, digits, `_`, `-` and `.`. */
export const KEY: CharacterClass = 32;
/** The first character of a token: letters and `*`. */
export const TOKEN_START: CharacterClass = 64;
/** Letters, digits and punctuation of an HTTP token, `:` and `/`. */
export const TOKEN: CharacterClass = 128;

/** The classes of each ASCII character, looked up because a call of a function per character takes several times as long. */
const CLASSES = new Uint8Array(128);

const LOWER = 'abcdefghijklmnopqrstuvwxyz';
const DIGITS = '0123456789';
const PRINTABLE = Array.from({ length: 95 }, (_, index) => String.fromCharCode(0x20 + index)).join('');

const MEMBERS: readonly (readonly [CharacterClass, string])[] = [
  [SPACE, ' '],
  [BLANK, ' \t'],
  [DIGIT, DIGITS],
  [UNESCAPED, PRINTABLE.replace(/["\\]/g, '')],
  [KEY_START, `${LOWER}*`],
  [KEY, `${LOWER}*${DIGITS}_-.`],
  [TOKEN_START, `${LOWER}${LOWER.toUpperCase()}*`],
  [TOKEN, `${LOWER}${LOWER.toUpperCase()}${DIGITS}:/!#$%&'*+-.^_\`|~`],
];
for (const [characterClass, members] of MEMBERS) {
  for (const member of members) {
    const code = member.charCodeAt(0);
    CLASSES[code] = (CLASSES[code] ?? 0) | characterClass;
  }
}

/** Whether the character at `index` is in a class; false after the end of the text. */
export function isAt(text: string, index: number, characterClass: CharacterClass): boolean {
  return index < text.length && ((CLASSES[text.charCodeAt(index)] ?? 0) & characterClass) !== 0;
}

/** The index of the first character from `index` on that is not in a class, or the length of the text. */
export function endOfRun(text: string, index: number, characterClass: CharacterClass): number {
  let end = index;
  while (isAt(text, end, characterClass)) end += 1;
  return end;
}
