import { messageOf } from '@hookline/runtime';
import type { AudioSource, Call, HeardPart, Playback, PlaybackStream } from '@hookline/server';
import { type AudioShape, bytesPerMs, callFormat } from '../service/audio-shape.js';
import { ReplyText } from './reply-text.js';

/** Maximum number of ids of ended replies that are remembered; late audio of these replies is dropped. */
const MAX_ENDED_REPLIES = 256;

/** A first chunk of at most this length, in milliseconds, means that the service sends audio in real time. */
const PACED_PIECE_MS = 20;

/** Audio of such a reply to buffer before it plays, in milliseconds. */
const LEAD_MS = 200;

/** A reply that is being generated or played. */
export interface Reply {
  /** The service's id; empty for a greeting. */
  readonly id: string;
  readonly text: ReplyText;
  /** Whether all its audio was received. */
  complete: boolean;
  hadTool: boolean;
  /** Whether it belongs to the connection that is open. */
  current: boolean;
  audio: PlaybackStream | undefined;
}

/** A reply that is over. */
export interface PlayedReply {
  readonly reply: Reply;
  readonly parts: readonly HeardPart[];
  /** Whether the caller heard it to the end. */
  readonly whole: boolean;
}

/** Callbacks of the speaker. */
export interface SpeakerHost {
  /** The first audio of a reply was queued for playback. */
  onReplyAudio(reply: Reply): void;
  /** A reply has ended. */
  onReplyEnd(played: PlayedReply): void;
  /** The bot's own code stopped a reply that was still being generated. */
  onReplyStopped(played: PlayedReply): void;
  /** Nothing is left to play. */
  onIdle(): void;
  onLateAudio(ms: number): void;
  /** A reply exceeded the queue limit: the rest of its audio is not needed. */
  onReplyTooLong(reply: Reply): void;
}

/** The members of the call that a speaker needs. */
export type PlayingCall = Pick<Call, 'stream' | 'playback' | 'stop' | 'stats' | 'log'>;

/** Plays replies (one playback each) and the greeting to the caller. */
export class Speaker {
  readonly #call: PlayingCall;
  readonly #shape: AudioShape;
  readonly #maxQueuedMs: number;
  readonly #host: SpeakerHost;
  readonly #generating = new Map<string, Reply>();
  /** Replies that are still playing or queued, in order. */
  #playing: Reply[] = [];
  readonly #endedIds = new Set<string>();
  #greeting:
    | { readonly reply: Reply; readonly playback: Playback; readonly interruptible: boolean }
    | undefined;

  constructor(call: PlayingCall, shape: AudioShape, maxQueuedMs: number, host: SpeakerHost) {
    this.#call = call;
    this.#shape = shape;
    this.#maxQueuedMs = maxQueuedMs;
    this.#host = host;
  }

  /** Whether a reply or the greeting is playing or queued. */
  get playing(): boolean {
    return this.#playing.length > 0;
  }

  /** Whether the current playback may be interrupted. */
  get interruptible(): boolean {
    return this.#greeting?.interruptible ?? true;
  }

