import { BYTES_PER_MS, MULAW_SILENCE } from '@hookline/audio';

/** How much of the caller's audio a bot may still send back: what is older is lost. */
const MAX_PENDING_BYTES = 10_000 * BYTES_PER_MS;
/** A bot that says something back later than this repeats it, but does not echo. */
const ECHO_LAG_BYTES = 1000 * BYTES_PER_MS;
/** Pieces of other audio after which a bot is taken for one that does not echo. */
const OTHER_PIECES = 3;

/** What came back of the audio of a call whose bot echoes, in milliseconds. */
export interface EchoSummary {
  /** Came back as it was sent. */
  readonly backMs: number;
  /** Did not come back although later audio did; silence is left out. */
  readonly lostMs: number;
  /** Came in place of what was sent. */
  readonly alteredMs: number;
}

/**
 * Finds out whether a bot echoes, and if so what of the caller's audio is missing. Compares bytes: speech is never
 * twice the same, so that a piece that is missing is known by what comes after it.
 */
export class EchoWatch {
  #pending: Uint8Array[] = [];
  /** Bytes of the first pending piece that have come back. */
  #offset = 0;
  #pendingBytes = 0;
  #state: 'unknown' | 'echo' | 'other' = 'unknown';
  #others = 0;
  #backBytes = 0;
  #lostBytes = 0;
  #alteredBytes = 0;
  /** Altered bytes since the last that came back: in the caller's audio they stand for as many. */
  #alteredRun = 0;

  /** What came back; undefined when the bot does not echo. */
  get summary(): EchoSummary | undefined {
    if (this.#state !== 'echo') return undefined;
    return {
      backMs: this.#backBytes / BYTES_PER_MS,
      lostMs: this.#lostBytes / BYTES_PER_MS,
      alteredMs: this.#alteredBytes / BYTES_PER_MS,
    };
  }

  /** A frame of the caller was sent. It is kept as it is, not copied. */
  sent(frame: Uint8Array): void {
    if (this.#state === 'other' || frame.length === 0) return;
    this.#pending.push(frame);
    this.#pendingBytes += frame.length;
    if (this.#pendingBytes > MAX_PENDING_BYTES) this.#skip(frame.length);
  }

  /** Audio of the bot came. */
  received(bytes: Uint8Array): void {
    if (this.#state === 'other' || bytes.length === 0) return;
    if (this.#startsWith(bytes)) {
      this.#back(bytes);
      return;
    }
    // Silence could be any: it is known again only where it is due.
    if (!hasSound(bytes)) return;
    const at = Buffer.concat(this.#pending).subarray(this.#offset).indexOf(bytes);
    const isEcho = this.#state === 'echo' || this.#pendingBytes - at - bytes.length <= ECHO_LAG_BYTES;
    if (at >= 0 && isEcho) {
      this.#resume(at);
      this.#back(bytes);
    } else this.#other(bytes.length);
  }

  #back(bytes: Uint8Array): void {
    this.#drop(bytes.length);
    this.#alteredRun = 0;
    if (this.#state === 'echo') this.#backBytes += bytes.length;
    else if (hasSound(bytes)) {
      this.#state = 'echo';
      this.#backBytes += bytes.length;
    }
  }

  /** What lies before `at` is missing, but for what came altered. */
  #resume(at: number): void {
    const stoodFor = Math.min(at, this.#alteredRun);
    this.#drop(stoodFor);
    this.#skip(at - stoodFor);
  }

  #other(length: number): void {
    if (this.#state === 'echo') {
      this.#alteredBytes += length;
      this.#alteredRun += length;
      return;
    }
    this.#others += 1;
    if (this.#others < OTHER_PIECES) return;
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

  /** Drops what will not come back, and counts what of it was not silence. */
  #skip(length: number): void {
    this.#take(length, (piece, from, to) => {
      if (this.#state !== 'echo') return;
      for (let at = from; at < to; at++) if (isSound(piece[at])) this.#lostBytes += 1;
    });
  }

  #drop(length: number): void {
    this.#take(length, () => {});
  }

  #take(length: number, each: (piece: Uint8Array, from: number, to: number) => void): void {
    let left = length;
    for (let [piece] = this.#pending; piece && left > 0; [piece] = this.#pending) {
      const to = Math.min(piece.length, this.#offset + left);
      each(piece, this.#offset, to);
      left -= to - this.#offset;
      this.#offset = to;
      if (to < piece.length) break;
      this.#pending.shift();
      this.#offset = 0;
    }
    this.#pendingBytes -= length - left;
  }
}

/** Both silences of µ-law count as none. */
function isSound(byte: number | undefined): boolean {
  return byte !== MULAW_SILENCE && byte !== 0x7f;
}

function hasSound(bytes: Uint8Array): boolean {
  return bytes.some(isSound);
}
