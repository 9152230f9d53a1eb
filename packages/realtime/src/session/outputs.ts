import type { Outputs } from '@hookline/server';
import { RealtimeError } from '../error.js';
import type { OutputsBag } from '../tools/tool.js';

/** The outputs that tools set, checked where they are set. */
export class CollectedOutputs implements OutputsBag {
  readonly #values = new Map<string, string>();

  set(name: string, value: string): void {
    if (typeof name !== 'string' || name === '') {
      throw new RealtimeError('REALTIME_BAD_TOOL', 'outputs.set: the name is empty or no text.');
    }
    if (typeof value !== 'string') {
      throw new RealtimeError(
        'REALTIME_BAD_TOOL',
        `outputs.set: ${JSON.stringify(name)} is a ${typeof value}; Architect takes strings only: use String(value).`,
      );
    }
    this.#values.set(name, value);
  }

  get(name: string): string | undefined {
    return this.#values.get(name);
  }

  all(): Outputs {
    return Object.fromEntries(this.#values);
  }
}
