import { sign } from '@hookline/protocol/signature';
import { VirtualClock } from '@hookline/runtime';
import { type BotOptions, type CallHandler, createBot } from '../src/index.js';
import { dialHeaders, ScriptedClient, type ScriptedDial } from '../src/testing/index.js';

/** A client secret: 32 bytes in base64. */
export const SECRET = 'TXlTdXBlclNlY3JldEtleVRlbGxOby0xITJAMyM0JDU=';

/** A bot and a client that has dialled it, in virtual time. */
export async function dialBot(
  handler: CallHandler,
  options: Partial<BotOptions> = {},
  dial: Partial<ScriptedDial> = {},
) {
  const clock = new VirtualClock();
  const bot = createBot({ auth: { 'test-key': SECRET }, clock, ...options }, handler);
  const client = await clock.run(ScriptedClient.dial(bot, { clock, secret: SECRET, ...dial }));
  return { clock, bot, client };
}

/** An open call with caller audio in real time. @param open - parameters of `open` that replace the usual ones */
export async function openCall(
  handler: CallHandler,
  options: Partial<BotOptions> = {},
  dial: Partial<ScriptedDial> = {},
  open: Parameters<ScriptedClient['open']>[0] = {},
) {
  const line = await dialBot(handler, options, dial);
  line.client.open(open);
  await line.clock.advanceUntil(() => line.client.types.includes('opened'));
  return { ...line, stopAudio: line.client.stream() };
}

/** Waits for `disconnect`, answers it like Genesys Cloud, and closes the connection. */
export async function untilEnd(clock: VirtualClock, client: ScriptedClient) {
  await clock.advanceUntil(() => client.types.includes('disconnect'));
  const disconnect = client.last('disconnect');
  client.send('close', { reason: 'disconnect' });
  await clock.advanceUntil(() => client.types.includes('closed'));
  client.transport.close();
  await clock.advanceUntil(() => client.end !== undefined);
  await clock.advance(10);
  return disconnect?.parameters;
}

/** Hangs up as a caller does. */
export async function hangUp(clock: VirtualClock, client: ScriptedClient) {
  client.send('close', { reason: 'end' });
  await clock.advanceUntil(() => client.types.includes('closed'));
  client.transport.close();
  await clock.advanceUntil(() => client.end !== undefined);
  await clock.advance(10);
}

/** A handler that listens and does nothing. */
export const idle: CallHandler = () => new Promise<void>(() => {});

/** µ-law of so many milliseconds, not silent. */
export const audio = (ms: number) => new Uint8Array(ms * 8).fill(0x55);

/** A signed upgrade request whose signature has this nonce, as `bot.inject` takes it. */
export function requestWithNonce(clock: VirtualClock, nonce: string) {
  const headers = dialHeaders({ clock });
  const { headers: signed } = sign({
    requestTarget: '/',
    authority: 'bot.example.com',
    headers: {
      organizationId: headers['Audiohook-Organization-Id'] ?? '',
      sessionId: headers['Audiohook-Session-Id'] ?? '',
      correlationId: headers['Audiohook-Correlation-Id'] ?? '',
      apiKey: 'test-key',
    },
    secret: SECRET,
    nonce,
    created: Math.floor(clock.wall() / 1000),
  });
  return { url: '/', headers: { ...headers, ...signed } };
}
