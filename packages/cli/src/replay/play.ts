import { atMoment, type Call, type CallAudioConnectorOptions, type Integration } from '@hookline/client';
import { CLIENT_TIMERS, type MediaParameter } from '@hookline/protocol';
import type { Cancel, Clock } from '@hookline/runtime';
import type { CallerAction, OpenParameters, RecordedCall } from './recorded-call.js';

/** How long a bot that ended the recorded call may go on past that moment, in milliseconds. */
const OVERTIME_MS = 10_000;

/** Fields of `open` that are to differ from the recorded ones. */
export interface Overrides {
  readonly id?: string;
  readonly ani?: string;
  readonly aniName?: string;
  readonly dnis?: string;
  readonly language?: string;
}

/** The action that makes the recorded call anew: its fields as recorded, its ids new. */
export function actionOf(
  call: RecordedCall,
  integration: Integration,
  overrides: Overrides,
  speed: number,
): CallAudioConnectorOptions {
  const { open, track, format, byteOrder } = call;
  const { ani, aniName, dnis } = open.participant;
  const { frameMs } = track;
  const internal = offeredChannels(call).includes('internal');
  return {
    integration,
    inputs: open.inputVariables ?? {},
    conversation: {
      ani,
      aniName,
      dnis,
      ...(open.language === undefined ? {} : { language: open.language }),
      ...overrides,
    },
    supportedLanguages: open.supportedLanguages === true,
    media: { format, byteOrder, ...(frameMs === undefined ? {} : { frameMs }) },
    ...(track.isEmpty ? {} : { caller: track.audio() }),
    ...(internal ? { internalAudio: track.audio('internal') } : {}),
    // As they stand in the trace, where they have the form of the platform already.
    wireStyle: {
      numbers: 'asGiven',
      languages: 'asGiven',
      noInputs: open.inputVariables === undefined ? 'absent' : 'empty',
    },
    // They bound real time, whatever the pace of the call.
    timers: Object.fromEntries(Object.entries(CLIENT_TIMERS).map(([name, ms]) => [name, ms * speed])),
  };
}

/** The channels that are offered in place of the recorded ones: the same, but in the order of the platform. */
export function offeredChannels({ channels }: Pick<RecordedCall, 'channels'>): MediaParameter['channels'] {
  return channels.length > 1 ? ['external', 'internal'] : ['external'];
}

/** The integration's own field of `open`, where it can be sent again. */
export function customConfigOf({
  customConfig,
}: OpenParameters): Readonly<Record<string, unknown>> | string | undefined {
  if (typeof customConfig === 'string') return customConfig;
  return isRecord(customConfig) ? customConfig : undefined;
}

function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What happened to the end of a replay. */
export interface Playing {
  /** The bot had ended the recorded call by now and did not end this one. */
  readonly overtime: boolean;
}

/** Makes the caller of a call do what the recorded one did. */
export function play({ actions, end }: RecordedCall, call: Call, clock: Clock): Playing {
  const at = (atMs: number, action: () => void): Cancel =>
    atMoment(call, clock, { from: 'opened', afterMs: atMs }, action);
  for (const { atMs, action } of actions) at(atMs, () => perform(call, action));
  const playing = { overtime: false };
  if (end.by === 'bot') {
    at(end.atMs + OVERTIME_MS, () => {
      playing.overtime = true;
      call.hangup();
    });
  } else at(end.atMs, () => call.hangup());
  return playing;
}

function perform(call: Call, action: CallerAction): void {
  switch (action.do) {
    case 'dtmf':
      // Its own time is when it was pressed.
      void call.sendDtmf(action.digit, { intervalMs: 0 });
      return;
    case 'hold':
      call.hold();
      return;
    case 'unhold':
      call.unhold();
      return;
    case 'language':
      call.setLanguage(action.language);
      return;
  }
}
