import type { AudioSource, Call, HeardPart, Playback, PlaybackStream } from '@hookline/server';
import { type AudioShape, bytesPerMs, callFormat } from '../service/audio-shape.js';
import { ReplyText } from './reply-text.js';

/** Ids of replies that are over, whose audio is dropped if it still comes. */
const MAX_GONE_REPLIES = 256;

/** A service whose first piece is no longer than this gives its audio as fast as it is heard. */
const PACED_PIECE_MS = 20;

/** What is gathered of such a reply before it begins. */
const LEAD_MS = 200;

/** A reply while the caller has still to hear some of it. */
export interface Reply {
  /** The service's; empty for a greeting. */
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
export interface SpokenReply {
  readonly reply: Reply;
  readonly parts: readonly HeardPart[];
  /** Whether it was heard to its end. */
  readonly whole: boolean;
}

/** What the speaker tells the session. */
export interface SpeakerHost {
  /** The first audio of a reply is on its way. */
  speaking(reply: Reply): void;
  /** A reply was heard to its end, or as far as it goes. */
  spoken(spoken: SpokenReply): void;
  /** The bot's own code stopped a reply while it was made. */
  stopped(spoken: SpokenReply): void;
  /** Nothing is left to hear. */
  silent(): void;
  lateAudio(ms: number): void;
  /** A reply had more audio than is held: its rest is not wanted. */
  tooLong(reply: Reply): void;
}

/** The call, as far as a speaker needs it. */
export type PlayingCall = Pick<Call, 'stream' | 'playback' | 'stop' | 'stats'>;

/** What the caller hears: the replies, one playback each, and audio that is there already. */
export class Speaker {
  readonly #call: PlayingCall;
  readonly #shape: AudioShape;
  readonly #maxQueuedMs: number;
  readonly #host: SpeakerHost;
  readonly #open = new Map<string, Reply>();
  /** What is still to be heard, in order. */
  #playing: Reply[] = [];
  readonly #gone = new Set<string>();
  #filler: Playback | undefined;
  #greeting:
    | { readonly reply: Reply; readonly playback: Playback; readonly interruptible: boolean }
    | undefined;

  constructor(call: PlayingCall, shape: AudioShape, maxQueuedMs: number, host: SpeakerHost) {
    this.#call = call;
    this.#shape = shape;
    this.#maxQueuedMs = maxQueuedMs;
    this.#host = host;
  }

  /** Whether the caller has still to hear something of the bot; a filler does not count. */
  get playing(): boolean {
    return this.#playing.length > 0;
  }

  /** Whether what plays may be interrupted. */
  get interruptible(): boolean {
    return this.#greeting?.interruptible ?? true;
  }

