import { describe, expect, it } from 'vitest';
import { verifies } from '#verifies';
import { readEntity } from './event.js';

describe('readEntity', () => {
  it('reads a barge-in, also with unknown fields', () => {
    expect(readEntity({ type: 'barge_in', data: {} })).toEqual({ kind: 'barge_in' });
    expect(readEntity({ type: 'barge_in', data: { at: 'PT1S' } })).toEqual({ kind: 'barge_in' });
  });

  it.each(['no_input', 'no_match', 'match'])('reads a turn with disposition %s', (disposition) => {
    const data = { disposition, text: 'Welcome', confidence: 0.9 };
    expect(readEntity({ type: 'bot_turn_response', data })).toEqual({ kind: 'bot_turn_response', data });
  });

  it('reads a turn with only a disposition', () => {
    expect(readEntity({ type: 'bot_turn_response', data: { disposition: 'match' } }).kind).toBe(
      'bot_turn_response',
    );
  });

  it.each([
    ['barge_in', null, '/data'],
    ['barge_in', 'now', '/data'],
    ['bot_turn_response', {}, '/data/disposition'],
    ['bot_turn_response', { disposition: 'final' }, '/data/disposition'],
    ['bot_turn_response', { disposition: 'match', text: 5 }, '/data/text'],
    ['bot_turn_response', { disposition: 'match', confidence: '1' }, '/data/confidence'],
  ])('names the fault of %s %j', (type, data, path) => {
    expect(readEntity({ type, data })).toMatchObject({ kind: 'invalid', type, mismatch: { path } });
  });

  it.each(['transcript', 'barge-in', '', 'constructor', '__proto__'])(
    verifies('AC-EVENT-2', 'passes over the type "%s"'),
    (type) => {
      expect(readEntity({ type, data: { anything: [1] } })).toEqual({ kind: 'other', type });
    },
  );
});
