import { HooklineError } from '@hookline/runtime';

/**
 * A caller that plays a WAV file: PCM, float, µ-law or A-law, any rate, mixed down to mono.
 * The file is read when the call needs it; one that cannot be read ends the call with cause `caller-source`.
 *
 * @param wav - a path, or the bytes of the file
 */
export function wavCaller(_wav: string | URL | Uint8Array): AsyncIterable<Uint8Array> {
  throw new HooklineError('internal', 'WAV callers are not built yet.');
}