  /** The reply that is being made. */
  get making(): Reply | undefined {
    return [...this.#open.values()].at(-1);
  }

  /** Texts of what is playing, for a session that is made again. */
  get texts(): readonly string[] {
    return this.#playing.map(({ text }) => text.whole);
  }

  /** @param text - empty for audio whose words nobody told */
  greet(audio: AudioSource, text: string, interruptible: boolean): void {
    const reply = newReply('');
    reply.complete = true;
    reply.text.add('', text, true);
    const playback = this.#call.playback(audio);
    this.#greeting = { reply, playback, interruptible };
    this.#playing.push(reply);
    this.#host.speaking(reply);
    this.#whenOver(reply, playback.finished);
  }

  fill(audio: AudioSource): void {
    const playback = this.#call.playback(audio);
    this.#filler = playback;
    const over = () => {
      if (this.#filler === playback) this.#filler = undefined;
    };
    playback.finished.then(over, over);
  }

  stopFiller(): void {
    const filler = this.#filler;
    this.#filler = undefined;
    filler?.stop();
  }

  /** @returns undefined for a reply that is over already */
  begin(id: string): Reply | undefined {
    if (this.#gone.has(id)) return undefined;
    const known = this.#open.get(id);
    if (known) return known;
    const reply = newReply(id);
    this.#open.set(id, reply);
    return reply;
  }

  /** The text of a reply that is made or plays; without an id that of the latest. */
  textOf(id: string | undefined): ReplyText | undefined {
    if (id === undefined) return (this.making ?? this.#playing.at(-1))?.text;
    return (this.#open.get(id) ?? this.#playing.find((reply) => reply.id === id))?.text;
  }

  isNew(id: string): boolean {
    return !this.#open.has(id) && !this.#gone.has(id);
  }

  write(id: string, part: string, bytes: Uint8Array): void {
    const reply = this.begin(id);
    if (!reply) {
      this.#host.lateAudio(bytes.length / bytesPerMs(this.#shape));
      return;
    }
    if (bytes.length === 0) return;
    const known = reply.audio;
    const audio = known ?? this.#beginAudio(reply, bytes.length / bytesPerMs(this.#shape));
    audio.mark(part);
    const fits = audio.write(bytes);
    if (!known) this.#host.speaking(reply);
    if (fits || !this.#playing.includes(reply)) return;
    this.finish(id);
    this.#host.tooLong(reply);
  }

  /** @param firstMs - length of its first piece */
  #beginAudio(reply: Reply, firstMs: number): PlaybackStream {
    this.stopFiller();
    // Audio that comes no faster than it is heard has a gap with each late piece, unless some is gathered first.
    const paced = firstMs <= PACED_PIECE_MS || this.#call.stats.underruns > 0;
    reply.audio = this.#call.stream({
      ...callFormat(this.#shape),
      maxMs: this.#maxQueuedMs,
      leadMs: paced ? LEAD_MS : 0,
    });
    this.#playing.push(reply);
    this.#whenOver(reply, reply.audio.finished);
    return reply.audio;
  }

  /** No more audio of this reply is taken. */
  finish(id: string): Reply | undefined {
    const reply = this.#open.get(id);
    this.#forget(id);
    if (!reply) return undefined;
    reply.complete = true;
    reply.audio?.end();
    return reply;
  }

  /** The connection is gone: what was received still plays. */
  linkLost(): void {
    for (const id of [...this.#open.keys()]) this.finish(id);
    for (const reply of this.#playing) reply.current = false;
    // The ids of another connection are others.
    this.#gone.clear();
  }

  /** Stops all that plays, queued or being made, and returns what was heard of each reply, in order. */
  stop(): readonly SpokenReply[] {
    const stopped = this.#playing;
    const greeting = this.#greeting;
    const audible = stopped.length > 0 || this.#filler !== undefined;
    this.#playing = [];
    this.#greeting = undefined;
    this.#filler = undefined;
    if (audible) this.#call.stop();
    for (const id of [...this.#open.keys()]) this.#forget(id);
    return stopped.map((reply) =>
      reply.audio
        ? { reply, parts: reply.audio.heard(), whole: false }
        : greetingSpoken(reply, greeting?.playback.heardMs ?? 0, false),
    );
  }

  #forget(id: string): void {
    this.#open.delete(id);
    this.#gone.add(id);
    if (this.#gone.size <= MAX_GONE_REPLIES) return;
    const [oldest] = this.#gone;
    if (oldest !== undefined) this.#gone.delete(oldest);
  }

  #whenOver(reply: Reply, finished: Promise<{ readonly ended: string; readonly heardMs: number }>): void {
    const over = (heardMs: number, whole: boolean) => {
      // One that was stopped is told by `stop`.
      if (!this.#playing.includes(reply)) return;
      this.#playing = this.#playing.filter((other) => other !== reply);
      if (this.#greeting?.reply === reply) this.#greeting = undefined;
      const parts = reply.audio?.heard();
      const spoken = parts ? { reply, parts, whole } : greetingSpoken(reply, heardMs, whole);
      if (this.#open.get(reply.id) === reply) {
        this.#forget(reply.id);
        this.#host.stopped(spoken);
      } else {
        this.#host.spoken(spoken);
      }
      if (!this.playing) this.#host.silent();
    };
    finished.then(
      ({ ended, heardMs }) => over(heardMs, ended === 'completed' || ended === 'assumed'),
      () => over(0, false),
    );
  }
}

function newReply(id: string): Reply {
  return { id, text: new ReplyText(), complete: false, hadTool: false, current: true, audio: undefined };
}

/** The length of a greeting that was not heard to its end is not known. */
function greetingSpoken(reply: Reply, heardMs: number, whole: boolean): SpokenReply {
  return { reply: { ...reply, complete: whole }, parts: [{ key: '', heardMs, totalMs: heardMs }], whole };
}
