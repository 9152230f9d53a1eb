import { RealtimeError, type RealtimeErrorCode } from '../error.js';
import { codeOfWords } from '../refusal-words.js';

/** Maximum number of characters of a service's message that are kept. */
const MAX_MESSAGE_CHARS = 300;

/** A URL for the log, without query and user part, which may contain a key. */
export function loggableUrl(url: string): string {
  try {
    const { protocol, host, pathname } = new URL(url);
    return `${protocol}//${host}${pathname}`;
  } catch {
    return 'an invalid URL';
  }
}

/** Removes keys from a service's message and shortens it. */
export function redactKeys(words: string, keys: readonly string[]): string {
  let clean = words;
  for (const key of keys) if (key.length >= 4) clean = clean.replaceAll(key, '***');
  // Services repeat a wrong key, partly masked.
  return clean.replace(/\b(?:sk|pk|xi|key)-[\w*-]{4,}/gi, '***').slice(0, MAX_MESSAGE_CHARS);
}

/** The error for an HTTP response instead of an upgrade. */
export function refusedUpgrade(
  service: string,
  url: string,
  status: number,
  retryAfter: string | undefined,
): RealtimeError {
  const seconds = Number(retryAfter);
  return new RealtimeError(
    codeOfStatus(status),
    `${service} at ${loggableUrl(url)} answered the upgrade with HTTP ${status}; expected 101.`,
    Number.isFinite(seconds) && retryAfter !== undefined ? { retryAfterMs: seconds * 1000 } : {},
  );
}

function codeOfStatus(status: number): RealtimeErrorCode {
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
