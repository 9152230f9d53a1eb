import { createRedactor, type Redactor } from '@hookline/trace';
import { stringifyMasked } from '../masked-json.js';
import type { BridgeMessage } from '../messages.js';

/** Handshakes whose signatures are remembered: those of the most recent calls. */
const KEPT_HEADS = 8;
/** Credentials that are remembered; beyond this the oldest are dropped. */
const KEPT_SECRETS = 64;

/**
 * Masks the credentials of a page in everything sent to it. It is the last step before the socket, so that no other part of
 * the bridge has to mask anything.
 */
export class PageRedactor {
  readonly #heads: string[] = [];
  #secrets: readonly string[] = [];
  #redactor: Redactor = createRedactor();

  /** Masks these values in all messages from now on. */
  addSecrets(secrets: readonly string[]): void {
    this.#secrets = [...new Set([...this.#secrets, ...secrets])].slice(-KEPT_SECRETS);
    this.#redactor = createRedactor(this.#secrets);
    for (const head of this.#heads) this.#redactor.head(head);
  }

  /** Masks the signature and all other credentials of this request or response head from now on. */
  addHandshake(head: string): void {
    this.#heads.push(head);
    if (this.#heads.length > KEPT_HEADS) this.#heads.shift();
    this.#redactor.head(head);
  }

  /** Serializes a message as JSON, with credentials masked. */
  stringify(message: BridgeMessage): string {
    return stringifyMasked(message, this.#redactor.text);
  }
}
