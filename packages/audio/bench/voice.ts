import type { Random } from './random.js';
import { empty, RATE, type Signal } from './signal.js';

const TURN = 2 * Math.PI;
/** Parameters move this often. */
const STEP = 40;

/** Where a sound of speech stands: formants in Hz, and how much voice, breath and hiss it has. */
interface Target {
  readonly formants: readonly [number, number, number, number];
  readonly voice: number;
  readonly breath: number;
  /** Noise of a narrow place in the mouth, and where it lies in Hz. */
  readonly hiss: number;
  readonly hissHz: number;
  readonly seconds: number;
}

type Vowel = readonly [number, number, number];

/** First to third formant of vowels as men speak them, in Hz. */
const VOWELS: readonly [Vowel, ...Vowel[]] = [
  [270, 2290, 3010],
  [390, 1990, 2550],
  [530, 1840, 2480],
  [660, 1720, 2410],
  [730, 1090, 2440],
  [570, 840, 2410],
  [440, 1020, 2240],
  [300, 870, 2240],
  [640, 1190, 2390],
  [490, 1350, 1690],
];

/** A person who never lived: the size of the throat, the pitch and the manner of speaking. */
class Speaker {
  readonly #random: Random;
  readonly #hz: number;
  readonly #size: number;
  readonly #pace: number;
  readonly #breath: number;
  readonly #tilt: number;
  /** How often a syllable begins with its vowel, and how often it ends with a consonant. */
  readonly #bare: number;
  readonly #coda: number;

  constructor(random: Random) {
    this.#random = random;
    this.#hz = 85 * 2 ** random.between(0, 1.7);
    this.#size = 1 + 0.18 * Math.log2(this.#hz / 110) + random.between(-0.07, 0.07);
    this.#pace = random.between(0.75, 1.35);
    this.#breath = random.of([0.01, 0.03, 0.1]);
    this.#tilt = random.between(0.3, 0.95);
    this.#bare = random.between(0.05, 0.4);
    this.#coda = random.between(0.05, 0.6);
  }

