import { describe, expect, test } from 'vitest';
import {
  type Answer,
  answer,
  type Desk,
  grammarOf,
  greeting,
  NEW_DESK,
  type Said,
  VOCABULARY,
} from './booking.js';

const WORDS = { words: true, detailsHeard: true };
const KEYS = { words: false, detailsHeard: true };
const words = (text: string): Said => ({ by: 'words', words: text });
const key = (pressed: string): Said => ({ by: 'key', key: pressed });

/** Says one thing after the other. */
function after(saids: readonly Said[], circumstances = WORDS): Answer {
  let last: Answer = greeting(circumstances);
  for (const said of saids) last = answer(last.desk, said, circumstances);
  return last;
}

const ASKED_TO_CONFIRM: Desk = { asks: 'confirm', people: 4, day: 'friday', hour: 7, misses: 0 };

describe('a booking', () => {
  test.each([
    [
      'by words, one question at a time',
      [words('a table for four please'), words('on friday'), words('at seven')],
      WORDS,
    ],
    ['by words, all at once', [words('a table for four people on friday at seven')], WORDS],
    [
      'by words, in another order',
      [words('a table on friday'), words('four people'), words('seven please')],
      WORDS,
    ],
    ['by keys', [key('4'), key('5'), key('7')], KEYS],
    ['by keys where words are understood, too', [key('4'), words('friday at seven')], WORDS],
  ] as const)('%s is read back, and agreed to by a word or a key', (_, saids, circumstances) => {
    const asked = after(saids, circumstances);
    expect(asked.desk).toEqual(ASKED_TO_CONFIRM);
    expect(asked.says[0]).toBe('A table for four on friday at seven.');
    for (const yes of [words('yes please'), key('1')]) {
      expect(answer(asked.desk, yes, circumstances).ends).toEqual({
        reservation: '4 people, Friday at 7 pm',
      });
    }
  });

  test('is agreed to by any speech only where words are not understood', () => {
    expect(answer(ASKED_TO_CONFIRM, { by: 'speech' }, KEYS).ends).toEqual({
      reservation: '4 people, Friday at 7 pm',
    });
    expect(answer(ASKED_TO_CONFIRM, { by: 'speech' }, WORDS)).toMatchObject({ desk: { misses: 1 } });
  });

  test('is read back again to who agrees before they have heard its details', () => {
    const again = answer(ASKED_TO_CONFIRM, words('yes'), { ...WORDS, detailsHeard: false });
    expect(again.ends).toBeUndefined();
    expect(again.says[0]).toBe('A table for four on friday at seven.');
  });

  test.each([words('no'), key('2')])('begins again when the caller says no: %o', (no) => {
    expect(answer(ASKED_TO_CONFIRM, no, WORDS)).toMatchObject({
      desk: NEW_DESK,
      says: ['Let us start again.', 'For how many people shall I book?'],
    });
  });

  test.each([words('i would like a person'), key('0')])('hands over who asks for a person: %o', (said) => {
    for (const desk of [NEW_DESK, ASKED_TO_CONFIRM]) {
      expect(answer(desk, said, WORDS).ends).toEqual({ transfer: 'agent' });
    }
  });

  test('hands over who was not understood three times in a row, and counts anew after an answer', () => {
    const unclear: Said = { by: 'speech' };
    expect(after([unclear, unclear]).ends).toBeUndefined();
    expect(after([unclear, unclear, unclear]).ends).toEqual({ transfer: 'agent' });
    expect(after([unclear, unclear, words('four'), unclear, unclear]).ends).toBeUndefined();
  });

  test.each([
    ['people', key('9')],
    ['people', key('*')],
    ['day', key('8')],
    ['hour', key('4')],
  ] as const)('takes no answer to %s that cannot be: %o', (asks, said) => {
    const desk = { ...ASKED_TO_CONFIRM, asks };
    expect(answer(desk, said, WORDS).desk).toEqual({ ...desk, misses: 1 });
  });

  test('tells how to answer to who is silent, and always where only keys are understood', () => {
    expect(greeting(WORDS).says.join(' ')).not.toContain('key');
    expect(answer(NEW_DESK, { by: 'nothing' }, WORDS).says.at(-1)).toBe(
      'Say it, or press a key from one to eight.',
    );
    for (const saids of [[], [key('4')], [key('4'), key('5')], [key('4'), key('5'), key('7')]]) {
      expect(after(saids, KEYS).says.at(-1)).toMatch(/press/i);
    }
  });
});

test.each(['people', 'day', 'hour', 'confirm'] as const)(
  'the grammar of %s is of words of the vocabulary',
  (asks) => {
    const used = grammarOf(asks)
      .split('\n')
      .slice(2)
      .join('\n')
      .replace(/<\w+>/g, '')
      .match(/[a-z]+/g);
    expect((used ?? []).filter((word) => word !== 'public' && !VOCABULARY.has(word))).toEqual([]);
  },
);
