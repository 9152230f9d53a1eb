import { quote } from '@hookline/runtime';
import { decodeBase64 } from './base64.js';
import {
  BLANK,
  type CharacterClass,
  DIGIT,
  endOfRun,
  isAt,
  KEY,
  KEY_START,
  SPACE,
  TOKEN,
  TOKEN_START,
  UNESCAPED,
} from './characters.js';
import {
  type BareItem,
  type Dictionary,
  type InnerList,
  type Item,
  type Member,
  NO_PARAMETERS,
  type Parameters,
  StructuredFieldError,
} from './structured-field.js';

const MAX_INTEGER_DIGITS = 15;
const MAX_WHOLE_DIGITS = 12;
const MAX_FRACTION_DIGITS = 3;
const TRUE: BareItem = { type: 'boolean', value: true };

/**
 * Parses a dictionary such as `Signature-Input` (RFC 8941, section 4.2.2).
 *
 * @throws StructuredFieldError with the position of the first character that breaks the grammar
 */
export function parseDictionary(text: string): Dictionary {
  return new Reader(text).dictionary();
}

/**
 * Reads from left to right without backtracking, so the time is linear in the length of the text.
 */
class Reader {
  readonly #text: string;
  #position = 0;

  constructor(text: string) {
    this.#text = text;
  }

  /** Reads the whole text; spaces may surround it, and nothing else may follow. */
  dictionary(): Dictionary {
    const members = new Map<string, Member>();
    this.#skip(SPACE);
    if (this.#atEnd()) return members;
    do {
      const key = this.#key();
      members.set(key, this.#takeIf('=') ? this.#member() : { value: TRUE, parameters: this.#parameters() });
      this.#skip(BLANK);
      if (this.#atEnd()) return members;
      this.#take(',');
      this.#skip(BLANK);
    } while (!this.#atEnd());
    throw this.#error('a member after the comma');
  }

  #item(): Item {
    return { value: this.#bareItem(), parameters: this.#parameters() };
  }

  #member(): Member {
    return this.#is('(') ? this.#innerList() : this.#item();
  }

  #innerList(): InnerList {
    this.#take('(');
    const items: Item[] = [];
    for (;;) {
      this.#skip(SPACE);
      if (this.#takeIf(')')) return { items, parameters: this.#parameters() };
      items.push(this.#item());
      if (!this.#is(' ') && !this.#is(')')) {
        throw this.#error('a space or ")" after an item of an inner list');
      }
    }
  }

  #parameters(): Parameters {
    if (!this.#is(';')) return NO_PARAMETERS;
    const parameters = new Map<string, BareItem>();
    while (this.#takeIf(';')) {
      this.#skip(SPACE);
      const key = this.#key();
      parameters.set(key, this.#takeIf('=') ? this.#bareItem() : TRUE);
    }
    return parameters;
  }

  #key(): string {
    if (!this.#isIn(KEY_START)) throw this.#error('a key, which starts with "a" to "z" or "*"');
    return this.#run(KEY);
  }

  #bareItem(): BareItem {
    if (this.#is('"')) return { type: 'string', value: this.#string() };
    if (this.#is(':')) return { type: 'byte-sequence', value: this.#byteSequence() };
    if (this.#is('?')) return { type: 'boolean', value: this.#boolean() };
    if (this.#is('-') || this.#isIn(DIGIT)) return this.#number();
    if (this.#isIn(TOKEN_START)) return { type: 'token', value: this.#run(TOKEN) };
    throw this.#error('a value');
  }

  #number(): BareItem {
    const sign = this.#takeIf('-') ? '-' : '';
    const whole = this.#run(DIGIT);
    if (whole === '') throw this.#error('a digit after "-"');
    if (!this.#takeIf('.')) {
      if (whole.length > MAX_INTEGER_DIGITS) {
        throw this.#error(`at most ${MAX_INTEGER_DIGITS} digits before this`);
      }
      return { type: 'integer', value: Number(sign + whole) };
    }
    if (whole.length > MAX_WHOLE_DIGITS) {
      throw this.#error(`at most ${MAX_WHOLE_DIGITS} digits before the "." of a decimal`);
    }
    const fraction = this.#run(DIGIT);
    if (fraction === '' || fraction.length > MAX_FRACTION_DIGITS) {
      throw this.#error(`1 to ${MAX_FRACTION_DIGITS} digits after the "." of a decimal`);
    }
    return { type: 'decimal', value: Number(`${sign}${whole}.${fraction}`) };
  }

  #string(): string {
    this.#take('"');
    let value = '';
    for (;;) {
      value += this.#run(UNESCAPED);
      if (this.#takeIf('"')) return value;
      this.#take('\\', 'a printable ASCII character or the closing quote');
      if (!this.#is('"') && !this.#is('\\')) throw this.#error('a quote or backslash after the backslash');
      value += this.#text.charAt(this.#position);
      this.#position += 1;
    }
  }

  #byteSequence(): Uint8Array {
    this.#take(':');
    const start = this.#position;
    const end = this.#text.indexOf(':', start);
    this.#position = end < 0 ? this.#text.length : end;
    this.#take(':', 'the ":" that ends a byte sequence');
    const bytes = decodeBase64(this.#text.slice(start, end));
    if (bytes === undefined) {
      throw new StructuredFieldError(`expected base64 from position ${start} to the next ":"`);
    }
    return bytes;
  }

  #boolean(): boolean {
    this.#take('?');
    if (this.#takeIf('1')) return true;
    this.#take('0', '"0" or "1" after "?"');
    return false;
  }

  #atEnd(): boolean {
    return this.#position >= this.#text.length;
  }

  #is(character: string): boolean {
    return this.#text[this.#position] === character;
  }

  #isIn(characterClass: CharacterClass): boolean {
    return isAt(this.#text, this.#position, characterClass);
  }

  #takeIf(character: string): boolean {
    if (!this.#is(character)) return false;
    this.#position += 1;
    return true;
  }

  /** @param expected - what an error says was expected; default the character */
  #take(character: string, expected?: string): void {
    if (!this.#takeIf(character)) throw this.#error(expected ?? JSON.stringify(character));
  }

  #skip(characterClass: CharacterClass): void {
    this.#position = endOfRun(this.#text, this.#position, characterClass);
  }

  #run(characterClass: CharacterClass): string {
    const start = this.#position;
    this.#skip(characterClass);
    return this.#text.slice(start, this.#position);
  }

  #error(expected: string): StructuredFieldError {
    const found = this.#atEnd() ? 'the end' : quote(this.#text.charAt(this.#position));
    return new StructuredFieldError(`expected ${expected} at position ${this.#position}, found ${found}`);
  }
}
