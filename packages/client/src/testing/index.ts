export type { ClientMessage, ClientMessageOf, ServerParameters } from '@hookline/protocol';
export type { TransportEnd } from '@hookline/runtime';
export {
  type AutoReplies,
  type Received,
  ScriptedServer,
  type ScriptedServerOptions,
  type WrongEnvelope,
} from './scripted-server.js';
