import { contain, runUserCode } from '@hookline/runtime';
import type { RealtimeError } from '../error.js';
import { toRealtimeError } from '../failure.js';
import type { ServiceLink } from '../service/service.js';

type OnFailed = (method: string, error: unknown) => void;

/**
 * The members that are used for each frame. A class, because an object literal with a getter has a hidden class of its
 * own in each call, which made these accesses several times slower.
 */
class GuardedAudio implements Pick<ServiceLink, 'audio' | 'bufferedBytes' | 'audioHeld'> {
  readonly #link: ServiceLink;
  readonly #onFailed: OnFailed;

  constructor(link: ServiceLink, onFailed: OnFailed) {
    this.#link = link;
    this.#onFailed = onFailed;
  }

  /** Not with `runUserCode`, which would need closures for each frame. */
  audio(bytes: Uint8Array): void {
    try {
      const given: unknown = this.#link.audio(bytes);
      if (given !== undefined) void contain(given, (error) => this.#onFailed('audio', error));
    } catch (error) {
      this.#onFailed('audio', error);
    }
  }

  get bufferedBytes(): number {
    try {
      return this.#link.bufferedBytes;
    } catch (error) {
      this.#onFailed('bufferedBytes', error);
      return 0;
    }
  }

  get audioHeld(): boolean {
    try {
      return this.#link.audioHeld === true;
    } catch (error) {
      this.#onFailed('audioHeld', error);
      return false;
    }
  }
}

/**
 * A link whose methods neither throw nor reject, as its contract promises. An adapter that breaks the promise must end
 * only its own call: several methods run in timers and promises of the session, where an error would end the process,
 * and nobody waits for the promise of a method that is `async`.
 *
 * @param name - the name of the service
 * @param onFault - is called instead of throwing
 * @throws TypeError if it is no object
 */
export function guardedLink(
  link: ServiceLink,
  name: string,
  onFault: (error: RealtimeError) => void,
): ServiceLink {
  if (typeof link !== 'object' || link === null)
    throw new TypeError(`connect() resolved with ${String(link)}; expected a link`);
  const failed: OnFailed = (method, error) =>
    onFault(toRealtimeError(error, 'SERVICE_LOST', `${name}: ${method}()`));
  const guarded =
    <Args extends readonly unknown[]>(method: string, run: (...args: Args) => void) =>
    (...args: Args): void =>
      runUserCode(
        () => run(...args),
        (error) => failed(method, error),
      );
  const methods: Omit<ServiceLink, 'audio' | 'bufferedBytes' | 'audioHeld'> = {
    ...(link.truncate ? { truncate: guarded('truncate', (part, ms) => link.truncate?.(part, ms)) } : {}),
    ...(link.cancel ? { cancel: guarded('cancel', (id) => link.cancel?.(id)) } : {}),
    ...(link.interrupted ? { interrupted: guarded('interrupted', () => link.interrupted?.()) } : {}),
    ...(link.text ? { text: guarded('text', (text, reply) => link.text?.(text, reply)) } : {}),
    ...(link.ask ? { ask: guarded('ask', (words) => link.ask?.(words)) } : {}),
    toolResult: guarded('toolResult', (id, result, reply) => link.toolResult(id, result, reply)),
    close: guarded('close', () => link.close()),
  };
  return Object.assign(new GuardedAudio(link, failed), methods);
}
