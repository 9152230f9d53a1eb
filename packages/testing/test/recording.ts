import { decodeMulaw, MULAW_SILENCE } from '@hookline/audio';
import type { Direction, WireEvent, WireSink } from '@hookline/protocol';

interface Piece {
  readonly t: number;
  readonly bytes: Uint8Array;
  /** The number of earlier events. */
  readonly events?: number;
}

/** Records the events of the client. */
export class Recording implements WireSink {
  readonly events: Exclude<WireEvent, { kind: 'audio' }>[] = [];
  /** Frames in order, by direction from the perspective of the client. */
  readonly frames: Readonly<Record<Direction, Piece[]>> = { in: [], out: [] };
  readonly heardPieces: Piece[] = [];

  readonly event = (event: Exclude<WireEvent, { kind: 'audio' }>): void => {
    this.events.push(event);
  };

  readonly audio = (dir: Direction, t: number, bytes: Uint8Array): void => {
    this.frames[dir].push({ t, bytes, events: this.events.length });
  };

  readonly heard = (t: number, bytes: Uint8Array): void => {
    this.heardPieces.push({ t, bytes });
  };

  /** The types of the messages of one direction, in order. */
  types(dir: Direction): string[] {
    return this.events.flatMap((event) =>
      event.kind === 'message' && event.dir === dir ? [event.type ?? '?'] : [],
    );
  }

  /** The messages of one direction and type. */
  messages(dir: Direction, type: string): { readonly t: number; readonly text: string }[] {
    return this.events.flatMap((event) =>
      event.kind === 'message' && event.dir === dir && event.type === type ? [event] : [],
    );
  }

  /** The frames of the bot before and after its first event with that entity. */
  sentAround(entity: string): { before: Uint8Array; after: Uint8Array } {
    const index = this.events.indexOf(this.#entityEvent(entity));
    return {
      before: join(this.frames.in.filter(({ events = 0 }) => events <= index)),
      after: join(this.frames.in.filter(({ events = 0 }) => events > index)),
    };
  }

  /** What the caller heard before and after that event arrived. */
  heardAround(entity: string): { before: Uint8Array; after: Uint8Array } {
    const { t } = this.#entityEvent(entity);
    const split = (piece: Piece) => Math.max(0, Math.round((t - piece.t) * 8));
    return {
      before: join(this.heardPieces.map((piece) => ({ bytes: piece.bytes.subarray(0, split(piece)) }))),
      after: join(this.heardPieces.map((piece) => ({ bytes: piece.bytes.subarray(split(piece)) }))),
    };
  }

  #entityEvent(entity: string) {
    const event = this.events.find(
      (candidate) =>
        candidate.kind === 'message' && candidate.dir === 'in' && candidate.text.includes(`"${entity}"`),
    );
    if (!event) throw new Error(`The bot sent no ${entity}.`);
    return event;
  }

  /**
   * What the caller said, PCM16 from the moment of dialling. A frame is sent when its audio is over, a little late at
   * times; the audio itself has no gaps.
   */
  get left(): Int16Array {
    const [first] = this.frames.out;
    return first ? lane([{ t: first.t - first.bytes.length / 8, bytes: join(this.frames.out) }]) : lane([]);
  }

  /** What the caller heard, on the same time base. */
  get right(): Int16Array {
    return lane(this.heardPieces);
  }
}

/** Concatenates the bytes of all pieces. */
export function join(pieces: readonly { readonly bytes: Uint8Array }[]): Uint8Array {
  return new Uint8Array(Buffer.concat(pieces.map(({ bytes }) => bytes)));
}

function lane(pieces: readonly Piece[]): Int16Array {
  const start = (piece: Piece) => Math.round(piece.t * 8);
  const length = Math.max(0, ...pieces.map((piece) => start(piece) + piece.bytes.length));
  const mulaw = new Uint8Array(length).fill(MULAW_SILENCE);
  for (const piece of pieces) mulaw.set(piece.bytes, start(piece));
  return decodeMulaw(mulaw);
}
