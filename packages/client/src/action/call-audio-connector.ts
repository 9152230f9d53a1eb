import { AudioConnectorCall } from './audio-connector-call.js';
import type { Call } from './call.js';
import type { CallAudioConnectorOptions } from './options.js';
import { prepare } from './prepare.js';
import { snapshot } from './snapshot.js';

/**
 * Runs the Call Audio Connector action: dials the bot, streams the caller to it and the bot to the caller, until
 * the bot, the caller or a fault ends the call. Returns at once; the call is under way.
 *
 * @throws HooklineError `CLIENT_BAD_ARGUMENT` naming the field
 */
export function callAudioConnector(options: CallAudioConnectorOptions): Call {
  const taken = snapshot(options);
  return new AudioConnectorCall(taken, prepare(taken));
}
