import { checkArgument, quote } from '@hookline/runtime';

/** The maximum number of characters of a refusal body that are shown. */
const MAX_SHOWN_CHARS = 300;
/** Fields with the reason of a refusal, the most specific first. */
const REASONS = ['reason', 'message', 'error_description', 'detail', 'error', 'title'];

/**
 * The message in the body of a refusal: the reason in a JSON body, or any other text in quotes.
 *
 * @throws HooklineError `PROTOCOL_BAD_ARGUMENT` for anything but a string
 */
export function messageOfBody(body: string): string {
  checkArgument('PROTOCOL_BAD_ARGUMENT', 'messageOfBody: body', body, 'text');
  const text = body.replace(/\s+/g, ' ').trim();
  if (text === '') return '';
  const reason = reasonIn(text);
  // Only quotes show that a character is escaped.
  if (reason === undefined || /\p{C}/u.test(reason)) {
    return `; it says ${quote(reason ?? text, MAX_SHOWN_CHARS)}`;
  }
  // The surrounding sentence has its own full stop.
  return `; it says: ${reason.slice(0, MAX_SHOWN_CHARS).replace(/[.\s]+$/, '')}`;
}

function reasonIn(text: string): string | undefined {
  const parsed = parse(text);
  if (typeof parsed === 'string') return oneLine(parsed);
  return reasonOf(parsed) ?? reasonOf(Reflect.get(Object(parsed), 'error'));
}

function reasonOf(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  for (const name of REASONS) {
    const found: unknown = Reflect.get(value, name);
    if (typeof found === 'string') return oneLine(found);
  }
  return undefined;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Undefined for a body without text. */
function oneLine(text: string): string | undefined {
  return text.replace(/\s+/g, ' ').trim() || undefined;
}

/**
 * A URL that may be shown: without user, password, and values of its query and fragment, which can be secrets.
 *
 * @throws HooklineError `PROTOCOL_BAD_ARGUMENT` for anything but a string
 */
export function withoutSecrets(url: string): string {
  checkArgument('PROTOCOL_BAD_ARGUMENT', 'withoutSecrets: url', url, 'text');
  return url
    .replace(/^([a-z][a-z0-9+.-]*:)?\/\/[^/?#]*@/i, '$1//***@')
    .replace(/[?#].*$/s, (rest) =>
      rest.replace(/([?&;#])([^=&;#?]*)(=?)[^&;#?]*/g, (_, mark: string, name: string, equals: string) =>
        equals === '' && name.length > MAX_PLAIN_NAME_LENGTH
          ? `${mark}***`
          : `${mark}${name}${equals && '=***'}`,
      ),
    );
}

/** A part of a query without a value may be a token as a whole, when it is longer than names are. */
const MAX_PLAIN_NAME_LENGTH = 12;
