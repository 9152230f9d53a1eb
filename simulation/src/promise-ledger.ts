/** Promises of the code under test that must settle, by what they are of. */
export class PromiseLedger {
  readonly #pending = new Map<number, string>();
  #count = 0;

  /** What has not settled. */
  get pending(): readonly string[] {
    return [...this.#pending.values()];
  }

  /** Watches a promise, and returns it. A rejection of it counts as seen from here on. */
  watch<Value>(what: string, promise: Promise<Value>): Promise<Value> {
    const number = this.#count++;
    this.#pending.set(number, what);
    const settle = () => {
      this.#pending.delete(number);
    };
    promise.then(settle, settle);
    return promise;
  }
}
