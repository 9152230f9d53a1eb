import type { JsonValue } from './json.js';

/** The counters and times of the envelope. */
const COUNTERS: ReadonlySet<string> = new Set(['id', 'seq', 'clientseq', 'serverseq', 'position']);

const UUID = /[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}/gi;
const DURATION = /^P(?=\d|T)(?:\d+D)?(?:T(?=\d)(?:\d+H)?(?:\d+M)?(?:\d+(?:\.\d+)?S)?)?$/;
const TIMESTAMP = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?$/;

/** Fields that contain text of a person or a model, or text for an engineer. */
const TEXTS: Readonly<Record<string, ReadonlySet<string>>> = {
  event: new Set(['text']),
  disconnect: new Set(['info']),
  reconnect: new Set(['info']),
  error: new Set(['message']),
};

/**
 * Removes what differs between two equal calls: counters and position of the envelope, identifiers, durations and
 * timestamps.
 *
 * @param message - as in its text frame
 * @param ignoreText - whether to remove text that may differ in each call too: texts of turns, `info`
 */
export function normaliseMessage(
  message: Readonly<Record<string, JsonValue>>,
  ignoreText: boolean,
): Record<string, JsonValue> {
  const type = typeof message['type'] === 'string' ? message['type'] : '';
  const texts = (ignoreText && Object.hasOwn(TEXTS, type) && TEXTS[type]) || new Set<string>();
  const kept = Object.entries(message).filter(([name]) => !COUNTERS.has(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, plain(value, texts)]));
}

function plain(value: JsonValue, texts: ReadonlySet<string>): JsonValue {
  if (typeof value === 'string') return normaliseText(value);
  if (Array.isArray(value)) return value.map((item) => plain(item, texts));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(
    ([name, inner]) => !(texts.has(name) && typeof inner === 'string'),
  );
  return Object.fromEntries(kept.map(([name, inner]) => [name, plain(inner, texts)]));
}

/** Replaces identifiers and times in a text by placeholders. */
export function normaliseText(text: string): string {
  if (DURATION.test(text) || TIMESTAMP.test(text)) return '<time>';
  return text.replace(UUID, '<id>');
}
