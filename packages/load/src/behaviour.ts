import type { Call, CallAudioConnectorOptions, CallResult, Integration } from '@hookline/client';
import type { Clock } from '@hookline/runtime';

/** Where the calls of a load go. */
export interface CallTarget {
  readonly integration: Integration;
  readonly connectorId: string;
  readonly inputs: Readonly<Record<string, string>>;
}

/** The options of a call that a load sets: give them to whatever makes the call. */
export type MeasuredOptions = Required<
  Pick<CallAudioConnectorOptions, 'clock' | 'sink' | 'signal' | 'limits' | 'media' | 'inspectAudio'>
>;

/** What a behaviour is given for its call. */
export interface CallTools {
  readonly clock: Clock;
  /** The number of the call, counted from 0 over all processes. */
  readonly index: number;
  /** What a call is made with that `call` does not make: its sink measures, its signal ends it with the load. */
  readonly measured: MeasuredOptions;
  /**
   * Places the call of this behaviour: to the target, measured, and hung up when its time is over. Called once.
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
