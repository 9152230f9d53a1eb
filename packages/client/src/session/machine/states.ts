import type { ClientStateName, MediaParameter } from '@hookline/protocol';
import type { Outcome } from '../../outcome/outcome.js';
import type { DialStep } from '../../transport/dial.js';

interface State<Name extends ClientStateName> {
  readonly name: Name;
}

/** The upgrade is under way. */
export interface Connecting extends State<'connecting'> {
  /** Whether the call was put on hold already. */
  readonly held: boolean;
  /** What the connection waits for, if the dialler reported it. */
  readonly pendingStep: DialStep;
}

/** `open` is sent, `opened` is awaited. */
export interface Opening extends State<'opening'> {
  readonly held: boolean;
}

/** Who has paused caller audio. It is sent if neither side has. (DECISIONS.md #35) */
export interface PauseHolders {
  /** The call is on hold. */
  readonly client: boolean;
  /** The bot asked for a pause. */
  readonly server: boolean;
}

/** The session is open. */
export interface Open extends State<'open'> {
  /** The selected media; undefined if the bot wants no audio. */
  readonly media: MediaParameter | undefined;
  readonly holders: PauseHolders;
}

/** The path is decided and the session is being closed. */
export interface Closing extends State<'closing'> {
  readonly outcome: Outcome;
  /** `playout`: buffered audio is played before `close` is sent. `closed`: `close` was sent. */
  readonly awaits: 'playout' | 'closed';
  /** Whether a `disconnect` has crossed the client's `close`. */
  readonly disconnected?: true;
}

/** The session is closed; only the connection may remain. */
export interface Closed extends State<'closed'> {
  readonly outcome: Outcome;
}

/** The state of a session, with the data that is valid in it. */
export type SessionState = Connecting | Opening | Open | Closing | Closed;

/** The first state of every session. */
export const INITIAL: Connecting = { name: 'connecting', held: false, pendingStep: 'answer' };
