import { type ClientMessage, type ClientParameters, durationToMs } from '@hookline/protocol';
import type { Clock } from '@hookline/runtime';
import type { DigitCollector } from '../dtmf/digit-collector.js';
import type { Player } from '../playback/player.js';
import type { Outbox } from '../session/outbox.js';
import type { Session } from '../session/session.js';
import type { AudioGap } from './call.js';
import type { CallEmitter } from './call-emitter.js';
import type { PauseRequests } from './pause-requests.js';

/** The parts of a call that the client's messages concern. */
export interface CallParts {
  readonly player: Player;
  readonly outbox: Outbox;
  readonly pauses: PauseRequests;
  readonly digits: DigitCollector;
  readonly emitter: CallEmitter;
  readonly session: Session;
  readonly clock: Clock;
  /** The caller's language in `open`. */
  readonly language: string | undefined;
}

/** Handles the messages of the client: each goes first to the parts of the call, then to the bot. */
export class CallMessages {
  readonly #parts: CallParts;
  #language: string | undefined;

  constructor(parts: CallParts) {
    this.#parts = parts;
    this.#language = parts.language;
  }

  /** The caller's current language. */
  get language(): string | undefined {
    return this.#language;
  }

  /** Handles a message that is legal in the session's state. */
  receive(message: ClientMessage): void {
    const { player, pauses, digits, emitter, session } = this.#parts;
    const positionMs = durationToMs(message.position) ?? session.positionMs;
    switch (message.type) {
      case 'ping': {
        const { rtt } = message.parameters;
        if (rtt !== undefined) player.roundTrip(durationToMs(rtt) ?? 0);
        return;
      }
      case 'playback_started':
        player.started(positionMs, message.serverseq);
        emitter.emit('playbackStarted', { positionMs });
        return;
      case 'playback_completed':
        player.completed(positionMs);
        emitter.emit('playbackCompleted', { positionMs });
        return;
      case 'dtmf':
        player.interrupt(() => {
          emitter.emit('dtmf', { digit: message.parameters.digit, positionMs });
          digits.press(message.parameters.digit);
        });
        return;
      case 'update':
        this.#update(message.parameters);
        return;
      case 'paused':
        player.paused(!pauses.serverPaused);
        pauses.onPaused();
        emitter.emit('paused', { positionMs });
        return;
      case 'resumed':
        player.resumed();
        pauses.onResumed();
        emitter.emit('resumed', this.#skip(message.parameters));
        return;
      case 'discarded':
        emitter.emit('discarded', this.#skip(message.parameters));
        return;
      case 'error':
        this.#clientError(message.parameters);
        return;
      case 'open':
      case 'close':
        // Handled by the session.
        return;
    }
  }

  #update({ language }: ClientParameters<'update'>): void {
    const { outbox, emitter } = this.#parts;
    if (language !== undefined) this.#language = language;
    // One acknowledgement for all pending updates is enough. (AC-UPDATE-2)
    if (!outbox.holds('updated')) outbox.push({ type: 'updated', parameters: {} });
    emitter.emit('update', { language });
  }

  #skip({ start, discarded }: ClientParameters<'resumed'>): AudioGap {
    const { session } = this.#parts;
    const startMs = durationToMs(start) ?? session.positionMs;
    const discardedMs = durationToMs(discarded) ?? 0;
    session.skipAudio(startMs, discardedMs);
    return { startMs, discardedMs };
  }

  #clientError({ code, message, retryAfter }: ClientParameters<'error'>): void {
    const { session, outbox, player, clock, emitter } = this.#parts;
    const retryAfterMs = retryAfter === undefined ? undefined : durationToMs(retryAfter);
    if (code === 429) {
      session.counters.rateLimited += 1;
      // AC-RATE-4
      if (retryAfterMs !== undefined) session.sendLimits.quiet(clock.now(), retryAfterMs);
      outbox.reschedule();
      player.update();
    }
    emitter.emit('clientError', { code, message, retryAfterMs });
  }
}
