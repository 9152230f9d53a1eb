import { BYTES_PER_MS, MULAW_SILENCE } from '@hookline/audio';

/** How much caller audio is kept for comparison; older audio counts as lost. */
const MAX_PENDING_BYTES = 10_000 * BYTES_PER_MS;
/** Audio that is returned later than this is a repetition, not an echo. */
const ECHO_LAG_BYTES = 1000 * BYTES_PER_MS;
/** After this many pieces of other audio the bot counts as not echoing. */
const OTHER_PIECES = 3;

/** How much of the caller's audio an echoing bot sent back, in milliseconds. */
export interface EchoSummary {
  /** Returned unchanged. */
  readonly backMs: number;
  /** Not returned although later audio was; silence is not counted. */
  readonly lostMs: number;
  /** Returned with changes. */
  readonly alteredMs: number;
}

/**
 * Detects whether a bot echoes, and which of the caller's audio is missing then. Compares bytes: speech never repeats
 * exactly, so that a missing piece is recognised by the audio after it.
 */
export class EchoDetector {
  #pending: Uint8Array[] = [];
  /** Bytes of the first pending piece that are already matched. */
  #offset = 0;
  #pendingBytes = 0;
  #state: 'unknown' | 'echo' | 'other' = 'unknown';
  #mismatches = 0;
  #backBytes = 0;
  #lostBytes = 0;
  #alteredBytes = 0;
  /** Altered bytes since the last match: they replace as many bytes of the caller's audio. */
  #alteredRun = 0;

  /** The summary; undefined if the bot does not echo. */
  get summary(): EchoSummary | undefined {
    if (this.#state !== 'echo') return undefined;
    return {
      backMs: this.#backBytes / BYTES_PER_MS,
      lostMs: this.#lostBytes / BYTES_PER_MS,
      alteredMs: this.#alteredBytes / BYTES_PER_MS,
    };
  }

  /** Takes a frame sent by the caller. The frame is kept without a copy. */
  sent(frame: Uint8Array): void {
    if (this.#state === 'other' || frame.length === 0) return;
    this.#pending.push(frame);
    this.#pendingBytes += frame.length;
    if (this.#pendingBytes > MAX_PENDING_BYTES) this.#skip(frame.length);
  }

  /** Takes audio received from the bot. */
  received(bytes: Uint8Array): void {
    if (this.#state === 'other' || bytes.length === 0) return;
    if (this.#startsWith(bytes)) {
      this.#matched(bytes);
      return;
    }
    // All silence is alike: it only matches at the expected position.
    if (!hasSound(bytes)) return;
    const at = Buffer.concat(this.#pending).subarray(this.#offset).indexOf(bytes);
    const isEcho = this.#state === 'echo' || this.#pendingBytes - at - bytes.length <= ECHO_LAG_BYTES;
    if (at >= 0 && isEcho) {
      this.#skipTo(at);
      this.#matched(bytes);
    } else this.#mismatched(bytes.length);
  }

  #matched(bytes: Uint8Array): void {
    this.#drop(bytes.length);
    this.#alteredRun = 0;
    if (this.#state === 'echo') this.#backBytes += bytes.length;
    else if (hasSound(bytes)) {
      this.#state = 'echo';
      this.#backBytes += bytes.length;
    }
  }

  /** Skips the audio before `at`: it is missing, except for the part that was returned altered. */
  #skipTo(at: number): void {
    const replaced = Math.min(at, this.#alteredRun);
    this.#drop(replaced);
    this.#skip(at - replaced);
  }

  #mismatched(length: number): void {
    if (this.#state === 'echo') {
      this.#alteredBytes += length;
      this.#alteredRun += length;
      return;
    }
    this.#mismatches += 1;
    if (this.#mismatches < OTHER_PIECES) return;
    this.#state = 'other';
    this.#pending = [];
  }

  #startsWith(bytes: Uint8Array): boolean {
    if (bytes.length > this.#pendingBytes) return false;
    let index = 0;
    let from = this.#offset;
    for (const piece of this.#pending) {
      for (let at = from; at < piece.length && index < bytes.length; at++, index++) {
        if (piece[at] !== bytes[index]) return false;
      }
      if (index === bytes.length) return true;
      from = 0;
    }
    return false;
  }

  /** Drops audio that will not be returned, and counts the part that is not silence as lost. */
  #skip(length: number): void {
    this.#consume(length, (piece, from, to) => {
      if (this.#state !== 'echo') return;
      for (let at = from; at < to; at++) if (isSound(piece[at])) this.#lostBytes += 1;
    });
  }

  #drop(length: number): void {
    this.#consume(length, () => {});
  }

  #consume(length: number, each: (piece: Uint8Array, from: number, to: number) => void): void {
    let remaining = length;
    for (let [piece] = this.#pending; piece && remaining > 0; [piece] = this.#pending) {
      const to = Math.min(piece.length, this.#offset + remaining);
      each(piece, this.#offset, to);
      remaining -= to - this.#offset;
      this.#offset = to;
      if (to < piece.length) break;
      this.#pending.shift();
      this.#offset = 0;
    }
    this.#pendingBytes -= length - remaining;
  }
}

/** Whether a byte is anything but one of the two zero codes of µ-law. */
function isSound(byte: number | undefined): boolean {
  return byte !== MULAW_SILENCE && byte !== 0x7f;
}

function hasSound(bytes: Uint8Array): boolean {
  return bytes.some(isSound);
}
