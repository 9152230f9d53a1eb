/** What an AudioWorklet has of the global scope: TypeScript has no library for it. */
declare class AudioWorkletProcessor {
  readonly port: MessagePort;
}

/** Samples a second of its context. */
declare const sampleRate: number;

declare function registerProcessor(
  name: string,
  processor: new (options: {
    processorOptions?: unknown;
  }) => AudioWorkletProcessor & {
    process(inputs: Float32Array[][], outputs: Float32Array[][]): boolean;
  },
): void;
