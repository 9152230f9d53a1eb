export { type Cancel, type Clock, sleep } from './clock.js';
export { HooklineError, isHooklineError, messageOf } from './error.js';
export { type LinkOptions, linkedTransports } from './linked-transports.js';
export { type LogFields, type Logger, silentLogger } from './logger.js';
export { systemClock } from './system-clock.js';
export { type Alarm, createTicker, type Ticker } from './ticker.js';
export { type Rate, TokenBucket } from './token-bucket.js';
export type { Transport, TransportEnd, TransportListener } from './transport.js';
export { VirtualClock } from './virtual-clock.js';
