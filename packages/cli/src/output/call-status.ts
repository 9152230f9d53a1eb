import { decodeAudio, rmsDbfs, rmsDbfsMulaw, type SampleFormat } from '@hookline/audio';
import type { WireSink } from '@hookline/protocol';
import type { Clock } from '@hookline/runtime';
import type { Console } from './console.js';
import type { LiveView } from './live-view.js';
import { showProgress } from './progress.js';

/** The status line of a running call on a terminal. */
export interface CallStatus {
  readonly sink: WireSink;
  /** Shows the line. Returns a function that removes it. */
  show(): () => void;
}

/** The level of an empty bar; a full bar is 0 dBFS. */
const MIN_DBFS = -60;
const BAR_CELLS = 12;

/** Without audio for this time, in milliseconds, a side is shown as silent. */
const SILENT_AFTER_MS = 500;

/**
 * The status at the bottom of a terminal: the duration of the call, the level of the caller and of the bot (as the caller
 * hears it), and above it the growing rows of the ladder. Without a terminal nothing is shown.
 *
 * @param format - the format of the caller's audio on the wire
 */
export function callStatus(
  console: Console,
  clock: Clock,
  view: Pick<LiveView, 'growingRows'>,
  format: SampleFormat,
): CallStatus {
  if (!console.isLive) return { sink: { event() {} }, show: () => () => {} };
  const startedMs = clock.now();
  const caller = createLevelMeter(clock);
  const bot = createLevelMeter(clock);
  let phase = 'waiting for the connection';
  const status = () => {
    const time = `${((clock.now() - startedMs) / 1000).toFixed(1).padStart(5)} s`;
    const levels = `caller ${caller.text(console)}   bot ${bot.text(console)}`;
    return `${time}  ${phase === 'open' ? levels : phase}`;
  };
  return {
    sink: {
      event(event) {
        if (event.kind === 'response' && event.status === 101) phase = 'waiting for opened';
        if (event.kind !== 'message') return;
        if (event.type === 'opened') phase = 'open';
        if (event.type === 'close') phase = 'waiting for closed';
      },
      audio(dir, _, bytes) {
        if (dir === 'in') return;
        caller.push(format.format === 'PCMU' ? rmsDbfsMulaw(bytes) : rmsDbfs(decodeAudio(bytes, format)));
      },
      heard: (_, bytes) => bot.push(rmsDbfsMulaw(bytes)),
    },
    show: () => showProgress(console, clock, () => [...view.growingRows(), status()], 0),
  };
}

/** Measures the level of one side. */
function createLevelMeter(clock: Clock) {
  let loudest = Number.NEGATIVE_INFINITY;
  let lastAudioAt = Number.NEGATIVE_INFINITY;
  let wasDrawn = true;
  return {
    /** Adds the level of an audio frame. The highest level since the last draw is shown. */
    push(dbfs: number): void {
      loudest = wasDrawn ? dbfs : Math.max(loudest, dbfs);
      wasDrawn = false;
      lastAudioAt = clock.now();
    },
    /** A bar and a number, always of the same width. */
    text({ unicode }: Console): string {
      wasDrawn = true;
      const dbfs = clock.now() - lastAudioAt <= SILENT_AFTER_MS ? loudest : Number.NEGATIVE_INFINITY;
      const share = Math.min(1, Math.max(0, 1 - dbfs / MIN_DBFS));
      const filledCells = Math.round(share * BAR_CELLS);
      const [on, off] = unicode ? ['█', '░'] : ['#', '.'];
      const bar = on.repeat(filledCells) + off.repeat(BAR_CELLS - filledCells);
      return `${bar} ${dbfs > MIN_DBFS ? `${Math.round(dbfs)} dB`.padStart(6) : 'silent'}`;
    },
  };
}
