/** The package has no types of its own. Only what is used here; addresses are byte offsets into the memory. */
declare module '@echogarden/fvad-wasm' {
  export interface FvadModule {
    /** The memory seen as 16-bit samples. Replaced when the memory grows: never keep it. */
    readonly HEAP16: Int16Array;
    _malloc(bytes: number): number;
    _fvad_new(): number;
    _fvad_free(state: number): void;
    _fvad_set_mode(state: number, mode: number): number;
    _fvad_set_sample_rate(state: number, rate: number): number;
    /** 1 speech, 0 none, −1 a frame of a length it cannot take. */
    _fvad_process(state: number, address: number, samples: number): number;
  }
  export default function load(): Promise<FvadModule>;
}
