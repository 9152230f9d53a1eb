import { describe, expect, test } from 'vitest';
import {
  type BookingState,
  type BotTurn,
  type CallerInput,
  grammarOf,
  greeting,
  INITIAL_STATE,
  nextTurn,
  VOCABULARY,
} from './booking.js';

const WORDS = { wordsUnderstood: true, detailsHeard: true };
const KEYS = { wordsUnderstood: false, detailsHeard: true };
const words = (text: string): CallerInput => ({ kind: 'words', words: text });
const key = (pressed: string): CallerInput => ({ kind: 'key', key: pressed });

/** Applies inputs in order. */
function after(inputs: readonly CallerInput[], context = WORDS): BotTurn {
  let last: BotTurn = greeting(context);
  for (const said of inputs) last = nextTurn(last.state, said, context);
  return last;
}

const CONFIRMING: BookingState = { question: 'confirm', people: 4, day: 'friday', hour: 7, misses: 0 };

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
    ['by keys, although words are understood too', [key('4'), words('friday at seven')], WORDS],
  ] as const)('%s is read back, and confirmed by a word or a key', (_, saids, context) => {
    const asked = after(saids, context);
    expect(asked.state).toEqual(CONFIRMING);
    expect(asked.sentences[0]).toBe('A table for four on friday at seven.');
    for (const yes of [words('yes please'), key('1')]) {
      expect(nextTurn(asked.state, yes, context).end).toEqual({
        reservation: '4 people, Friday at 7 pm',
      });
    }
  });

  test('is confirmed by any speech only if words are not understood', () => {
    expect(nextTurn(CONFIRMING, { kind: 'speech' }, KEYS).end).toEqual({
      reservation: '4 people, Friday at 7 pm',
    });
    expect(nextTurn(CONFIRMING, { kind: 'speech' }, WORDS)).toMatchObject({ state: { misses: 1 } });
  });

  test('is read back again to a caller who confirms before hearing its details', () => {
    const again = nextTurn(CONFIRMING, words('yes'), { ...WORDS, detailsHeard: false });
    expect(again.end).toBeUndefined();
    expect(again.sentences[0]).toBe('A table for four on friday at seven.');
  });

  test.each([words('no'), key('2')])('begins again when the caller says no: %o', (no) => {
    expect(nextTurn(CONFIRMING, no, WORDS)).toMatchObject({
      state: INITIAL_STATE,
      sentences: ['Let us start again.', 'For how many people shall I book?'],
    });
  });

  test.each([words('i would like a person'), key('0')])(
    'transfers a caller who asks for a person: %o',
    (said) => {
      for (const state of [INITIAL_STATE, CONFIRMING]) {
        expect(nextTurn(state, said, WORDS).end).toEqual({ transfer: 'agent' });
      }
    },
  );

  test('transfers a caller after three answers in a row that were not understood, and restarts the count after a valid answer', () => {
    const unclear: CallerInput = { kind: 'speech' };
    expect(after([unclear, unclear]).end).toBeUndefined();
    expect(after([unclear, unclear, unclear]).end).toEqual({ transfer: 'agent' });
    expect(after([unclear, unclear, words('four'), unclear, unclear]).end).toBeUndefined();
  });

  test.each([
    ['people', key('9')],
    ['people', key('*')],
    ['day', key('8')],
    ['hour', key('4')],
  ] as const)('rejects an invalid answer to %s: %o', (question, input) => {
    const state = { ...CONFIRMING, question };
    expect(nextTurn(state, input, WORDS).state).toEqual({ ...state, misses: 1 });
  });

  test('explains how to answer when the caller is silent, and always if only keys are understood', () => {
    expect(greeting(WORDS).sentences.join(' ')).not.toContain('key');
    expect(nextTurn(INITIAL_STATE, { kind: 'nothing' }, WORDS).sentences.at(-1)).toBe(
      'Say it, or press a key from one to eight.',
    );
    for (const saids of [[], [key('4')], [key('4'), key('5')], [key('4'), key('5'), key('7')]]) {
      expect(after(saids, KEYS).sentences.at(-1)).toMatch(/press/i);
    }
  });
});

test.each(['people', 'day', 'hour', 'confirm'] as const)(
  'the grammar of %s uses only words of the vocabulary',
  (question) => {
    const used = grammarOf(question)
      .split('\n')
      .slice(2)
      .join('\n')
      .replace(/<\w+>/g, '')
      .match(/[a-z]+/g);
    expect((used ?? []).filter((word) => word !== 'public' && !VOCABULARY.has(word))).toEqual([]);
  },
);
