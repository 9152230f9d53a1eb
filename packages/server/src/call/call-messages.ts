import { type ClientMessage, type ClientParameters, durationToMs } from '@hookline/protocol';
import type { AudioGap } from './call.js';
import type { CallParts } from './call-parts.js';

/** Handles the messages of the client: each goes first to the parts of the call, then to the bot. */
export class CallMessages {
  readonly #parts: CallParts;
  #language: string | undefined;

  /** @param language - the language in `open` */
  constructor(parts: CallParts, language: string | undefined) {
    this.#parts = parts;
    this.#language = language;
  }

  /** The caller's current language. */
  get language(): string | undefined {
    return this.#language;
  }

  /** Handles a message that is legal in the session's state. */
  receive(message: ClientMessage): void {
    const parts = this.#parts;
    const positionMs = durationToMs(message.position) ?? parts.session.positionMs;
    switch (message.type) {
      case 'ping': {
        const { rtt } = message.parameters;
        if (rtt !== undefined) parts.roundTrip(durationToMs(rtt) ?? 0);
        return;
      }
      case 'playback_started':
        parts.player.started(positionMs, message.serverseq);
        parts.emit('playbackStarted', { positionMs });
        return;
      case 'playback_completed':
        parts.player.completed(positionMs);
        parts.emit('playbackCompleted', { positionMs });
        return;
      case 'dtmf':
        parts.player.interrupt(() => {
          parts.emit('dtmf', { digit: message.parameters.digit, positionMs });
          parts.digits.press(message.parameters.digit);
        });
        return;
      case 'update':
        this.#update(message.parameters);
        return;
      case 'paused': {
        const onHold = !parts.pauses.serverPaused;
        parts.player.paused(onHold);
        if (onHold) parts.timings.hold();
        parts.pauses.onPaused(message.serverseq);
        parts.hold(true);
        parts.emit('paused', { positionMs });
        return;
      }
      case 'resumed': {
        parts.player.resumed();
        parts.pauses.onResumed(message.serverseq);
        parts.hold(false);
        const gap = this.#skip(message.parameters);
        parts.timings.unhold();
        parts.emit('resumed', gap);
        return;
      }
      case 'discarded':
        parts.emit('discarded', this.#skip(message.parameters));
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

  /** Whether a message that has no effect in the session's state is the answer to a request of the bot. */
  answers(message: ClientMessage): boolean {
    return message.type === 'resumed' && this.#parts.pauses.onStillActive();
  }

  #update({ language }: ClientParameters<'update'>): void {
    const { outbox } = this.#parts;
    if (language !== undefined) this.#language = language;
    // One acknowledgement for all pending updates is enough. (AC-UPDATE-2)
    if (!outbox.holds('updated')) outbox.push({ type: 'updated', parameters: {} });
    this.#parts.emit('update', { language });
  }

  #skip({ start, discarded }: ClientParameters<'resumed'>): AudioGap {
    const { session, caller, timings } = this.#parts;
    const startMs = durationToMs(start) ?? session.positionMs;
    const discardedMs = durationToMs(discarded) ?? 0;
    session.skipAudio(startMs, discardedMs, timings.onHold);
    caller.gap(startMs, discardedMs);
    return { startMs, discardedMs };
  }

  #clientError({ code, message, retryAfter }: ClientParameters<'error'>): void {
    const { session, outbox, player, host } = this.#parts;
    const retryAfterMs = retryAfter === undefined ? undefined : durationToMs(retryAfter);
    if (code === 429) {
      session.counters.rateLimited += 1;
      // AC-RATE-4
      if (retryAfterMs !== undefined) session.sendLimits.quiet(host.clock.now(), retryAfterMs);
      outbox.reschedule();
      player.update();
    }
    this.#parts.emit('clientError', { code, message, retryAfterMs });
  }
}
