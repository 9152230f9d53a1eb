import { formatDuration } from '../state/format.js';

/** Round column widths, in milliseconds. */
const STEPS_MS = [50, 100, 250, 500, 1000, 2500, 5000, 10_000];
const COLUMN_COUNT = 10;
const WIDTH = 240;
const HEIGHT = 40;

interface ReplyTimesProps {
  /** The reply time of each turn, in milliseconds. */
  readonly times: readonly number[];
  readonly firstAudioMs: number | undefined;
}

/** Histogram of the bot's reply times, with median and maximum. */
export function ReplyTimes({ times, firstAudioMs }: ReplyTimesProps) {
  if (times.length < 2) return null;
  const sorted = [...times].sort((a, b) => a - b);
  const slowest = sorted.at(-1) ?? 0;
  const median = sorted[Math.floor((sorted.length - 1) / 2)] ?? 0;
  const { step, counts } = histogram(sorted);
  const most = Math.max(...counts);
  const column = WIDTH / counts.length;
  const description = counts.flatMap((count, i) =>
    count === 0 ? [] : `${count} of ${formatDuration(i * step)} to ${formatDuration((i + 1) * step)}`,
  );
  return (
    <div class="reply-times" data-testid="reply-times" data-counts={counts.join(' ')} data-step-ms={step}>
      <svg viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={`Replies: ${description.join(', ')}`}>
        {counts.map((count, i) => (
          <rect
            key={i}
            x={i * column + 1}
            width={column - 2}
            y={HEIGHT - Math.max(1, (count / most) * HEIGHT)}
            height={Math.max(1, (count / most) * HEIGHT)}
            rx="1"
          />
        ))}
      </svg>
      <p class="reply-axis mono soft" aria-hidden="true">
        <span>0</span>
        <span>{formatDuration(counts.length * step)}</span>
      </p>
      <p class="soft">
        Half within {formatDuration(median)}, slowest {formatDuration(slowest)}
        {firstAudioMs !== undefined && `, first audio after ${formatDuration(firstAudioMs)}`}
      </p>
    </div>
  );
}

/** Counts times by columns of equal width, starting at 0. */
function histogram(times: readonly number[]): { readonly step: number; readonly counts: readonly number[] } {
  const slowest = Math.max(...times);
  const step = STEPS_MS.find((ms) => slowest < ms * COLUMN_COUNT) ?? slowest / (COLUMN_COUNT - 1);
  const counts = new Array<number>(Math.floor(slowest / step) + 1).fill(0);
  for (const ms of times) {
    const at = Math.floor(ms / step);
    counts[at] = (counts[at] ?? 0) + 1;
  }
  return { step, counts };
}
