import { describe, expect, test } from 'vitest';
import { REPLY_IN_PROGRESS } from '../src/service/service.js';
import type { ScriptedLink } from '../src/testing/index.js';
import { bridged, finish, ready, serviceCalls } from './bridged.js';

const WORDS = 'Your table is booked.';
const AS_TEXT = `Say to the caller: ${WORDS}`;
const FAULT = { code: 'server_error', message: 'no', fatal: false };

/** A session that is to say the words, with a service that responds to the first request like this. */
async function saying(onFirst: (link: ScriptedLink) => void, textAsks = false) {
  let asked = 0;
  const onRequest = (link: ScriptedLink) => {
    asked += 1;
    if (asked === 1) onFirst(link);
    else link.reply(`r${asked}`, 500, { byte: 0x22 });
  };
  const it = bridged(
    { limits: { replyMs: 1000 } },
    {
      service: {
        can: { textAsks },
        onAsk: onRequest,
        onText: (link, _, reply) => {
          if (reply) onRequest(link);
        },
      },
    },
  );
  await ready(it);
  it.session.say(WORDS);
  expect(serviceCalls(it, 'ask')[0]).toHaveProperty('words', WORDS);
  return it;
}

const FAULTS: readonly (readonly [string, (link: ScriptedLink) => void])[] = [
  [
    'fails',
    ({ host }) => {
      host.replyStarted('r1');
      host.replyDone('r1', 'failed', FAULT);
    },
  ],
  [
    'fails after some audio',
    (link) => {
      link.reply('r1', 300, { done: false });
      link.host.replyDone('r1', 'failed', FAULT);
    },
  ],
  ['is empty', (link) => link.reply('r1', 0)],
  ['stalls', (link) => link.reply('r1', 300, { done: false })],
  ['does not arrive', () => {}],
];

describe('words that the bot says', () => {
  test.each(FAULTS)('are requested again, as a text, if their reply %s', async (_, onFirst) => {
    const it = await saying(onFirst);
    await it.clock.advance(4000);
    expect(it.service.link.calls.slice(-2)).toMatchObject([
      { type: 'text', text: AS_TEXT, reply: false },
      { type: 'ask', words: undefined },
    ]);
    expect(it.recorder.heardMs(0x22)).toBe(500);
    await it.clock.advance(5000);
    expect(serviceCalls(it, 'ask')).toHaveLength(2);
    it.call.hangup();
    await finish(it);
  });

  test('are sent together with the request to a service that takes them so', async () => {
    const it = await saying(() => {}, true);
    await it.clock.advance(4000);
    expect(serviceCalls(it, 'text')).toMatchObject([{ text: AS_TEXT, reply: true }]);
    expect(it.recorder.heardMs(0x22)).toBe(500);
    it.call.hangup();
    await finish(it);
  });

  test('are requested from the next connection if this one is lost', async () => {
    const it = await saying(() => {});
    it.service.link.drop();
    await it.clock.advance(4000);
    expect(it.service.link.calls).toMatchObject([
      { type: 'text', text: AS_TEXT, reply: false },
      { type: 'ask', words: undefined },
    ]);
    expect(it.recorder.heardMs(0x22)).toBe(500);
    it.call.hangup();
    await finish(it);
  });

  test('are requested together with others that are to be said before the first are requested again', async () => {
    const it = await saying(FAULTS[0]?.[1] ?? expect.fail());
    await it.clock.advance(100);
    it.session.say('Goodbye.');
    await it.clock.advance(4000);
    expect(serviceCalls(it, 'ask').map(({ words }) => words)).toEqual([WORDS, `${WORDS} Goodbye.`]);
    it.call.hangup();
    await finish(it);
  });

  test.each([false, true])(
    'come before others that the bot says next, if their reply fails: texts with the request %s',
    async (textAsks) => {
      const it = await saying(() => {}, textAsks);
      it.session.say('Goodbye.');
      it.service.link.host.replyStarted('r1');
      it.service.link.host.replyDone('r1', 'failed', FAULT);
      await it.clock.advance(4000);
      const texts = serviceCalls(it, 'text').map(({ text }) => text);
      expect(texts.join('\n')).toBe(`${AS_TEXT}\nSay to the caller: Goodbye.`);
      expect(it.recorder.heardMs(0x22)).toBe(500);
      it.call.hangup();
      await finish(it);
    },
  );

  test.each([false, true])(
    'come before others that the bot says next, if the service refuses the request: texts with the request %s',
    async (textAsks) => {
      const it = await saying(() => {}, textAsks);
      it.session.say('Goodbye.');
      const { host } = it.service.link;
      host.replyStarted('own');
      host.problem({ code: REPLY_IN_PROGRESS, message: 'busy', fatal: false });
      host.replyDone('own', 'done');
      await it.clock.advance(4000);
      const texts = serviceCalls(it, 'text').map(({ text }) => text);
      expect(texts.join('\n')).toBe(`${AS_TEXT}\nSay to the caller: Goodbye.`);
      it.call.hangup();
      await finish(it);
    },
  );

  test.each(['before', 'after'])(
    'come first if the bot says others %s the connection is lost',
    async (when) => {
      const it = await saying(() => {});
      if (when === 'before') it.session.say('Goodbye.');
      it.service.link.drop();
      if (when === 'after') it.session.say('Goodbye.');
      await it.clock.advance(4000);
      const told = [...it.service.link.start.history, ...serviceCalls(it, 'text')].map(({ text }) => text);
      expect(told).toEqual([AS_TEXT, 'Say to the caller: Goodbye.']);
      expect(it.recorder.heardMs(0x22)).toBe(500);
      it.call.hangup();
      await finish(it);
    },
  );

  test('leave a later request of the bot to be told once they were said', async () => {
    const it = await saying((link) => link.reply('r1', 300, { done: false }));
    it.session.say('Goodbye.');
    it.service.link.host.replyDone('r1', 'done');
    await it.clock.advance(4000);
    expect(it.service.link.calls.slice(-2)).toMatchObject([
      { type: 'text', text: 'Say to the caller: Goodbye.', reply: false },
      { type: 'ask', words: undefined },
    ]);
    it.call.hangup();
    await finish(it);
  });

  test.each([false, true])(
    'come in order while the caller speaks over the reply: texts with the request %s',
    async (textAsks) => {
      const it = bridged({ interruption: { by: 'off' } }, { service: { can: { textAsks } } });
      await ready(it);
      it.session.say('One.');
      const { host } = it.service.link;
      host.replyStarted('r1');
      host.speech('start');
      it.session.say('Two.');
      host.replyDone('r1', 'done');
      it.session.say('Three.');
      host.speech('end');
      await it.clock.advance(100);
      expect(serviceCalls(it, 'ask').flatMap(({ words }) => words ?? [])).toEqual(['One.']);
      const texts = serviceCalls(it, 'text').map(({ text }) => text);
      expect(texts.join('\n')).toBe('Say to the caller: Two.\nSay to the caller: Three.');
      it.call.hangup();
      await finish(it);
    },
  );

  test.each([
    ['were heard', (link: ScriptedLink) => link.reply('r1', 300)],
    ['were interrupted by the caller', ({ host }: ScriptedLink) => host.speech('start')],
  ])('are not requested again once they %s', async (_, onFirst) => {
    const it = await saying(onFirst);
    await it.clock.advance(500);
    it.service.link.host.speech('end');
    it.session.tell('They are a regular guest.', { reply: true });
    await it.clock.advance(3000);
    expect(serviceCalls(it, 'text').map(({ text }) => text)).toEqual(['They are a regular guest.']);
    it.call.hangup();
    await finish(it);
  });
});
