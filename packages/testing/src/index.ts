export type { Call, CallEvent, CallResult } from '@hookline/client';
export type { VirtualClock } from '@hookline/runtime';
export { stopBots } from './bot-command.js';
export type { BotTarget, HandlerTarget, MadeBotTarget, UrlTarget } from './bot-target.js';
export { type InMemoryDialOptions, inMemoryDial } from './in-memory.js';
export { type LinkedCall, type LinkedCallOptions, linkedCall } from './linked-call.js';
export {
  type BotSide,
  type ExpectOptions,
  openTestCall,
  type Speech,
  type TestCall,
  type TestCallAction,
  type TestCallOptions,
} from './test-call.js';
export type { TestedBotOptions, TestedHandler } from './tested-bot.js';
export { NotMet, type TestingErrorCode } from './testing-error.js';
