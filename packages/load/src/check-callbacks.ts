import { checkArgument, describeValue } from '@hookline/runtime';
import { loadError } from './error.js';
import type { RunLoadOptions } from './run-load.js';

/**
 * Checks the options with methods, which code without types may get wrong: each would fail only in the calls, or much later.
 *
 * @param where - put before the name of the field: `'runLoad: '`
 * @throws HooklineError `LOAD_BAD_OPTION` naming the field
 */
export function checkCallbacks(
  where: string,
  {
    behaviour,
    onProgress,
    signal,
    clock,
  }: Pick<RunLoadOptions, 'behaviour' | 'onProgress' | 'signal' | 'clock'>,
): void {
  for (const [name, value] of Object.entries({ behaviour, onProgress }))
    if (value !== undefined) checkArgument('LOAD_BAD_OPTION', `${where}${name}`, value, 'function');
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw loadError(
      'LOAD_BAD_OPTION',
      `${where}signal is ${describeValue(signal)}; expected an AbortSignal.`,
    );
  if (clock !== undefined) {
    const methods = { now: 'function', wall: 'function', after: 'function' } as const;
    checkArgument('LOAD_BAD_OPTION', `${where}clock`, clock, methods);
  }
}
