import { endCall, type RealtimeService, startRealtime, transfer } from '@hookline/realtime';
import { type Clock, systemClock } from '@hookline/runtime';
import { type Bot, type BotOptions, type CallHandler, createBot } from '@hookline/server';
import { greeting, VOCABULARY } from './booking.js';
import { pocketsphinx } from './recogniser.js';
import { reservations } from './service.js';
import { Voice } from './voice.js';

/** What the bot finds on this machine. */
export interface Found {
  readonly service: RealtimeService;
  /** Whether it understands words. */
  readonly words: boolean;
}

/**
 * The service with the voice of flite and, where it is installed, pocketsphinx. The greeting is spoken once in advance,
 * so that the first caller does not wait for it.
 */
export async function findService(): Promise<Found> {
  const voice = new Voice('kal');
  const recogniser = await pocketsphinx(VOCABULARY);
  const words = recogniser !== undefined;
  for (const text of greeting({ words }).says) await voice.speak(text);
  return { service: reservations({ voice, recogniser }), words };
}

/** In a sentence, what the bot is able to do on this machine. */
export function abilities({ words }: Found): string {
  return words
    ? 'pocketsphinx is installed: the bot understands words.'
    : 'pocketsphinx is not installed (npm run setup:system): the bot takes keys, and any speech for a yes.';
}

/** What happens on a call, for who looks on. */
export interface Onlooker {
  /** The words that were understood. */
  understood?(words: string): void;
  /** The caller talked over the bot and had heard so much of what was cut off, in milliseconds. */
  interrupted?(heardMs: number): void;
}

/** What is done with a call. It is written as for any speech-to-speech service. */
export function takeBookings(
  { service }: Found,
  clock: Clock,
  { understood, interrupted }: Onlooker = {},
): CallHandler {
  return (call) => {
    const session = startRealtime(call, service, {
      clock,
      tools: {
        end_call: endCall({ outputs: { reservation: 'the table that is booked' } }),
        transfer: transfer(['agent']),
      },
      // One key is an answer: none is waited for after it.
      dtmf: (key, it) => it.tell(key, { reply: true }),
    });
    session.on('text', ({ who, text }) => {
      if (who === 'caller') understood?.(text);
    });
    session.on('interrupted', ({ heard }) => {
      interrupted?.(heard.reduce((sum, { heardMs }) => sum + heardMs, 0));
    });
    return session.result;
  };
}

/** A bot that books tables, at `/voice`. */
export function createVoiceBot(found: Found, auth: BotOptions['auth'], onlooker: Onlooker = {}): Bot {
  return createBot({ auth, path: '/voice' }, takeBookings(found, systemClock, onlooker));
}
