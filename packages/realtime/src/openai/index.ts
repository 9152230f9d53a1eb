export type { ApiKey } from '../wire/api-key.js';
export type { ServiceSocket } from '../wire/service-socket.js';
export type { ConnectSocket } from '../wire/wire-session.js';
export { type OpenAiOptions, openai } from './openai.js';
