import { TokenBucket } from '@hookline/runtime';
import {
  bytesPerSample,
  type ClauseId,
  type ClientMessage,
  type ClientStateName,
  clientVerdict,
  decodeClientMessage,
  decodeServerMessage,
  durationToNs,
  isDtmfDigit,
  isProbe,
  MAX_BOT_FRAME_BYTES,
  type MediaOffer,
  type MediaParameter,
  PLATFORM_RATES,
  readEntity,
  Sequence,
  type ServerMessage,
  type ServerStateName,
  sameMedia,
  serverVerdict,
  type Verdict,
} from '../../src/index.js';
import { Deadlines } from './deadlines.js';
import type { Row } from './transcript.js';

/** Observes a session between the two sides and returns the first violated rule. */
export class Referee {
  #client: ClientStateName = 'connecting';
  #server: ServerStateName = 'preparing';
  /** The numbers of the client's messages, and of the server's. */
  readonly #clientSeq = new Sequence();
  readonly #serverSeq = new Sequence();
  readonly #deadlines = new Deadlines();
  readonly #text = new TokenBucket(PLATFORM_RATES.text, 0);
  readonly #binary = new TokenBucket(PLATFORM_RATES.binary, 0);
  readonly #pauses = new TokenBucket(PLATFORM_RATES.pause, 0);
  readonly #resumes = new TokenBucket(PLATFORM_RATES.resume, 0);
  #id: string | undefined;
  #offers: readonly MediaOffer[] = [];
  #media: MediaParameter | undefined;
  #positionNs = 0;
  #probe = false;
  #playing = false;
  #openPing: number | undefined;
  #disconnected = false;

  /** The rule that `row` violates, or that was violated before its time; undefined if none. */
  watch(row: Row): ClauseId | undefined {
    const late = this.#deadlines.missed(row.t);
    if (late) return late;
    if ('end' in row) return row.from === 'server' ? this.#droppedByServer() : undefined;
    if ('audio' in row) {
      return row.from === 'client' ? this.#callerAudio(row.audio) : this.#botAudio(row.audio, row.t);
    }
    const text = JSON.stringify(row.message);
    return row.from === 'client' ? this.#fromClient(text, row.t) : this.#fromServer(text, row.t);
  }

