import type { ClauseId, RateKind, ServerMessage, ServerMessageOf } from '@hookline/protocol';
import type { Clock, TransportEnd } from '@hookline/runtime';
import type { NewWarning } from './call-record.js';
import type { ConnectionListener } from './connection.js';
import type { Heartbeat } from './heartbeat.js';
import type { SessionEvent } from './machine/events.js';
import { audioViolation } from './machine/messages/audio.js';
import type { SessionState } from './machine/states.js';
import type { MediaPlane } from './media-plane.js';
import type { Monitors } from './monitors.js';
import type { OnBreach } from './options.js';
import type { RateGuard } from './rate-guard.js';
import type { SessionListener } from './session-listener.js';

/** The parts of a session that the message handler uses. */
export interface MessageHandlerParts {
  readonly clock: Clock;
  readonly state: () => SessionState;
  readonly onBreach: OnBreach;
  readonly rates: RateGuard;
  readonly heartbeat: Heartbeat;
  readonly media: MediaPlane;
  readonly monitors: Monitors;
  readonly listener: Pick<SessionListener, 'pong' | 'disconnect'>;
  /** Whether the bot had not received `close` when it sent a message with this `clientseq`. */
  readonly crossesClose: (clientseq: number) => boolean;
  /** Milliseconds since dialling. */
  readonly t: () => number;
  readonly dispatch: (event: SessionEvent) => void;
  /** A warning. */
  readonly onWarning: (warning: Omit<NewWarning, 't'>) => void;
  /** An internal error. */
  readonly crashed: (error: unknown) => void;
  readonly closed: (end: TransportEnd) => void;
}

/** Messages that may be dropped if they exceed the limit, because the session does not depend on them. */
const DROPPABLE: ReadonlySet<ServerMessage['type']> = new Set([
  'event',
  'pause',
  'resume',
  'updated',
  'reconnect',
]);

/** Turns received messages into events of the machine; audio of an open session bypasses it. */
export class MessageHandler implements ConnectionListener {
  readonly #parts: MessageHandlerParts;

  constructor(parts: MessageHandlerParts) {
    this.#parts = parts;
  }

  message(message: ServerMessage): void {
    const { dispatch, heartbeat, clock, monitors, onBreach } = this.#parts;
    const { type } = message;
    monitors.message(message);
    let allowed = this.#allowed('text');
    if (type === 'pause' || type === 'resume') allowed = this.#allowed(type) && allowed;
    if (!allowed && onBreach === 'drop' && DROPPABLE.has(type)) return;
    if (message.type === 'disconnect') this.#reportDisconnect(message.parameters);
    if (message.type !== 'pong') {
      dispatch({ type: 'received', message, crossesClose: this.#parts.crossesClose(message.clientseq) });
      return;
    }
    const answers = heartbeat.ponged(message.clientseq, clock.now());
    if (answers === 'ping') this.#parts.listener.pong({ t: this.#parts.t(), rttMs: heartbeat.rttMs ?? 0 });
    dispatch({ type: 'pong', answers, first: heartbeat.pongs === 1 });
  }

  event(event: SessionEvent): void {
    this.#allowed('text');
    this.#parts.dispatch(event);
  }

  onWarning(clause: ClauseId, text: string): void {
    this.#parts.onWarning({ clause, text });
  }

  /** The audio path, from the socket to the playback without a copy, a queue or an object. */
  audio(bytes: Uint8Array): void {
    // AC-AUDIO-10
    if (bytes.length === 0) return;
    const { dispatch, media, onBreach } = this.#parts;
    const state = this.#parts.state();
    if (state.name !== 'open' || audioViolation(state.media, bytes.length)) {
      dispatch({ type: 'audio', byteLength: bytes.length });
      return;
    }
    const allowed = this.#allowed('binary');
    if (this.#parts.state().name !== 'open' || (!allowed && onBreach === 'drop')) return;
    try {
      const tooMuchMs = media.push(bytes);
      if (tooMuchMs !== undefined) dispatch({ type: 'overflow', bufferedMs: tooMuchMs });
    } catch (error) {
      this.#parts.crashed(error);
    }
  }

  closed(end: TransportEnd): void {
    this.#parts.closed(end);
  }

  #reportDisconnect({
    reason,
    info,
    outputVariables = {},
  }: ServerMessageOf<'disconnect'>['parameters']): void {
    this.#parts.listener.disconnect({
      t: this.#parts.t(),
      reason,
      ...(info === undefined ? {} : { info }),
      outputs: outputVariables,
    });
  }

  /** Counts a message against the limits of an open session. */
  #allowed(kind: RateKind): boolean {
    const { rates, clock, dispatch } = this.#parts;
    if (this.#parts.state().name !== 'open') return true;
    const breach = rates.take(kind, clock.now());
    if (breach) dispatch({ type: 'rateBreach', ...breach });
    return breach === undefined;
  }
}
