import { checkArgument } from '@hookline/runtime';
/** What bytes look like that were expected to be audio; `unknown` is what raw audio gives. */
export type ByteKind =
  | 'empty'
  | 'wav'
  | 'riff'
  | 'mp3'
  | 'ogg'
  | 'flac'
  | 'aiff'
  | 'au'
  | 'mp4'
  | 'matroska'
  | 'amr'
  | 'caf'
  | 'compressed'
  | 'text'
  | 'unknown';

/** A kind of bytes and how to call it in a sentence. */
export interface ByteGuess {
  readonly kind: ByteKind;
  /** With its article: `an MP3 file (ID3 tag)`. */
  readonly label: string;
}

const MAGIC: readonly (readonly [offset: number, magic: string, kind: ByteKind, label: string])[] = [
  [0, 'ID3', 'mp3', 'an MP3 file (ID3 tag)'],
  [0, 'OggS', 'ogg', 'an Ogg file (Vorbis or Opus)'],
  [0, 'fLaC', 'flac', 'a FLAC file'],
  [0, 'FORM', 'aiff', 'an AIFF file'],
  [0, '.snd', 'au', 'an AU file'],
  [4, 'ftyp', 'mp4', 'an MP4 or M4A file'],
  [0, '\x1aE\xdf\xa3', 'matroska', 'a WebM or Matroska file'],
  [0, '#!AMR', 'amr', 'an AMR file'],
  [0, 'caff', 'caf', 'a CAF file'],
  [0, '\x1f\x8b\x08', 'compressed', 'a gzip file'],
  [0, 'PK\x03\x04', 'compressed', 'a ZIP file'],
];

/** Fewer bytes may be printable by chance. */
const TEXT_MIN_BYTES = 12;
const TEXT_SAMPLE_BYTES = 512;

/**
 * Identifies bytes by their first characters; bytes that begin like no known format are `unknown`.
 *
 * @throws AudioError `AUDIO_BAD_ARGUMENT` for anything but bytes
 */
export function sniffBytes(bytes: Uint8Array): ByteGuess {
  checkArgument('AUDIO_BAD_ARGUMENT', 'sniffBytes: bytes', bytes, 'bytes');
  if (bytes.length === 0) return { kind: 'empty', label: 'empty' };
  if (startsWith(bytes, 0, 'RIFF') || startsWith(bytes, 0, 'RF64') || startsWith(bytes, 0, 'BW64')) {
    return startsWith(bytes, 8, 'WAVE')
      ? { kind: 'wav', label: 'a WAV file' }
      : { kind: 'riff', label: `a RIFF file of type ${JSON.stringify(fourCc(bytes, 8))}, not WAVE` };
  }
  if (startsWith(bytes, 0, 'RIFX')) return { kind: 'riff', label: 'a big-endian RIFX file' };
  for (const [offset, magic, kind, label] of MAGIC) {
    if (startsWith(bytes, offset, magic)) return { kind, label };
  }
  if (isMpegAudio(bytes)) return { kind: 'mp3', label: 'an MP3 file' };
  if (isText(bytes))
    return { kind: 'text', label: `text, beginning ${JSON.stringify(fourCc(bytes, 0, 24))}` };
  return { kind: 'unknown', label: 'raw audio or data without a header' };
}

/** Whether the ASCII text `magic` stands at `offset`. */
export function startsWith(bytes: Uint8Array, offset: number, magic: string): boolean {
  for (let i = 0; i < magic.length; i++) {
    if (bytes[offset + i] !== magic.charCodeAt(i)) return false;
  }
  return true;
}

/** The characters at `offset`; four by default. */
export function fourCc(bytes: Uint8Array, offset: number, length = 4): string {
  return String.fromCharCode(...bytes.subarray(offset, offset + length));
}

/** Two headers one frame apart: a single 11-bit sync is common in µ-law, whose silence is 0xFF. */
function isMpegAudio(bytes: Uint8Array): boolean {
  const length = layer3FrameBytes(bytes, 0);
  return length > 0 && layer3FrameBytes(bytes, length) > 0;
}

const LAYER3_KBPS = [
  [0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320],
  [0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160],
] as const;
const MPEG1_RATES = [44100, 48000, 32000] as const;

/** Length of the Layer III frame at `at` (ISO/IEC 11172-3, 13818-3); 0 when there is none. */
function layer3FrameBytes(bytes: Uint8Array, at: number): number {
  const second = bytes[at + 1] ?? 0;
  const third = bytes[at + 2] ?? 0;
  if (bytes[at] !== 0xff || (second & 0xe6) !== 0xe2) return 0;
  const version = (second >> 3) & 3;
  const baseRate = MPEG1_RATES[(third >> 2) & 3];
  const mpeg1 = version === 3;
  const kbps = LAYER3_KBPS[mpeg1 ? 0 : 1][third >> 4];
  if (version === 1 || baseRate === undefined || !kbps) return 0;
  const rate = mpeg1 ? baseRate : version === 2 ? baseRate / 2 : baseRate / 4;
  return Math.floor(((mpeg1 ? 144 : 72) * kbps * 1000) / rate) + ((third >> 1) & 1);
}

function isText(bytes: Uint8Array): boolean {
  if (bytes.length < TEXT_MIN_BYTES) return false;
  return bytes
    .subarray(0, TEXT_SAMPLE_BYTES)
    .every((byte) => (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09);
}
