import { type ClauseId, type CloseReason, ERROR_CODES, type ErrorCode } from '@hookline/protocol';
import type { Cause } from '../../outcome/causes.js';
import type { Failed, Outcome } from '../../outcome/outcome.js';
import type { Effect, Step } from './effects.js';
import type { Closed, Closing, Open, Opening } from './states.js';

/** A violation by the bot, and its consequence for the call. */
export interface Violation {
  readonly code: ErrorCode;
  readonly clause: ClauseId;
  readonly text: string;
  readonly cause: Cause;
}

/** The live states, in which a session can be closed with `close`. */
export type Live = Opening | Open;

const STOP: readonly Effect[] = [
  { do: 'disarm', timer: 'opened' },
  { do: 'disarm', timer: 'ping' },
  { do: 'disarm', timer: 'maxDuration' },
  { do: 'stopMedia' },
];

/** Sends `close` and waits for `closed`. (AC-CLOSE-7) */
export function sendClose(reason: CloseReason): readonly Effect[] {
  return [
    { do: 'send', message: { type: 'close', parameters: { reason } } },
    { do: 'arm', timer: 'closed' },
  ];
}

/** The outcome of a call that failed while it was live. */
export function failed(
  state: Live,
  cause: Cause,
  text: string,
  facts: Partial<Pick<Failed, 'clause' | 'closeCode'>> = {},
): Failed {
  return { kind: 'failed', cause, text, wasOpened: state.name === 'open', ...facts };
}

/** Ends a live session for a fault: `error`, then `close`. (AC-ERR-4) */
export function failWithError(state: Live, violation: Violation): Step<Closing> {
  const { code, clause, text, cause } = violation;
  const outcome = failed(state, cause, text, { clause });
  return [
    { name: 'closing', outcome, awaits: 'closed' },
    [
      { do: 'decideOutcome', outcome },
      ...STOP,
      { do: 'send', message: { type: 'error', parameters: { code, message: `${clause}: ${text}` } } },
      { do: 'send', message: { type: 'close', parameters: { reason: 'error' } } },
      { do: 'arm', timer: 'closed', ...(cause === 'pong-timeout' ? { short: true } : {}) },
      // The upgrade and `opened` may have used up the 10 s in which a silent bot leads to a result. (DECISIONS.md #40)
      cause === 'open-timeout' ? { do: 'settle' } : { do: 'arm', timer: 'settle' },
    ],
  ];
}

/** Ends a live session because of a fault on this side. */
export function abort(
  state: Live,
  cause: 'caller-source' | 'internal',
  text: string,
  code: 500 | 503 = 500,
): Step<Closing> {
  const outcome = failed(state, cause, text);
  return [
    { name: 'closing', outcome, awaits: 'closed' },
    [
      { do: 'decideOutcome', outcome },
      ...STOP,
      { do: 'send', message: { type: 'error', parameters: { code, message: ERROR_CODES[code] } } },
      ...sendClose('error'),
      { do: 'arm', timer: 'settle' },
    ],
  ];
}

/** Ends a live session from this side with `close` and reason `end`. */
export function end(outcome: Outcome): Step<Closing> {
  return [
    { name: 'closing', outcome, awaits: 'closed' },
    [{ do: 'decideOutcome', outcome }, ...STOP, ...sendClose('end'), { do: 'arm', timer: 'settle' }],
  ];
}

/** Answers `disconnect`: at once, or after buffered audio was played out. (AC-DISC-3, DECISIONS.md #34) */
export function answerDisconnect(outcome: Outcome, playOut: boolean): Step<Closing> {
  if (!playOut) {
    return [
      { name: 'closing', outcome, awaits: 'closed' },
      [{ do: 'decideOutcome', outcome }, ...STOP, ...sendClose('disconnect')],
    ];
  }
  return [
    { name: 'closing', outcome, awaits: 'playout' },
    [
      { do: 'decideOutcome', outcome },
      { do: 'disarm', timer: 'ping' },
      // The maximum duration of the call also bounds the play-out.
      { do: 'playOut' },
    ],
  ];
}

/** Ends a live session whose connection is lost or must be dropped: nothing more can be sent. */
export function drop(outcome: Outcome, effects: readonly Effect[] = []): Step<Closed> {
  return [
    { name: 'closed', outcome },
    [{ do: 'decideOutcome', outcome }, ...effects, ...STOP, { do: 'settle' }],
  ];
}

/** Whether the bot ended the session, by `disconnect`. */
export function isEndedByBot(outcome: Outcome): boolean {
  if (outcome.kind === 'completed') return true;
  return outcome.kind === 'failed' && (outcome.cause === 'bot-error' || outcome.cause === 'unauthorized');
}
