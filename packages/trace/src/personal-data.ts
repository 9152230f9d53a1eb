import { type Redactable, secretForms } from '@hookline/protocol/light';
import { checkArgument, isRecord } from '@hookline/runtime';
import type { TraceHeader } from './format/header.js';
import { MIN_SOUGHT_CHARS, SoughtValues } from './sought-values.js';

/**
 * The maximum number of forms to search for, and the length of the values that they are made of. A longer value and
 * further ones are masked only in their own fields. A bot can send any number, and each is sought in every later text.
 */
export const MAX_SOUGHT = 2000;
export const MAX_SOUGHT_CHARS = 512;

/** Text in the header of a trace without audio. */
export const AUDIO_LEFT_OUT = 'audio of both sides, which is left out';

/** What is masked besides credentials if personal data is masked, as listed in the header of a trace. */
export const PERSONAL_DATA: readonly string[] = [
  'ani, aniName and dnis of the caller',
  'the values of input and output variables and of customConfig',
  `keys that the caller pressed, ${MIN_SOUGHT_CHARS} or more in a row also wherever they come again`,
  'what was said: texts, transcripts',
  `numbers, names and variables of up to ${MAX_SOUGHT_CHARS} characters wherever they come again: as they were sent, percent-encoded, in base64 or in hexadecimal, and numbers also without tel:, + and separators; with less than ${MIN_SOUGHT_CHARS} characters only as whole words, as they were sent`,
  `of each call, the first ${MAX_SOUGHT} such spellings and rows of keys`,
  AUDIO_LEFT_OUT,
];

/** Whether the values of a trace with this header are masked: a masked value says nothing about the real one. */
export function masksPersonalData(header: Pick<TraceHeader, 'redactions'>): boolean {
  checkArgument('TRACE_BAD_OPTION', 'masksPersonalData: header', header, { redactions: 'list' });
  return header.redactions.some((one) => PERSONAL_DATA.includes(one));
}

/** Fields of messages and results, in lower case, whose values are masked in place and in all later text. */
const IDENTIFYING: ReadonlySet<string> = new Set([
  'ani',
  'aniname',
  'dnis',
  'inputvariables',
  'outputvariables',
  'customconfig',
  'outputs',
  'discardedoutputs',
]);

/** Fields whose values are masked in place. */
const SPOKEN_FIELDS: ReadonlySet<string> = new Set([
  'digit',
  'digits',
  'dtmf',
  'text',
  'transcript',
  'transcripts',
  'transcription',
  'alternatives',
  'utterance',
]);

/** Fields with the keys of a call, in order. */
const KEYS: ReadonlySet<string> = new Set(['digits', 'dtmf']);

/**
 * Parts of messages and results whose fields the protocol and this package define. Everywhere else, such as in the
 * `data` of an event, a field of any name may contain anything.
 */
const DEFINED_PARTS: ReadonlySet<string> = new Set([
  'parameters',
  'participant',
  'media',
  'entities',
  'failureOutputs',
  'turns',
  'warnings',
  'timings',
  'playbacks',
]);

/** Fields of these parts with keywords and identifiers, which may happen to equal the value of a variable. */
const STRUCTURE: ReadonlySet<string> = new Set([
  'version',
  'type',
  'id',
  'reason',
  'position',
  'format',
  'channels',
  'language',
  'path',
  'cause',
  'clause',
  'ended',
  'errorType',
  'sessionId',
  'conversationId',
  'organizationId',
]);

/** The form of the names of all defined fields. */
const FIELD_NAME = /^[a-z]+$/i;

/** Fields of these parts with counts and codes; those with times end with `Ms`. */
const COUNTS: ReadonlySet<string> = new Set([
  'seq',
  'serverseq',
  'clientseq',
  'rate',
  'code',
  't',
  'count',
  'underruns',
  'bargeIns',
  'confidence',
  'status',
  'closeCode',
]);

