import { type CallAudioConnectorOptions, type Moment, toneCaller } from '@hookline/client';
import { isDtmfDigit, MAX_FRAME_MS, MIN_FRAME_MS } from '@hookline/protocol';
import { isCause } from '../cause-exit-codes.js';
import { UsageError } from '../exit-codes.js';
import type { Expectations } from '../expectations.js';
import type { CallFlags } from '../verbs/call-options.js';
import { readCallerWav } from './caller-audio.js';
import { readNoise } from './noise.js';
import { parseMoment, parseNumber, parsePair, parseTime } from './parse.js';

/** The actions of the caller during a call, and the expectations. */
export interface CallPlan {
  /** Audio of the caller, 8 kHz µ-law; each one is played after the bot has been silent for `turnGapMs`. */
  readonly utterances: readonly Uint8Array[];
  /** How long the bot must be silent before the next utterance, in milliseconds. */
  readonly turnGapMs: number;
  readonly dtmf: readonly { readonly digits: string; readonly when: Moment }[];
  readonly bargeIns: readonly { readonly speech: Uint8Array; readonly when: Moment }[];
  /** Whether commands are read from stdin during the call. */
  readonly stdin?: boolean;
  readonly hangupAfterMs?: number;
  /** Hangs up if nothing was said or heard for this time, in milliseconds. */
  readonly idleHangupMs?: number;
  readonly expected: Expectations;
  /** The options of the action that the flags set. */
  readonly action: Pick<
    CallAudioConnectorOptions,
    'media' | 'limits' | 'lateOpened' | 'conversation' | 'outputs' | 'caller' | 'background'
  >;
}

const IDLE_HANGUP_MS = 10_000;
const TONE_DBFS = -20;

/**
 * Parses the flags and reads the files that they name.
 *
 * @param warn - prints a warning about a file
 * @throws UsageError
 */
export async function parseCallPlan(flags: CallFlags, warn: (text: string) => void): Promise<CallPlan> {
  const gainDb = parseNumber(flags.gain, '--gain', { min: -96, max: 96 });
  refuseSeveralCallers(flags);
  const utterances: Uint8Array[] = [];
  for (const path of flags.wav ?? []) utterances.push(await readCallerWav(path, '--wav', warn, gainDb));
  const bargeIns: CallPlan['bargeIns'][number][] = [];
  for (const text of flags.bargeIn ?? []) {
    const { value, when } = parseMoment(text, '--barge-in');
    bargeIns.push({ speech: await readCallerWav(value, '--barge-in', warn, gainDb), when });
  }
  const background =
    flags.noise === undefined
      ? undefined
      : await readNoise(flags.noise, warn, [
          ...utterances,
          ...bargeIns.map(({ speech }) => speech),
          ...(flags.tone === undefined ? [] : [TONE_DBFS]),
        ]);
  const callerFinishes = utterances.length > 0 || flags.tone !== undefined || flags.stdin === true;
  const idleHangupMs =
    flags.idleHangup === undefined
      ? callerFinishes
        ? IDLE_HANGUP_MS
        : undefined
      : parseTime(flags.idleHangup, '--idle-hangup');
  return {
    utterances,
    turnGapMs: parseTime(flags.turnGap, '--turn-gap'),
    dtmf: (flags.dtmf ?? []).map(parseDtmf),
    bargeIns,
    stdin: flags.stdin === true,
    ...(flags.hangupAfter === undefined
      ? {}
      : { hangupAfterMs: parseTime(flags.hangupAfter, '--hangup-after') }),
    ...(idleHangupMs === undefined ? {} : { idleHangupMs }),
    expected: {
      ...(isPath(flags.expectPath) ? { path: flags.expectPath } : {}),
      ...(isCause(flags.expectCause) ? { cause: flags.expectCause } : {}),
      ...(flags.expectErrorType === undefined ? {} : { errorType: flags.expectErrorType }),
      ...(flags.expectFirstAudio === undefined
        ? {}
        : { firstAudioMs: parseTime(flags.expectFirstAudio, '--expect-first-audio') }),
      noRulesBroken: flags.strict === true,
      outputs: (flags.expectOutput ?? []).map((text) => parsePair(text, '--expect-output')),
    },
    action: {
      media: {
        format: flags.media === 'L16' ? 'L16' : 'PCMU',
        frameMs: parseNumber(flags.frameMs, '--frame-ms', {
          min: MIN_FRAME_MS,
          max: MAX_FRAME_MS,
          integer: true,
        }),
      },
      limits: flags.limits === 'off' ? 'off' : 'genesys',
      lateOpened: flags.lateOpened === 'discard' ? 'discard' : 'burst',
      outputs: outputNames(flags.output),
      conversation: conversationOf(flags),
      ...(flags.tone === undefined
        ? {}
        : {
            caller: toneCaller({
              frequencyHz: parseNumber(flags.tone, '--tone', { min: 50, max: 3900 }),
              levelDb: TONE_DBFS,
            }),
          }),
      ...(background === undefined ? {} : { background }),
    },
  };
}

function refuseSeveralCallers(flags: CallFlags): void {
  const callers = [
    flags.wav && flags.wav.length > 0 ? '--wav' : '',
    flags.tone === undefined ? '' : '--tone',
    flags.silence ? '--silence' : '',
  ].filter(Boolean);
  if (callers.length > 1)
    throw new UsageError(`${callers.join(' and ')} cannot be used together; choose one caller.`);
}

function outputNames(names: readonly string[] | undefined): readonly string[] | 'all' {
  if (names?.includes('')) throw new UsageError('--output takes the name of an output variable; got "".');
  return names ?? 'all';
}

function parseDtmf(text: string): CallPlan['dtmf'][number] {
  const { value, when } = parseMoment(text, '--dtmf');
  const invalid = [...value].find((key) => !isDtmfDigit(key));
  if (invalid !== undefined) {
    throw new UsageError(
      `--dtmf takes keys 0 to 9, *, # and A to D; got ${JSON.stringify(invalid)} in ${JSON.stringify(text)}.`,
    );
  }
  return { digits: value, when };
}

function isPath(text: string | undefined): text is NonNullable<Expectations['path']> {
  return text === 'success' || text === 'failure' || text === 'disconnected';
}

function conversationOf(flags: CallFlags): NonNullable<CallAudioConnectorOptions['conversation']> {
  return {
    ...(flags.conversationId === undefined ? {} : { id: flags.conversationId }),
    ...(flags.ani === undefined ? {} : { ani: flags.ani }),
    ...(flags.aniName === undefined ? {} : { aniName: flags.aniName }),
    ...(flags.dnis === undefined ? {} : { dnis: flags.dnis }),
    ...(flags.language === undefined ? {} : { language: flags.language }),
  };
}