  #fromClient(text: string, t: number): ClauseId | undefined {
    const decoded = decodeClientMessage(text);
    if (decoded.kind === 'fault') return decoded.fault.clause;
    const envelope = decoded.kind === 'message' ? decoded.message : decoded.envelope;
    if (!this.#clientSeq.accept(envelope.seq)) return 'AC-MSG-6';
    if (envelope.serverseq > this.#serverSeq.received) return 'AC-MSG-8';
    const positionNs = durationToNs(envelope.position) ?? -1;
    if (positionNs < this.#positionNs) return 'AC-MSG-9';
    this.#positionNs = positionNs;
    this.#id ??= envelope.id;
    if (envelope.id !== this.#id) return 'AC-MSG-4';
    const type = decoded.kind === 'message' ? decoded.message.type : 'unknown';
    const refused = refusal(serverVerdict(this.#server, type));
    if (refused) return refused;
    return decoded.kind === 'message' ? this.#clientMessage(decoded.message, t) : undefined;
  }

  #clientMessage(message: ClientMessage, t: number): ClauseId | undefined {
    if (this.#client === 'closing' && message.type === 'close') return 'AC-CLOSE-7';
    switch (message.type) {
      case 'open':
        if (this.#client !== 'connecting') return 'AC-OPEN-1';
        this.#client = 'opening';
        this.#server = 'opening';
        this.#offers = message.parameters.media;
        this.#probe = isProbe(message.parameters);
        this.#deadlines.opening(t);
        return undefined;
      case 'close':
        if (this.#disconnected && message.parameters.reason !== 'disconnect') return 'AC-DISC-3';
        this.#client = 'closing';
        this.#server = 'closing';
        this.#deadlines.closing(t);
        return undefined;
      case 'ping':
        this.#openPing = message.seq;
        this.#deadlines.pinged(t);
        return undefined;
      case 'paused':
        if (this.#server === 'active') this.#server = 'paused';
        return undefined;
      case 'resumed':
        if (this.#server === 'paused') this.#server = 'active';
        return undefined;
      case 'dtmf': {
        const { digit } = message.parameters;
        if (digit.length !== 1) return 'AC-DTMF-1';
        return isDtmfDigit(digit) ? undefined : 'AC-DTMF-2';
      }
      case 'playback_started':
      case 'playback_completed': {
        const starts = message.type === 'playback_started';
        if (this.#playing === starts) return 'AC-PLAY-3';
        this.#playing = starts;
        return undefined;
      }
      default:
        return undefined;
    }
  }

  #fromServer(text: string, t: number): ClauseId | undefined {
    if (this.#server === 'closed') return 'AC-CLOSE-3';
    const decoded = decodeServerMessage(text);
    if (decoded.kind === 'fault') return decoded.fault.clause;
    const envelope = decoded.kind === 'message' ? decoded.message : decoded.envelope;
    if (!this.#serverSeq.accept(envelope.seq)) return 'AC-MSG-6';
    if (envelope.clientseq > this.#clientSeq.received) return 'AC-MSG-7';
    if (envelope.id !== this.#id) return 'AC-MSG-4';
    if (!this.#text.take(t)) return 'AC-RATE-1';
    if (decoded.kind === 'unknown') {
      return envelope.type === 'error' ? 'AC-ERR-1' : refusal(clientVerdict(this.#client, 'unknown'));
    }
    const { message } = decoded;
    const refused = refusal(clientVerdict(this.#client, message.type));
    return refused ?? this.#serverMessage(message, t);
  }

  #serverMessage(message: ServerMessage, t: number): ClauseId | undefined {
    // The client would accept some of these, but no server has a reason to send them.
    if (this.#client === 'opening' && message.type !== 'opened' && message.type !== 'disconnect')
      return 'AC-OPEN-6';
    switch (message.type) {
      case 'opened':
        return this.#opened(message.parameters.media, t);
      case 'closed':
        this.#client = 'closed';
        this.#server = 'closed';
        this.#deadlines.closed();
        return 'outputVariables' in message.parameters ? 'AC-OUT-4' : undefined;
      case 'disconnect': {
        if (this.#disconnected || this.#server === 'closing') return 'AC-DISC-2';
        if (this.#probe) return 'AC-PROBE-3';
        this.#disconnected = true;
        this.#server = 'disconnecting';
        this.#deadlines.disconnected(t);
        const outputs = Object.values(message.parameters.outputVariables ?? {});
        return outputs.every((value) => typeof value === 'string') ? undefined : 'AC-OUT-2';
      }
      case 'pong':
        if (this.#openPing === undefined) return 'AC-PING-4';
        if (message.clientseq !== this.#openPing) return 'AC-PING-2';
        this.#openPing = undefined;
        this.#deadlines.ponged();
        return undefined;
      case 'event': {
        const entities = message.parameters.entities.map(readEntity);
        if (
          entities.some((entity) => entity.kind === 'bot_turn_response' && !isShare(entity.data.confidence))
        ) {
          return 'AC-EVENT-4';
        }
        const invalid = entities.find(({ kind }) => kind === 'invalid');
        return (
          invalid && (invalid.kind === 'invalid' && invalid.type === 'barge_in' ? 'AC-BARGE-1' : 'AC-EVENT-3')
        );
      }
      case 'pause':
        return this.#pauses.take(t) ? undefined : 'AC-RATE-3';
      case 'resume':
        return this.#resumes.take(t) ? undefined : 'AC-RATE-3';
      default:
        return undefined;
    }
  }

  #opened(media: readonly MediaParameter[], t: number): ClauseId | undefined {
    const [chosen, ...more] = media;
    const offered = !chosen || this.#offers.some((offer) => sameMedia(offer, chosen));
    if (more.length > 0 || !offered) return 'AC-OPEN-4';
    this.#client = 'open';
    this.#server = 'active';
    this.#media = chosen;
    this.#deadlines.opened(t);
    return undefined;
  }

  #botAudio(bytes: number, t: number): ClauseId | undefined {
    if (this.#disconnected || this.#server === 'closed') return 'AC-AUDIO-3';
    if (!this.#media) return 'AC-AUDIO-2';
    if (bytes > MAX_BOT_FRAME_BYTES) return 'AC-AUDIO-4';
    if (bytes % bytesPerSample(this.#media) !== 0) return 'AC-AUDIO-5';
    return this.#binary.take(t) ? undefined : 'AC-RATE-2';
  }

  #droppedByServer(): ClauseId | undefined {
    return this.#server === 'closed' ? 'AC-CLOSE-5' : 'AC-DISC-4';
  }

  #callerAudio(bytes: number): ClauseId | undefined {
    if (this.#client !== 'open' || this.#server === 'paused' || !this.#media) return 'AC-AUDIO-7';
    return bytes % bytesPerSample(this.#media) === 0 ? undefined : 'AC-AUDIO-5';
  }
}

function isShare(confidence: number | undefined): boolean {
  return confidence === undefined || (confidence >= 0 && confidence <= 1);
}

function refusal(verdict: Verdict): ClauseId | undefined {
  return verdict.action === 'refuse' ? verdict.clause : undefined;
}
