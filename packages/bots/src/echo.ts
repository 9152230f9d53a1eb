import { isDtmfDigit, MAX_BOT_FRAME_BYTES } from '@hookline/protocol';
import type { CallHandler } from '@hookline/server';
import { callerChannel } from './caller-channel.js';

/**
 * Sends each frame of the caller back at once, by the raw path; one that is longer than a bot may send, in parts. `#`
 * completes it.
 * Outputs: `frames`, how many it sent back; `digits`, the keys pressed before `#`.
 */
export function echo(): CallHandler {
  return (call) => {
    const channel = callerChannel(call);
    let frames = 0;
    let digits = '';
    const stop = call.onAudio((bytes) => {
      frames += 1;
      const heard = channel(bytes);
      for (let from = 0; from < heard.length; from += MAX_BOT_FRAME_BYTES) {
        call.sendFrame(heard.subarray(from, from + MAX_BOT_FRAME_BYTES));
      }
    });
    return new Promise((resolve) => {
      call.on('dtmf', ({ digit }) => {
        if (digit !== '#') {
          if (isDtmfDigit(digit)) digits += digit;
          return;
        }
        stop();
        resolve({ frames: String(frames), digits });
      });
    });
  };
}
