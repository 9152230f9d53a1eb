import { type AudioFinding, type AudioFindingCode, createAudioInspector } from '@hookline/audio';
import { type ClauseId, describeName, type ServerMessage, unknownFields } from '@hookline/protocol';
import type { PlaybackEnd } from '../playback/playback.js';
import type { NewWarning } from './call-record.js';
import { GapMonitor } from './gap-monitor.js';
import { PaceMonitor } from './pace-monitor.js';
import { type Reply, ReplyJudge } from './reply-judge.js';

/**
 * Bot audio answers speech of the caller that ended this long and the duration of a frame before it, in milliseconds:
 * ongoing speech seems to have ended up to a frame ago.
 */
const ANSWER_PAUSE_MS = 50;

/** Receives what the monitors find. */
interface MonitorsListener {
  warn(warning: Omit<NewWarning, 't'>): void;
  replied(reply: Reply): void;
}

/** Monitors that never affect the call: unknown fields of a newer protocol, faulty audio, reply latency. */
export class Monitors {
  readonly reply: ReplyJudge;
  readonly #unknownFields = new UnknownFieldMonitor();
  readonly #audio: AudioMonitor | undefined;
  readonly #gaps: GapMonitor | undefined;
  readonly #pace: PaceMonitor | undefined;
  readonly #warn: (warning: Omit<NewWarning, 't'>) => void;
  readonly #answerPauseMs: number;
  #isNewTurn = false;
  /** The end of the caller's last unanswered input when the last playback started. */
  #lastInputEndMs: number | undefined;

  /**
   * @param inspectAudio - whether to inspect bot audio
   * @param frameMs - the duration of a frame of the caller
   */
  constructor(inspectAudio: boolean, frameMs: number, listener: MonitorsListener) {
    this.reply = new ReplyJudge((reply) => listener.replied(reply));
    this.#answerPauseMs = frameMs + ANSWER_PAUSE_MS;
    this.#audio = inspectAudio ? new AudioMonitor() : undefined;
    this.#gaps = inspectAudio ? new GapMonitor() : undefined;
    this.#pace = inspectAudio ? new PaceMonitor() : undefined;
    this.#warn = (warning) => listener.warn(warning);
  }

  /** Handles a valid message. */
  message(message: ServerMessage): void {
    const text = this.#unknownFields.note(message);
    if (text !== undefined) this.#warn({ text });
    if (
      message.type === 'event' &&
      message.parameters.entities.some(({ type }) => type === 'bot_turn_response')
    )
      this.#newTurn();
  }

  /** The caller pressed a key. */
  keyed(atMs: number): void {
    this.reply.keyed(atMs);
    this.#isNewTurn = true;
  }

  /** The bot discarded what it played, or would have if the playback had not just ended. */
  bargedIn(): void {
    this.#newTurn();
  }

  /** Adds bot audio, as µ-law, after the playback has handled it. */
  botAudio(bytes: Uint8Array, atMs: number): void {
    this.#gaps?.received(bytes, atMs);
    const tooFast = this.#pace?.received(bytes.length, atMs);
    if (tooFast !== undefined) this.#warn({ clause: 'AC-PLAY-5', text: tooFast });
    for (const warning of this.#audio?.inspect(bytes) ?? []) this.#warn(warning);
  }

  /**
   * @returns whether the playback may continue what the bot played before. If the caller acted, or the bot barged in or
   *   reported a turn, it does not.
   */
  playbackStarted(atMs: number): boolean {
    const { inputEndMs } = this.reply;
    const isNewInput = inputEndMs !== undefined && inputEndMs !== this.#lastInputEndMs;
    this.#lastInputEndMs = inputEndMs;
    // While the caller speaks, the bot may go on with what it says.
    const continues = !this.#isNewTurn && (!isNewInput || atMs - inputEndMs < this.#answerPauseMs);
    this.#isNewTurn = false;
    this.#gaps?.playbackStarted(atMs, continues);
    return continues;
  }

  playbackCompleted({ atMs }: PlaybackEnd): void {
    this.#gaps?.playbackCompleted(atMs);
  }

  #newTurn(): void {
    this.reply.newTurn();
    this.#isNewTurn = true;
  }

  /** The audio has ended: reports, once, findings that need all of it. */
  mediaOver(): void {
    const text = this.#gaps?.report();
    if (text !== undefined) this.#warn({ clause: 'AC-PLAY-5', text });
  }
}

/** New findings are possible only when a window of the inspector is full: half a second. */
const CHECK_BYTES = 4000;

/** The rule of a finding, if there is one: frames must contain audio of the negotiated format. */
const CLAUSES: Partial<Record<AudioFindingCode, ClauseId>> = {
  'container-header': 'AC-AUDIO-1',
  text: 'AC-AUDIO-1',
  'pcm16-as-mulaw': 'AC-AUDIO-1',
  'alaw-as-mulaw': 'AC-AUDIO-1',
};

/** A warning about faulty audio. */
interface AudioWarning {
  readonly text: string;
  readonly clause?: ClauseId;
}

/** Inspects bot audio and reports each kind of fault once. */
class AudioMonitor {
  readonly #inspector = createAudioInspector();
  #reported = 0;
  #bytesSinceCheck = CHECK_BYTES;

  /** Inspects µ-law; returns the findings. */
  inspect(bytes: Uint8Array): readonly AudioWarning[] {
    this.#inspector.push(bytes);
    this.#bytesSinceCheck += bytes.length;
    if (this.#bytesSinceCheck < CHECK_BYTES) return NO_WARNINGS;
    this.#bytesSinceCheck = 0;
    const fresh = this.#inspector.findings().slice(this.#reported);
    this.#reported += fresh.length;
    return fresh.map(audioWarning);
  }
}

const NO_WARNINGS: readonly AudioWarning[] = [];

function audioWarning({ code, message, atMs }: AudioFinding): AudioWarning {
  const text = `bot audio at ${Math.round(atMs)} ms: ${message}`;
  const clause = CLAUSES[code];
  return clause === undefined ? { text } : { text, clause };
}

/** A bot of another version has a few additional fields, not hundreds. */
const MAX_NOTED = 50;

/** Reports each unknown field once. (DECISIONS.md #12) */
export class UnknownFieldMonitor {
  readonly #reported = new Set<string>();

  /** The warning about a message; undefined for most. */
  note(message: ServerMessage): string | undefined {
    const fresh = unknownFields(message).filter((path) => this.#isNew(message, path));
    if (fresh.length === 0) return undefined;
    return `${message.type} has fields that are not part of the protocol, at ${fresh.map(describeName).join(', ')}; they were ignored`;
  }

  #isNew({ type }: ServerMessage, path: string): boolean {
    // Outputs in `closed` are a known deviation with its own clause.
    if (type === 'closed' && path === '/parameters/outputVariables') return false;
    const key = `${type} ${path}`;
    if (this.#reported.has(key) || this.#reported.size >= MAX_NOTED) return false;
    this.#reported.add(key);
    return true;
  }
}
