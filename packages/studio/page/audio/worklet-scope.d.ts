/** Globals of an AudioWorklet, for which TypeScript has no library. */
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}

/** Sample rate of the context, in Hz. */
declare const sampleRate: number;

declare function registerProcessor(
  name: string,
  processor: new (options: {
    processorOptions?: unknown;
  }) => AudioWorkletProcessor & {
    process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean;
  },
): void;
