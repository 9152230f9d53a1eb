import type { DurationStyle, MediaParameter } from '@hookline/protocol';
import type { OnBreach } from '../options.js';

/** What the machine of one session has to know besides its state. Fixed before the session begins. */
export interface SessionRules {
  /** What `open` offers, preferred first. */
  readonly offers: readonly MediaParameter[];
  /** Whether buffered bot audio is heard before `close` answers `disconnect`. */
  readonly drainOnDisconnect: boolean;
  readonly onBreach: OnBreach;
  /** Whether `open` asks for the bot's languages. */
  readonly asksForLanguages: boolean;
  /** How durations are written. */
  readonly durations: DurationStyle;
}
