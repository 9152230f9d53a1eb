import { expect, test } from 'vitest';
import { FunctionCalls } from '../src/openai/function-calls.js';
import { refusedUpgrade } from '../src/wire/wire-error.js';

const item = (id: string) => ({
  type: 'function_call',
  id: `item-${id}`,
  call_id: id,
  name: 'book',
  arguments: '{}',
});

test('a function call that is announced once more after its response is reported once, and again in a later one', () => {
  const reported: string[] = [];
  const calls = new FunctionCalls((id) => reported.push(id));
  calls.item(item('call-0'));
  calls.onResponseDone(true);
  calls.item(item('call-0'));
  expect(reported).toEqual(['call-0']);
  calls.item(item('call-1'));
  expect(reported).toEqual(['call-0', 'call-1']);
  calls.onResponseCreated();
  calls.item(item('call-0'));
  expect(reported).toEqual(['call-0', 'call-1', 'call-0']);
});

test.each([
  ['-5', undefined],
  ['', undefined],
  [' ', undefined],
  ['soon', undefined],
  [undefined, undefined],
  ['0', 0],
  ['2.5', 2500],
])('a Retry-After of %j counts as %j ms', (given, ms) => {
  expect(refusedUpgrade('openai', 'wss://example.com', 429, given).retryAfterMs).toBe(ms);
});
