import type { CallActivity, CallState } from '../../src/messages.js';
import type { CallView } from './call-view.js';

const STATES: Readonly<Record<CallState, string>> = {
  dialing: 'Dialling',
  upgrading: 'Upgrading',
  opening: 'Opening',
  connected: 'Connected',
  closing: 'Closing',
  ended: 'Ended',
};

const ACTIVITIES: Readonly<Record<CallActivity, string>> = {
  listening: 'Bot listens',
  'bot-speaking': 'Bot speaks',
  barged: 'Barge-in',
  paused: 'On hold',
};

const PATHS: Readonly<Record<string, string>> = {
  success: 'Success path',
  failure: 'Failure path',
  disconnected: 'Caller hung up',
};

/** Short text for the state of a call. */
export function stateText(call: CallView | undefined): string {
  if (!call) return 'Idle';
  if (call.elsewhere.value) return 'In progress in another page';
  const activity = call.activity.value;
  if (call.state.value === 'connected' && activity) return ACTIVITIES[activity];
  if (call.state.value === 'ended') return pathText(call.outcome.value?.path ?? call.entry.value?.path);
  return STATES[call.state.value];
}

/** Text for the path that the flow took; `Ended` if unknown. */
export function pathText(path: string | undefined): string {
  return PATHS[path ?? ''] ?? 'Ended';
}

/** Formats milliseconds as seconds: `3.250`. */
export const formatSeconds = (ms: number): string => (ms / 1000).toFixed(3);

/** Formats a duration: `2.40 s`, or `380 ms` below a second. */
export const formatDuration = (ms: number): string =>
  ms < 1000 ? `${Math.round(ms)} ms` : `${(ms / 1000).toFixed(ms < 10_000 ? 2 : 1)} s`;

/** Formats a duration as a timer: `01:07.4`. */
export function formatTimer(ms: number): string {
  const tenths = Math.floor(Math.max(0, ms) / 100);
  const pad = (value: number) => String(value).padStart(2, '0');
  return `${pad(Math.floor(tenths / 600))}:${pad(Math.floor(tenths / 10) % 60)}.${tenths % 10}`;
}
