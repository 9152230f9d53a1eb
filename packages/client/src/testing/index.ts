export {
  type AutoReplies,
  type Received,
  ScriptedServer,
  type ScriptedServerOptions,
  type WrongEnvelope,
} from './scripted-server.js';
