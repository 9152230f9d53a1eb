import type { RealtimeErrorCode } from './error.js';

/**
 * What the words of a service say about why it ends a session. Services tell a wrong key or an exhausted quota with a
 * close code that has no such meaning; a new attempt would end the same way.
 */
export function codeOfWords(
  words: string,
): Extract<RealtimeErrorCode, 'SERVICE_LIMITED' | 'SERVICE_UNAUTHORIZED'> | undefined {
  // The words about a quota may name the key to which it belongs.
  if (/quota|rate.?limit|resource.?exhausted|too many requests/i.test(words)) return 'SERVICE_LIMITED';
  return /api.?key|unauthori[sz]ed|unauthenticated|credentials/i.test(words)
    ? 'SERVICE_UNAUTHORIZED'
    : undefined;
}
