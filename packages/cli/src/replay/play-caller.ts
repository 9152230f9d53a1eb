import { atMoment, type Call, type CallAudioConnectorOptions, type Integration } from '@hookline/client';
import { CLIENT_TIMERS, type MediaParameter } from '@hookline/protocol';
import { type Cancel, type Clock, isRecord } from '@hookline/runtime';
import type { RepeatedOpen } from './masked-values.js';
import type { CallerAction, RecordedCall } from './recorded-call.js';

/** If the recorded bot ended the call, how much later the bot may end it, in milliseconds. */
const END_TOLERANCE_MS = 10_000;

/** Fields of `open` that override the recorded ones. */
export interface Overrides {
  readonly id?: string;
  readonly ani?: string;
  readonly aniName?: string;
  readonly dnis?: string;
  readonly language?: string;
}

/** The action that repeats a recorded call, with the recorded fields and new ids. */
export function actionOf(
  call: RecordedCall,
  integration: Integration,
  overrides: Overrides,
  speed: number,
): CallAudioConnectorOptions {
  const { open, timeline, format, byteOrder } = call;
  const { ani, aniName, dnis } = open.participant;
  const { frameMs } = timeline;
  const internal = offeredChannels(call).includes('internal');
  return {
    integration,
    inputs: open.inputVariables ?? {},
    conversation: {
      ...(ani === undefined ? {} : { ani }),
      ...(aniName === undefined ? {} : { aniName }),
      ...(dnis === undefined ? {} : { dnis }),
      ...(open.language === undefined ? {} : { language: open.language }),
      ...overrides,
    },
    supportedLanguages: open.supportedLanguages === true,
    media: { format, byteOrder, ...(frameMs === undefined ? {} : { frameMs }) },
    ...(timeline.isEmpty ? {} : { caller: timeline.audio() }),
    ...(internal ? { internalAudio: timeline.audio('internal') } : {}),
    // The values of the trace already have the format of the platform.
    wireStyle: {
      numbers: 'asGiven',
      languages: 'asGiven',
      noInputs: open.inputVariables === undefined ? 'absent' : 'empty',
    },
    // The timeouts are real time at any speed.
    timers: Object.fromEntries(Object.entries(CLIENT_TIMERS).map(([name, ms]) => [name, ms * speed])),
  };
}

/** The channels to offer: the recorded ones, in the order of the platform. */
export function offeredChannels({ channels }: Pick<RecordedCall, 'channels'>): MediaParameter['channels'] {
  return channels.length > 1 ? ['external', 'internal'] : ['external'];
}

/** The field `customConfig` of `open`; undefined if it cannot be sent again. */
export function customConfigOf({
  customConfig,
}: Pick<RepeatedOpen, 'customConfig'>): Readonly<Record<string, unknown>> | string | undefined {
  if (typeof customConfig === 'string') return customConfig;
  return isRecord(customConfig) ? customConfig : undefined;
}

/** The state of a replayed caller. */
export interface CallerPlayback {
  /** Whether the caller hung up because the bot did not end the call, unlike in the recording. */
  readonly hungUpLate: boolean;
}

/** Schedules the actions of the recorded caller. */
export function playCaller({ actions, end }: RecordedCall, call: Call, clock: Clock): CallerPlayback {
  const at = (atMs: number, action: () => void): Cancel =>
    atMoment(call, clock, { from: 'opened', afterMs: atMs }, action);
  for (const { atMs, action } of actions) at(atMs, () => performAction(call, action));
  const playback = { hungUpLate: false };
  if (end.by === 'bot') {
    at(end.atMs + END_TOLERANCE_MS, () => {
      playback.hungUpLate = true;
      call.hangup();
    });
  } else at(end.atMs, () => call.hangup());
  return playback;
}

function performAction(call: Call, action: CallerAction): void {
  switch (action.type) {
    case 'dtmf':
      // Each digit has its own time.
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
