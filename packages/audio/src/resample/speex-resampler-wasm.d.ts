/** The package has no types of its own. Only what is used here; addresses are byte offsets into the memory. */
declare module '@echogarden/speex-resampler-wasm/simd' {
  export interface SpeexModule {
    /** The memory seen as 16-bit samples. Replaced when the memory grows: never keep it. */
    readonly HEAP16: Int16Array;
    readonly HEAPU32: Uint32Array;
    _malloc(bytes: number): number;
    _speex_resampler_init(
      channels: number,
      fromRate: number,
      toRate: number,
      quality: number,
      errorAddress: number,
    ): number;
    _speex_resampler_process_int(
      state: number,
      channel: number,
      inputAddress: number,
      inputLengthAddress: number,
      outputAddress: number,
      outputLengthAddress: number,
    ): number;
    _speex_resampler_skip_zeros(state: number): number;
    _speex_resampler_get_input_latency(state: number): number;
    _speex_resampler_destroy(state: number): void;
  }
  export default function load(): Promise<SpeexModule>;
}
