import { describe, expect, test } from 'vitest';
import { REPLY_IN_PROGRESS } from '../src/service/service.js';
import type { ScriptedLink } from '../src/testing/index.js';
import { bridged, finish, ready, serviceCalls } from './bridged.js';

const refuse = ({ host }: ScriptedLink) =>
  host.problem({ code: REPLY_IN_PROGRESS, message: 'already has an active response', fatal: false });

describe('a request for a reply that the service refuses, because it is generating another one', () => {
  test.each<readonly [string, (link: ScriptedLink) => void]>([
    [
      'began before the refusal arrived',
      (link) => {
        link.host.replyStarted('own');
        refuse(link);
      },
    ],
    [
      'is reported after the refusal',
      (link) => {
        refuse(link);
        link.host.replyStarted('own');
      },
    ],
  ])('is repeated, once that one is over, if it %s', async (_, onFirst) => {
    let asked = 0;
    const it = bridged(
      { tools: { book: { description: 'Books.', run: () => ({ booked: true }) } } },
      {
        service: {
          onAsk: (link) => {
            asked += 1;
            if (asked === 1) onFirst(link);
            else link.reply('answer', 500, { byte: 0x22 });
          },
        },
      },
    );
    await ready(it);
    const problems: string[] = [];
    it.session.on('problem', ({ code }) => problems.push(code));
    const { link } = it.service;
    link.host.toolCall('1', 'book', '{}');
    await it.clock.advance(500);
    expect(problems).toEqual([REPLY_IN_PROGRESS]);
    expect(asked).toBe(1);
    link.reply('own', 500, { byte: 0x11 });
    expect(asked).toBe(2);
    await it.clock.advance(3000);
    expect(it.recorder.heardMs(0x11)).toBe(500);
    expect(it.recorder.heardMs(0x22)).toBe(500);
    await it.clock.advance(20_000);
    expect(asked).toBe(2);
    it.call.hangup();
    await finish(it);
  });

  test('is repeated with its words when the service has cancelled that one', async () => {
    let asked = 0;
    const it = bridged(
      {},
      {
        service: {
          onAsk: (link) => {
            asked += 1;
            if (asked === 1) refuse(link);
            else link.reply('answer', 500, { byte: 0x22 });
          },
        },
      },
    );
    await ready(it);
    const { link } = it.service;
    link.reply('r1', 5000, { done: false });
    await it.clock.advance(500);
    it.session.interrupt();
    it.session.say('One moment.');
    await it.clock.advance(100);
    expect(asked).toBe(1);
    link.host.replyDone('r1', 'cancelled');
    expect(serviceCalls(it, 'ask').map(({ words }) => words)).toEqual(['One moment.', undefined]);
    expect(serviceCalls(it, 'text').map(({ text }) => text)).toEqual(['Say to the caller: One moment.']);
    await it.clock.advance(2000);
    expect(it.recorder.heardMs(0x22)).toBe(500);
    it.call.hangup();
    await finish(it);
  });

  test('is not repeated if the caller speaks: the reply to their words covers it', async () => {
    const it = bridged({ tools: { book: { description: 'Books.', run: () => ({ booked: true }) } } });
    await ready(it);
    const { link } = it.service;
    link.host.toolCall('1', 'book', '{}');
    await it.clock.settle();
    link.host.speech('start');
    refuse(link);
    link.host.speech('end');
    link.reply('own', 500);
    await it.clock.advance(20_000);
    expect(serviceCalls(it, 'ask')).toHaveLength(1);
    it.call.hangup();
    await finish(it);
  });

  test.each<readonly [string, (it: ReturnType<typeof bridged>) => void]>([
    ['the caller speaks', ({ service }) => service.link.host.speech('start')],
    ['the bot interrupts it', ({ session }) => session.interrupt()],
  ])('is not repeated if meanwhile %s, whatever it asked for', async (_, withdraw) => {
    for (const ask of ['say', 'tell'] as const) {
      const it = bridged({});
      await ready(it);
      if (ask === 'say') it.session.say('One moment.');
      else it.session.tell('The table is free.', { reply: true });
      await it.clock.settle();
      const asks = serviceCalls(it, 'ask').length;
      withdraw(it);
      refuse(it.service.link);
      await it.clock.settle();
      expect(serviceCalls(it, 'ask')).toHaveLength(asks);
      it.call.hangup();
      await finish(it);
    }
  });

  test('is not repeated at the end of an interrupted reply if no request was refused', async () => {
    const it = bridged({});
    await ready(it);
    const { link } = it.service;
    link.reply('r1', 5000, { done: false });
    await it.clock.advance(500);
    it.session.interrupt();
    it.session.tell('The table is free.', { reply: true });
    it.session.tell('It has four seats.', { reply: true });
    await it.clock.settle();
    const asks = serviceCalls(it, 'ask').length;
    link.host.replyDone('r1', 'cancelled');
    await it.clock.settle();
    expect(serviceCalls(it, 'ask')).toHaveLength(asks);
    it.call.hangup();
    await finish(it);
  });

  test('without end counts as not answered', async () => {
    const it = bridged({ greeting: 'model', limits: { replyMs: 1000 } }, { service: { onAsk: refuse } });
    expect((await finish(it)).path).toBe('failure');
    await expect(it.session.result).rejects.toMatchObject({ reason: 'SERVICE_SILENT' });
    expect(serviceCalls(it, 'ask').length).toBeLessThanOrEqual(4);
  });
});
