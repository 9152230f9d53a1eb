import type { Call, CallAudioConnectorOptions, CallResult, Integration } from '@hookline/client';
import type { Clock } from '@hookline/runtime';

/** Where the calls of a load go. */
export interface CallTarget {
  readonly integration: Integration;
  readonly connectorId: string;
  readonly inputs: Readonly<Record<string, string>>;
}

/** What a behaviour is given for its call. */
export interface CallTools {
  readonly clock: Clock;
  /** How long the call may last from `opened` on, in milliseconds; then it is hung up. */
  readonly holdMs: number;
  /** The number of the call, counted from 0 over all processes. */
  readonly index: number;
  /**
   * Places the call of this behaviour: to the target, with all that the load measures, and hung up when its time is
   * over. Called once.
   *
   * @param options - what differs from the options of the load
   */
  call(
    options?: Partial<
      Pick<CallAudioConnectorOptions, 'caller' | 'connectorId' | 'inputs' | 'outputs' | 'conversation'>
    >,
  ): Call;
  /** The caller talked over the bot, and it was silent for the caller `ms` milliseconds later. */
  bargedIn(ms: number): void;
  /** The caller spoke and the bot did not answer in time. */
  unanswered(): void;
}

/** How a call of a load ended. */
export interface BehaviourEnd {
  readonly result: CallResult;
  /** What the bot did wrong although the call was sound; such a call counts as failed, for `expectation`. */
  readonly problem?: string;
}

/** What a caller does, from dialling to the end of the call: one call each time. */
export type Behaviour = (target: CallTarget, tools: CallTools) => Promise<BehaviourEnd>;
