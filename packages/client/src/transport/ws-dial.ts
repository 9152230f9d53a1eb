import { HooklineError } from '@hookline/runtime';
import type { Dial } from './dial.js';

/** Makes real WebSocket connections. */
export const wsDial: Dial = () =>
  Promise.reject(new HooklineError('internal', 'The socket transport is not built yet.'));
