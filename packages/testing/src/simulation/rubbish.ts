import { MAX_BOT_FRAME_BYTES, MAX_TEXT_CHARS, NULL_UUID, PROTOCOL_VERSION } from '@hookline/protocol';
import type { Random } from './random.js';
import type { Way } from './weather.js';

/** Something that no side sent. */
export type Rubbish = { readonly text: string } | { readonly bytes: Uint8Array };

const TYPES = {
  up: ['open', 'ping', 'close', 'closed', 'dtmf', 'paused', 'resumed', 'error', 'playback_started', 'update'],
  down: ['opened', 'pong', 'closed', 'disconnect', 'pause', 'resume', 'event', 'reconnect', 'updated'],
} as const;

/** Whether much of it would only cost time. */
export function isLarge(piece: Rubbish): boolean {
  return ('text' in piece ? piece.text : piece.bytes).length > 4000;
}

/** Draws something that does not belong on the wire there, or not now. */
export function drawRubbish(random: Random, way: Way): Rubbish {
  return random.weighted<() => Rubbish>([
    [2, () => ({ text: random.pick(['', '{', 'null', '[]', '""', '0', '{"a":1}', '\u0000', '\ud800']) })],
    [1, () => ({ text: 'x'.repeat(MAX_TEXT_CHARS + random.integer(0, 2)) })],
    [1, () => ({ text: `${'['.repeat(20_000)}${']'.repeat(20_000)}` })],
    [4, () => ({ text: JSON.stringify(drawMessage(random, way)) })],
    [2, () => ({ bytes: drawBytes(random) })],
    [1, () => ({ bytes: new Uint8Array(MAX_BOT_FRAME_BYTES + random.integer(-1, 2)) })],
  ])();
}

/** A message that may be right in all but its place, or wrong in one field. */
function drawMessage(random: Random, way: Way): object {
  const seq = random.pick([0, 1, 2, 3, 5, -1, 1.5, 2 ** 53]);
  return {
    version: random.pick([PROTOCOL_VERSION, PROTOCOL_VERSION, '1']),
    id: random.pick([NULL_UUID, NULL_UUID, 'nobody']),
    type: random.pick([random.pick(TYPES[way]), 'unheard_of', '__proto__']),
    seq,
    [way === 'up' ? 'serverseq' : 'clientseq']: random.integer(0, 3),
    ...(way === 'up' ? { position: 'PT1S' } : {}),
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
