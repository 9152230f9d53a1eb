import type { Mark } from '../../src/messages.js';
import { type CallView, markTime } from '../state/call-view.js';
import { formatDuration, formatSeconds } from '../state/format.js';

/** The marks as a table, for screen readers and for copying. */
export function SegmentTable({ call }: { call: CallView }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: scrollable content must be reachable by keyboard
    <div class="segments" tabIndex={0} role="region" aria-label="Audio as a table">
      <table>
        <thead>
          <tr>
            <th scope="col">From</th>
            <th scope="col">To</th>
            <th scope="col">Who</th>
            <th scope="col">What</th>
          </tr>
        </thead>
        <tbody>
          {call.marks.value.map((mark) => (
            <tr key={`${mark.kind} ${markTime(mark)}`}>
              <td class="mono">{formatSeconds(markTime(mark))}</td>
              <td class="mono">
                {mark.kind === 'playback' && mark.to !== undefined && formatSeconds(mark.to)}
              </td>
              <td>{mark.kind === 'playback' || mark.kind === 'bargeIn' ? 'Bot' : 'Caller'}</td>
              <td>{whatOf(mark)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function whatOf(mark: Mark): string {
  switch (mark.kind) {
    case 'playback': {
      const heard = mark.heardMs === undefined ? 'is heard' : `${formatDuration(mark.heardMs)} heard`;
      return mark.cutMs ? `${heard}, ${formatDuration(mark.cutMs)} cut` : heard;
    }
    case 'bargeIn':
      return 'barge-in';
    case 'key':
      return `key ${mark.digit}`;
    case 'paused':
      return 'paused';
    case 'resumed':
      return 'resumed';
  }
}
