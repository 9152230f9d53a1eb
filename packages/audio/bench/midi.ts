/** Ticks a second: 480 a quarter note, two of which last a second. */
const TICKS = 960;

/** A piece of music as what happens on the keys and pedals of an instrument, in any order. */
export class Midi {
  readonly #events: { readonly tick: number; readonly bytes: readonly number[] }[] = [];

  /** One note. `channel` 0 to 15, `key` 60 is middle C, `velocity` 1 to 127. */
  note(channel: number, key: number, atSeconds: number, seconds: number, velocity: number): void {
    const [k, v] = [within(key), Math.max(1, within(velocity))];
    this.#at(atSeconds + seconds, [0x80 | channel, k, 0]);
    this.#at(atSeconds, [0x90 | channel, k, v]);
  }

  /** Chooses an instrument of General MIDI, 0 to 127. */
  program(channel: number, program: number, atSeconds: number): void {
    this.#at(atSeconds, [0xc0 | channel, within(program)]);
  }

  /** Moves a controller: 1 vibrato, 7 volume, 11 expression, 64 pedal, 91 room, 120 and 121 end everything. */
  control(channel: number, controller: number, value: number, atSeconds: number): void {
    this.#at(atSeconds, [0xb0 | channel, controller, within(value)]);
  }

  /** Bends the pitch of a channel, -1 to 1: two half tones down or up. */
  bend(channel: number, by: number, atSeconds: number): void {
    const value = Math.max(0, Math.min(16_383, Math.round(8192 + 8191 * by)));
    this.#at(atSeconds, [0xe0 | channel, value & 127, value >> 7]);
  }

  /** As a Standard MIDI File of one track. */
  file(): Uint8Array {
    const bytes: number[] = [];
    let last = 0;
    // A note that ends when another begins must end first; sorting keeps the order of what is simultaneous.
    for (const event of [...this.#events].sort((a, b) => a.tick - b.tick)) {
      bytes.push(...variable(event.tick - last), ...event.bytes);
      last = event.tick;
    }
    bytes.push(0, 0xff, 0x2f, 0);
    return Buffer.concat([chunk('MThd', [0, 0, 0, 1, ...short(TICKS / 2)]), chunk('MTrk', bytes)]);
  }

  #at(seconds: number, bytes: readonly number[]): void {
    this.#events.push({ tick: Math.max(0, Math.round(seconds * TICKS)), bytes });
  }
}

function within(value: number): number {
  return Math.max(0, Math.min(127, Math.round(value)));
}

function chunk(name: string, bytes: readonly number[]): Uint8Array {
  const length = bytes.length;
  return Buffer.concat([
    Buffer.from(name),
    Uint8Array.from([...short(length >> 16), ...short(length)]),
    Uint8Array.from(bytes),
  ]);
}

function short(value: number): readonly [number, number] {
  return [(value >> 8) & 255, value & 255];
}

/** Seven bits a byte, the most significant first; all but the last are marked. */
function variable(value: number): number[] {
  const bytes = [value & 127];
  for (let rest = value >> 7; rest > 0; rest >>= 7) bytes.unshift((rest & 127) | 128);
  return bytes;
}
