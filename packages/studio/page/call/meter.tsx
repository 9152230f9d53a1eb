import { useEffect, useRef } from 'preact/hooks';
import type { CallView } from '../state/call-view.js';

/** Range of the meter below full scale, in dB. */
const FLOOR_DB = 54;

/** Level meter of one side. Updates the DOM directly, without rendering, ten times a second. */
export function Meter({ call, lane, label }: { call: CallView; lane: 'caller' | 'bot'; label: string }) {
  const bar = useRef<HTMLDivElement>(null);
  useEffect(
    () =>
      call.lanes.version.subscribe(() => {
        const level = call.lanes.level(lane);
        const share = level === 0 ? 0 : Math.max(0, 1 + (20 * Math.log10(level / 255)) / FLOOR_DB);
        if (bar.current) bar.current.style.transform = `scaleX(${share.toFixed(3)})`;
      }),
    [call, lane],
  );
  return (
    <div class="meter" aria-hidden="true">
      <span class="meter-label">{label}</span>
      <div class="meter-track">
        <div class={`meter-bar ${lane}`} ref={bar} data-testid={`meter-${lane}`} />
      </div>
    </div>
  );
}