  say(seconds: number): Signal {
    const targets: Target[] = [this.#target({ voice: 0, seconds: 0.05 })];
    const out = empty(seconds);
    let left = seconds - 0.3;
    while (left > 0) {
      const syllable = this.#syllable();
      targets.push(...syllable);
      left -= syllable.reduce((sum, target) => sum + target.seconds, 0);
      if (this.#random.unit() < 0.12) {
        targets.push(this.#target({ voice: 0, seconds: this.#random.between(0.1, 0.3) }));
      }
    }
    targets.push(this.#target({ voice: 0, seconds: 0.2 }));
    this.#render(targets, out);
    return out;
  }

  #target(of: Partial<Target>): Target {
    const [f1, f2, f3] = this.#random.of(VOWELS);
    const { formants = [f1, f2, f3, 3500] } = of;
    const blur = () => this.#size * this.#random.between(0.93, 1.07);
    return {
      voice: 1,
      breath: this.#breath,
      hiss: 0,
      hissHz: 3000,
      seconds: 0.1,
      ...of,
      formants: [formants[0] * blur(), formants[1] * blur(), formants[2] * blur(), formants[3] * blur()],
    };
  }

  #syllable(): Target[] {
    const random = this.#random;
    const vowel = this.#target({ seconds: this.#pace * random.between(0.07, 0.22) });
    const second =
      random.unit() < 0.25 ? [this.#target({ seconds: this.#pace * random.between(0.06, 0.12) })] : [];
    const onset = random.unit() < this.#bare ? [] : this.#consonant();
    return [...onset, vowel, ...second, ...(random.unit() < this.#coda ? this.#consonant() : [])];
  }

  #consonant(): Target[] {
    const random = this.#random;
    const seconds = this.#pace * random.between(0.04, 0.11);
    const hissHz = random.between(1500, 3800);
    const closed = this.#target({ voice: 0, breath: 0, seconds: this.#pace * random.between(0.03, 0.08) });
    switch (random.of(['stop', 'voiced stop', 'fricative', 'voiced fricative', 'nasal', 'liquid', 'h'])) {
      case 'stop':
        return [
          closed,
          this.#target({
            voice: 0,
            hiss: random.between(0.3, 1),
            hissHz,
            seconds: random.between(0.01, 0.05),
          }),
        ];
      case 'voiced stop':
        return [{ ...closed, voice: 0.08 }, this.#target({ voice: 0.5, hiss: 0.3, hissHz, seconds: 0.012 })];
      case 'fricative':
        return [this.#target({ voice: 0, hiss: random.between(0.08, 0.6), hissHz, seconds })];
      case 'voiced fricative':
        return [this.#target({ voice: 0.35, hiss: random.between(0.05, 0.3), hissHz, seconds })];
      case 'nasal':
        return [
          this.#target({ formants: [250, random.between(1000, 1500), 2200, 3300], voice: 0.35, seconds }),
        ];
      case 'liquid':
        return [
          this.#target({
            formants: [350, random.between(900, 1400), random.between(1600, 2700), 3400],
            voice: 0.6,
            seconds,
          }),
        ];
      case 'h':
        return [this.#target({ voice: 0, breath: random.between(0.1, 0.4), seconds })];
    }
  }

  #render(targets: readonly Target[], out: Signal): void {
    const glottis = new Glottis(this.#random, this.#hz, this.#tilt, out.length);
    const mouth = new Mouth();
    let index = 0;
    let into = 0;
    let now = targets[0];
    for (let at = 0; at < out.length; at++) {
      const target = targets[index];
      if (!target || !now) break;
      if (at % STEP === 0) {
        now = towards(now, target, target.seconds < 0.03 ? 0.7 : 0.25);
        mouth.shape(now);
      }
      const flow = glottis.flow(at);
      const noise = this.#random.normal();
      const breath = now.breath * noise * (glottis.open ? 1 : 0.4) * 0.3;
      out[at] = mouth.pass(now.voice * flow + breath, now.hiss * noise);
      into += 1 / RATE;
      if (into >= target.seconds) {
        into = 0;
        index += 1;
      }
    }
  }
}

/** The vocal folds: their pitch falls over the sentence and swings, and no two periods are the same. */
class Glottis {
  open = true;
  readonly #random: Random;
  readonly #hz: number;
  readonly #tilt: number;
  readonly #samples: number;
  readonly #slope: number;
  readonly #swing: number;
  readonly #speed: number;
  #phase = 0;
  #low = 0;
  #jitter = 1;
  #shimmer = 1;

  constructor(random: Random, hz: number, tilt: number, samples: number) {
    this.#random = random;
    this.#hz = hz;
    this.#tilt = tilt;
    this.#samples = samples;
    this.#slope = random.between(-0.5, 0.1);
    this.#swing = random.of([0.01, 0.05, 0.12, 0.25]) * random.between(0.5, 1);
    this.#speed = random.between(1, 3.5);
  }

  /** The change of the air flow at a sample. */
  flow(at: number): number {
    const swing = this.#swing * Math.sin((TURN * this.#speed * at) / RATE);
    this.#phase += (this.#hz * 2 ** ((this.#slope * at) / this.#samples + swing) * this.#jitter) / RATE;
    if (this.#phase >= 1) {
      this.#phase -= 1;
      this.#jitter = 1 + 0.012 * this.#random.normal();
      this.#shimmer = 1 + 0.06 * this.#random.normal();
    }
    this.open = this.#phase < 0.6;
    this.#low = this.#tilt * this.#low + (1 - this.#tilt) * this.#pulse() * this.#shimmer;
    return this.#low;
  }

  /** Rises, falls faster and rests. */
  #pulse(): number {
    if (!this.open) return 0;
    return this.#phase < 0.4 ? Math.sin((TURN * this.#phase) / 1.6) : -4 * (this.#phase - 0.4);
  }
}

/** The vocal tract: four formants, and a narrow place that hisses. */
class Mouth {
  readonly #formants = Array.from({ length: 4 }, () => new Resonator());
  readonly #narrow = new Resonator();

  shape(target: Target): void {
    for (const [k, hz] of target.formants.entries()) this.#formants[k]?.tune(hz, 50 + 25 * k + 0.03 * hz);
    this.#narrow.tune(target.hissHz, 700);
  }

  pass(sound: number, hiss: number): number {
    const voiced = this.#formants.reduce((sample, formant) => formant.pass(sample), sound);
    return voiced + 0.15 * this.#narrow.pass(hiss);
  }
}

/** A resonance of gain 1 at 0 Hz, whose frequency may move. */
class Resonator {
  #a = 1;
  #b = 0;
  #c = 0;
  #one = 0;
  #two = 0;

  tune(hz: number, bandwidthHz: number): void {
    const held = Math.min(hz, 3900);
    this.#c = -Math.exp((-TURN * bandwidthHz) / RATE);
    this.#b = 2 * Math.exp((-Math.PI * bandwidthHz) / RATE) * Math.cos((TURN * held) / RATE);
    this.#a = 1 - this.#b - this.#c;
  }

  pass(sample: number): number {
    const next = this.#a * sample + this.#b * this.#one + this.#c * this.#two;
    this.#two = this.#one;
    this.#one = next;
    return next;
  }
}

function towards(from: Target, to: Target, share: number): Target {
  const between = (a: number, b: number) => a + share * (b - a);
  const [a, b] = [from.formants, to.formants];
  return {
    ...to,
    formants: [between(a[0], b[0]), between(a[1], b[1]), between(a[2], b[2]), between(a[3], b[3])],
    voice: between(from.voice, to.voice),
    breath: between(from.breath, to.breath),
    hiss: between(from.hiss, to.hiss),
  };
}

/** Syllables without sense by a voice that never was: a glottis, four formants, and noise where consonants are. */
export function voice(random: Random): Signal {
  const said = new Speaker(random).say(random.between(1, 4));
  const emphasis = random.between(0, 0.95);
  return said.map((sample, i) => sample - emphasis * (said[i - 1] ?? 0));
}
