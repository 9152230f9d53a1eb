import { endCall, type RealtimeService, startRealtime, transfer } from '@hookline/realtime';
import { type Clock, systemClock } from '@hookline/runtime';
import { type Bot, type BotOptions, type CallHandler, createBot } from '@hookline/server';
import { greeting, VOCABULARY } from './booking.js';
import { pocketsphinx } from './recogniser.js';
import { createReservationService } from './service.js';
import { Voice } from './voice.js';

/** The speech service that is available on this machine. */
export interface AvailableService {
  readonly service: RealtimeService;
  /** Whether it recognises words. */
  readonly wordsUnderstood: boolean;
}

/**
 * Creates the service with the voice of flite and, if it is installed, the recogniser pocketsphinx. The greeting is
 * synthesised in advance, so that the first caller does not wait for it.
 */
export async function createService(): Promise<AvailableService> {
  const voice = new Voice('kal');
  const recogniser = await pocketsphinx(VOCABULARY);
  const wordsUnderstood = recogniser !== undefined;
  for (const text of greeting({ wordsUnderstood }).sentences) await voice.speak(text);
  return { service: createReservationService({ voice, recogniser }), wordsUnderstood };
}

/** Describes in one sentence what the bot understands on this machine. */
export function describeCapabilities({ wordsUnderstood }: AvailableService): string {
  return wordsUnderstood
    ? 'pocketsphinx is installed: the bot understands words.'
    : 'pocketsphinx is not installed (npm run setup:system): the bot takes keys, and any speech for a yes.';
}

/** Observes what happens on a call. */
export interface CallObserver {
  /** Called with the recognised words. */
  onUnderstood?(words: string): void;
  /** Called when the caller interrupts the bot, with how much of the interrupted sentences was heard, in milliseconds. */
  onInterrupted?(heardMs: number): void;
}

/** Creates the call handler. It is written as for any speech-to-speech service. */
export function bookingHandler(
  { service }: AvailableService,
  clock: Clock,
  { onUnderstood, onInterrupted }: CallObserver = {},
): CallHandler {
  return (call) => {
    const session = startRealtime(call, service, {
      clock,
      tools: {
        end_call: endCall({ outputs: { reservation: 'the table that is booked' } }),
        transfer: transfer(['agent']),
      },
      // A single key is a complete answer: do not wait for more.
      dtmf: (key, session) => session.tell(key, { reply: true }),
    });
    session.on('text', ({ who, text }) => {
      if (who === 'caller') onUnderstood?.(text);
    });
    session.on('interrupted', ({ heard }) => {
      onInterrupted?.(heard.reduce((sum, { heardMs }) => sum + heardMs, 0));
    });
    return session.result;
  };
}

/** Creates a bot at `/voice` that books tables. */
export function createVoiceBot(
  available: AvailableService,
  auth: BotOptions['auth'],
  observer: CallObserver = {},
): Bot {
  return createBot({ auth, path: '/voice' }, bookingHandler(available, systemClock, observer));
}
