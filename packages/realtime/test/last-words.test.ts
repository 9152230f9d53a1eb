import { describe, expect, it, test } from 'vitest';
import type { ScriptedLink } from '../src/testing/index.js';
import { type Bridged, bridged, finish, ready, serviceCalls } from './bridged.js';

const GOODBYE = 0x33;
const OTHER = 0x44;

/** A call to whose service each request is answered after 300 ms, with 1 s of audio. */
function answered(about: { readonly connectMs?: number; readonly replyMs?: number } = {}): Bridged {
  const it: Bridged = bridged(
    { limits: { replyMs: about.replyMs ?? 8000 } },
    {
      service: {
        connectMs: about.connectMs ?? 0,
        onAsk: (link: ScriptedLink) => {
          it.clock.after(300, () => link.reply(`r${link.calls.length}`, 1000, { byte: GOODBYE }));
        },
      },
    },
  );
  return it;
}

describe('words that are requested right before the session ends are heard', () => {
  test.each<[string, (it: Bridged) => void]>([
    ['say', (it) => it.session.say('Goodbye.')],
    ['tell with a reply', (it) => it.session.tell('Say goodbye.', { reply: true })],
  ])('with %s', async (_, request) => {
    const it = answered();
    await ready(it);
    request(it);
    it.session.end({ done: 'yes' });
    expect(await finish(it)).toMatchObject({ path: 'success', outputs: { done: 'yes' } });
    expect(it.recorder.heardMs(GOODBYE)).toBe(1000);
  });

  test('while another reply is made, after that one', async () => {
    const it = answered();
    await ready(it);
    it.service.link.reply('first', 2000, { byte: OTHER, everyMs: 100 });
    await it.clock.advance(100);
    it.session.say('Goodbye.');
    it.session.end();
    await finish(it);
    expect(it.recorder.heardMs(OTHER)).toBe(2000);
    expect(it.recorder.heardMs(GOODBYE)).toBe(1000);
    expect(serviceCalls(it, 'ask')).toHaveLength(1);
  });

  test('although the service refuses the request because it still generates a reply that was interrupted', async () => {
    let busy = true;
    const it: Bridged = bridged(
      {},
      {
        service: {
          onAsk(link: ScriptedLink) {
            const refusal = {
              code: 'conversation_already_has_active_response',
              message: 'busy',
              fatal: false,
            };
            if (busy) it.clock.after(30, () => link.host.problem(refusal));
            else link.reply('goodbye', 1000, { byte: GOODBYE });
          },
        },
      },
    );
    await ready(it);
    it.service.link.reply('first', 5000, { byte: OTHER, everyMs: 100 });
    await it.clock.advance(1000);
    it.session.interrupt();
    it.session.say('Goodbye.');
    it.session.end();
    await it.clock.advance(100);
    busy = false;
    it.service.link.host.replyDone('first', 'cancelled');
    expect(await finish(it)).toMatchObject({ path: 'success' });
    expect(it.recorder.heardMs(GOODBYE)).toBe(1000);
  });

  test('that a listener to an interruption requests', async () => {
    const it = answered();
    await ready(it);
    it.session.on('interrupted', () => it.session.say('Sorry, go on.'));
    it.service.link.reply('first', 5000, { byte: OTHER, everyMs: 100 });
    await it.clock.advance(1000);
    it.session.interrupt();
    await it.clock.advance(2000);
    it.session.end();
    await finish(it);
    expect(it.recorder.heardMs(GOODBYE)).toBe(1000);
  });

  test('while the service is still being connected', async () => {
    const it = answered({ connectMs: 1500 });
    await it.clock.advance(100);
    it.session.say('We are closed.');
    it.session.end();
    await finish(it);
    expect(it.recorder.heardMs(GOODBYE)).toBe(1000);
  });
});

describe('the end of a session does not wait for words', () => {
  it('longer than limits.replyMs, if the service does not say them', async () => {
    const it = bridged({ limits: { replyMs: 2000 } });
    await ready(it);
    const nowMs = it.clock.now();
    it.session.say('Goodbye.');
    it.session.end();
    expect((await finish(it)).path).toBe('success');
    expect(it.clock.now() - nowMs).toBeGreaterThan(1900);
    expect(it.clock.now() - nowMs).toBeLessThan(3000);
  });

  it('if the connection that was to say them is lost', async () => {
    const it = answered();
    await ready(it);
    it.session.say('Goodbye.');
    it.session.end();
    it.service.link.drop();
    await it.clock.advance(400);
    expect(it.session.state).toBe('closed');
    expect((await finish(it)).path).toBe('success');
  });

  it('if it is to end now', async () => {
    const it = answered();
    await ready(it);
    it.session.say('Goodbye.');
    it.session.end({}, { after: 'now' });
    expect(it.session.state).toBe('closed');
    await it.clock.advance(400);
    await finish(it);
    expect(it.recorder.heardMs(GOODBYE)).toBe(0);
  });

  it('that answer keys of the caller, nor are words said that are requested later', async () => {
    const it = bridged({ dtmfGroupMs: 100 });
    await ready(it);
    it.service.link.reply('last', 2000, { byte: OTHER, everyMs: 200 });
    it.service.link.host.speech('start');
    void it.call.sendDtmf('5');
    await it.clock.advance(300);
    it.session.end();
    it.session.say('One more thing.');
    await finish(it);
    expect(serviceCalls(it, 'ask')).toEqual([]);
  });
});
