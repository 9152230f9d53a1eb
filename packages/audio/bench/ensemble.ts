import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { toPcm8k } from '../src/resample/wav.js';
import { Midi } from './midi.js';
import { Random } from './random.js';
import { RATE, type Signal } from './signal.js';

/** FluidR3 GM by Frank Wen, under the MIT licence; Debian's package fluid-soundfont-gm. */
const SOUND_FONT = '/usr/share/sounds/sf2/FluidR3_GM.sf2';
const SECONDS = 8;
/** Seconds from one piece to the next, so that the first has died away. */
const SPACING = 10;
const DRUMS = 9;

/** Half tones of the degrees of a scale. */
const SCALES: readonly [readonly number[], ...(readonly number[])[]] = [
  [0, 2, 4, 5, 7, 9, 11],
  [0, 2, 3, 5, 7, 8, 10],
  [0, 2, 3, 5, 7, 9, 10],
  [0, 2, 3, 5, 7, 8, 11],
  [0, 2, 4, 7, 9, 12, 14],
];

const range = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, i) => from + i);

/** Instruments of General MIDI by what they do in a band. */
const CHORDS = [...range(0, 7), ...range(16, 31), ...range(44, 55), ...range(88, 95), 61, 62];
const LEADS = [...range(0, 31), ...range(40, 44), ...range(52, 95), ...range(104, 111)];
const BASSES = [...range(32, 39), 43, 58];
/** Voices, and what can sound like one. */
const SUNG = [
  52, 53, 54, 85, 91, 65, 66, 67, 40, 41, 42, 56, 57, 60, 68, 69, 70, 71, 73, 75, 78, 80, 81, 29, 30,
];

/** One piece: its key, its pace and its chords, and who plays when. */
class Piece {
  readonly #midi: Midi;
  readonly #random: Random;
  readonly #from: number;
  readonly #beat: number;
  readonly #tonic: number;
  readonly #scale: readonly number[];
  readonly #roots: readonly number[];
  readonly #swing: number;
  #channel = 0;

  constructor(midi: Midi, random: Random, fromSeconds: number) {
    this.#midi = midi;
    this.#random = random;
    this.#from = fromSeconds;
    this.#beat = 60 / random.between(55, 170);
    this.#tonic = Math.floor(random.between(48, 60));
    this.#scale = random.of(SCALES);
    this.#roots = [0, random.of([3, 5, 4, 2]), random.of([1, 3, 5, 6]), random.of([4, 4, 3, 0])];
    this.#swing = random.of([0, 0, 0.16, 0.33]);
  }

  play(): void {
    const kind = this.#random.unit();
    if (kind < 0.25) this.#solo();
    else if (kind < 0.35) this.#chorale();
    else this.#band();
  }

  /** One instrument alone, or two. */
  #solo(): void {
    const lead = this.#take(this.#random.unit() < 0.5 ? SUNG : LEADS);
    this.#melody(lead, this.#random.of([-12, 0, 0, 12]));
    if (this.#random.unit() < 0.4) this.#chords(this.#take(CHORDS));
  }

  /** Slow lines that move together. */
  #chorale(): void {
    const lines = Math.floor(this.#random.between(2, 5));
    const program = [this.#random.of<number>([48, 49, 52, 53, 60, 19, 71, 61])];
    for (let line = 0; line < lines; line++) {
      this.#melody(this.#take(this.#random.unit() < 0.6 ? program : LEADS), 12 * (line - 1), [1, 2, 2, 4]);
    }
    this.#chords(this.#take(program));
  }

  #band(): void {
    const random = this.#random;
    if (random.unit() < 0.85) this.#chords(this.#take(CHORDS));
    if (random.unit() < 0.4) this.#chords(this.#take(CHORDS));
    if (random.unit() < 0.8) this.#bass(this.#take(BASSES));
    if (random.unit() < 0.75) this.#drums();
    if (random.unit() < 0.85)
      this.#melody(this.#take(random.unit() < 0.35 ? SUNG : LEADS), random.of([0, 0, 12]));
    if (random.unit() < 0.3) this.#melody(this.#take(LEADS), random.of([-12, 0, 12]));
  }

