import { HooklineError } from '@hookline/runtime';

/** A caller that says nothing for `durationMs` milliseconds: a pause between others. Without a caller the line is silent anyway. */
export function silenceCaller(_durationMs: number): AsyncIterable<Uint8Array> {
  throw new HooklineError('internal', 'Silence callers are not built yet.');
}
