import { RealtimeError, type RealtimeErrorCode } from '../error.js';
import { codeOfWords } from '../refusal-words.js';

/** Maximum number of characters of a service's message that are kept. */
const MAX_MESSAGE_CHARS = 300;

/** Maximum number of characters of a service's error code that are kept. */
const MAX_CODE_CHARS = 80;

/** A URL for the log, without query and user part, which may contain a key. */
export function loggableUrl(url: string): string {
  try {
    const { protocol, host, pathname } = new URL(url);
    return `${protocol}//${host}${pathname}`;
  } catch {
    return 'an invalid URL';
  }
}

/**
 * Removes keys from words of a service and shortens them. Every string of a service that is logged, reported or part of an
 * error passes through here before it is cut, since half a key would not be found.
 */
export function redactKeys(words: string, keys: readonly string[]): string {
  let clean = words;
  for (const key of keys)
    if (key.length >= 4) for (const shown of spellings(key)) clean = clean.replaceAll(shown, '***');
  // Services repeat a wrong key, partly masked.
  return clean.replace(/\b(?:sk|pk|xi|key)-[\w*-]{4,}/gi, '***').slice(0, MAX_MESSAGE_CHARS);
}

/** A service's error code or name of a field, without keys. */
export function redactedCode(code: string, keys: readonly string[]): string {
  return redactKeys(code, keys).slice(0, MAX_CODE_CHARS);
}

/** How a service may repeat a key: as it is, encoded for a URL, and as base64. */
function spellings(key: string): readonly string[] {
  const bytes = Buffer.from(key, 'latin1');
  return [
    key,
    encodeURIComponent(key),
    bytes.toString('base64').replace(/=+$/, ''),
    bytes.toString('base64url'),
  ];
}

/** The error for an HTTP response instead of an upgrade. */
export function refusedUpgrade(
  service: string,
  url: string,
  status: number,
  retryAfter: string | undefined,
): RealtimeError {
  // It may also be a date, which is not used. An empty value would count as 0.
  const seconds = retryAfter?.trim() ? Number(retryAfter) : Number.NaN;
  return new RealtimeError(
    codeOfStatus(status),
    `${service} at ${loggableUrl(url)} answered the upgrade with HTTP ${status}; expected 101.`,
    Number.isFinite(seconds) && seconds >= 0 ? { retryAfterMs: seconds * 1000 } : {},
  );
}

/** The code of an error for an HTTP status instead of 101. */
export function codeOfStatus(status: number): RealtimeErrorCode {
  if (status === 401 || status === 403) return 'SERVICE_UNAUTHORIZED';
  if (status === 429) return 'SERVICE_LIMITED';
  return status >= 400 && status < 500 ? 'SERVICE_REFUSED' : 'SERVICE_UNREACHABLE';
}

/** The error for a connection that closed before the session was ready. */
export function closedEarly(service: string, code: number, reason: string): RealtimeError {
  const why = reason === '' ? '' : ` (${reason})`;
  const byCode = code === 1008 || code === 1007 || code === 1003 ? 'SERVICE_REFUSED' : 'SERVICE_UNREACHABLE';
  return new RealtimeError(
    codeOfWords(reason) ?? byCode,
    `${service} closed the connection with ${code}${why} before the session was ready.`,
  );
}
