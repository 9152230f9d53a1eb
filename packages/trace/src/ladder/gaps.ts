import { UTTERANCE_GAP_MS } from '@hookline/audio';

/** A shorter playback counts as part of an utterance whose buffer ran empty. */
const SHORT_MS = 1000;

/** Finds playbacks that belong to one utterance: short, and following one another at once. Times in milliseconds. */
export interface Gaps {
  /** Whether the playback that started last belongs to the row before it. */
  readonly open: boolean;
  /** Handles `playback_started`. Returns whether it ends a gap. */
  started(t: number): boolean;
  /** Handles `playback_completed`. Returns whether that playback belongs to the row before it. */
  completed(t: number): boolean;
  /** Handles an interruption by the bot: the next playback is a new utterance. */
  interrupted(): void;
}

/** Creates the detector. */
export function createGaps(): Gaps {
  let open = false;
  let startedAt: number | undefined;
  /** The end of a short playback that no other has followed yet. */
  let emptyAt: number | undefined;
  return {
    get open() {
      return open;
    },
    started(t) {
      open = emptyAt !== undefined && t - emptyAt <= UTTERANCE_GAP_MS;
      startedAt = t;
      emptyAt = undefined;
      return open;
    },
    completed(t) {
      const short = startedAt !== undefined && t - startedAt < SHORT_MS;
      const part = open && short;
      open = part;
      startedAt = undefined;
      emptyAt = short ? t : undefined;
      return part;
    },
    interrupted() {
      open = false;
      startedAt = undefined;
      emptyAt = undefined;
    },
  };
}
