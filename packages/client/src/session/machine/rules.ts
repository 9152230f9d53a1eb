import type { DurationStyle, MediaParameter } from '@hookline/protocol';
import type { OnBreach } from '../options.js';

/** The configuration of a session's machine, constant during the session. */
export interface SessionRules {
  /** What `open` offers, preferred first. */
  readonly offers: readonly MediaParameter[];
  /** Whether buffered bot audio is played out before `close` answers `disconnect`. */
  readonly drainOnDisconnect: boolean;
  readonly onBreach: OnBreach;
  /** Whether `open` asks for the bot's languages. */
  readonly asksForLanguages: boolean;
  /** The format of durations. */
  readonly durations: DurationStyle;
}
