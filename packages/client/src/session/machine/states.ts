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
  /** What is waited for, as far as the dialler reported it. */
  readonly pendingStep: DialStep;
}

/** `open` is sent, `opened` is awaited. */
export interface Opening extends State<'opening'> {
  readonly held: boolean;
}

/** Who has paused caller audio. It flows if no side has. (DECISIONS.md #35) */
export interface PauseHolders {
  /** The call is on hold. */
  readonly client: boolean;
  /** The bot asked for a pause. */
  readonly server: boolean;
}

/** The session is open. */
export interface Open extends State<'open'> {
  /** What the bot selected; undefined when it wants no audio. */
  readonly media: MediaParameter | undefined;
  readonly holders: PauseHolders;
}

/** The path is fixed and the session is being closed. */
export interface Closing extends State<'closing'> {
  readonly outcome: Outcome;
  /** `playout`: the bot's last audio is being heard before `close` goes out. `closed`: `close` is sent. */
  readonly awaits: 'playout' | 'closed';
}

/** The session is over; what may be left is the connection. */
export interface Closed extends State<'closed'> {
  readonly outcome: Outcome;
}

/** The state of a session, with the data that is valid in it. */
export type SessionState = Connecting | Opening | Open | Closing | Closed;

/** Where every session begins. */
export const INITIAL: Connecting = { name: 'connecting', held: false, pendingStep: 'answer' };
