import { type AudioFinding, type AudioFindingCode, createAudioInspector } from '@hookline/audio';
import type { ClauseId } from '@hookline/protocol';

/** Findings can only be new when a window of the inspector is full: half a second. */
const LOOK_BYTES = 4000;

/** The rule behind a finding, where there is one: what is sent must be audio of the negotiated format. */
const CLAUSES: Partial<Record<AudioFindingCode, ClauseId>> = {
  'container-header': 'AC-AUDIO-1',
  text: 'AC-AUDIO-1',
  'pcm16-as-mulaw': 'AC-AUDIO-1',
  'alaw-as-mulaw': 'AC-AUDIO-1',
};

/** Something that sounds wrong. */
export interface AudioWarning {
  readonly text: string;
  readonly clause?: ClauseId;
}

/** Listens to what the bot sends and says, once each, what sounds wrong. */
export class AudioWatch {
  readonly #inspector = createAudioInspector();
  #told = 0;
  #sinceLook = LOOK_BYTES;

  /** Takes µ-law; returns what was found by it. */
  heard(bytes: Uint8Array): readonly AudioWarning[] {
    this.#inspector.push(bytes);
    this.#sinceLook += bytes.length;
    if (this.#sinceLook < LOOK_BYTES) return NOTHING;
    this.#sinceLook = 0;
    const fresh = this.#inspector.findings().slice(this.#told);
    this.#told += fresh.length;
    return fresh.map(toWarning);
  }
}

const NOTHING: readonly AudioWarning[] = [];

function toWarning({ code, message, atMs }: AudioFinding): AudioWarning {
  const text = `the bot's audio, ${Math.round(atMs)} ms into it: ${message}`;
  const clause = CLAUSES[code];
  return clause === undefined ? { text } : { text, clause };
}
