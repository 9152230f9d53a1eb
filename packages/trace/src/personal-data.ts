import { type Redactable, secretForms } from '@hookline/protocol/light';
import { checkArgument } from '@hookline/runtime';
import type { TraceHeader } from './format/header.js';
import { MIN_SOUGHT_CHARS, SoughtValues } from './sought-values.js';

/**
 * The maximum number of forms to search for, and the length of the values that they are made of. A longer value and
 * further ones are masked only where they are. A bot can send any number, and each is sought in every later text.
 */
export const MAX_SOUGHT = 2000;
export const MAX_SOUGHT_CHARS = 512;

/** Text in the header of a trace without audio. */
export const AUDIO_LEFT_OUT = 'audio of both sides, which is left out';

/** What is masked besides credentials if personal data is masked, as listed in the header of a trace. */
export const PERSONAL_DATA: readonly string[] = [
  'ani, aniName and dnis of the caller',
  'the values of input and output variables and of customConfig',
  'keys that the caller pressed',
  'what was said: texts, transcripts',
  `numbers, names and variables wherever they come again in the same spelling, numbers also without tel: and +, if they have ${MIN_SOUGHT_CHARS} to ${MAX_SOUGHT_CHARS} characters`,
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
]);

/** The form of keywords, language tags, clauses, durations and UUIDs: a peer may put other text into these fields. */
const KEYWORD =
  /^(?:[a-z]+(?:[A-Z_-][a-z]+)*|[a-z]{2,3}-[A-Z]{2}|[A-Z]\w*Error|PCMU|AC-[A-Z]+-\d+|P[\dDTHMS.]+|[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12})$/;

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

  const collect = (value: string) => {
    if (value.length < MIN_SOUGHT_CHARS || value.length > MAX_SOUGHT_CHARS || value === PERSONAL_DATA_MASK)
      return;
    for (const spelling of spellings(value)) {
      if (sought.size >= MAX_SOUGHT) return;
      for (const form of [spelling, ...secretForms(spelling)]) sought.add(form);
    }
  };

  /** Collects the values of all identifying fields, which may come after a text that contains them. */
  const collectFrom = (value: unknown, identifying = false): void => {
    if (typeof value === 'object' && value !== null) {
      for (const [name, entry] of Object.entries(value))
        collectFrom(entry, identifying || IDENTIFYING.has(name.toLowerCase()));
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
        isKnownName(name) || (defined && FIELD_NAME.test(name)) ? name : text(name),
        field(name, entry, defined),
      ]),
    );
  };

  const field = (name: string, value: unknown, defined: boolean): unknown => {
    const lower = name.toLowerCase();
    if (IDENTIFYING.has(lower) || SPOKEN_FIELDS.has(lower)) return masked(value);
    if (name === 'disposition' && DISPOSITIONS.includes(value)) return value;
    if (defined && isCounted(name) && isNumeric(value)) return value;
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
      return JSON.stringify(whole(JSON.parse(from)));
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

/** A number, or a list of numbers such as `replyMs`. */
function isNumeric(value: unknown): boolean {
  return Array.isArray(value) ? value.every((one) => typeof one === 'number') : typeof value === 'number';
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
