/** Bot audio that comes this soon after all of it was heard was meant to follow without a gap. */
const GAP_MS = 500;

/** A shorter playback counts as a part of audio that ran dry. */
const SHORT_MS = 1000;

/** Finds the playbacks that are parts of one: short, and following one another at once. Times in milliseconds. */
export interface Gaps {
  /** Whether the last playback that began belongs to the row before it. */
  readonly open: boolean;
  /** Takes `playback_started`. Returns whether it ends a gap. */
  started(t: number): boolean;
  /** Takes `playback_completed`. Returns whether that playback belongs to the row before it. */
  completed(t: number): boolean;
  /** The bot interrupted its playback: what follows is something else. */
  interrupted(): void;
}

/** Creates the detector. */
export function createGaps(): Gaps {
  let open = false;
  let startedAt: number | undefined;
  /** The end of a short playback after which nothing has played yet. */
  let dryAt: number | undefined;
  return {
    get open() {
      return open;
    },
    started(t) {
      open = dryAt !== undefined && t - dryAt <= GAP_MS;
      startedAt = t;
      dryAt = undefined;
      return open;
    },
    completed(t) {
      const short = startedAt !== undefined && t - startedAt < SHORT_MS;
      const part = open && short;
      open = part;
      startedAt = undefined;
      dryAt = short ? t : undefined;
      return part;
    },
    interrupted() {
      open = false;
      startedAt = undefined;
      dryAt = undefined;
    },
  };
}
