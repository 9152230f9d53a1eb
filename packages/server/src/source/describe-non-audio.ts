import { describe } from '@hookline/protocol';

/** Describes a value that is not audio, with a hint how to turn it into audio where there is one. */
export function describeNonAudio(value: unknown): string {
  if (value === undefined) return 'undefined';
  if (value === null) return 'null (does the response have no body?)';
  if (typeof value === 'string')
    return `a string, ${describe(value)} (decode base64 first: Buffer.from(text, 'base64'))`;
  if (typeof value === 'number') return `a number, ${value}`;
  if (typeof value === 'function') return 'a function (call it and pass the result)';
  if (typeof value !== 'object') return `a ${typeof value}`;
  if (value instanceof Response) return 'a Response (pass its body: response.body)';
  if (value instanceof Blob) return 'a Blob (pass blob.stream())';
  if (value instanceof Float32Array || value instanceof Float64Array) {
    return `a ${value.constructor.name} (convert it to an Int16Array: Int16Array.from(floats, (x) => Math.max(-1, Math.min(1, x)) * 32767))`;
  }
  if (value instanceof Promise) return 'a Promise (await it)';
  if (value instanceof WritableStream) return 'a WritableStream (pass the readable side)';
  const name: unknown = value.constructor?.name;
  return typeof name === 'string' && name !== '' && name !== 'Object'
    ? `an object of class ${name.slice(0, 60)}`
    : `an object${keysOf(value)}`;
}

function keysOf(value: object): string {
  const keys = Object.keys(value).slice(0, 5);
  return keys.length === 0 ? ' without fields' : ` with ${keys.map((key) => describe(key)).join(', ')}`;
}
