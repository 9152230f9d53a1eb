import type { CallResult } from '@hookline/client';
import type { WireSink } from '@hookline/protocol';
import { createRedactor } from '@hookline/trace';

/** Masks the credentials of one call in its output. */
export interface Masking {
  /** Collects the credentials of the handshake from its headers. */
  readonly sink: WireSink;
  /** Masks a URL, or a text that may contain one. */
  text(text: string): string;
  /** A copy of a JSON value with masked strings. */
  json<T extends object>(value: T): T;
  /** A result with masked messages. The outputs of the bot are not changed. */
  result(result: CallResult): CallResult;
}

/** @param secrets - masked in addition to user, password and secret query values of URLs; default none */
export function createMasking(secrets: readonly string[] = []): Masking {
  const redactor = createRedactor(secrets);
  return {
    sink: {
      event(event) {
        if (event.kind === 'request' || event.kind === 'response') redactor.head(event.head);
      },
    },
    text: redactor.text,
    json: redactor.json,
    result(result) {
      const { json } = redactor;
      const [warnings, turns] = [json(result.warnings), json(result.turns)];
      return result.path === 'failure'
        ? { ...result, warnings, turns, failureOutputs: json(result.failureOutputs) }
        : { ...result, warnings, turns };
    },
  };
}
