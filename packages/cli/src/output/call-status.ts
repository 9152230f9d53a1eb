import { decodeAudio, rmsDbfs, rmsDbfsMulaw, type SampleFormat } from '@hookline/audio';
import type { WireSink } from '@hookline/protocol';
import type { Clock } from '@hookline/runtime';
import type { Console } from './console.js';
import type { LiveView } from './live-view.js';
import { showProgress } from './progress.js';

/** What a terminal shows of a call while it goes on. */
export interface CallStatus {
  readonly sink: WireSink;
  /** Begins to show it. Returns a function that takes it away. */
  show(): () => void;
}

/** The level at which a bar is empty; at 0 dBFS it is full. */
const LOWEST_DBFS = -60;
const BAR_CELLS = 12;

/** A level is shown until the next piece of audio should have come, in milliseconds. */
const STALE_MS = 500;

/**
 * What to show at the bottom of a terminal: how long the call lasts, how loud the caller and the bot are (the bot as the caller
 * hears it), and above it the rows that grow. Nothing is shown where there is no terminal.
 *
 * @param format - of the caller's audio on the wire
 */
export function callStatus(
  console: Console,
  clock: Clock,
  view: Pick<LiveView, 'waiting'>,
  format: SampleFormat,
): CallStatus {
  if (!console.isLive) return { sink: { event() {} }, show: () => () => {} };
  const startedMs = clock.now();
  const caller = createLevel(clock);
  const bot = createLevel(clock);
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
        caller.heard(format.format === 'PCMU' ? rmsDbfsMulaw(bytes) : rmsDbfs(decodeAudio(bytes, format)));
      },
      heard: (_, bytes) => bot.heard(rmsDbfsMulaw(bytes)),
    },
    show: () => showProgress(console, clock, () => [...view.waiting(), status()], 0),
  };
}

/** How loud one side is. */
function createLevel(clock: Clock) {
  let loudest = Number.NEGATIVE_INFINITY;
  let heardAt = Number.NEGATIVE_INFINITY;
  let shown = true;
  return {
    /** Takes the level of a piece of audio. What is louder than all since it was shown last stays. */
    heard(dbfs: number): void {
      loudest = shown ? dbfs : Math.max(loudest, dbfs);
      shown = false;
      heardAt = clock.now();
    },
    /** A bar and a number of the same width whatever they say. */
    text({ unicode }: Console): string {
      shown = true;
      const dbfs = clock.now() - heardAt <= STALE_MS ? loudest : Number.NEGATIVE_INFINITY;
      const share = Math.min(1, Math.max(0, 1 - dbfs / LOWEST_DBFS));
      const full = Math.round(share * BAR_CELLS);
      const [on, off] = unicode ? ['█', '░'] : ['#', '.'];
      const bar = on.repeat(full) + off.repeat(BAR_CELLS - full);
      return `${bar} ${dbfs > LOWEST_DBFS ? `${Math.round(dbfs)} dB`.padStart(6) : 'silent'}`;
    },
  };
}
