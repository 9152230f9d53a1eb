import { expect, it } from 'vitest';
import wabt from 'wabt';
import { startWasm } from './embedded-wasm.js';

/** A module that asks for memory, copies and fails as it is told. */
const TEXT = `
(module
  (import "a" "g" (func $grow (param i32) (result i32)))
  (import "a" "c" (func $copy (param i32 i32 i32)))
  (import "a" "f" (func $fail (param i32 i32 i32 i32)))
  (memory (export "m") 1 10)
  (func (export "grow") (param i32) (result i32) (call $grow (local.get 0)))
  (func (export "copy") (param i32 i32 i32) (call $copy (local.get 0) (local.get 1) (local.get 2)))
  (func (export "fail") (call $fail (i32.const 0) (i32.const 0) (i32.const 0) (i32.const 0))))`;

async function started() {
  const { buffer } = (await wabt()).parseWat('test.wat', TEXT).toBinary({});
  const base64 = Buffer.from(buffer).toString('base64');
  const { memory, exports } = await startWasm(base64, { memory: 'm', grow: 'g', copy: 'c', fail: 'f' });
  return { memory, functions: exports as Record<'grow' | 'copy' | 'fail', (...numbers: number[]) => number> };
}

it('gives a module more memory, and updates the view of it', async () => {
  const { memory, functions } = await started();
  memory.int16[7] = 77;
  expect(functions.grow(200_000)).toBe(1);
  expect(memory.buffer.byteLength).toBeGreaterThanOrEqual(200_000);
  expect(memory.int16).toHaveLength(memory.buffer.byteLength / 2);
  expect(memory.int16[7]).toBe(77);
});

it('reports to a module that there is no more memory', async () => {
  const { memory, functions } = await started();
  expect(functions.grow(0xffff_ffff)).toBe(0);
  expect(memory.buffer.byteLength).toBe(65_536);
});

it('copies within the memory', async () => {
  const { memory, functions } = await started();
  memory.int16.set([1, 2, 3]);
  functions.copy(100, 0, 6);
  expect([...memory.int16.subarray(50, 53)]).toEqual([1, 2, 3]);
});

it('throws if a module aborts', async () => {
  const { functions } = await started();
  expect(() => functions.fail()).toThrow(/assertion/);
});

it('prints nothing and rejects if the bytes are not a module', async () => {
  await expect(startWasm('AAAA', { memory: 'm' })).rejects.toThrow(/WebAssembly/);
});
