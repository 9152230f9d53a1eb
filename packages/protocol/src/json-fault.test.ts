import { expect, it } from 'vitest';
import { decodeServerMessage } from './decode.js';
import { jsonFault } from './json-fault.js';

const message = (parameters: string) =>
  `{"version":"2","id":"30b0e395-84d3-4570-ac13-9a62d8f514c0","type":"event","seq":2,"clientseq":1,"parameters":${parameters}}`;

it.each([
  [
    'NaN',
    '{"entities":[{"type":"x","confidence":NaN}]}',
    /^at character 14\d of 1\d\d, in …".*confidence.*:NaN/,
  ],
  ['None', '{"entities":None}', /^at character 1\d\d of 1\d\d, in …".*:None/],
  ['a trailing comma', '{"entities":[],}', /^at character 1\d\d of 1\d\d, in …".*\[\],\}/],
  [
    'a raw line break',
    '{"entities":[{"text":"one\ntwo"}]}',
    /^at character 1\d\d of 1\d\d, in …".*one\\ntwo/,
  ],
  ['an early end', '{"entities":[', undefined],
])('a text that is not JSON is quoted where it is wrong: %s', (_, parameters, quoted) => {
  const text = message(parameters);
  const decoded = decodeServerMessage(quoted ? text : text.slice(0, -1));
  const reason = decoded.kind === 'fault' ? decoded.fault.reason : '';
  expect(reason).toMatch(/^text frame is not JSON: at /);
  expect(reason.slice('text frame is not JSON: '.length)).toMatch(
    quoted ?? /^at its end, in …".*entities.*\["$/,
  );
  expect(reason).not.toContain('\n');
});

it('two messages in one frame are quoted where the second begins', () => {
  const decoded = decodeServerMessage(`${message('{}')}${message('{}')}`);
  expect(decoded.kind === 'fault' && decoded.fault.reason).toMatch(/, in …".*\{\}\}\{.*version.*"…$/);
});

it.each([
  ['a short text', '{"a":}', new SyntaxError('at position 5')],
  [
    'an engine that tells no place',
    'x'.repeat(100),
    new SyntaxError('JSON Parse error: Unexpected identifier'),
  ],
  ['no error at all', 'x'.repeat(100), undefined],
])('the beginning is quoted of %s', (_, text, error) => {
  expect(jsonFault(text, error)).toMatch(/^"/);
});
