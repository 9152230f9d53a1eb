import { type CallAudioConnectorOptions, type Moment, toneCaller } from '@hookline/client';
import { isDtmfDigit, MAX_FRAME_MS, MIN_FRAME_MS } from '@hookline/protocol';
import { isCause, UsageError } from '../exit-codes.js';
import type { Expectations } from '../expectations.js';
import type { CallFlags } from '../verbs/call-options.js';
import { readCallerWav } from './caller-audio.js';
import { readNoise } from './noise.js';
import { parseMoment, parseNumber, parsePair, parseTime } from './parse.js';

/** What the caller does during a call, and what is expected of it. */
export interface CallPlan {
  /** What the caller says, each after the bot has let them; 8 kHz µ-law. */
  readonly lines: readonly Uint8Array[];
  /** How long the bot must be silent before a line, in milliseconds. */
  readonly turnGapMs: number;
  readonly keys: readonly { readonly digits: string; readonly when: Moment }[];
  readonly bargeIns: readonly { readonly speech: Uint8Array; readonly when: Moment }[];
  /** Commands come from stdin during the call. */
  readonly stdin?: boolean;
  readonly hangupAfterMs?: number;
  /** Hangs up this long after all is said and heard. */
  readonly idleHangupMs?: number;
  readonly expected: Expectations;
  /** The fields of the action that follow from the flags. */
  readonly action: Pick<
    CallAudioConnectorOptions,
    'media' | 'limits' | 'lateOpened' | 'conversation' | 'outputs' | 'caller' | 'background'
  >;
}

const IDLE_HANGUP_MS = 10_000;
const TONE_DBFS = -20;

/** Reads the flags and the files they name. @throws UsageError */
export async function parseCallPlan(flags: CallFlags): Promise<CallPlan> {
  const gainDb = parseNumber(flags.gain, '--gain', { min: -96, max: 96 });
  refuseTwoCallers(flags);
  const lines: Uint8Array[] = [];
  for (const path of flags.wav ?? []) lines.push(await readCallerWav(path, '--wav', gainDb));
  const bargeIns: CallPlan['bargeIns'][number][] = [];
  for (const text of flags.bargeIn ?? []) {
    const { what, when } = parseMoment(text, '--barge-in');
    bargeIns.push({ speech: await readCallerWav(what, '--barge-in', gainDb), when });
  }
  const background =
    flags.noise === undefined
      ? undefined
      : await readNoise(flags.noise, [
          ...lines,
          ...bargeIns.map(({ speech }) => speech),
          ...(flags.tone === undefined ? [] : [TONE_DBFS]),
        ]);
  const comesToAnEnd = lines.length > 0 || flags.tone !== undefined || flags.stdin === true;
  const idleHangupMs =
    flags.idleHangup === undefined
      ? comesToAnEnd
        ? IDLE_HANGUP_MS
        : undefined
      : parseTime(flags.idleHangup, '--idle-hangup');
  return {
    lines,
    turnGapMs: parseTime(flags.turnGap, '--turn-gap'),
    keys: (flags.dtmf ?? []).map(parseKeys),
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
      noRuleBroken: flags.strict === true,
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
      outputs: flags.output ?? 'all',
      conversation: conversation(flags),
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

function refuseTwoCallers(flags: CallFlags): void {
  const callers = [
    flags.wav && flags.wav.length > 0 ? '--wav' : '',
    flags.tone === undefined ? '' : '--tone',
    flags.silence ? '--silence' : '',
  ].filter(Boolean);
  if (callers.length > 1)
    throw new UsageError(`${callers.join(' and ')} exclude each other: a call has one caller.`);
}

function parseKeys(text: string): CallPlan['keys'][number] {
  const { what, when } = parseMoment(text, '--dtmf');
  const wrong = [...what].find((key) => !isDtmfDigit(key));
  if (wrong !== undefined) {
    throw new UsageError(
      `--dtmf takes keys 0 to 9, *, # and A to D; got ${JSON.stringify(wrong)} in ${JSON.stringify(text)}.`,
    );
  }
  return { digits: what, when };
}

function isPath(text: string | undefined): text is NonNullable<Expectations['path']> {
  return text === 'success' || text === 'failure' || text === 'disconnected';
}

function conversation(flags: CallFlags): NonNullable<CallAudioConnectorOptions['conversation']> {
  return {
    ...(flags.conversationId === undefined ? {} : { id: flags.conversationId }),
    ...(flags.ani === undefined ? {} : { ani: flags.ani }),
    ...(flags.aniName === undefined ? {} : { aniName: flags.aniName }),
    ...(flags.dnis === undefined ? {} : { dnis: flags.dnis }),
    ...(flags.language === undefined ? {} : { language: flags.language }),
  };
}
