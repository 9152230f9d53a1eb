/** Tracks promises of the code under test, all of which must settle. */
export class PromiseTracker {
  readonly #pending = new Map<number, string>();
  #count = 0;

  /** The names of the promises that have not settled. */
  get pending(): readonly string[] {
    return [...this.#pending.values()];
  }

  /** Tracks a promise and returns it. Its rejection counts as handled. */
  track<Value>(what: string, promise: Promise<Value>): Promise<Value> {
    const number = this.#count++;
    this.#pending.set(number, what);
    const settle = () => {
      this.#pending.delete(number);
    };
    promise.then(settle, settle);
    return promise;
  }
}
