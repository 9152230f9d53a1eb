import { decodeMulaw, SAMPLES_PER_MS } from '@hookline/audio';
import { MAX_MIC_FRAME_MS } from '../limits.js';
import { AUDIO_HEADER_BYTES, AUDIO_KIND } from '../messages.js';

/** Microphone audio as the page sends it. */
export interface MicFrame {
  /** Index of the first sample since the microphone was started. */
  readonly position: number;
  /** PCM16, 8 kHz, mono. */
  readonly samples: Int16Array;
}

/** Parses a binary frame of the page. @returns the frame, or an error message */
export function readMicFrame(bytes: Uint8Array): MicFrame | string {
  const maxBytes = AUDIO_HEADER_BYTES + MAX_MIC_FRAME_MS * SAMPLES_PER_MS * 2;
  if (bytes.length <= AUDIO_HEADER_BYTES || bytes.length > maxBytes || bytes.length % 2 !== 0) {
    return `The binary frame has ${bytes.length} bytes; expected a header of ${AUDIO_HEADER_BYTES} and 1 to ${MAX_MIC_FRAME_MS} ms of PCM16 at 8 kHz.`;
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (view.getUint8(0) !== AUDIO_KIND.mic) {
    return `The binary frame has kind ${view.getUint8(0)}; expected ${AUDIO_KIND.mic} (microphone).`;
  }
  const samples = new Int16Array((bytes.length - AUDIO_HEADER_BYTES) / 2);
  for (let index = 0; index < samples.length; index++) {
    samples[index] = view.getInt16(AUDIO_HEADER_BYTES + 2 * index, true);
  }
  return { position: view.getUint32(4, true), samples };
}

/** Encodes what the caller hears as a binary frame for the page. @param position - in samples since `opened` */
export function encodeBotFrame(position: number, mulaw: Uint8Array): Uint8Array {
  const frame = new Uint8Array(AUDIO_HEADER_BYTES + 2 * mulaw.length);
  const view = new DataView(frame.buffer);
  view.setUint8(0, AUDIO_KIND.bot);
  view.setUint32(4, position, true);
  const samples = decodeMulaw(mulaw);
  for (const [index, sample] of samples.entries()) {
    view.setInt16(AUDIO_HEADER_BYTES + 2 * index, sample, true);
  }
  return frame;
}
