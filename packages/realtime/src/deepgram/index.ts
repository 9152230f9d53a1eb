export type { ApiKey } from '../wire/api-key.js';
export type { ConnectSocket } from '../wire/wire-session.js';
export { type DeepgramOptions, type DeepgramProvider, deepgram } from './deepgram.js';
