import { isDtmfDigit, MAX_BOT_FRAME_BYTES } from '@hookline/protocol';
import type { CallHandler } from '@hookline/server';
import { callerChannel } from './caller-channel.js';
import { type BotSettings, clockOf } from './settings.js';

/**
 * Sends each caller frame back at once with `sendFrame`; frames longer than a bot may send are split. `#` completes the
 * call.
 * Outputs: `frames`, how many it sent back; `digits`, the keys pressed before `#`.
 */
export function echo(settings: BotSettings = {}): CallHandler {
  const clock = clockOf('echo', settings);
  return (call) => {
    const channel = callerChannel(call);
    let frames = 0;
    let digits = '';
    // The server does not hold back raw frames after a rate limit error. (AC-RATE-4)
    let quietUntil = 0;
    call.on('clientError', ({ retryAfterMs = 0 }) => {
      quietUntil = clock.now() + retryAfterMs;
    });
    const stop = call.onAudio((bytes) => {
      if (clock.now() < quietUntil) return;
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
