export { type InMemoryDialOptions, inMemoryDial } from './in-memory.js';
export { type LinkedCall, type LinkedCallOptions, linkedCall } from './linked-call.js';
