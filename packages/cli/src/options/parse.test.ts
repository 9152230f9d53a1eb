import { describe, expect, test } from 'vitest';
import { parseMoment, parseNumber, parseTime } from './parse.js';

describe('a moment of the call', () => {
  test.each([
    ['1', { value: '1', when: { from: 'opened', afterMs: 0 } }],
    ['1@3s', { value: '1', when: { from: 'opened', afterMs: 3000 } }],
    ['1@playback', { value: '1', when: { from: 1, afterMs: 0 } }],
    ['1@playback1+0ms', { value: '1', when: { from: 1, afterMs: 0 } }],
    ['1@playback2', { value: '1', when: { from: 2, afterMs: 0 } }],
    ['1@playback2+1.5s', { value: '1', when: { from: 2, afterMs: 1500 } }],
    ['a@b.wav@playback9999+1m', { value: 'a@b.wav', when: { from: 9999, afterMs: 60_000 } }],
  ])('is parsed: %s', (text, moment) => {
    expect(parseMoment(text, '--dtmf')).toEqual(moment);
  });

  test.each([
    '@3s',
    '1@',
    '1@playback0',
    '1@playback-1',
    '1@playback10000',
    '1@playback1.5',
    '1@playback+',
    '1@-3s',
    '1@NaNs',
    '1@playback2+Infinitys',
  ])('is refused: %s', (text) => {
    expect(() => parseMoment(text, '--dtmf')).toThrow(/^--dtmf/);
  });
});

describe('a number or a time of an option', () => {
  test.each([
    '',
    ' ',
    'x',
    'NaN',
    'Infinity',
    '-1',
    '1.5',
    '1e9',
    '1e1',
    '0x10',
    ' 5',
    '+5',
    '5.',
    '.5',
    '101',
  ])('is refused as a number: %j', (text) => {
    expect(() => parseNumber(text, '--n', { min: 0, max: 100, integer: true })).toThrow(/^--n takes/);
  });

  test.each([
    '',
    '5',
    'NaNs',
    '-1s',
    'Infinityms',
    '1e3s',
    '0x1s',
    ' 5s',
    '5 s',
    '999999999m',
    '2147483648ms',
  ])('is refused as a time: %j', (text) => {
    expect(() => parseTime(text, '--t')).toThrow(/^--t takes/);
  });
});
