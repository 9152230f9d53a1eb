/** Node and browsers have it, the ES library of TypeScript does not. Only what is used here. */
declare namespace WebAssembly {
  interface Memory {
    readonly buffer: ArrayBuffer;
    /** @throws RangeError when the limit is reached */
    grow(pages: number): number;
  }
  function instantiate(
    bytes: Uint8Array<ArrayBuffer>,
    imports: Record<string, Record<string, (...numbers: number[]) => number>>,
  ): Promise<{ readonly instance: { readonly exports: Record<string, unknown> } }>;
}
