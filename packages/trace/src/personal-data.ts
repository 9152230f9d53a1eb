import { type Redactable, secretForms } from '@hookline/protocol/light';

/** Text in the header of a trace without audio. */
export const AUDIO_LEFT_OUT = 'audio of both sides, which is left out';

/** What is masked besides the credentials where personal data is, as the header of a trace lists it. */
export const PERSONAL_DATA: readonly string[] = [
  'ani, aniName and dnis of the caller',
  'the values of input and output variables and of customConfig',
  'keys that the caller pressed',
  'what was said: texts, transcripts',
  'numbers, names and variables wherever they come again, if they have 4 characters or more',
  AUDIO_LEFT_OUT,
];

/** Fields of messages and results, in lower case, whose values are masked and sought in all that follows. */
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

/** Fields that hold words of the protocol, which a variable may happen to have for its value. */
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

/** A shorter value is too likely to be part of an innocent word. */
const SOUGHT_FROM_CHARS = 4;
/** Forms of values that are sought: a bot that sends ever new ones must not make the others slow. */
export const MAX_SOUGHT = 2000;
const MASK = '***';

/** Masks who called and what was said on one call. Learns from messages and results what it masks in texts. */
export interface PersonalDataMask {
  /** An event of the wire. Of a message only the names of personal fields are left; one that is no JSON is masked as a whole. */
  event<E extends Redactable>(event: E): E;
  /** A copy of a JSON value, such as the result of a call. */
  json<T extends object>(value: T): T;
  /** Any other text, in which a value of before may come again. */
  text(text: string): string;
}

/** Creates a mask. */
export function createPersonalDataMask(): PersonalDataMask {
  const known = new Set<string>();

  const learn = (value: string) => {
    if (value.length < SOUGHT_FROM_CHARS || value === MASK || known.size >= MAX_SOUGHT) return;
    for (const form of [value, ...secretForms(value)]) known.add(form);
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
    // The longest first: a value may be the beginning of another.
    const forms = [...known].sort((a, b) => b.length - a.length);
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
    if (IDENTIFYING.has(lower)) return masked(value, learn);
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
