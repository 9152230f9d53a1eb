import type { ClauseId } from '@hookline/protocol';
import type { Clock } from '@hookline/runtime';
import type { CheckTarget, OpenChanges } from '../caller/open-parameters.js';
import type { RawCall, RawCallOptions } from '../caller/raw-call.js';
import type { PreparedTrigger, Profile } from '../check/profile.js';
import type { Deadlines } from '../record/deadlines.js';

/** A call of a scenario: its description, and its differences from an ordinary call. */
export interface CallSpec
  extends Pick<RawCallOptions, 'call'>,
    Partial<
      Pick<
        RawCallOptions,
        'purpose' | 'repeats' | 'url' | 'apiKey' | 'form' | 'id' | 'closedTimeoutMs' | 'wholeSeconds'
      >
    > {
  /** The trigger that provides the inputs and the Connector ID of the call. */
  readonly trigger?: PreparedTrigger;
}

/** What a scenario uses to make its calls. */
export interface ScenarioContext {
  readonly target: CheckTarget;
  readonly profile: Profile;
  readonly clock: Clock;
  readonly deadlines: Deadlines;
  /** Dials a call, once more if the bot refuses one that it must accept. It is evaluated when the run ends. */
  dial(spec: CallSpec): Promise<RawCall>;
  /** Dials a call, opens it and starts the caller's audio; undefined if the bot did not open it, also not once more. */
  open(spec: CallSpec, changes?: OpenChanges): Promise<RawCall | undefined>;
}

/** A few calls that test several clauses. */
export interface Scenario {
  readonly name: string;
  /** What the scenario does, in one sentence. */
  readonly description: string;
  /** The clauses that it is made to test. Clauses that apply to every call are evaluated too. */
  readonly covers: readonly ClauseId[];
  /** Why it does not apply to this bot; undefined if it does. */
  readonly skip?: (context: Pick<ScenarioContext, 'target' | 'profile'>) => string | undefined;
  /** Whether it must run alone: it may affect other calls, or they its result. Default false. */
  readonly exclusive?: boolean;
  run(context: ScenarioContext): Promise<void>;
}

/** Returns the call that repeats another one, to see whether its refusal or end was a coincidence. */
export function repeated(spec: CallSpec): CallSpec {
  return { ...spec, call: `${spec.call}, repeated`, repeats: spec.call };
}

/** Why valid signatures cannot be tested; undefined if the bot verifies signed requests. */
export function unsignedReason({
  target,
  profile,
}: Pick<ScenarioContext, 'target' | 'profile'>): string | undefined {
  if (target.clientSecret === undefined) return 'requests are not signed';
  return profile.auth === 'signed' ? undefined : 'the profile says that the bot does not verify signatures';
}
