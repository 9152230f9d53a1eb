import type { ClauseId } from '@hookline/protocol';
import type { CallEvent } from './call-event.js';
import type { Deadlines } from './deadlines.js';

/** The purpose of a call. It determines which rules apply. */
export type CallPurpose =
  /** A call that the bot must accept. */
  | { readonly kind: 'call' }
  /** The connection probe of an activation. */
  | { readonly kind: 'probe' }
  /** A connection that the bot must refuse. */
  | { readonly kind: 'refusal'; readonly clause: ClauseId; readonly description: string }
  /** An unusual connection that the bot must accept. */
  | {
      readonly kind: 'acceptance';
      readonly clause: ClauseId;
      readonly description: string;
      /** Whether any answer except `opened` breaks the clause. If false, only a refusal of the credentials does. Default false. */
      readonly mustOpen?: boolean;
    }
  /** A call that misbehaves on purpose. It is not evaluated itself; other calls must not be affected. */
  | { readonly kind: 'attack' };

/** The record of one call, which the rules evaluate. */
export interface CallRecord {
  /** The name of the scenario. */
  readonly scenario: string;
  /** A short description of the call, unique in its scenario. */
  readonly call: string;
  readonly purpose: CallPurpose;
  /** The name of the call that it repeats, because the bot did not open that one or ended it early. */
  readonly repeats?: string;
  readonly url: string;
  /** When it was dialled: Unix time in milliseconds. */
  readonly startedMs: number;
  /** Whether it was dialled beside another call of the run, so that a bot with a limit may refuse it as one too many. */
  readonly besideAnother: boolean;
  readonly deadlines: Deadlines;
  /** Texts that no answer may contain. */
  readonly secrets: readonly string[];
  readonly events: readonly CallEvent[];
  /** Whether the certificate of the bot is verified against the public authorities, as the platform does. */
  readonly publicTrust: boolean;
  /** Why there was no connection, if the bot sent no HTTP response, or one with status 101 that is no correct handshake. */
  readonly unreachable?: string;
  /** Whether a delay of this process may have caused it: a timeout, or the peer aborted the handshake. */
  readonly maybeLocalDelay?: boolean;
}
