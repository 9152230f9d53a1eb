import type { TSchema } from '@sinclair/typebox';
import { Duration, durationToNs } from './duration.js';
import type { ClientMessage, ServerMessage } from './messages/index.js';

/** "PT", six digits and "S": nothing this short reaches 2^53 ns, which is some 9,007,199 s. */
const SURELY_FITS_CHARS = 9;

/** The names of the parameters of a message that are durations. */
export function durationParameters(message: TSchema): string[] {
  const parameters: Readonly<Record<string, TSchema>> =
    message['properties']?.['parameters']?.['properties'] ?? {};
  return Object.keys(parameters).filter((name) => parameters[name]?.['pattern'] === Duration.pattern);
}

/**
 * Where a message that fits its schema has a duration of 2^53 ns or more, which no pattern can tell: its JSON
 * pointer and its text. Nobody could reckon with it, so it is refused (AC-DUR-1) before anybody tries.
 */
export function overlongDuration(
  message: ClientMessage | ServerMessage,
  parameterNames: readonly string[],
): { readonly path: string; readonly text: string } | undefined {
  if ('position' in message && isOverlong(message.position))
    return { path: '/position', text: message.position };
  const parameters: Readonly<Record<string, unknown>> = message.parameters;
  for (const name of parameterNames) {
    const text = parameters[name];
    if (typeof text === 'string' && isOverlong(text)) return { path: `/parameters/${name}`, text };
  }
  return undefined;
}

function isOverlong(duration: string): boolean {
  return duration.length > SURELY_FITS_CHARS && durationToNs(duration) === undefined;
}