/** The form of keywords, the version of the protocol, language tags, clauses, durations and UUIDs: a peer may put other text into these fields. */
const KEYWORD =
  /^(?:2|[a-z]+(?:[A-Z_-][a-z]+)*|[a-z]{2,3}-[A-Z]{2}|[A-Z]\w*Error|PCMU|AC-[A-Z]+-\d+|P[\dDTHMS.]+|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/;

/** `DISPOSITIONS` of the protocol, whose light entry has no schemas: keywords in the `data` of a turn. */
const DISPOSITIONS: readonly unknown[] = ['match', 'no_match', 'no_input'];

/** What is written instead of a value. */
export const PERSONAL_DATA_MASK = '***';

/** Masks the personal data of one call. Collects from messages and results the values to mask in other texts. */
export interface PersonalDataMask {
  /** Masks a wire event. A message keeps only the names of personal fields; text that is not JSON is masked as a whole. */
  event<E extends Redactable>(event: E): E;
  /** Returns a masked copy of a JSON value, such as the result of a call. */
  json<T extends object>(value: T): T;
  /** Masks earlier values in any other text. */
  text(text: string): string;
}

/** Creates a mask. */
export function createPersonalDataMask(): PersonalDataMask {
  const sought = new SoughtValues();
  const text = (from: string) => sought.replaceIn(from, PERSONAL_DATA_MASK);
  /** The last keys that the caller pressed. */
  let lastKeys = '';

  const collect = (value: string) => {
    if (value.length > MAX_SOUGHT_CHARS || value === PERSONAL_DATA_MASK) return;
    for (const spelling of spellings(value)) {
      if (sought.size >= MAX_SOUGHT) return;
      sought.add(spelling);
      if (spelling.length < MIN_SOUGHT_CHARS) continue;
      for (const form of secretForms(spelling)) sought.add(form);
    }
  };

  /** Collects each row of keys of the minimum length. Values that overlap are masked together, and so are longer rows. */
  const collectKeys = (keys: string, before = ''): string => {
    let last = before;
    if (keys === PERSONAL_DATA_MASK) return last;
    for (const key of keys.slice(0, MAX_SOUGHT_CHARS)) {
      last = (last + key).slice(-MIN_SOUGHT_CHARS);
      if (last.length === MIN_SOUGHT_CHARS && sought.size < MAX_SOUGHT) sought.add(last);
    }
    return last;
  };

  /** Collects the values of all identifying fields, and all keys, which may come after a text that contains them. */
  const collectFrom = (value: unknown, identifying = false): void => {
    if (typeof value === 'object' && value !== null) {
      for (const [name, entry] of Object.entries(value)) {
        const lower = name.toLowerCase();
        if (KEYS.has(lower) && typeof entry === 'string' && /^[\d*#A-D]+$/i.test(entry)) collectKeys(entry);
        collectFrom(entry, identifying || IDENTIFYING.has(lower));
      }
    } else if (identifying && value !== null && value !== undefined) collect(String(value));
  };

  /** @param defined - whether the value is in a part whose fields are defined */
  const walk = (value: unknown, defined: boolean): unknown => {
    if (typeof value === 'string') return text(value);
    if (typeof value === 'number') return text(String(value)) === String(value) ? value : PERSONAL_DATA_MASK;
    if (Array.isArray(value)) return value.map((entry) => walk(entry, defined));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(
      Object.entries(value).map(([name, entry]) => [
        isKnownName(name) || (defined && FIELD_NAME.test(name))
          ? name
          : sought.replaceIn(name, PERSONAL_DATA_MASK, { words: false }),
        field(name, entry, defined),
      ]),
    );
  };

  const field = (name: string, value: unknown, defined: boolean): unknown => {
    const lower = name.toLowerCase();
    if (IDENTIFYING.has(lower) || SPOKEN_FIELDS.has(lower)) return masked(value);
    if (name === 'disposition' && DISPOSITIONS.includes(value)) return value;
    // The `data` of a turn contains its confidence.
    if ((defined || name === 'confidence') && isCounted(name) && isNumeric(value)) return value;
    if (defined && STRUCTURE.has(name)) return keyword(value);
    return walk(value, defined && DEFINED_PARTS.has(name));
  };

  const keyword = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(keyword);
    return typeof value === 'string' && KEYWORD.test(value) ? value : walk(value, false);
  };

  const whole = (value: unknown): unknown => {
    collectFrom(value);
    return walk(value, true);
  };

  const message = (from: string) => {
    try {
      const parsed: unknown = JSON.parse(from);
      lastKeys = collectKeys(pressedKey(parsed), lastKeys);
      return JSON.stringify(whole(parsed));
    } catch {
      return PERSONAL_DATA_MASK;
    }
  };

  return {
    text,
    json: (value) => JSON.parse(JSON.stringify(whole(value))),
    event(event) {
      switch (event.kind) {
        case 'message': {
          const masked = { ...event, text: message(event.text) };
          return event.type === undefined || KEYWORD.test(event.type)
            ? masked
            : { ...masked, type: text(event.type) };
        }
        case 'violation':
          return { ...event, text: text(event.text) };
        case 'end':
          return { ...event, reason: text(event.reason) };
        default:
          return event;
      }
    },
  };
}

function isCounted(name: string): boolean {
  return COUNTS.has(name) || name.endsWith('Ms');
}

/** A number, a list of numbers such as `replyMs`, or named ones such as the percentiles of `sendLateMs`. */
function isNumeric(value: unknown): boolean {
  if (Array.isArray(value)) return value.every((one) => typeof one === 'number');
  if (!isRecord(value)) return typeof value === 'number';
  return Object.entries(value).every(
    ([name, one]) => typeof one === 'number' && /^(?:max|p\d\d)$/.test(name),
  );
}

/** The key of a `dtmf` message; empty for any other message. */
function pressedKey(message: unknown): string {
  if (!isRecord(message) || message['type'] !== 'dtmf' || !isRecord(message['parameters'])) return '';
  const { digit } = message['parameters'];
  return typeof digit === 'string' ? digit : '';
}

/** Other names of fields may contain values, such as a list of customers by number. */
function isKnownName(name: string): boolean {
  const lower = name.toLowerCase();
  return name === 'disposition' || STRUCTURE.has(name) || IDENTIFYING.has(lower) || SPOKEN_FIELDS.has(lower);
}

/** A value with its names, empty texts and nulls only. */
function masked(value: unknown): unknown {
  if (value === null || value === undefined || value === '') return value;
  if (Array.isArray(value)) return value.map(masked);
  if (typeof value !== 'object') return PERSONAL_DATA_MASK;
  return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, masked(entry)]));
}

/** A value as it is, and a number or address also as people write it: without its scheme, host, `+` and separators. */
function spellings(value: string): ReadonlySet<string> {
  const address = /^(?:tel|sips?):([^;?@]*)/i.exec(value)?.[1];
  const bare = address ?? value;
  const isNumber = (address !== undefined || value.startsWith('+')) && /^[\d\s+().-]+$/.test(bare);
  const digits = isNumber ? bare.replace(/\D/g, '') : bare;
  return new Set([value, value.replace(/^(?:tel|sips?):/i, ''), bare, bare.replace(/^\+/, ''), digits]);
}
