import { type Static, type TSchema, Type } from '@sinclair/typebox';
import { DURATION_PATTERN, durationToNs } from '../duration.js';

/** A duration on the wire: ISO 8601 in seconds only, such as `PT1.25S` (AC-DUR-1). */
export const Duration = Type.String({
  pattern: DURATION_PATTERN,
  description: 'A non-negative ISO 8601 duration in seconds, below 2^53 ns, such as PT0.0S or PT1.25S.',
});
export type Duration = Static<typeof Duration>;

/** The length of "PT", six digits and "S". 2^53 ns, about 9,007,199 s, takes more characters. */
const SHORT_CHARS = 9;

/** The names of the message parameters whose schema is a duration. */
export function durationParameters(message: TSchema): string[] {
  const parameters: Readonly<Record<string, TSchema>> =
    message['properties']?.['parameters']?.['properties'] ?? {};
  return Object.keys(parameters).filter((name) => parameters[name]?.['pattern'] === Duration.pattern);
}

/**
 * Finds a duration of 2^53 ns or more in a message that matches its schema; a pattern cannot express that limit. Such a
 * duration has no exact value in nanoseconds as a number, so the message is refused (AC-DUR-1).
 *
 * @param position - the `position` of a message of a client; that of a server is an unknown field, and may be anything
 * @returns the JSON pointer and the text of the first one, or undefined
 */
export function overlongDuration(
  parameters: Readonly<Record<string, unknown>>,
  parameterNames: readonly string[],
  position: string | undefined,
): { readonly path: string; readonly text: string } | undefined {
  if (position !== undefined && isOverlong(position)) return { path: '/position', text: position };
  for (const name of parameterNames) {
    const text = parameters[name];
    if (typeof text === 'string' && isOverlong(text)) return { path: `/parameters/${name}`, text };
  }
  return undefined;
}

function isOverlong(duration: string): boolean {
  return duration.length > SHORT_CHARS && durationToNs(duration) === undefined;
}
