import type { ClauseId } from '@hookline/protocol';
import type { Clock } from '@hookline/runtime';
import type { CheckTarget, OpenChanges } from '../caller/open-parameters.js';
import type { RawCall, RawCallOptions } from '../caller/raw-call.js';
import type { Profile, Trigger } from '../check/profile.js';
import type { Deadlines } from '../record/deadlines.js';

/** A call of a scenario: its name there, and what it differs in. */
export interface CallSpec
  extends Pick<RawCallOptions, 'call'>,
    Partial<
      Pick<RawCallOptions, 'purpose' | 'url' | 'apiKey' | 'form' | 'id' | 'closedTimeoutMs' | 'wholeSeconds'>
    > {
  /** Whose inputs and Connector ID the call has. */
  readonly trigger?: Trigger;
}

/** What a scenario works with. */
export interface Stage {
  readonly target: CheckTarget;
  readonly profile: Profile;
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  /** Dials. What happens on the call is judged when the scenario is over. */
  dial(spec: CallSpec): Promise<RawCall>;
  /** Dials, opens and lets the caller's audio flow; undefined when the bot did not open the call. */
  open(spec: CallSpec, changes?: OpenChanges): Promise<RawCall | undefined>;
}

/** A few calls that show many clauses. */
export interface Scenario {
  readonly name: string;
  /** What is done, one sentence. */
  readonly about: string;
  /** The clauses that it is there to show; what holds for every call is judged besides. */
  readonly shows: readonly ClauseId[];
  /** Why it does not apply to this bot; undefined when it does. */
  readonly skip?: (stage: Pick<Stage, 'target' | 'profile'>) => string | undefined;
  /** Whether other calls could suffer from it, so that none may be on. Default false. */
  readonly alone?: boolean;
  run(stage: Stage): Promise<void>;
}
