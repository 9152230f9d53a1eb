import type { Mark } from '../../src/messages.js';
import { type CallView, markTime } from '../state/call-view.js';
import { formatDuration, formatSeconds } from '../state/format.js';
import { shareAt, type View } from './draw-lanes.js';

/** Maximum number of marks shown at once; more would overlap. */
const SHOWN_MARKS = 60;

/** The visible marks, as buttons that move the cursor. */
export function MarkStrip({ call, view, seek }: { call: CallView; view: View; seek: (t: number) => void }) {
  const marks = call.marks.value
    .filter((mark) => markTime(mark) >= view.fromMs && markTime(mark) <= view.toMs)
    .slice(-SHOWN_MARKS);
  return (
    <div class="mark-strip">
      {marks.map((mark) => {
        const { symbol, name, className } = describe(mark);
        return (
          <button
            key={`${mark.kind} ${markTime(mark)}`}
            type="button"
            class={`mark ${className}`}
            data-testid={`mark-${mark.kind}`}
            data-t={markTime(mark)}
            data-cut-ms={mark.kind === 'playback' ? mark.cutMs : undefined}
            data-heard-ms={mark.kind === 'playback' ? mark.heardMs : undefined}
            style={{ left: `${(shareAt(view, markTime(mark)) * 100).toFixed(2)}%` }}
            aria-label={name}
            title={name}
            onClick={() => seek(markTime(mark))}
          >
            {symbol}
          </button>
        );
      })}
    </div>
  );
}

function describe(mark: Mark): { symbol: string; name: string; className: string } {
  const at = `at ${formatSeconds(markTime(mark))} s`;
  switch (mark.kind) {
    case 'playback': {
      const parts = [
        `Playback ${mark.n + 1}, ${at}`,
        mark.replyMs !== undefined && `reply after ${formatDuration(mark.replyMs)}`,
        mark.heardMs !== undefined && `${formatDuration(mark.heardMs)} heard`,
        mark.cutMs ? `${formatDuration(mark.cutMs)} cut` : false,
      ];
      return { symbol: `▸${mark.n + 1}`, name: parts.filter(Boolean).join(', '), className: 'bot' };
    }
    case 'bargeIn':
      return { symbol: '⊗', name: `Barge-in ${at}`, className: 'warn' };
    case 'key':
      return { symbol: mark.digit, name: `Key ${mark.digit} ${at}`, className: 'caller' };
    case 'paused':
      return { symbol: 'Ⅱ', name: `Paused ${at}`, className: '' };
    case 'resumed':
      return { symbol: '▷', name: `Resumed ${at}`, className: '' };
  }
}
