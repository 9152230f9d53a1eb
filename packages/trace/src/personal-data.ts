import { type Redactable, secretForms } from '@hookline/protocol/light';

/** Text in the header of a trace without audio. */
export const AUDIO_LEFT_OUT = 'audio of both sides, which is left out';

/** What is masked besides credentials if personal data is masked, as listed in the header of a trace. */
export const PERSONAL_DATA: readonly string[] = [
  'ani, aniName and dnis of the caller',
  'the values of input and output variables and of customConfig',
  'keys that the caller pressed',
  'what was said: texts, transcripts',
  'numbers, names and variables wherever they come again, if they have 4 characters or more',
  AUDIO_LEFT_OUT,
];

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

/** Fields with keywords of the protocol, which may happen to equal the value of a variable. */
const STRUCTURE: ReadonlySet<string> = new Set([
  'version',
  'type',
  'id',
  'reason',
  'position',
  'media',
  'language',
  'disposition',
  'path',
  'cause',
  'clause',
  'errorType',
  'sessionId',
  'conversationId',
  'organizationId',
]);

/** Shorter values are too likely to be part of other words. */
const MIN_SOUGHT_CHARS = 4;
/** The maximum number of forms to search for, so that a bot that sends many values does not slow down other calls. */
export const MAX_SOUGHT = 2000;
const MASK = '***';

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
  const values = new Set<string>();

  const collect = (value: string) => {
    if (value.length < MIN_SOUGHT_CHARS || value === MASK || values.size >= MAX_SOUGHT) return;
    for (const form of [value, ...secretForms(value)]) values.add(form);
  };

  const masked = (value: unknown, found: (value: string) => void): unknown => {
    if (value === null || value === '') return value;
    if (Array.isArray(value)) return value.map((entry) => masked(entry, found));
    if (typeof value === 'object') {
      return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, masked(entry, found)]));
    }
    found(String(value));
    return MASK;
  };

  const text = (from: string) => {
    // The longest first, because a value may be a prefix of another.
    const forms = [...values].sort((a, b) => b.length - a.length);
    return forms.reduce((left, form) => left.replaceAll(form, MASK), from);
  };

  const walk = (value: unknown): unknown => {
    if (typeof value === 'string') return text(value);
    if (Array.isArray(value)) return value.map(walk);
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, entry]) => [name, field(name, entry)]));
  };

  const field = (name: string, value: unknown): unknown => {
    const lower = name.toLowerCase();
    if (IDENTIFYING.has(lower)) return masked(value, collect);
    if (SPOKEN_FIELDS.has(lower)) return masked(value, () => {});
    return STRUCTURE.has(name) ? value : walk(value);
  };

  const message = (from: string) => {
    try {
      return JSON.stringify(walk(JSON.parse(from)));
    } catch {
      return MASK;
    }
  };

  return {
    text,
    json: (value) => JSON.parse(JSON.stringify(walk(value))),
    event(event) {
      switch (event.kind) {
        case 'message':
          return { ...event, text: message(event.text) };
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
