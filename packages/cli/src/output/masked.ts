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

/** @param secrets - masked from the start, as are user, password and secret query values of URLs; default none */
export function createMasking(secrets: readonly string[] = []): Masking {
  const redactor = createRedactor(secrets);
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
      const [warnings, turns] = [json(result.warnings), json(result.turns)];
      return result.path === 'failure'
        ? { ...result, warnings, turns, failureOutputs: json(result.failureOutputs) }
        : { ...result, warnings, turns };
    },
  };
}
