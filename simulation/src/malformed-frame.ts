import { MAX_BOT_FRAME_BYTES, MAX_TEXT_CHARS, NULL_UUID, PROTOCOL_VERSION } from '@hookline/protocol';
import type { Direction } from './network-conditions.js';
import type { Random } from './random.js';

/** A message or audio frame that neither side sent. */
export type MalformedFrame = { readonly text: string } | { readonly bytes: Uint8Array };

const TYPES = {
  up: ['open', 'ping', 'close', 'closed', 'dtmf', 'paused', 'resumed', 'error', 'playback_started', 'update'],
  down: ['opened', 'pong', 'closed', 'disconnect', 'pause', 'resume', 'event', 'reconnect', 'updated'],
} as const;

/** Whether a flood of this frame would only take time. */
export function isLarge(frame: MalformedFrame): boolean {
  return ('text' in frame ? frame.text : frame.bytes).length > 4000;
}

/** Draws a frame that is invalid in that direction, or invalid at that moment. */
export function drawMalformedFrame(random: Random, direction: Direction): MalformedFrame {
  return random.weighted<() => MalformedFrame>([
    [2, () => ({ text: random.pick(['', '{', 'null', '[]', '""', '0', '{"a":1}', '\u0000', '\ud800']) })],
    [1, () => ({ text: 'x'.repeat(MAX_TEXT_CHARS + random.integer(0, 2)) })],
    [1, () => ({ text: `${'['.repeat(20_000)}${']'.repeat(20_000)}` })],
    [4, () => ({ text: JSON.stringify(drawMessage(random, direction)) })],
    [2, () => ({ bytes: drawBytes(random) })],
    [1, () => ({ bytes: new Uint8Array(MAX_BOT_FRAME_BYTES + random.integer(-1, 2)) })],
  ])();
}

/** Draws a message that is only out of place, or has an invalid field. */
function drawMessage(random: Random, direction: Direction): object {
  const seq = random.pick([0, 1, 2, 3, 5, -1, 1.5, 2 ** 53]);
  return {
    version: random.pick([PROTOCOL_VERSION, PROTOCOL_VERSION, '1']),
    id: random.pick([NULL_UUID, NULL_UUID, 'nobody']),
    type: random.pick([random.pick(TYPES[direction]), 'unheard_of', '__proto__']),
    seq,
    [direction === 'up' ? 'serverseq' : 'clientseq']: random.integer(0, 3),
    ...(direction === 'up' ? { position: 'PT1S' } : {}),
    parameters: random.pick<unknown>([
      {},
      { reason: 'end' },
      { reason: 'completed' },
      { media: [] },
      null,
      [],
    ]),
  };
}

function drawBytes(random: Random): Uint8Array {
  return new Uint8Array(random.pick([0, 1, 3, 160, 1601, random.integer(1, 20_000)])).fill(
    random.integer(0, 255),
  );
}
