import type { Effect, Step } from '../effects.js';
import type { Open, PauseHolders } from '../states.js';

const SEND_PAUSED: Effect = { do: 'send', message: { type: 'paused', parameters: {} } };
const PAUSE: readonly Effect[] = [{ do: 'pauseCaller' }, SEND_PAUSED];

/** `pause`: answered every time. (AC-PAUSE-1, AC-PAUSE-7) */
export function onPause(state: Open): Step<Open> {
  return [holding(state, { server: true }), PAUSE];
}

/** `resume`: answered with the current state. (AC-PAUSE-2, AC-PAUSE-7) */
export function onResume(state: Open): Step<Open> {
  const next = holding(state, { server: false });
  return [next, next.holders.client ? [SEND_PAUSED] : [{ do: 'resumeCaller' }]];
}

/**
 * The call is put on hold: playback stops, and the bot receives `paused`. During a pause of the bot too: the Genesys
 * Cloud Resource Center says so in its FAQ on AudioHook sessions. (DECISIONS.md #35)
 */
export function onHold(state: Open): Step<Open> {
  if (state.holders.client) return [state, []];
  return [holding(state, { client: true }), [{ do: 'holdPlayback' }, ...PAUSE]];
}

/** The hold ends; caller audio resumes unless the bot holds a pause. */
export function onUnhold(state: Open): Step<Open> {
  if (!state.holders.client) return [state, []];
  return [
    holding(state, { client: false }),
    [{ do: 'unholdPlayback' }, ...(state.holders.server ? [] : [{ do: 'resumeCaller' } as const])],
  ];
}

function holding(state: Open, change: Partial<PauseHolders>): Open {
  return { ...state, holders: { ...state.holders, ...change } };
}
