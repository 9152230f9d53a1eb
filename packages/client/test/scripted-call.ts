import { VirtualClock } from '@hookline/runtime';
import {
  type CallAudioConnectorOptions,
  type CallResult,
  callAudioConnector,
  defineIntegration,
  type FailureResult,
  type SuccessResult,
} from '../src/index.js';
import { ScriptedServer, type ScriptedServerOptions } from '../src/testing/index.js';

export const integration = defineIntegration({
  baseConnectionUri: 'wss://bots.example/v1',
  apiKey: 'key',
  clientSecret: 'c2VjcmV0IG9mIHRoZSB0ZXN0cw==',
});

/** A call to a scripted server on its own virtual clock, at the moment of dialling. */
export function scriptedCall(
  options: Partial<CallAudioConnectorOptions> = {},
  link: ScriptedServerOptions = {},
) {
  const clock = new VirtualClock();
  const server = new ScriptedServer(clock, link);
  // The audio of tests is mostly not speech.
  const fixed = { integration, connectorId: 'book', clock, dial: server.dial, inspectAudio: false };
  const call = callAudioConnector({ ...fixed, ...options });
  return { clock, server, call };
}

/** The same with an open session. */
export async function openCall(options: Partial<CallAudioConnectorOptions> = {}) {
  const made = scriptedCall(options);
  await made.clock.settle();
  return made;
}

export function success(result: CallResult): SuccessResult {
  if (result.path !== 'success') throw new Error(`expected success, got ${JSON.stringify(result)}`);
  return result;
}

export function failure(result: CallResult): FailureResult {
  if (result.path !== 'failure') throw new Error(`expected failure, got ${JSON.stringify(result)}`);
  return result;
}

/** `count` milliseconds of µ-law. */
export const audio = (count: number, value = 0x55) => new Uint8Array(count * 8).fill(value);
