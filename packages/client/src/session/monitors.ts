import { type AudioFinding, type AudioFindingCode, createAudioInspector, ReplyClock } from '@hookline/audio';
import { type ClauseId, type ServerMessage, unknownFields } from '@hookline/protocol';
import type { PlaybackEnd } from '../playback/playback.js';
import type { NewWarning } from './call-record.js';
import { GapWatch } from './gap-watch.js';
import { PaceWatch } from './pace-watch.js';

/** Looks on without deciding anything: fields of a newer protocol, audio that sounds wrong, time to answer. */
export class Monitors {
  readonly reply = new ReplyClock();
  readonly #drift = new DriftWatch();
  readonly #audio: AudioWatch | undefined;
  readonly #gaps: GapWatch | undefined;
  readonly #pace: PaceWatch | undefined;
  readonly #warn: (warning: Omit<NewWarning, 't'>) => void;

  /** @param inspectAudio - whether the bot's audio is listened to */
  constructor(inspectAudio: boolean, warn: (warning: Omit<NewWarning, 't'>) => void) {
    this.#audio = inspectAudio ? new AudioWatch() : undefined;
    this.#gaps = inspectAudio ? new GapWatch() : undefined;
    this.#pace = inspectAudio ? new PaceWatch() : undefined;
    this.#warn = warn;
  }

  /** A message that is in order. */
  message(message: ServerMessage): void {
    const text = this.#drift.note(message);
    if (text !== undefined) this.#warn({ text });
  }

  /** Adds bot audio, as µ-law, after the playback has handled it. */
  botAudio(bytes: Uint8Array, atMs: number): void {
    this.#gaps?.received(bytes, atMs);
    const tooFast = this.#pace?.received(bytes.length, atMs);
    if (tooFast !== undefined) this.#warn({ clause: 'AC-PLAY-5', text: tooFast });
    for (const warning of this.#audio?.heard(bytes) ?? []) this.#warn(warning);
  }

  /** Returns how long after the last that the caller said or pressed; undefined where there was nothing. */
  playbackStarted(atMs: number): number | undefined {
    this.#gaps?.playbackStarted(atMs);
    return this.reply.botBegan(atMs);
  }

  playbackCompleted({ atMs, ended }: PlaybackEnd): void {
    this.#gaps?.playbackCompleted(atMs, ended === 'completed');
  }

  /** The audio is over: reports, once, what only the whole of it shows. */
  mediaOver(): void {
    const text = this.#gaps?.report();
    if (text !== undefined) this.#warn({ clause: 'AC-PLAY-5', text });
  }
}

/** Findings can only be new when a window of the inspector is full: half a second. */
const CHECK_BYTES = 4000;

/** The rule behind a finding, where there is one: what is sent must be audio of the negotiated format. */
const CLAUSES: Partial<Record<AudioFindingCode, ClauseId>> = {
  'container-header': 'AC-AUDIO-1',
  text: 'AC-AUDIO-1',
  'pcm16-as-mulaw': 'AC-AUDIO-1',
  'alaw-as-mulaw': 'AC-AUDIO-1',
};

/** Something that sounds wrong. */
interface AudioWarning {
  readonly text: string;
  readonly clause?: ClauseId;
}

/** Listens to what the bot sends and says, once each, what sounds wrong. */
class AudioWatch {
  readonly #inspector = createAudioInspector();
  #reported = 0;
  #bytesSinceCheck = CHECK_BYTES;

  /** Inspects µ-law; returns the findings. */
  heard(bytes: Uint8Array): readonly AudioWarning[] {
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
  const text = `the bot's audio, ${Math.round(atMs)} ms into it: ${message}`;
  const clause = CLAUSES[code];
  return clause === undefined ? { text } : { text, clause };
}

/** A bot of another version has a few additional fields, not hundreds. */
const MAX_NOTED = 50;

/** Notes each field that the protocol does not know once. (DECISIONS.md #12) */
export class DriftWatch {
  readonly #reported = new Set<string>();

  /** What there is to say of a message; undefined for most. */
  note(message: ServerMessage): string | undefined {
    const fresh = unknownFields(message).filter((path) => this.#isNew(message, path));
    if (fresh.length === 0) return undefined;
    return `${message.type} has fields that the protocol does not know, at ${fresh.join(', ')}; they were ignored`;
  }

  #isNew({ type }: ServerMessage, path: string): boolean {
    // Outputs in `closed` are known drift, with a clause of their own.
    if (type === 'closed' && path === '/parameters/outputVariables') return false;
    const key = `${type} ${path}`;
    if (this.#reported.has(key) || this.#reported.size >= MAX_NOTED) return false;
    this.#reported.add(key);
    return true;
  }
}