  /** A channel of its own for an instrument, in some room, near or far. */
  #take(programs: readonly number[]): number {
    const [midi, random, at] = [this.#midi, this.#random, this.#from - 0.5];
    const channel = this.#channel === DRUMS ? ++this.#channel : this.#channel;
    this.#channel += 1;
    midi.program(channel, programs[Math.floor(random.unit() * programs.length)] ?? 0, at);
    midi.control(channel, 7, random.between(50, 120), at);
    midi.control(channel, 11, 127, at);
    midi.control(channel, 91, random.between(0, 100), at);
    midi.control(channel, 10, random.between(20, 108), at);
    midi.bend(channel, random.between(-0.05, 0.05), at);
    if (random.unit() < 0.2) {
      for (let t = 0; t < SECONDS; t += 0.1) {
        midi.control(channel, 11, 80 + 45 * Math.sin(t * random.between(0.4, 0.6)), this.#from + t);
      }
    }
    return channel;
  }

  /** The key of a degree of the scale. */
  #key(degree: number): number {
    const octave = Math.floor(degree / 7);
    return this.#tonic + 12 * octave + (this.#scale[degree - 7 * octave] ?? 0);
  }

  #root(bar: number): number {
    return this.#roots[bar % 4] ?? 0;
  }

  #note(channel: number, key: number, at: number, seconds: number, velocity: number): void {
    if (at >= SECONDS) return;
    const late = Math.abs(this.#random.normal()) * 0.008;
    this.#midi.note(channel, key, this.#from + at + late, Math.min(seconds, SECONDS - at), velocity);
  }

  /** Held, struck on the beat, broken up or strummed. */
  #chords(channel: number): void {
    const random = this.#random;
    const bar = 4 * this.#beat;
    const way = random.of(['held', 'struck', 'broken', 'strummed', 'off the beat']);
    const degrees = random.of<readonly number[]>([
      [0, 2, 4],
      [0, 2, 4, 6],
      [0, 4, 7, 9],
      [0, 4],
    ]);
    const loud = random.between(50, 105);
    const up = random.of([0, 0, 7]);
    for (let n = 0; n * bar < SECONDS; n++) {
      const keys = degrees.map((degree) => this.#key(this.#root(n) + degree + up));
      const strike = (at: number, seconds: number, spread = 0) => {
        for (const [k, key] of keys.entries()) {
          this.#note(channel, key, n * bar + at + k * spread, seconds, loud + 8 * random.normal());
        }
      };
      if (way === 'held') strike(0, bar * 0.98);
      else if (way === 'broken') {
        for (let k = 0; k < 8; k++) {
          this.#note(
            channel,
            keys[k % keys.length] ?? 60,
            n * bar + (k * bar) / 8,
            bar / random.of([4, 8, 2]),
            loud,
          );
        }
      } else {
        const offbeat = way === 'off the beat' ? this.#beat / 2 : 0;
        for (let k = 0; k < 4; k++) {
          strike(
            k * this.#beat + offbeat,
            this.#beat * random.of([0.3, 0.5, 0.9]),
            way === 'strummed' ? 0.02 : 0,
          );
        }
      }
    }
  }

  /** A line over the chords: steps and leaps, rests, grace notes, slides, vibrato. */
  #melody(
    channel: number,
    up: number,
    beats: readonly [number, ...number[]] = [0.25, 0.5, 0.5, 1, 1, 2],
  ): void {
    const [midi, random] = [this.#midi, this.#random];
    const legato = random.of([0.5, 0.9, 1, 1.05]);
    const rests = random.of([0, 0.1, 0.3]);
    const slides = random.of([0, 0, 0.3]);
    const vibrato = random.of([0, 0, 40, 90]);
    let degree = Math.floor(random.between(0, 9));
    for (let at = random.of([0, 0, 0.5, 1]) * this.#beat; at < SECONDS; ) {
      const seconds = this.#beat * random.of(beats);
      if (random.unit() >= rests) {
        const key = this.#key(degree) + up;
        const velocity = 85 + 15 * random.normal();
        if (random.unit() < 0.06) this.#note(channel, key + random.of([-1, 1, 2]), at - 0.07, 0.07, velocity);
        if (random.unit() < slides) this.#slide(channel, at);
        if (seconds > 0.4) {
          midi.control(channel, 1, 0, this.#from + at);
          midi.control(channel, 1, vibrato, this.#from + at + 0.2);
        }
        this.#note(channel, key, at, seconds * legato, velocity);
      }
      degree = Math.max(-3, Math.min(12, degree + random.of([-4, -2, -1, -1, 0, 1, 1, 2, 3])));
      at += seconds;
    }
  }

  /** Into a note from below or above. */
  #slide(channel: number, at: number): void {
    const from = this.#random.between(-1, 0.6);
    for (let step = 0; step <= 8; step++) {
      this.#midi.bend(channel, from * (1 - step / 8), this.#from + at + step * 0.015);
    }
  }

  #bass(channel: number): void {
    const random = this.#random;
    const walks = random.unit() < 0.3;
    const every = random.of([0.5, 1, 1, 2]);
    for (let n = 0; n * every * this.#beat < SECONDS; n++) {
      if (random.unit() < 0.15) continue;
      const root = this.#root(Math.floor((n * every) / 4));
      const degree = walks ? root + random.of([0, 1, 2, 4]) : root + random.of([0, 0, 0, 4]);
      this.#note(
        channel,
        this.#key(degree) - 24 + random.of([0, 0, 12]),
        n * every * this.#beat,
        every * this.#beat * 0.9,
        95,
      );
    }
  }

  /** A pattern of eighths or sixteenths with some chance in it. */
  #drums(): void {
    const [midi, random] = [this.#midi, this.#random];
    midi.program(DRUMS, random.of([0, 8, 16, 24, 25, 32, 40]), this.#from - 0.5);
    midi.control(DRUMS, 7, random.between(40, 120), this.#from - 0.5);
    midi.control(DRUMS, 91, random.between(0, 90), this.#from - 0.5);
    const [kick, snare] = [random.of([35, 36]), random.of([37, 38, 40, 39])];
    const beat = random.of([42, 42, 44, 51, 70, 69, 54]);
    const busy = random.between(0, 0.5);
    for (let n = 0; (n * this.#beat) / 2 < SECONDS; n++) {
      const at = ((n + (n % 2 ? this.#swing : 0)) * this.#beat) / 2;
      const loud = 85 + 10 * random.normal();
      if (n % 8 === 0 || (n % 8 === 4 && busy > 0.25) || random.unit() < 0.1)
        this.#note(DRUMS, kick, at, 0.1, loud + 10);
      if (n % 4 === 2) this.#note(DRUMS, snare, at, 0.1, loud);
      this.#note(DRUMS, beat, at, 0.1, loud - 15);
      if (random.unit() < busy) this.#note(DRUMS, beat, at + this.#beat / 4, 0.1, loud - 30);
      if (random.unit() < 0.03) this.#note(DRUMS, random.of([41, 45, 47, 50, 63, 64]), at, 0.1, loud);
      if (n % 32 === 0 && random.unit() < 0.4) this.#note(DRUMS, 49, at, 1, loud);
    }
  }
}

/**
 * Pieces of eight seconds that are composed here and played by fluidsynth with a sound font of real instruments, in the
 * order of their seeds.
 *
 * @throws Error where fluidsynth or the sound font is missing
 */
export async function* ensembles(seeds: readonly number[]): AsyncGenerator<Signal> {
  if (!existsSync(SOUND_FONT)) {
    throw new Error(`${SOUND_FONT} is missing; install fluidsynth and fluid-soundfont-gm.`);
  }
  const midi = new Midi();
  for (const [index, seed] of seeds.entries()) {
    const from = 1 + index * SPACING;
    new Piece(midi, new Random(seed), from).play();
    for (let channel = 0; channel < 16; channel++) {
      for (const everything of [120, 121]) midi.control(channel, everything, 0, from + SECONDS + 1);
    }
  }
  const folder = mkdtempSync(join(tmpdir(), 'fluid-'));
  try {
    const [score, played] = [join(folder, 'score.mid'), join(folder, 'played.wav')];
    writeFileSync(score, midi.file());
    execFileSync('fluidsynth', ['-niq', '-r', '16000', '-g', '0.4', '-F', played, SOUND_FONT, score], {
      stdio: 'ignore',
    });
    const pcm = Float64Array.from(await toPcm8k(readFileSync(played)));
    for (let index = 0; index < seeds.length; index++) {
      const from = (1 + index * SPACING) * RATE;
      yield pcm.subarray(from, from + SECONDS * RATE);
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}
