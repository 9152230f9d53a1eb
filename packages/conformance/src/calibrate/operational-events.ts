import { checkArgument, isRecord } from '@hookline/runtime';
import { conformanceError } from '../error.js';

/** The code and conversation of an operational event of the platform. */
export interface OperationalEvent {
  /** Such as `AUDIOHOOK-0009`. */
  readonly code: string;
  /** Undefined if the event belongs to no conversation. */
  readonly conversationId: string | undefined;
}

const CODE = /\bAUDIO[A-Z]{0,20}-\d{4}\b/;

/**
 * Reads a dump of `POST /api/v2/usage/events/query`: a page (`{"entities": […]}`), a list of pages or of events, or one
 * of them per line. A byte order mark is left out. Skips events of other products and keeps only the code and the
 * conversation.
 *
 * @param path - for the error
 * @throws HooklineError `CONFORMANCE_BAD_EVENTS` for text that is not JSON or contains no operational events
 */
export function readOperationalEvents(text: string, path: string): OperationalEvent[] {
  checkArgument('CONFORMANCE_BAD_OPTION', 'readOperationalEvents: text', text, 'text');
  const found = parseDocuments(text.replace(/^\uFEFF/, '')).flatMap(findEvents);
  if (found.length > 0 || text.trim() === '') return found.flatMap(parseEvent);
  throw conformanceError(
    'CONFORMANCE_BAD_EVENTS',
    `${path} contains no operational events; expected the responses of POST /api/v2/usage/events/query as JSON, ` +
      'such as {"entities": [{"eventEntity": {…}, "conversationId": "…"}]}.',
  );
}

function parseDocuments(text: string): unknown[] {
  try {
    return [JSON.parse(text)];
  } catch {
    return text.split('\n').flatMap((line) => {
      try {
        return line.trim() === '' ? [] : [JSON.parse(line)];
      } catch {
        return [];
      }
    });
  }
}

type Raw = Readonly<Record<string, unknown>>;

function findEvents(value: unknown): Raw[] {
  if (Array.isArray(value)) return value.flatMap(findEvents);
  if (!isRecord(value)) return [];
  for (const name of ['entities', 'events', 'eventBody']) if (name in value) return findEvents(value[name]);
  return 'eventEntity' in value || 'eventDefinition' in value || 'errorCode' in value ? [value] : [];
}

function parseEvent(raw: Raw): OperationalEvent[] {
  const named = [raw['eventEntity'], raw['eventDefinition'], raw['errorCode']];
  const texts = named.flatMap((one) => (isRecord(one) ? Object.values(one) : [one]));
  const code = texts.flatMap((one) => (typeof one === 'string' ? (CODE.exec(one)?.[0] ?? []) : []))[0];
  if (code === undefined) return [];
  const { conversationId, conversation } = raw;
  const id = isRecord(conversation) ? conversation['id'] : (conversationId ?? conversation);
  return [{ code, conversationId: typeof id === 'string' ? id.toLowerCase() : undefined }];
}
