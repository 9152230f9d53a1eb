import type { CallResult } from '@hookline/client';
import type { WireSink } from '@hookline/protocol';
import { createRedactor } from '@hookline/trace';

/** Masks the credentials of one call in what is printed of it. */
export interface Masking {
  /** Learns the credentials of the handshake from its heads. */
  readonly sink: WireSink;
  /** A URL, or a text that may hold one. */
  text(text: string): string;
  /** A copy of a JSON value whose texts are masked. */
  json<T extends object>(value: T): T;
  /** A result whose messages are masked; what the bot returned to the flow stays as it is. */
  result(result: CallResult): CallResult;
}

/** Starts with nothing learned but URLs, of which user, password and secret query values are always masked. */
export function createMasking(): Masking {
  const redactor = createRedactor();
  const json = <T extends object>(value: T): T => JSON.parse(redactor.text(JSON.stringify(value)));
  return {
    sink: {
      event(event) {
        if (event.kind === 'request' || event.kind === 'response') redactor.head(event.head);
      },
    },
    text: redactor.text,
    json,
    result(result) {
      const warnings = json(result.warnings);
      return result.path === 'failure'
        ? { ...result, warnings, failureOutputs: json(result.failureOutputs) }
        : { ...result, warnings };
    },
  };
}
