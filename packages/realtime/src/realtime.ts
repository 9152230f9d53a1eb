import { systemClock } from '@hookline/runtime';
import type { Call, Outputs } from '@hookline/server';
import type { CallPort } from './call-port.js';
import { checkedOptions } from './checked-options.js';
import type { RealtimeOptions } from './options.js';
import { serverCallPort } from './server-call-port.js';
import type { RealtimeService } from './service/service.js';
import { LiveSession } from './session/live-session.js';
import type { RealtimeSession } from './session.js';

/**
 * Carries a call on a speech-to-speech service until the model, the caller or a limit ends it.
 *
 * @returns the outputs once the last reply was heard: return them from the handler; undefined when the caller is gone
 * @throws RealtimeFailure when the service cannot go on: thrown out of the handler it takes the failure path
 * @throws RealtimeError `REALTIME_BAD_OPTION`, `REALTIME_BAD_TOOL`
 */
export async function realtime(
  call: Call,
  service: RealtimeService,
  options: RealtimeOptions = {},
): Promise<Outputs | undefined> {
  return startRealtime(call, service, options).result;
}

/**
 * The same with a handle.
 *
 * @throws RealtimeError `REALTIME_BAD_OPTION`, `REALTIME_BAD_TOOL`
 */
export function startRealtime(
  call: Call,
  service: RealtimeService,
  options: RealtimeOptions = {},
): RealtimeSession {
  return startSession({ call, port: serverCallPort(call), service }, options);
}

/** A session on any port: what the two above and the tests begin with. */
export function startSession(
  parts: {
    readonly call: Call;
    readonly port: CallPort;
    readonly service: RealtimeService;
  },
  options: RealtimeOptions = {},
): RealtimeSession {
  const session = new LiveSession({
    ...parts,
    options: checkedOptions(options),
    clock: options.clock ?? systemClock,
  });
  session.start();
  return session;
}
