import { describe, expect, test } from 'vitest';
import { ReplyText } from '../src/session/reply-text.js';
import { bridged, finish, ready } from './bridged.js';

const JAPANESE = 'お電話ありがとうございます。本日はどのようなご用件でしょうか。ご予約の変更ですね。';

/** The text of which the caller heard `heardMs` of `totalMs`. */
function heardOf(text: string, heardMs: number, totalMs: number, complete = true): string {
  const reply = new ReplyText();
  reply.add('a', text, true);
  return reply.heard([{ key: 'a', heardMs, totalMs }], complete);
}

describe('the heard text of an interrupted reply', () => {
  test.each([
    ['Thank you for calling. How can I help?', 'Thank you for'],
    ['The code is R-7-alpha-12, all right?', 'The code is'],
    ['', ''],
  ])('of %j ends between two words', (text, half) => {
    expect(heardOf(text, 1000, 2000)).toBe(half);
  });

  // Where words end without a space depends on the dictionaries of the runtime.
  test.each([
    JAPANESE,
    '感谢您的来电。请问有什么可以帮您的吗?',
    'ขอบคุณที่โทรมาค่ะมีอะไรให้ช่วยไหมคะ',
    'Hello 感谢您的来电请问有什么可以帮您',
  ])('of %j ends about where the caller has heard it, without a space there', (text) => {
    const half = heardOf(text, 1000, 2000);
    expect(text.startsWith(half)).toBe(true);
    expect(half.length).toBeLessThanOrEqual(text.length / 2);
    expect(half.length).toBeGreaterThan(text.length / 2 - 6);
  });

  test('is empty if not even the first word was heard', () => {
    expect(heardOf('Telephone number, please', 50, 2000)).toBe('');
    expect(heardOf(JAPANESE, 10, 8000)).toBe('');
  });

  test('is bounded by what can be said in that time, if the text may run ahead of its audio', () => {
    expect(heardOf('one two three four five six seven', 1000, 1001, false)).toBe('one two three');
    // A syllable or more for each character takes longer than a letter.
    const second = heardOf(JAPANESE, 1000, 1001, false);
    expect(JAPANESE.startsWith(second)).toBe(true);
    expect(second.length).toBeLessThanOrEqual(8);
    expect(second.length).toBeGreaterThan(2);
    expect(heardOf(JAPANESE, 60_000, 60_001, false).length).toBeGreaterThan(JAPANESE.length - 6);
  });

  test('is reported as a turn, and kept for a reconnect, in a language without spaces', async () => {
    const it = bridged();
    await ready(it);
    it.service.link.reply('r1', 8000, { text: JAPANESE });
    await it.clock.advance(6000);
    it.service.link.host.speech('start');
    await it.clock.advance(100);
    it.service.link.drop(1006);
    await it.clock.advanceUntil(() => it.service.links.length === 2);
    const [turn = ''] = it.recorder.turns;
    expect(turn.length).toBeGreaterThan(20);
    expect(JAPANESE.startsWith(turn)).toBe(true);
    expect(it.service.link.start.history).toEqual([{ who: 'bot', text: turn }]);
    it.call.hangup();
    await finish(it);
  });
});

test('a part that another part follows was spoken as a whole, however fast, but the last may run ahead of its audio', () => {
  const reply = new ReplyText();
  reply.add('a', 'one two three four five six', true);
  reply.add('b', 'seven eight nine ten eleven', false);
  const heard = { heardMs: 1000, totalMs: 1000 };
  expect(
    reply.heard(
      [
        { key: 'a', ...heard },
        { key: 'b', ...heard },
      ],
      false,
    ),
  ).toBe('one two three four five six seven eight');
});
