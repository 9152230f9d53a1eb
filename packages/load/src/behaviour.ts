import type { Call, CallAudioConnectorOptions, CallResult, Integration } from '@hookline/client';
import type { Clock } from '@hookline/runtime';

/** The target of the calls of a load test. */
export interface CallTarget {
  readonly integration: Integration;
  readonly connectorId: string;
  readonly inputs: Readonly<Record<string, string>>;
}

/** Call options that the load test sets. Pass them to whatever makes the call. */
export type MeasuredOptions = Required<
  Pick<CallAudioConnectorOptions, 'clock' | 'sink' | 'signal' | 'limits' | 'media' | 'inspectAudio'>
>;

/** What a behaviour gets for its call. */
export interface CallTools {
  readonly clock: Clock;
  /** Index of the call, from 0, across all processes. */
  readonly index: number;
  /** Options for a call that is not made by `call`: the sink measures it, the signal ends it with the load test. */
  readonly measured: MeasuredOptions;
  /**
   * Dials the target. The call is measured, and hung up after the hold time. To be called once.
   *
   * @param options - overrides of the load test's options
   */
  call(
    options?: Partial<
      Pick<CallAudioConnectorOptions, 'caller' | 'connectorId' | 'inputs' | 'outputs' | 'conversation'>
    >,
  ): Call;
  /** Records a barge-in: the bot fell silent for the caller after `ms` milliseconds. */
  bargedIn(ms: number): void;
  /** Records that the caller spoke and the bot did not answer in time. */
  unanswered(): void;
}

/** How a call of a load test ended. */
export interface BehaviourEnd {
  readonly result: CallResult;
  /** An unmet expectation although the call itself succeeded. The call counts as failed, with the cause `expectation`. */
  readonly problem?: string;
  /**
   * Whether the call ended as the behaviour expects. Then it does not count as failed even if it took the failure path.
   * Default false.
   */
  readonly isExpected?: boolean;
}

/** What a caller does, from dialling to the end of the call. Runs once per call. */
export type Behaviour = (target: CallTarget, tools: CallTools) => Promise<BehaviourEnd>;