  /** The reply that is being generated. */
  get generating(): Reply | undefined {
    return [...this.#generating.values()].at(-1);
  }

  /** Texts of the replies that are playing, to restore a session after a reconnect. */
  get texts(): readonly string[] {
    return this.#playing.map(({ text }) => text.whole);
  }

  /** @param text - the words of the audio; empty if they are not known */
  playGreeting(audio: AudioSource, text: string, interruptible: boolean): void {
    const reply = newReply('');
    reply.complete = true;
    reply.text.add('', text, true);
    const playback = this.#call.playback(audio);
    this.#greeting = { reply, playback, interruptible };
    this.#playing.push(reply);
    this.#host.onReplyAudio(reply);
    this.#onPlaybackEnd(reply, playback.finished);
  }

  /** @returns undefined if the reply has already ended */
  begin(id: string): Reply | undefined {
    if (this.#endedIds.has(id)) return undefined;
    const known = this.#generating.get(id);
    if (known) return known;
    const reply = newReply(id);
    this.#generating.set(id, reply);
    return reply;
  }

  /** The text of a reply that is being generated or played; without an id, the text of the latest. */
  textOf(id: string | undefined): ReplyText | undefined {
    if (id === undefined) return (this.generating ?? this.#playing.at(-1))?.text;
    return (this.#generating.get(id) ?? this.#playing.find((reply) => reply.id === id))?.text;
  }

  isNew(id: string): boolean {
    return !this.#generating.has(id) && !this.#endedIds.has(id);
  }

  write(id: string, part: string, bytes: Uint8Array): void {
    const reply = this.begin(id);
    if (!reply) {
      this.#host.onLateAudio(bytes.length / bytesPerMs(this.#shape));
      return;
    }
    if (bytes.length === 0) return;
    const known = reply.audio;
    const audio = known ?? this.#beginAudio(reply, bytes.length / bytesPerMs(this.#shape));
    audio.mark(part);
    const accepted = audio.write(bytes);
    if (!known) this.#host.onReplyAudio(reply);
    if (accepted || !this.#playing.includes(reply)) return;
    this.finish(id);
    this.#host.onReplyTooLong(reply);
  }

  /** @param firstMs - length of the first chunk */
  #beginAudio(reply: Reply, firstMs: number): PlaybackStream {
    // With audio sent in real time every late chunk would cause a gap, unless some audio is buffered first.
    const paced = firstMs <= PACED_PIECE_MS || this.#call.stats.underruns > 0;
    reply.audio = this.#call.stream({
      ...callFormat(this.#shape),
      maxMs: this.#maxQueuedMs,
      leadMs: paced ? LEAD_MS : 0,
    });
    this.#playing.push(reply);
    this.#onPlaybackEnd(reply, reply.audio.finished);
    return reply.audio;
  }

  /** Ends a reply: its later audio is dropped. */
  finish(id: string): Reply | undefined {
    const reply = this.#generating.get(id);
    this.#markEnded(id);
    if (!reply) return undefined;
    reply.complete = true;
    reply.audio?.end();
    return reply;
  }

  /** The connection was lost: the audio received so far keeps playing. */
  onConnectionLost(): void {
    for (const id of [...this.#generating.keys()]) this.finish(id);
    for (const reply of this.#playing) reply.current = false;
    // Ids are unique within one connection only.
    this.#endedIds.clear();
  }

  /** Stops all replies, playing or queued, and returns what was heard of each, in order. */
  stop(): readonly PlayedReply[] {
    const stopped = this.#playing;
    const greeting = this.#greeting;
    this.#playing = [];
    this.#greeting = undefined;
    if (stopped.length > 0) this.#call.stop();
    for (const id of [...this.#generating.keys()]) this.#markEnded(id);
    return stopped.map((reply) =>
      reply.audio
        ? { reply, parts: reply.audio.heard(), whole: false }
        : playedGreeting(reply, greeting?.playback.heardMs ?? 0, false),
    );
  }

  #markEnded(id: string): void {
    this.#generating.delete(id);
    this.#endedIds.add(id);
    if (this.#endedIds.size <= MAX_ENDED_REPLIES) return;
    const [oldest] = this.#endedIds;
    if (oldest !== undefined) this.#endedIds.delete(oldest);
  }

  #onPlaybackEnd(
    reply: Reply,
    finished: Promise<{ readonly ended: string; readonly heardMs: number }>,
  ): void {
    const onEnd = (heardMs: number, whole: boolean) => {
      // `stop` reports replies that it stopped.
      if (!this.#playing.includes(reply)) return;
      this.#playing = this.#playing.filter((other) => other !== reply);
      if (this.#greeting?.reply === reply) this.#greeting = undefined;
      const parts = reply.audio?.heard();
      const spoken = parts ? { reply, parts, whole } : playedGreeting(reply, heardMs, whole);
      try {
        if (this.#generating.get(reply.id) === reply) {
          this.#markEnded(reply.id);
          this.#host.onReplyStopped(spoken);
        } else {
          this.#host.onReplyEnd(spoken);
        }
      } finally {
        if (!this.playing) this.#host.onIdle();
      }
    };
    finished
      .then(
        ({ ended, heardMs }) => onEnd(heardMs, ended === 'completed' || ended === 'assumed'),
        () => onEnd(0, false),
      )
      // Nobody awaits it: an error would end the process, and with it all other calls.
      .catch((error: unknown) =>
        this.#call.log.error({ err: error }, `the end of a reply could not be handled: ${messageOf(error)}`),
      );
  }
}

function newReply(id: string): Reply {
  return { id, text: new ReplyText(), complete: false, hadTool: false, current: true, audio: undefined };
}

/** The total length of a greeting that was interrupted is not known. */
function playedGreeting(reply: Reply, heardMs: number, whole: boolean): PlayedReply {
  return { reply: { ...reply, complete: whole }, parts: [{ key: '', heardMs, totalMs: heardMs }], whole };
}
