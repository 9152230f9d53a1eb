export type { ClientParameters, ServerMessage, ServerMessageOf } from '@hookline/protocol';
export type { Transport, TransportEnd } from '@hookline/runtime';
export { AutoPlayer } from './auto-player.js';
export {
  dialHeaders,
  type EnvelopeOverrides,
  encodeOpen,
  type ReceivedFrame,
  type ReceivedMessage,
  type ScriptErrorCode,
  ScriptedClient,
  type ScriptedDial,
} from './scripted-client.js';
