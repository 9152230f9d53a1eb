import { readFileSync } from 'node:fs';
import type { WireEvent } from '@hookline/protocol';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { renderLadder } from '../ladder/create-ladder.js';
import { renderLadder as renderOnPage } from '../ladder/index.js';
import type { Lane } from '../vantage.js';
import { readMessage } from './read-message.js';
import { skimMessage } from './skim-message.js';

interface Vector {
  readonly name: string;
  readonly sender: 'client' | 'server';
  readonly message?: object;
  readonly text?: string;
  readonly padTo?: number;
}

const vectors: { readonly accept: readonly Vector[]; readonly unknown: readonly Vector[] } = JSON.parse(
  readFileSync(new URL('../../../protocol/vectors/messages.json', import.meta.url), 'utf8'),
);

const laneOf = ({ sender }: Vector): Lane => (sender === 'client' ? 'caller' : 'bot');
const textOf = ({ message, text = JSON.stringify(message), padTo = 0 }: Vector) => text.padEnd(padTo);

describe('a message that is read without schemas', () => {
  test.each(vectors.accept.filter((vector) => vector.padTo === undefined))(
    'has the same row in a ladder: $name',
    (vector) => {
      const event: WireEvent = {
        kind: 'message',
        t: 0,
        dir: laneOf(vector) === 'caller' ? 'out' : 'in',
        text: textOf(vector),
      };
      expect(skimMessage(laneOf(vector), textOf(vector))).toHaveProperty('message');
      expect(renderOnPage([event], { vantage: 'client' })).toBe(renderLadder([event], { vantage: 'client' }));
    },
  );

  test.each(vectors.unknown)('is unknown with and without schemas: $name', (vector) => {
    const { unknown } = { unknown: undefined, ...skimMessage(laneOf(vector), textOf(vector)) };
    expect(readMessage(laneOf(vector), textOf(vector))).toMatchObject({ unknown });
    expect(unknown).toBeDefined();
  });

  test.each([
    ['bot', '{', 'text frame is not JSON'],
    ['bot', '[]', 'it does not have the form of a message'],
    ['bot', '{"type":"pong","seq":1}', 'it does not have the form of a message'],
    ['bot', '{"type":"pong","seq":1,"parameters":{}}', 'its fields do not match its type'],
    ['caller', '{"type":"dtmf","seq":1,"parameters":{}}', 'its fields do not match its type'],
    [
      'bot',
      '{"type":"event","seq":1,"clientseq":1,"parameters":{"entities":[null]}}',
      'its fields do not match its type',
    ],
  ] as const)('is malformed from the %s: %s', (lane, text, reason) => {
    expect(skimMessage(lane, text)).toMatchObject({ fault: { reason } });
  });

  test('never throws, nor does its row', () => {
    const types = ['open', 'opened', 'event', 'disconnect', 'error', 'resumed', 'ping', 'dtmf', '__proto__'];
    const odd = fc.oneof(
      fc.jsonValue(),
      fc.record({
        type: fc.constantFrom(...types),
        seq: fc.nat(),
        clientseq: fc.nat(),
        parameters: fc.dictionary(
          fc.constantFrom('media', 'entities', 'outputVariables', 'inputVariables', 'code', 'start', 'rtt'),
          fc.jsonValue(),
        ),
      }),
    );
    fc.assert(
      fc.property(odd, fc.constantFrom('in', 'out'), (value, dir) => {
        const event: WireEvent = { kind: 'message', t: 0, dir, text: JSON.stringify(value) };
        renderOnPage([event], { vantage: 'client' });
      }),
    );
  });
});
