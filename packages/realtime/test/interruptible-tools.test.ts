import { describe, expect, test } from 'vitest';
import type { Tool } from '../src/index.js';
import { type Bridged, bridged, finish, ready, serviceCalls } from './bridged.js';

/** Tools that run until they are aborted, and the names of those that were. */
function running() {
  const aborted: string[] = [];
  const named = (name: string, interruptible: boolean): Tool => ({
    description: '',
    interruptible,
    run: (_, { signal }) =>
      new Promise((_, reject) =>
        signal.addEventListener('abort', () => {
          aborted.push(name);
          reject(signal.reason);
        }),
      ),
  });
  return { aborted, tools: { search: named('search', true), book: named('book', false) } };
}

async function withTools(options: Parameters<typeof bridged>[0] = {}) {
  const { aborted, tools } = running();
  const it = bridged({ tools, ...options });
  await ready(it);
  const { host } = it.service.link;
  host.replyStarted('r1');
  host.toolCall('t1', 'search', '{}');
  host.toolCall('t2', 'book', '{}');
  host.replyDone('r1', 'done');
  await it.clock.advance(500);
  return { it, aborted, host };
}

async function hangUp(it: Bridged) {
  it.call.hangup();
  await finish(it);
}

describe('tools with interruptible, while nothing plays and no reply is due, are aborted', () => {
  test.each<[string, (it: Bridged) => void]>([
    ['speech of the caller', (it) => it.service.link.host.speech('start')],
    ['a key', (it) => it.call.sendDtmf('1')],
    ['the bot', (it) => it.session.interrupt()],
    [
      'a service that reports the speech with the reply before',
      (it) => it.service.link.host.interrupted('r1'),
    ],
  ])('by %s, and the model is told', async (_, speak) => {
    const { it, aborted } = await withTools();
    speak(it);
    await it.clock.advance(100);
    expect(aborted).toEqual(['search']);
    expect(serviceCalls(it, 'toolResult')).toMatchObject([
      { id: 't1', result: { error: 'the caller interrupted' }, reply: false },
    ]);
    expect(it.session.stats.interruptions).toBe(0);
    await hangUp(it);
  });

  test.each([
    ['speech of the caller', (it: Bridged) => it.service.link.host.speech('start')],
    ['a key', (it: Bridged) => it.call.sendDtmf('1')],
  ])(
    'by %s, and the model is told nothing to which it would reply, whatever reply they have',
    async (_, speak) => {
      for (const reply of ['after', 'none', 'later'] as const) {
        const find: Tool = {
          ...{ description: '', interruptible: true, reply },
          run: () => new Promise(() => {}),
        };
        const it = bridged({ tools: { find }, dtmf: () => {} });
        await ready(it);
        const { host } = it.service.link;
        host.replyStarted('r1');
        host.toolCall('t1', 'find', '{}');
        host.replyDone('r1', 'done');
        // The model answers that the result will follow.
        if (reply === 'later') it.service.link.reply('r2', 300);
        await it.clock.advance(2000);
        const before = it.service.link.calls.length;
        speak(it);
        await it.clock.advance(500);
        const { calls } = it.service.link;
        expect(calls.slice(before), reply).toMatchObject([
          reply === 'later'
            ? { type: 'text', text: 'Result of find: {"error":"the caller interrupted"}', reply: false }
            : { type: 'toolResult', result: { error: 'the caller interrupted' }, reply: false },
        ]);
        await hangUp(it);
      }
    },
  );

  test('only by speech that counts, also if the audio before ends meanwhile', async () => {
    const { aborted, tools } = running();
    const it = bridged({ tools, interruption: { minSpeechMs: 300 } });
    await ready(it);
    const { host } = it.service.link;
    host.toolCall('t1', 'search', '{}');
    it.service.link.reply('r1', 500);
    await it.clock.advanceUntil(() => it.session.state === 'speaking');
    await it.clock.advance(400);
    host.speech('start');
    await it.clock.advance(250);
    expect(it.session.state).not.toBe('speaking');
    expect(aborted).toEqual([]);
    await it.clock.advance(100);
    expect(aborted).toEqual(['search']);
    await hangUp(it);
  });
});

test('a late report on a reply that is over does not interrupt the next one', async () => {
  const it = bridged();
  await ready(it);
  it.service.link.reply('r1', 500);
  await it.clock.advance(1000);
  it.service.link.reply('r2', 500, { byte: 0x22 });
  it.service.link.host.interrupted('r1');
  await it.clock.advance(1000);
  expect(it.recorder.heardMs(0x22)).toBe(500);
  await hangUp(it);
});
