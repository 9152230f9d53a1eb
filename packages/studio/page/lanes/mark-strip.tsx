import type { Mark } from '../../src/messages.js';
import { type CallView, timeOf } from '../state/call-view.js';
import { seconds, span } from '../state/words.js';
import { shareAt, type View } from './draw-lanes.js';

/** Marks that are shown at once: more would lie one upon the other. */
const MOST_SHOWN = 60;

/** The marks in view, each a button that moves the cursor to it. */
export function MarkStrip({ call, view, seek }: { call: CallView; view: View; seek: (t: number) => void }) {
  const marks = call.marks.value
    .filter((mark) => timeOf(mark) >= view.fromMs && timeOf(mark) <= view.toMs)
    .slice(-MOST_SHOWN);
  return (
    <div class="mark-strip">
      {marks.map((mark) => {
        const { sign, name, tone } = describe(mark);
        return (
          <button
            key={`${mark.kind} ${timeOf(mark)}`}
            type="button"
            class={`mark ${tone}`}
            data-testid={`mark-${mark.kind}`}
            data-t={timeOf(mark)}
            data-cut-ms={mark.kind === 'playback' ? mark.cutMs : undefined}
            data-heard-ms={mark.kind === 'playback' ? mark.heardMs : undefined}
            style={{ left: `${(shareAt(view, timeOf(mark)) * 100).toFixed(2)}%` }}
            aria-label={name}
            title={name}
            onClick={() => seek(timeOf(mark))}
          >
            {sign}
          </button>
        );
      })}
    </div>
  );
}

function describe(mark: Mark): { sign: string; name: string; tone: string } {
  const at = `at ${seconds(timeOf(mark))} s`;
  switch (mark.kind) {
    case 'playback': {
      const parts = [
        `Playback ${mark.n + 1}, ${at}`,
        mark.replyMs !== undefined && `reply after ${span(mark.replyMs)}`,
        mark.heardMs !== undefined && `${span(mark.heardMs)} heard`,
        mark.cutMs ? `${span(mark.cutMs)} cut` : false,
      ];
      return { sign: `▸${mark.n + 1}`, name: parts.filter(Boolean).join(', '), tone: 'bot' };
    }
    case 'bargeIn':
      return { sign: '⊗', name: `Barge-in ${at}`, tone: 'warn' };
    case 'key':
      return { sign: mark.digit, name: `Key ${mark.digit} ${at}`, tone: 'caller' };
    case 'paused':
      return { sign: 'Ⅱ', name: `Paused ${at}`, tone: '' };
    case 'resumed':
      return { sign: '▷', name: `Resumed ${at}`, tone: '' };
  }
}
