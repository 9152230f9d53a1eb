import { describe, expect, test } from 'vitest';
import { DeepgramSession } from '../src/deepgram/deepgram-session.js';
import { deepgram } from '../src/deepgram/index.js';
import { GeminiSession } from '../src/gemini/gemini-session.js';
import { gemini } from '../src/gemini/index.js';
import type { RealtimeService, ServiceHost, ServiceLink } from '../src/index.js';
import type { Wire } from '../src/wire/wire-session.js';
import { bridged, finish } from './bridged.js';

/** What a service without ids of replies sends. */
interface Sender {
  readonly link: ServiceLink;
  /** One second of a reply. */
  say(): void;
  /** The service takes up a request for a reply. */
  takeUp(): void;
}

const wireTo = (onSent: () => void) =>
  ({ send: onSent, sendText() {}, sendBytes() {}, close() {}, bufferedBytes: 0 }) as unknown as Wire;

const VENDORS: readonly (readonly [
  string,
  RealtimeService,
  (host: ServiceHost, onSent: () => void) => Sender,
])[] = [
  [
    'Deepgram',
    deepgram({ apiKey: 'key' }),
    (host, onSent) => {
      const link = new DeepgramSession(host, [], false);
      const wire = wireTo(onSent);
      link.start(wire);
      return {
        link,
        say: () => link.onAudio(Buffer.alloc(8000, 0x11)),
        takeUp: () => link.onMessage({ type: 'AgentThinking' }, wire),
      };
    },
  ],
  [
    'Gemini',
    gemini({ apiKey: 'key' }),
    (host, onSent) => {
      const link = new GeminiSession(host);
      const wire = wireTo(onSent);
      link.start(wire);
      const data = Buffer.alloc(48_000, 0x11).toString('base64');
      const say = () =>
        link.onMessage({ serverContent: { modelTurn: { parts: [{ inlineData: { data } }] } } }, wire);
      return { link, say, takeUp() {} };
    },
  ],
];

/** A session on a service that says one second of a reply, and never its end. */
async function stalled(
  service: RealtimeService,
  made: (host: ServiceHost, onSent: () => void) => Sender,
  onAsk: (sender: Sender) => void,
) {
  let sender: Sender | undefined;
  let asking = false;
  const on: RealtimeService = {
    ...service,
    async connect(host) {
      sender = made(host, () => {
        if (asking && sender) onAsk(sender);
      });
      return sender.link;
    },
  };
  const it = bridged({}, { on });
  await it.clock.advanceUntil(() => it.bot.sessions > 0 && sender !== undefined);
  await it.clock.settle();
  asking = true;
  sender?.say();
  return { it, sender };
}

describe.each(VENDORS)('a reply of %s that stalls', (_, service, made) => {
  test('is requested again, and the answer is heard', async () => {
    let asked = 0;
    const { it } = await stalled(service, made, (sender) => {
      asked += 1;
      if (asked > 1) return;
      sender.takeUp();
      sender.say();
    });
    await it.clock.advance(12_000);
    expect(asked).toBeGreaterThan(0);
    expect(it.session.stats).toMatchObject({ replies: 2, lateAudioMs: 0 });
    it.call.hangup();
    await finish(it);
  });
});

test('the rest of a reply of Gemini that the bot has stopped is dropped, although the model is asked for another', async () => {
  const [, service, made] = VENDORS[1] ?? expect.fail();
  const { it, sender } = await stalled(service, made, (asked) => asked.say());
  await it.clock.advance(500);
  it.session.interrupt();
  it.session.say('One moment.');
  await it.clock.advance(2000);
  expect(it.session.stats.lateAudioMs).toBe(1000);
  sender?.link.close();
  it.call.hangup();
  await finish(it);
});
