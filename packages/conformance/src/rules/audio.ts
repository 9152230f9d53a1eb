import {
  type AudioFindingCode,
  type ByteKind,
  createAudioInspector,
  sampleBytes,
  sniffBytes,
} from '@hookline/audio';
import { MAX_BOT_FRAME_BYTES } from '@hookline/protocol';
import { type TimelineItem, typeOf } from '../record/timeline.js';
import { type Evidence, pass, type Rule, violation } from './evidence.js';

/** Audio may arrive this long after `close` was sent, because it may have been in flight. In milliseconds. */
const IN_FLIGHT_MS = 3000;

/** Only the first frames are inspected: later ones continue the same stream. */
const INSPECTED_FRAMES = 3;

/** A frame of printable bytes counts as text if its first bytes contain at least this many distinct values. */
const MIN_DISTINCT_BYTES = 5;
const TEXT_SAMPLE_BYTES = 512;

/** Evaluates the binary frames of the bot. */
export const audioRule: Rule = ({ items, media, record }) => {
  const evidence: Evidence[] = [];
  let frames = 0;
  let closeSentMs: number | undefined;
  let disconnectSeen = false;
  const fallbackMedia = items.some(
    (item) =>
      item.kind === 'message' && item.message.type === 'opened' && item.message.parameters.media.length === 0,
  );
  // An `opened` that cannot be decoded does not determine the format.
  const chosePcmu = items.some(
    (item) =>
      item.kind === 'message' &&
      item.message.type === 'opened' &&
      item.message.parameters.media[0]?.format === 'PCMU' &&
      // Interleaved channels look like 16-bit samples to the inspector.
      item.message.parameters.media[0].channels.length === 1,
  );
  for (const item of items) {
    if (item.kind === 'sent' && item.message.type === 'close') closeSentMs ??= item.t;
    if (typeOf(item) === 'disconnect') disconnectSeen = true;
    // AC-AUDIO-1
    if ('binaryBytes' in item) {
      evidence.push(
        violation(
          'AC-AUDIO-1',
          item.index,
          `a binary frame of ${item.binaryBytes} bytes that is a message; messages are text frames: ${item.text}`,
        ),
      );
    }
    if (item.kind !== 'audio') continue;
    frames += 1;
    const { index, bytes, phase, t } = item;
    const size = `a frame of ${bytes.length} bytes`;
    // AC-AUDIO-3
    if (
      disconnectSeen ||
      phase === 'closed' ||
      (closeSentMs !== undefined && t - closeSentMs > IN_FLIGHT_MS)
    ) {
      const after = disconnectSeen ? '`disconnect`' : phase === 'closed' ? '`closed`' : '`close`';
      evidence.push(violation('AC-AUDIO-3', index, `${size} after ${after}`));
      continue;
    }
    // AC-AUDIO-2
    if (phase === 'opening' || phase === 'connecting' || fallbackMedia) {
      const when = fallbackMedia ? 'although `opened` selected no media' : 'before `opened`';
      evidence.push(violation('AC-AUDIO-2', index, `${size} ${when}`));
      continue;
    }
    evidence.push(pass('AC-AUDIO-2', index));
    // AC-AUDIO-1
    if (frames <= INSPECTED_FRAMES) {
      const { kind, label } = sniffBytes(bytes);
      evidence.push(
        isPlausible(kind, bytes)
          ? pass('AC-AUDIO-1', index)
          : violation('AC-AUDIO-1', index, `${size} that starts like ${label}; expected raw samples`),
      );
    }
    // AC-AUDIO-4
    evidence.push(
      bytes.length <= MAX_BOT_FRAME_BYTES
        ? pass('AC-AUDIO-4', index)
        : violation('AC-AUDIO-4', index, `${size}; expected at most ${MAX_BOT_FRAME_BYTES}`),
    );
    // AC-AUDIO-5: the audio of a bot has one channel, also if the caller sends two.
    const oneSample = sampleBytes(media.format);
    evidence.push(
      bytes.length % oneSample === 0
        ? pass('AC-AUDIO-5', index)
        : violation(
            'AC-AUDIO-5',
            index,
            `${size}; expected a multiple of ${oneSample}, the bytes of one ${media.format} sample`,
          ),
    );
  }
  if (chosePcmu) evidence.push(...findOtherCodec(items));
  if (frames > 0 && record.purpose.kind === 'call') evidence.push(...checkSilenceAfterClosed(items));
  return evidence;
};

/** Whether bytes may be the start of a stream of samples. A constant low level consists of printable bytes by chance. */
function isPlausible(kind: ByteKind, bytes: Uint8Array): boolean {
  if (kind === 'text') return new Set(bytes.subarray(0, TEXT_SAMPLE_BYTES)).size < MIN_DISTINCT_BYTES;
  return kind === 'unknown' || kind === 'empty';
}

/** Findings of the inspector that mean another encoding than µ-law. */
const OTHER_CODECS: ReadonlySet<AudioFindingCode> = new Set(['pcm16-as-mulaw', 'alaw-as-mulaw']);

/** Only this much audio is inspected: a wrong encoding shows from the start. */
const INSPECTED_BYTES = 512 * 1024;

// AC-AUDIO-1
function findOtherCodec(items: readonly TimelineItem[]): Evidence[] {
  const inspector = createAudioInspector();
  let remainingBytes = INSPECTED_BYTES;
  for (const item of items) {
    if (item.kind !== 'audio') continue;
    remainingBytes -= item.bytes.length;
    if (remainingBytes < 0) break;
    inspector.push(item.bytes);
    const found = inspector.findings().find(({ code }) => OTHER_CODECS.has(code));
    if (found) return [violation('AC-AUDIO-1', item.index, found.message)];
  }
  return [];
}

/** A call in which the bot sent audio and none after `closed` passes. */
function checkSilenceAfterClosed(items: readonly TimelineItem[]): Evidence[] {
  const closed = items.find((item) => typeOf(item) === 'closed');
  return closed ? [pass('AC-AUDIO-3', closed.index)] : [];
}
