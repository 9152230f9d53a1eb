import { checkArgument, systemClock } from '@hookline/runtime';
import type { Call, Outputs } from '@hookline/server';
import { checkedOptions } from './checked-options.js';
import type { RealtimeOptions } from './options.js';
import type { RealtimeService } from './service/service.js';
import { LiveSession } from './session/live-session.js';
import type { RealtimeSession } from './session.js';

/**
 * Connects a call to a speech-to-speech service until the model, the caller or a limit ends it.
 *
 * @returns the outputs, once the last reply was heard: return them from the handler; undefined if the caller hung up
 * @throws RealtimeFailure when the service fails: let the handler throw it, so that the call takes the failure path
 * @throws RealtimeError `REALTIME_BAD_OPTION`, `REALTIME_BAD_TOOL`
 */
export async function realtime<Inputs = Outputs>(
  call: Call<Inputs>,
  service: RealtimeService,
  options: RealtimeOptions<Inputs> = {},
): Promise<Outputs | undefined> {
  return startRealtime(call, service, options).result;
}

/**
 * Like `realtime`, but returns a session to control the call.
 *
 * @throws RealtimeError `REALTIME_BAD_OPTION`, `REALTIME_BAD_TOOL`
 */
export function startRealtime<Inputs = Outputs>(
  call: Call<Inputs>,
  service: RealtimeService,
  options: RealtimeOptions<Inputs> = {},
): RealtimeSession {
  checkArgument('REALTIME_BAD_OPTION', 'startRealtime: call', call, 'object');
  checkArgument('REALTIME_BAD_OPTION', 'startRealtime: service', service, 'object');
  const { instructions = '', clock = systemClock, ...others } = options;
  const session = new LiveSession({
    ...{ call, service, clock },
    instructions: typeof instructions === 'function' ? () => instructions(call) : instructions,
    options: checkedOptions(others),
  });
  session.start();
  return session.handle;
}
