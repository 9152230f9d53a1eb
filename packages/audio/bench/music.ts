import { DRUMS, INSTRUMENTS, type Instrument } from './instruments.js';
import { Random } from './random.js';
import { add, empty, noise, RATE, reverb, type Signal, telephone } from './signal.js';

const SECONDS = 8;
/** Major and minor: the half tones of the seven degrees. */
const MODES: readonly [readonly number[], readonly number[]] = [
  [0, 2, 4, 5, 7, 9, 11],
  [0, 2, 3, 5, 7, 8, 10],
];

/** What a clip of music is played in. */
class Score {
  readonly beat: number;
  readonly #tonic: number;
  readonly #mode: readonly number[];
  readonly #roots: readonly number[];

  constructor(readonly random: Random) {
    this.beat = 60 / random.between(60, 150);
    this.#tonic = random.between(196, 392);
    this.#mode = random.of(MODES);
    this.#roots = [0, random.of([3, 5, 4]), random.of([1, 3, 5]), 4];
  }

  /** Hz of a degree of the scale, the first octave around middle C. */
  hz(degree: number): number {
    const octave = Math.floor(degree / 7);
    return this.#tonic * 2 ** (octave + (this.#mode[degree - 7 * octave] ?? 0) / 12);
  }

  /** The degrees of the triad that bar `bar` stands on. */
  triad(bar: number): readonly number[] {
    const root = this.#roots[bar % 4] ?? 0;
    return [root, root + 2, root + 4];
  }
}

function chords(score: Score, play: Instrument, beats: number): Signal {
  const out = empty(SECONDS);
  const seconds = score.beat * beats;
  for (let bar = 0; bar * seconds < SECONDS; bar++) {
    for (const degree of score.triad(bar)) {
      add(out, play(score.hz(degree), seconds * 0.98, score.random), bar * seconds);
    }
  }
  return out;
}

function arpeggio(score: Score, play: Instrument): Signal {
  const out = empty(SECONDS);
  const step = score.beat / score.random.of([2, 3, 4]);
  const ring = score.random.of([0.9, 2.5]);
  for (let n = 0; n * step < SECONDS; n++) {
    const degree = (score.triad(Math.floor(n / 12))[n % 3] ?? 0) + 7 * (Math.floor(n / 3) % 2);
    add(out, play(score.hz(degree), step * ring, score.random), n * step);
  }
  return out;
}

function melody(score: Score, play: Instrument, octave = 0): Signal {
  const out = empty(SECONDS);
  let degree = Math.floor(score.random.between(0, 7));
  for (let at = 0; at < SECONDS; ) {
    const seconds = score.beat * score.random.of([0.25, 0.5, 0.5, 1, 2]);
    if (score.random.unit() < 0.9)
      add(out, play(score.hz(degree + 7 * octave), seconds * 0.95, score.random), at);
    degree = Math.max(-4, Math.min(11, degree + score.random.of([-3, -1, -1, 1, 1, 2])));
    at += seconds;
  }
  return out;
}

function bass(score: Score): Signal {
  const out = empty(SECONDS);
  const play = score.random.of<Instrument>([INSTRUMENTS.saw, INSTRUMENTS.triangle, INSTRUMENTS.pluck]);
  for (let n = 0; (n * score.beat) / 2 < SECONDS; n++) {
    if (score.random.unit() < 0.25) continue;
    const hz = score.hz((score.triad(Math.floor(n / 8))[0] ?? 0) - 14);
    add(out, play(hz, score.beat * 0.45, score.random), (n * score.beat) / 2);
  }
  return out;
}

function drums(score: Score): Signal {
  const { random } = score;
  const out = empty(SECONDS);
  for (let n = 0; (n * score.beat) / 4 < SECONDS; n++) {
    const at = (n * score.beat) / 4;
    if (n % 8 === 0 || random.unit() < 0.1) add(out, DRUMS.kick(random), at);
    if (n % 8 === 4) add(out, DRUMS.snare(random), at, random.between(0.6, 1));
    if (n % 2 === 0 || random.unit() < 0.2) add(out, DRUMS.hat(random), at, random.between(0.4, 1));
    if (random.unit() < 0.04) add(out, DRUMS.tom(random), at);
  }
  return out;
}

function hats(score: Score): Signal {
  const out = empty(SECONDS);
  for (let n = 0; (n * score.beat) / 4 < SECONDS; n++) {
    add(out, DRUMS.hat(score.random), (n * score.beat) / 4, score.random.between(0.4, 1));
  }
  return out;
}

function together(...parts: readonly (readonly [Signal, number])[]): Signal {
  const out = empty(SECONDS);
  for (const [part, gain] of parts) {
    const loudest = part.reduce((most, sample) => Math.max(most, Math.abs(sample)), 1e-9);
    add(out, part, 0, gain / loudest);
  }
  return out;
}

