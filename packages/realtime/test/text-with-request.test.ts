import { describe, expect, test, vi } from 'vitest';
import { deepgram } from '../src/deepgram/index.js';
import { bridged, finish, ready, serviceCalls } from './bridged.js';
import { peer } from './peer.js';

const ASKS = { service: { can: { textAsks: true } } };

/** What the service was asked and told, in order. */
const told = (it: ReturnType<typeof bridged>) =>
  it.service.link.calls.flatMap((call): (string | readonly [string, boolean])[] => {
    if (call.type === 'ask') return ['ask'];
    return call.type === 'text' ? [[call.text, call.reply]] : [];
  });

describe('a service to which a text is itself the request for a reply', () => {
  test('gets keys and other texts with their request as one message', async () => {
    const it = bridged({}, ASKS);
    await ready(it);
    it.session.tell('The caller is known.');
    void it.call.sendDtmf('12');
    await it.clock.advance(2000);
    expect(told(it)).toEqual([
      ['The caller is known.', false],
      ['The caller pressed on the telephone: 12', true],
    ]);
    it.call.hangup();
    await finish(it);
  });

  test('gets texts that came during a reply once, together, when the reply is over', async () => {
    const it = bridged({}, ASKS);
    await ready(it);
    it.service.link.reply('r1', 500, { done: false });
    it.session.tell('The table is free.', { reply: true });
    it.session.tell('It has two seats.', { reply: true });
    await it.clock.advance(1000);
    expect(told(it)).toEqual([]);
    it.service.link.host.replyDone('r1', 'done');
    expect(told(it)).toEqual([['The table is free.\nIt has two seats.', true]]);
    await it.clock.advance(1000);
    expect(serviceCalls(it, 'ask')).toEqual([]);
    it.call.hangup();
    await finish(it);
  });

  test('gets a text as context if the caller interrupts before its reply is requested', async () => {
    const it = bridged({}, ASKS);
    await ready(it);
    it.service.link.reply('r1', 4000, { done: false });
    await it.clock.advance(500);
    it.session.tell('The table is free.', { reply: true });
    it.service.link.host.speech('start');
    expect(told(it)).toEqual([['The table is free.', false]]);
    it.call.hangup();
    await finish(it);
  });

  test('gets a text in the history, and only there, if the connection is lost before its reply is requested', async () => {
    const it = bridged({}, ASKS);
    await ready(it);
    it.service.link.reply('r1', 4000, { done: false });
    await it.clock.advance(500);
    it.session.tell('The table is free.', { reply: true });
    it.service.link.drop(1006);
    await it.clock.advanceUntil(() => it.service.links.length === 2);
    await it.clock.advance(5000);
    expect(it.service.link.start.history).toContainEqual({ who: 'caller', text: 'The table is free.' });
    expect(told(it)[0]).toBe('ask');
    expect(serviceCalls(it, 'text')).toEqual([]);
    it.call.hangup();
    await finish(it);
  });

  test('gets a text as context if it resumes its session by a handle, whose history lacks the text', async () => {
    const it = bridged({}, ASKS);
    await ready(it);
    it.service.link.host.resumable('handle-1');
    it.service.link.reply('r1', 4000, { done: false });
    await it.clock.advance(500);
    it.session.tell('The table is free.', { reply: true });
    it.service.link.drop(1006);
    await it.clock.advanceUntil(() => it.service.links.length === 2);
    await it.clock.advance(100);
    expect(told(it)).toEqual([['The table is free.', false], 'ask']);
    it.call.hangup();
    await finish(it);
  });

  test('is the Voice Agent of Deepgram: no key and no prompt after silence is added to its system prompt', async () => {
    const service = await peer(
      (message, send) => {
        if (message['type'] === 'Settings') send({ type: 'SettingsApplied' });
        // As a user who speaks: the service may report the text as spoken.
        if (message['type'] === 'InjectUserMessage')
          send({ type: 'ConversationText', role: 'user', content: message['content'] });
      },
      (send) => send({ type: 'Welcome', request_id: 'q' }),
    );
    const it = bridged(
      { limits: { silenceMs: 5000, replyMs: 2000 } },
      { on: deepgram({ apiKey: 'key', url: service.url }) },
    );
    const texts: string[] = [];
    await it.clock.advanceUntil(() => it.bot.sessions > 0);
    await it.clock.settle();
    await vi.waitFor(() => expect(it.session.state).toBe('listening'), 5000);
    it.session.on('text', ({ text }) => texts.push(text));
    const injected = () =>
      service.received.filter(({ type }) => type === 'InjectUserMessage').map(({ content }) => content);
    void it.call.sendDtmf('12');
    await it.clock.advance(1500);
    await vi.waitFor(() => expect(injected()).toHaveLength(1), 5000);
    expect(injected()).toEqual(['The caller pressed on the telephone: 12']);
    service.send(Buffer.alloc(800, 0x11));
    service.send({ type: 'AgentAudioDone' });
    await vi.waitFor(() => expect(it.session.state).toBe('speaking'), 5000);
    await it.clock.advance(5500);
    await vi.waitFor(() => expect(injected()).toHaveLength(2), 5000);
    expect(injected()[1]).toMatch(/^The caller has said nothing/);
    expect(service.received.filter(({ type }) => type === 'UpdatePrompt')).toEqual([]);
    expect(texts).toEqual([]);
    it.call.hangup();
    await it.clock.run(it.call.closed);
  });
});
