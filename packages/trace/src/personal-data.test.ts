import { describe, expect, it } from 'vitest';
import { createPersonalDataMask, MAX_SOUGHT } from './personal-data.js';

const message = (value: unknown) =>
  ({ kind: 'message', t: 0, dir: 'out', text: JSON.stringify(value) }) as const;

describe('the mask of personal data', () => {
  it('keeps names and keywords of the protocol, for any values of variables', () => {
    const mask = createPersonalDataMask();
    const { text } = mask.event(
      message({
        type: 'open',
        id: 'open',
        parameters: {
          participant: { id: 'p', ani: 'tel:+49301', aniName: '', dnis: '800' },
          inputVariables: { step: 'open', nested: { deep: ['disconnect', 7, true, null] } },
        },
      }),
    );
    expect(JSON.parse(text)).toEqual({
      type: 'open',
      id: 'open',
      parameters: {
        participant: { id: 'p', ani: '***', aniName: '', dnis: '***' },
        inputVariables: { step: '***', nested: { deep: ['***', '***', '***', null] } },
      },
    });
    const later = mask.event(
      message({ type: 'disconnect', parameters: { reason: 'error', info: 'call tel:+49301' } }),
    );
    expect(JSON.parse(later.text)).toEqual({
      type: 'disconnect',
      parameters: { reason: 'error', info: 'call ***' },
    });
  });

  it('keeps what is null outside personal fields', () => {
    const mask = createPersonalDataMask();
    const { text } = mask.event(message({ type: 'error', parameters: { code: null, ani: 'tel:+49301' } }));
    expect(JSON.parse(text)).toEqual({ type: 'error', parameters: { code: null, ani: '***' } });
    expect(mask.json({ cause: null, list: [null] })).toEqual({ cause: null, list: [null] });
  });

  it('masks text that is not JSON as a whole', () => {
    const mask = createPersonalDataMask();
    expect(mask.event({ ...message(0), text: '{"ani":"+4930' }).text).toBe('***');
  });

  it.each([
    ['as it is', 'Ann "A" Lee & Co.'],
    ['in a JSON string', 'Ann \\"A\\" Lee & Co.'],
    ['percent-encoded', 'Ann%20%22A%22%20Lee%20%26%20Co.'],
    ['in base64', btoa('Ann "A" Lee & Co.').replace(/=+$/, '')],
  ])('finds a masked value %s', (_, form) => {
    const mask = createPersonalDataMask();
    mask.json({ ani: 'Ann "A" Lee & Co.' });
    expect(mask.text(`<${form}>`)).toBe('<***>');
  });

  it('searches for a value of 4 characters, and for no shorter one', () => {
    const mask = createPersonalDataMask();
    mask.json({ outputs: { room: '2040', floor: '204' } });
    expect(mask.text('204, 2040')).toBe('204, ***');
  });

  it('searches for about MAX_SOUGHT forms at most, and masks further values only in place', () => {
    const mask = createPersonalDataMask();
    const outputs = Object.fromEntries(
      Array.from({ length: MAX_SOUGHT }, (_, n) => [`n${n}`, `value-${n}-`]),
    );
    const { outputs: left } = mask.json({ outputs });
    expect(new Set(Object.values(left))).toEqual(new Set(['***']));
    expect(mask.text('value-0-')).toBe('***');
    expect(mask.text(`value-${MAX_SOUGHT - 1}-`)).toBe(`value-${MAX_SOUGHT - 1}-`);
  });
});
