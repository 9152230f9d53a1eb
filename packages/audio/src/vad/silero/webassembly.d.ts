/** Node and browsers have it, the ES library of TypeScript does not. Only what is used here. */
declare namespace WebAssembly {
  class Memory {
    constructor(descriptor: { initial: number });
    readonly buffer: ArrayBuffer;
  }
  function instantiate(
    bytes: Uint8Array<ArrayBuffer>,
    imports: Record<string, Record<string, Memory>>,
  ): Promise<{ readonly instance: { readonly exports: Record<string, unknown> } }>;
}
