import type { CallHandler } from '@hookline/server';
import { callerChannel } from './caller-channel.js';

/**
 * Sends each frame of the caller back at once, by the raw path. `#` completes it.
 * Outputs: `frames`, how many it sent back; `digits`, the keys pressed before `#`.
 */
export function echo(): CallHandler {
  return (call) => {
    const channel = callerChannel(call);
    let frames = 0;
    let digits = '';
    const stop = call.onAudio((bytes) => {
      frames += 1;
      call.sendFrame(channel(bytes));
    });
    return new Promise((resolve) => {
      call.on('dtmf', ({ digit }) => {
        if (digit !== '#') {
          digits += digit;
          return;
        }
        stop();
        resolve({ frames: String(frames), digits });
      });
    });
  };
}
