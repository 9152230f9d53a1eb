/** Node and browsers have it, the ES library of TypeScript does not. Only what is used in this repository. */
declare namespace WebAssembly {
  /** Compiled code, good for any number of instances. */
  interface Module {
    readonly [Symbol.toStringTag]: 'WebAssembly.Module';
  }
  function compile(bytes: Uint8Array): Promise<Module>;
  function instantiate(module: Module, imports: object): Promise<object>;
  interface Memory {
    readonly buffer: ArrayBuffer;
    /** @throws RangeError when the limit is reached */
    grow(pages: number): number;
  }
  function instantiate(
    bytes: Uint8Array,
    imports: Record<string, Record<string, (...numbers: number[]) => number>>,
  ): Promise<{ readonly instance: { readonly exports: Record<string, unknown> } }>;
}
