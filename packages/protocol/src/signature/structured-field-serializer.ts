import { encodeBase64 } from './base64.js';
import {
  type CharacterClass,
  endOfRun,
  isAt,
  KEY,
  KEY_START,
  TOKEN,
  TOKEN_START,
  UNESCAPED,
} from './characters.js';
import {
  type BareItem,
  type Dictionary,
  type Item,
  isInnerList,
  type Member,
  type Parameters,
  StructuredFieldError,
} from './structured-field.js';

const MAX_INTEGER = 999_999_999_999_999;

/** The characters of a string that need a backslash. */
const ESCAPED = /["\\]/g;

/**
 * Serializes a dictionary. An empty one gives an empty text, and the field must be omitted (RFC 8941, section 4.1.2).
 *
 * @throws StructuredFieldError if a key or value cannot be serialized
 */
export function serializeDictionary(dictionary: Dictionary): string {
  return Array.from(dictionary, ([key, member]) => {
    const isTrue = !isInnerList(member) && member.value.type === 'boolean' && member.value.value;
    return (
      serializeKey(key) + (isTrue ? serializeParameters(member.parameters) : `=${serializeMember(member)}`)
    );
  }).join(', ');
}

/**
 * Serializes an item or an inner list with its parameters (RFC 8941, sections 4.1.1.1 and 4.1.3).
 *
 * @throws StructuredFieldError if a key or value cannot be serialized
 */
export function serializeMember(member: Member): string {
  if (!isInnerList(member)) return serializeItem(member);
  let items = '';
  for (const item of member.items) items += items === '' ? serializeItem(item) : ` ${serializeItem(item)}`;
  return `(${items})${serializeParameters(member.parameters)}`;
}

/**
 * Serializes a value and its parameters (RFC 8941, section 4.1.3).
 *
 * @throws StructuredFieldError if a key or value cannot be serialized
 */
export function serializeItem(item: Item): string {
  return serializeBareItem(item.value) + serializeParameters(item.parameters);
}

function serializeParameters(parameters: Parameters): string {
  let text = '';
  for (const [key, value] of parameters) {
    text += `;${serializeKey(key)}`;
    if (value.type !== 'boolean' || !value.value) text += `=${serializeBareItem(value)}`;
  }
  return text;
}

function serializeKey(key: string): string {
  if (!consistsOf(key, KEY_START, KEY)) {
    throw new StructuredFieldError(
      `${JSON.stringify(key)} is no key: use a to z, 0 to 9, "_", "-", "." and "*"`,
    );
  }
  return key;
}

function serializeBareItem(item: BareItem): string {
  switch (item.type) {
    case 'integer':
      return serializeInteger(item.value);
    case 'decimal':
      return serializeDecimal(item.value);
    case 'string':
      return serializeString(item.value);
    case 'token':
      return serializeToken(item.value);
    case 'byte-sequence':
      return `:${encodeBase64(item.value)}:`;
    case 'boolean':
      return item.value ? '?1' : '?0';
  }
}

function serializeInteger(value: number): string {
  if (!Number.isInteger(value) || Math.abs(value) > MAX_INTEGER) {
    throw new StructuredFieldError(`${value} is no integer of at most 15 digits`);
  }
  return String(value);
}

/** At most three decimals, rounded half to even. */
function serializeDecimal(value: number): string {
  const thousandths = roundHalfToEven(Math.abs(value) * 1000);
  if (!(thousandths <= MAX_INTEGER)) {
    throw new StructuredFieldError(`${value} is no decimal of at most 12 digits before the point`);
  }
  const fraction = String(thousandths % 1000)
    .padStart(3, '0')
    .replace(/0{1,2}$/, '');
  return `${value < 0 && thousandths > 0 ? '-' : ''}${Math.floor(thousandths / 1000)}.${fraction}`;
}

function roundHalfToEven(value: number): number {
  const floor = Math.floor(value);
  const isHalf = value - floor === 0.5;
  return isHalf ? floor + (floor % 2) : Math.round(value);
}

function serializeString(value: string): string {
  if (consistsOf(value, UNESCAPED, UNESCAPED) || value === '') return `"${value}"`;
  const others = value.replace(ESCAPED, '');
  if (!consistsOf(others, UNESCAPED, UNESCAPED) && others !== '') {
    throw new StructuredFieldError(`a string may hold printable ASCII only, found ${JSON.stringify(value)}`);
  }
  return `"${value.replace(ESCAPED, '\\$&')}"`;
}

function serializeToken(value: string): string {
  if (!consistsOf(value, TOKEN_START, TOKEN)) {
    throw new StructuredFieldError(`${JSON.stringify(value)} is no token: it starts with a letter or "*"`);
  }
  return value;
}

function consistsOf(text: string, first: CharacterClass, others: CharacterClass): boolean {
  return isAt(text, 0, first) && endOfRun(text, 1, others) === text.length;
}
