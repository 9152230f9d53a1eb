import { type AudioFindingCode, type ByteKind, createAudioInspector, sniffBytes } from '@hookline/audio';
import { bytesPerSample, MAX_BOT_FRAME_BYTES } from '@hookline/protocol';
import { type TimelineItem, typeOf } from '../record/timeline.js';
import { broken, type Evidence, held, type Rule } from './evidence.js';

/** What was on its way when `close` or `disconnect` passed it is no fault, for this long, in milliseconds. */
const IN_FLIGHT_MS = 3000;

/** Frames whose beginning is looked at: later ones continue a stream. */
const INSPECTED_FRAMES = 3;

/** Text has more different bytes than this among its first. */
const MIN_LETTERS = 5;
const TEXT_SAMPLE_BYTES = 512;

/** Binary frames of the bot. */
export const audioRule: Rule = ({ items, media, record }) => {
  const evidence: Evidence[] = [];
  let frames = 0;
  let closeT: number | undefined;
  let disconnectSeen = false;
  const fallbackMedia = items.some(
    (item) =>
      item.kind === 'message' && item.message.type === 'opened' && item.message.parameters.media.length === 0,
  );
  // An `opened` that cannot be read says nothing of the format.
  const chosePcmu = items.some(
    (item) =>
      item.kind === 'message' &&
      item.message.type === 'opened' &&
      item.message.parameters.media[0]?.format === 'PCMU' &&
      // Two channels alternate, as the bytes of 16-bit samples do.
      item.message.parameters.media[0].channels.length === 1,
  );
  for (const item of items) {
    if (item.kind === 'sent' && item.message.type === 'close') closeT ??= item.t;
    if (typeOf(item) === 'disconnect') disconnectSeen = true;
    if (item.kind !== 'audio') continue;
    frames += 1;
    const { index, bytes, phase, t } = item;
    const size = `a frame of ${bytes.length} bytes`;
    // AC-AUDIO-3
    if (disconnectSeen || phase === 'closed' || (closeT !== undefined && t - closeT > IN_FLIGHT_MS)) {
      const after = disconnectSeen ? '`disconnect`' : phase === 'closed' ? '`closed`' : '`close`';
      evidence.push(broken('AC-AUDIO-3', index, `${size} after ${after}`));
      continue;
    }
    // AC-AUDIO-2
    if (phase === 'opening' || phase === 'connecting' || fallbackMedia) {
      const when = fallbackMedia ? 'although no media was chosen' : 'before `opened`';
      evidence.push(broken('AC-AUDIO-2', index, `${size} ${when}`));
      continue;
    }
    evidence.push(held('AC-AUDIO-2', index));
    // AC-AUDIO-1
    if (frames <= INSPECTED_FRAMES) {
      const { kind, label } = sniffBytes(bytes);
      evidence.push(
        isPlausible(kind, bytes)
          ? held('AC-AUDIO-1', index)
          : broken('AC-AUDIO-1', index, `${size} that begins like ${label}`),
      );
    }
    // AC-AUDIO-4
    evidence.push(
      bytes.length <= MAX_BOT_FRAME_BYTES ? held('AC-AUDIO-4', index) : broken('AC-AUDIO-4', index, size),
    );
    // AC-AUDIO-5
    const sample = bytesPerSample(media);
    evidence.push(
      bytes.length % sample === 0
        ? held('AC-AUDIO-5', index)
        : broken('AC-AUDIO-5', index, `${size}, and ${media.format} has ${sample} a sample`),
    );
  }
  if (chosePcmu) evidence.push(...otherCodec(items));
  if (frames > 0 && record.purpose.kind === 'call') evidence.push(...isSilentAfter(items));
  return evidence;
};

/** What a stream of samples may begin like; a constant low level is printable by chance. */
function isPlausible(kind: ByteKind, bytes: Uint8Array): boolean {
  if (kind === 'text') return new Set(bytes.subarray(0, TEXT_SAMPLE_BYTES)).size < MIN_LETTERS;
  return kind === 'unknown' || kind === 'empty';
}

/** What the bytes are where they are no µ-law. */
const OTHER_CODECS: ReadonlySet<AudioFindingCode> = new Set(['pcm16-as-mulaw', 'alaw-as-mulaw']);

/** Bytes that are listened to: what is no µ-law is none from the start. */
const INSPECTED_BYTES = 512 * 1024;

// AC-AUDIO-1
function otherCodec(items: readonly TimelineItem[]): Evidence[] {
  const inspector = createAudioInspector();
  let left = INSPECTED_BYTES;
  for (const item of items) {
    if (item.kind !== 'audio') continue;
    left -= item.bytes.length;
    if (left < 0) break;
    inspector.push(item.bytes);
    const found = inspector.findings().find(({ code }) => OTHER_CODECS.has(code));
    if (found) return [broken('AC-AUDIO-1', item.index, found.message)];
  }
  return [];
}

/** A call in which the bot played and then kept silent after its end. */
function isSilentAfter(items: readonly TimelineItem[]): Evidence[] {
  const closed = items.find((item) => typeOf(item) === 'closed');
  return closed ? [held('AC-AUDIO-3', closed.index)] : [];
}
