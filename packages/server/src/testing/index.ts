export type { ScriptErrorCode } from '../error.js';
export { AutoPlayer } from './auto-player.js';
export {
  dialHeaders,
  type EnvelopeOverrides,
  encodeOpen,
  type ReceivedFrame,
  type ReceivedMessage,
  ScriptedClient,
  type ScriptedDial,
} from './scripted-client.js';
