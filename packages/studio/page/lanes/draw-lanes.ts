import type { CallView } from '../state/call-view.js';

/** The visible range of a call, in milliseconds since dialling. */
export interface View {
  readonly fromMs: number;
  readonly toMs: number;
}

/** CSS colours. */
export interface LaneColours {
  readonly text: string;
  readonly caller: string;
  readonly bot: string;
  readonly warn: string;
  readonly line: string;
  readonly cursor: string;
}

interface Drawing {
  readonly width: number;
  readonly height: number;
  readonly call: CallView;
  readonly view: View;
  /** Position of the recording, in milliseconds since dialling; undefined draws no cursor. */
  readonly cursor: number | undefined;
  readonly colours: LaneColours;
}

/** Width of a bar with its gap, in CSS pixels. */
const BAR = 3;
const BAR_WIDTH = 2;
const AXIS_HEIGHT = 16;
const STEPS_MS = [100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000, 300_000, 600_000];
/** Steps above this are multiples of it: a trace made elsewhere may last for years. */
const LAST_STEP_MS = 600_000;

/** A view of `lengthMs` from `fromMs` on, shifted to lie within a call that ends at `endMs`. */
export function viewOf(fromMs: number, lengthMs: number, endMs: number): View {
  const from = Math.min(Math.max(0, fromMs), Math.max(0, endMs - lengthMs));
  return { fromMs: from, toMs: from + lengthMs };
}

/** The time at a horizontal position from 0 to 1. */
export const timeAt = ({ fromMs, toMs }: View, share: number): number => fromMs + share * (toMs - fromMs);

/** The horizontal position of a time; outside 0 to 1 if it is not visible. */
export const shareAt = ({ fromMs, toMs }: View, t: number): number => (t - fromMs) / (toMs - fromMs);

/** Draws axis, lanes, playbacks, discarded audio and cursor. */
export function drawLanes(context: CanvasRenderingContext2D, drawing: Drawing): void {
  const { width, height, view, cursor, colours } = drawing;
  context.clearRect(0, 0, width, height);
  drawAxis(context, drawing);
  const lane = (height - AXIS_HEIGHT) / 2;
  drawPlaybacks(context, drawing, lane);
  drawBars(context, drawing, 'caller', 0, lane);
  drawBars(context, drawing, 'bot', lane, lane);
  context.globalAlpha = 1;
  context.fillStyle = colours.line;
  context.fillRect(0, Math.round(lane), width, 1);
  if (cursor !== undefined) {
    const x = Math.round(shareAt(view, cursor) * width);
    context.fillStyle = colours.cursor;
    context.fillRect(Math.min(x, width - 2), 0, 2, height - AXIS_HEIGHT);
  }
}

function drawAxis(context: CanvasRenderingContext2D, { width, height, view, colours }: Drawing): void {
  const perLabel = ((view.toMs - view.fromMs) / width) * 80;
  const step = STEPS_MS.find((ms) => ms >= perLabel) ?? Math.ceil(perLabel / LAST_STEP_MS) * LAST_STEP_MS;
  context.font = '10px ui-sans-serif, system-ui, sans-serif';
  context.textBaseline = 'bottom';
  context.textAlign = 'left';
  for (let t = Math.ceil(view.fromMs / step) * step; t < view.toMs; t += step) {
    const x = Math.round(shareAt(view, t) * width);
    context.fillStyle = colours.line;
    context.globalAlpha = 0.6;
    context.fillRect(x, 0, 1, height - AXIS_HEIGHT + 4);
    context.globalAlpha = 1;
    context.fillStyle = colours.text;
    const label = `${t / 1000} s`;
    // A label that the edge would cut says another time.
    if (x + 3 + context.measureText(label).width <= width) context.fillText(label, x + 3, height);
  }
}

/** Tints the periods in which the bot was heard, and hatches discarded audio at the length it would have had. */
function drawPlaybacks(context: CanvasRenderingContext2D, drawing: Drawing, lane: number): void {
  const { width, call, view, colours } = drawing;
  const now = call.endMs.value;
  for (const { from, to, cutMs = 0 } of call.playbacks.value) {
    const end = to ?? now;
    if (end + cutMs < view.fromMs || from > view.toMs) continue;
    const x = shareAt(view, from) * width;
    const endX = shareAt(view, end) * width;
    context.globalAlpha = 0.1;
    context.fillStyle = colours.bot;
    context.fillRect(x, lane + 1, endX - x, lane - 1);
    if (cutMs > 0) hatch(context, colours.warn, endX, lane + 1, shareAt(view, end + cutMs) * width, lane * 2);
  }
  context.globalAlpha = 1;
}

function hatch(
  context: CanvasRenderingContext2D,
  colour: string,
  left: number,
  top: number,
  right: number,
  bottom: number,
): void {
  context.save();
  context.beginPath();
  context.rect(left, top, right - left, bottom - top);
  context.clip();
  context.globalAlpha = 0.5;
  context.strokeStyle = colour;
  context.lineWidth = 1;
  context.beginPath();
  for (let x = left - (bottom - top); x < right; x += 5) {
    context.moveTo(x, bottom);
    context.lineTo(x + (bottom - top), top);
  }
  context.stroke();
  context.globalAlpha = 1;
  context.fillStyle = colour;
  context.fillRect(left, top, 2, bottom - top);
  context.restore();
}

function drawBars(
  context: CanvasRenderingContext2D,
  { width, call, view, colours }: Drawing,
  lane: 'caller' | 'bot',
  top: number,
  height: number,
): void {
  const middle = top + height / 2;
  const perBar = ((view.toMs - view.fromMs) / width) * BAR;
  // Bars are aligned to a fixed time grid, so that their height does not change while a live call scrolls.
  const first = Math.floor(view.fromMs / perBar) * perBar;
  context.fillStyle = lane === 'caller' ? colours.caller : colours.bot;
  for (let t = first; t < view.toMs; t += perBar) {
    if (t + perBar < call.lanes.startMs || t >= call.lanes.endMs) continue;
    // Most speech is quiet: the square root keeps it visible without clipping loud parts.
    const share = Math.sqrt(call.lanes.peak(lane, t, t + perBar) / 255);
    const half = Math.max(0.5, share * (height / 2 - 3));
    context.fillRect(shareAt(view, t) * width, middle - half, BAR_WIDTH, half * 2);
  }
}
