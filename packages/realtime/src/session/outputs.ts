import type { Call, Outputs } from '@hookline/server';
import type { OutputsBag } from '../tools/tool.js';

/** The outputs that tools set. Each is validated when it is set. */
export class CollectedOutputs implements OutputsBag {
  readonly #call: Pick<Call, 'checkOutput' | 'log'>;
  readonly #values = new Map<string, string>();

  constructor(call: Pick<Call, 'checkOutput' | 'log'>) {
    this.#call = call;
  }

  set(name: string, value: string): void {
    this.#call.checkOutput(name, value, this.all());
    this.#values.set(name, value);
  }

  /** Sets an output of the session itself; logs a warning if the bot's schema does not declare it. */
  setIfDeclared(name: string, value: string): void {
    try {
      this.set(name, value);
    } catch {
      this.#call.log.warn(
        { name },
        'an output of the session was omitted: the outputs of the bot do not declare it',
      );
    }
  }

  get(name: string): string | undefined {
    return this.#values.get(name);
  }

  all(): Outputs {
    return Object.fromEntries(this.#values);
  }
}
