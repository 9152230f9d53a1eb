import { useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { Transport } from '../call/transport.js';
import type { CallView } from '../state/call-view.js';
import { formatDuration, formatSeconds } from '../state/format.js';
import type { Studio } from '../state/studio.js';
import { dark, forcedColours } from '../state/theme.js';
import { drawLanes, type LaneColours, timeAt, type View, viewOf } from './draw-lanes.js';
import { MarkStrip } from './mark-strip.js';
import { SegmentTable } from './segment-table.js';

/** Width of the view of a live call, in milliseconds: at most, and at its beginning. */
const LIVE_WINDOW_MS = 20_000;
const FIRST_WINDOW_MS = 6_000;

/** Both audio lanes: the caller, the bot as heard by the caller, and discarded bot audio. */
export function LanesView({ call, studio }: { call: CallView; studio: Studio }) {
  const canvas = useRef<HTMLCanvasElement>(null);
  const size = useSignal({ width: 0, height: 0, scale: 1 });
  const zoom = useSignal(1);
  const asTable = useSignal(false);
  const { player } = studio;

  const view = (): View => {
    if (call.live) {
      const end = call.endMs.value;
      const window = Math.min(LIVE_WINDOW_MS, Math.max(FIRST_WINDOW_MS, end * 1.25));
      return viewOf(end - window, window, end);
    }
    const whole = Math.max(1000, call.endMs.value);
    const window = whole / zoom.value;
    return viewOf(player.atMs.value - window / 2, window, whole);
  };

  useEffect(() => {
    const element = canvas.current;
    if (!element) return;
    const observer = new ResizeObserver(() => {
      size.value = {
        width: element.clientWidth,
        height: element.clientHeight,
        scale: window.devicePixelRatio,
      };
    });
    observer.observe(element);
    return () => observer.disconnect();
  }, [size]);

  const frame = useRef(0);
  useSignalEffect(() => {
    call.lanes.version.value;
    call.marks.value;
    dark.value;
    forcedColours.value;
    const shown = view();
    const { width, height, scale } = size.value;
    const cursor = call.live ? undefined : player.atMs.value;
    cancelAnimationFrame(frame.current);
    frame.current = requestAnimationFrame(() => {
      const context = canvas.current?.getContext('2d');
      if (!context || !canvas.current) return;
      canvas.current.width = Math.round(width * scale);
      canvas.current.height = Math.round(height * scale);
      context.scale(scale, scale);
      drawLanes(context, { width, height, call, view: shown, cursor, colours: coloursOf(canvas.current) });
    });
  });

  const shown = view();
  const heard = Math.round(call.heardMs.value);
  return (
    <section class="panel lanes" aria-labelledby="lanes-title">
      <div class="panel-head">
        <h2 id="lanes-title">Audio</h2>
        <p class="legend">
          <span class="swatch caller" aria-hidden="true" /> Caller
          <span class="swatch bot" aria-hidden="true" data-testid="wave-bot" data-heard-ms={heard} /> Bot, as
          heard
          <span class="swatch cut" aria-hidden="true" /> cut unheard
        </p>
        {call.live && (
          <label class="volume">
            Volume
            <input
              type="range"
              min="0"
              max="1"
              step="0.05"
              data-testid="volume"
              value={studio.audio.volume.value}
              onInput={({ currentTarget }) => studio.audio.setVolume(Number(currentTarget.value))}
            />
          </label>
        )}
        <label class="tick">
          <input
            type="checkbox"
            data-testid="as-table"
            checked={asTable.value}
            onChange={({ currentTarget }) => {
              asTable.value = currentTarget.checked;
            }}
          />
          As a table
        </label>
      </div>
      <MarkStrip call={call} view={shown} seek={(t) => player.seek(t)} />
      <div
        class="lane-box"
        role="slider"
        tabIndex={0}
        aria-label="Place in the recording"
        aria-valuemin={0}
        aria-valuemax={Math.round(call.endMs.value)}
        aria-valuenow={Math.round(call.live ? call.endMs.value : player.atMs.value)}
        aria-valuetext={`${formatSeconds(call.live ? call.endMs.value : player.atMs.value)} s`}
        aria-disabled={call.live}
        data-testid="lane-box"
        onPointerDown={(event) => {
          const box = event.currentTarget;
          const seek = ({ clientX }: PointerEvent) => {
            const { left, width } = box.getBoundingClientRect();
            if (!call.live) player.seek(timeAt(view(), (clientX - left) / width));
          };
          seek(event);
          box.setPointerCapture(event.pointerId);
          box.onpointermove = seek;
          box.onpointerup = () => {
            box.onpointermove = null;
          };
        }}
        onKeyDown={(event) => {
          const step = STEPS_MS[event.key];
          if (step !== undefined) player.seek(player.atMs.value + step);
          else if (event.key === 'Home') player.seek(0);
          else if (event.key === 'End') player.seek(call.endMs.value);
          else if (event.key === ' ') player.toggle();
          else if (event.key === '[' || event.key === ']') player.seekToMark(event.key === ']');
          else return;
          event.preventDefault();
          event.stopPropagation();
        }}
      >
        {/* Content of a slider is hidden from assistive technology, so the canvas needs no ARIA attribute. */}
        <canvas ref={canvas} />
        {call.lanes.length === 0 && (
          <p class="lane-empty soft">
            {call.live ? 'Waiting for the first sound' : 'No audio of this call was recorded.'}
          </p>
        )}
      </div>
      {asTable.value && <SegmentTable call={call} />}
      {!call.live && (
        <Transport
          call={call}
          studio={studio}
          zoom={zoom}
          range={`${formatSeconds(shown.fromMs)} to ${formatSeconds(shown.toMs)} s, ${formatDuration(shown.toMs - shown.fromMs)}`}
        />
      )}
    </section>
  );
}

const STEPS_MS: Readonly<Record<string, number>> = {
  ArrowLeft: -1000,
  ArrowDown: -1000,
  ArrowRight: 1000,
  ArrowUp: 1000,
  PageDown: -10_000,
  PageUp: 10_000,
};

/** Reads the theme's colours for the canvas from its computed style. */
function coloursOf(canvas: HTMLCanvasElement): LaneColours {
  const { color, borderTopColor, borderRightColor, borderBottomColor, borderLeftColor, outlineColor } =
    getComputedStyle(canvas);
  return {
    text: color,
    caller: borderTopColor,
    bot: borderRightColor,
    warn: borderBottomColor,
    line: borderLeftColor,
    cursor: outlineColor,
  };
}
