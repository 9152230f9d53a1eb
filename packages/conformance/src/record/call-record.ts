import type { ClauseId } from '@hookline/protocol';
import type { CallEvent } from './call-event.js';
import type { Deadlines } from './deadlines.js';

/** What a call is for, which decides what it is judged by. */
export type CallPurpose =
  /** A call that the bot has to take. */
  | { readonly kind: 'call' }
  /** The connection probe of an activation. */
  | { readonly kind: 'probe' }
  /** A connection that the bot has to refuse. */
  | { readonly kind: 'refusal'; readonly clause: ClauseId; readonly what: string }
  /** A connection that the bot has to take although it is out of the ordinary. */
  | {
      readonly kind: 'acceptance';
      readonly clause: ClauseId;
      readonly what: string;
      /** Whether anything but \`opened\` breaks the clause, and not only a refusal of the credentials. Default false. */
      readonly always?: boolean;
    }
  /** Misbehaves, and only what becomes of other calls counts. */
  | { readonly kind: 'attack' };

/** All that happened on one call: what the rules judge. */
export interface CallRecord {
  /** The name of the scenario. */
  readonly scenario: string;
  /** What the call does, in a few words, unique in its scenario. */
  readonly call: string;
  readonly purpose: CallPurpose;
  readonly url: string;
  readonly deadlines: Deadlines;
  /** Texts that no answer may contain. */
  readonly secrets: readonly string[];
  readonly events: readonly CallEvent[];
  /** Whether a certificate of the bot is checked against the well-known authorities, as the platform does. */
  readonly publicTrust: boolean;
  /** Why there was no connection, where it was neither an answer of the bot nor a wrong upgrade. */
  readonly unreachable?: string;
  /** Whether a standstill of this process can be why: nothing came in time, or the peer gave the handshake up. */
  readonly maybeOurs?: boolean;
}