function band(score: Score): Signal {
  const { random } = score;
  return together(
    [
      chords(
        score,
        random.of<Instrument>([INSTRUMENTS.pad, INSTRUMENTS.organ, INSTRUMENTS.piano, INSTRUMENTS.pluck]),
        4,
      ),
      0.6,
    ],
    [
      melody(
        score,
        random.of<Instrument>([INSTRUMENTS.strings, INSTRUMENTS.flute, INSTRUMENTS.brass, INSTRUMENTS.piano]),
      ),
      random.between(0.3, 0.9),
    ],
    [bass(score), 0.6],
    [drums(score), random.between(0.2, 1)],
  );
}

/** Several lines at a time in a large room, louder and softer. */
function orchestra(score: Score): Signal {
  const { random } = score;
  const line = () =>
    melody(
      score,
      random.of<Instrument>([
        INSTRUMENTS.strings,
        INSTRUMENTS.brass,
        INSTRUMENTS.flute,
        INSTRUMENTS.clarinet,
        INSTRUMENTS.choir,
      ]),
      random.of([-1, 0, 0, 1]),
    );
  const chord = random.of<Instrument>([INSTRUMENTS.strings, INSTRUMENTS.choir, INSTRUMENTS.pad]);
  const played = together(
    [line(), random.between(0.4, 1)],
    [line(), random.between(0, 0.8)],
    [line(), random.between(0, 0.6)],
    [chords(score, chord, random.of([2, 4, 8])), random.between(0.2, 1)],
    [drums(score), random.of([0, 0, 0.4, 0.8])],
  );
  return swelled(reverb(played, random.between(0.2, 1)), random);
}

/** Machines: beats, swept filters, arpeggios and echoes. */
function electronic(score: Score): Signal {
  const { random } = score;
  const lead = random.of<Instrument>([
    INSTRUMENTS.wah,
    INSTRUMENTS.saw,
    INSTRUMENTS.square,
    INSTRUMENTS.slide,
  ]);
  const played = together(
    [drums(score), random.between(0.3, 1.2)],
    [melody(score, INSTRUMENTS.wah, -2), random.between(0.2, 0.8)],
    [
      arpeggio(score, random.of<Instrument>([INSTRUMENTS.square, INSTRUMENTS.saw, INSTRUMENTS.bell])),
      random.between(0, 0.7),
    ],
    [chords(score, INSTRUMENTS.pad, 4), random.between(0, 0.6)],
    [melody(score, lead, random.of([0, 1])), random.between(0, 0.9)],
  );
  const echoed = played.slice();
  const share = random.between(0, 0.5);
  for (let echo = 1; echo < 4; echo++) add(echoed, played, 0.75 * echo * score.beat, share ** echo);
  return swelled(echoed, random);
}

function swelled(signal: Signal, random: Random): Signal {
  const [speed, depth] = [random.between(0.05, 0.5), random.between(0, 0.8)];
  return signal.map((sample, i) => sample * (1 - depth * Math.sin((Math.PI * speed * i) / RATE) ** 2));
}

const HELD = [
  'sine',
  'square',
  'triangle',
  'saw',
  'organ',
  'strings',
  'pad',
  'brass',
  'piano',
  'pluck',
  'bell',
  'choir',
] as const;
const SINGLE = [
  'sine',
  'square',
  'saw',
  'clarinet',
  'flute',
  'strings',
  'brass',
  'piano',
  'pluck',
  'bell',
  'slide',
  'wah',
  'choir',
] as const;

/** How each kind of music is made from a score. */
const KINDS: Record<string, (score: Score) => Signal> = {
  ...Object.fromEntries(
    HELD.map((name) => [
      `chords of ${name}`,
      (score: Score) => chords(score, INSTRUMENTS[name], score.random.of([2, 4, 8])),
    ]),
  ),
  ...Object.fromEntries(
    SINGLE.map((name) => [`melody of ${name}`, (score: Score) => melody(score, INSTRUMENTS[name])]),
  ),
  ...Object.fromEntries(
    (['square', 'piano', 'pluck', 'bell'] as const).map((name) => [
      `arpeggio of ${name}`,
      (score: Score) => arpeggio(score, INSTRUMENTS[name]),
    ]),
  ),
  drums,
  'hi-hats': hats,
  'drums and bass': (score) => together([drums(score), 1], [bass(score), 0.7]),
  'hold music': (score) => {
    const played = reverb(band(score), score.random.between(0.2, 0.8));
    return together([played, 1], [noise(SECONDS, score.random, 3), 0.02]);
  },
};

/** Most music is many instruments at once: each of these counts as often as a single one does. */
for (const [name, make] of [
  ['band', band],
  ['orchestra', orchestra],
  ['electronic', electronic],
] as const) {
  for (let n = 1; n <= 6; n++) KINDS[`${name} ${n}`] = make;
}

/** The names of all kinds of music. */
export const MUSIC_KINDS: readonly string[] = Object.keys(KINDS);

/** Eight seconds of music of a kind; every seed is another piece. Every second one has been through a telephone. */
export function music(kind: string, seed: number): Signal {
  const make = KINDS[kind];
  if (!make) throw new Error(`No music is called ${kind}.`);
  const score = new Score(new Random(seed + 1000 * MUSIC_KINDS.indexOf(kind)));
  const played = make(score);
  return kind === 'hold music' || seed % 2 ? telephone(played) : played;
}
