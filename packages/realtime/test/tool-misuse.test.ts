import { describe, expect, it } from 'vitest';
import { checkedOptions } from '../src/checked-options.js';
import { endCall, type Tool, tool, transfer } from '../src/index.js';

/** Values that no type allows, as from JavaScript. */
const untyped = <Value>(value: unknown) => value as Value;

const run = () => 'ok';

describe('a tool from untyped code', () => {
  it.each<[unknown, string]>([
    [5, 'tools.book is 5; expected an object'],
    [null, 'tools.book is null; expected an object'],
    [run, 'tools.book is a function; expected an object'],
    [[], 'tools.book is an array; expected an object'],
    [{ run }, 'tools.book.description is undefined; expected a string'],
    [{ description: 'x' }, 'tools.book.run is undefined; expected a function'],
    [{ description: 'x', runs: run }, 'tools.book: unknown option `runs`; did you mean `run`?'],
    [{ description: 'x', paramters: {}, run }, 'unknown option `paramters`; did you mean `parameters`?'],
    [{ description: 'x', interruptable: true, run }, 'did you mean `interruptible`?'],
    [{ description: 'x', reply: 'never', run }, 'expected "after", "none" or "later"'],
    [{ description: 'x', interruptible: 'yes', run }, 'tools.book.interruptible is'],
    [{ description: 'x', schema: 'y', run }, 'tools.book.schema is'],
  ])('is refused before a session starts: %o', (book, message) => {
    expect(() => checkedOptions({ tools: { book: untyped<Tool>(book) } })).toThrow(
      expect.objectContaining({ code: 'REALTIME_BAD_TOOL', message: expect.stringContaining(message) }),
    );
  });

  it('is refused by tool() too', () => {
    const misspelt = { description: 'x', paramters: {}, run };
    expect(() => tool(untyped<Parameters<typeof tool>[0]>(misspelt))).toThrow(
      expect.objectContaining({
        code: 'REALTIME_BAD_TOOL',
        message: expect.stringMatching(/^tool: unknown option `paramters`; did you mean `parameters`/),
      }),
    );
  });

  it('may be an instance of a class with fields of its own', () => {
    class Booking {
      readonly description = 'Books a table.';
      readonly tables = new Map<string, string>();
      run() {
        return this.tables.size;
      }
    }
    expect(() => checkedOptions({ tools: { book: new Booking() } })).not.toThrow();
  });

  it.each([['x'], [[]], [5]])('is refused with tools that are no record: %o', (tools) => {
    expect(() => checkedOptions({ tools: untyped(tools) })).toThrow(
      expect.objectContaining({
        code: 'REALTIME_BAD_OPTION',
        message: expect.stringMatching(/^realtime: tools is .*; expected an object/),
      }),
    );
  });
});

describe('endCall and transfer', () => {
  it.each<[string, () => unknown, string]>([
    ['endCall({ output })', () => endCall(untyped({ output: { a: 'b' } })), 'did you mean `outputs`?'],
    ['endCall(null)', () => endCall(untyped(null)), 'endCall: the options are nothing'],
    ['outputs that are a string', () => endCall({ outputs: untyped('x') }), 'endCall: outputs is'],
    [
      'an output without a description',
      () => endCall({ outputs: untyped({ a: 1 }) }),
      'endCall: outputs.a is 1',
    ],
    [
      'a description that is no string',
      () => endCall({ description: untyped(1) }),
      'endCall: description is 1',
    ],
    ['transfer({ outputs })', () => transfer(['a'], untyped({ outputs: 'x' })), 'did you mean `output`?'],
    ['a target that is no string', () => transfer(untyped([1])), 'transfer: targets.0 is 1'],
    ['an output that is no string', () => transfer(['a'], { output: untyped(1) }), 'transfer: output is 1'],
  ])('refuse %s', (_, make, message) => {
    expect(make).toThrow(
      expect.objectContaining({ code: 'REALTIME_BAD_OPTION', message: expect.stringContaining(message) }),
    );
  });
});
