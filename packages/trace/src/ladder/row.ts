import type { WireEvent } from '@hookline/protocol';
import { checkArgument } from '@hookline/runtime';
import type { TraceRow } from '../format/row.js';
import type { CallMedia } from '../message/call-media.js';
import type { MessageReader, Skimmed } from '../message/skim-message.js';
import { laneOf, type Vantage } from '../vantage.js';
import { seconds } from './cells.js';
import { describeClientMessage, describeServerMessage } from './describe-message.js';
import { printable } from './escape.js';
import {
  type ArrowText,
  audioToBot,
  audioToCaller,
  between,
  bottom,
  toBot,
  toCaller,
  upgraded,
} from './lane.js';
import type { LadderRenderer } from './renderer.js';
import { requestFacts, statusText } from './upgrade-head.js';

/** An event with a row in a ladder: a live event, or a row of a trace. */
export type LadderEvent = WireEvent | TraceRow;

/** The context of a row. */
export interface LadderContext {
  readonly vantage: Vantage;
  readonly renderer: LadderRenderer;
  readonly media: CallMedia;
  readonly readMessage: MessageReader;
  /** Text at the right of the row, such as a latency; default none. */
  readonly note?: string;
  /** Text after the description of a message, audio or violation; default none. */
  readonly detail?: string;
}

/**
 * The rows of an event: one, or more if a text is longer than a row. Text of the peers is escaped, so that it cannot
 * change the layout or control the terminal.
 */
export function ladderRows(event: LadderEvent, context: LadderContext): string[] {
  checkArgument('TRACE_BAD_OPTION', 'ladderRows: event', event, 'object');
  checkArgument('TRACE_BAD_OPTION', 'ladderRows: context', context, 'object');
  const { renderer, note } = context;
  const safe = (text: string) => printable(text, renderer.unicode);
  switch (event.kind) {
    case 'request':
      return renderer.rows(event.t, toBot(renderer, { name: safe(describeRequest(event.head)) }), note);
    case 'response':
      return renderer.rows(
        event.t,
        responseLane(renderer, event.status, safe(statusText(event.status, event.head))),
        note,
      );
    case 'message': {
      const sent = context.readMessage(laneOf(context.vantage, event.dir), event.text);
      const { name, seq = '', detail = '' } = describeSent(sent, context.detail);
      const text = { name: safe(name), seq, detail: safe(detail) };
      return renderer.rows(
        event.t,
        sent.lane === 'caller' ? toBot(renderer, text) : toCaller(renderer, text),
        note,
      );
    }
    case 'audio': {
      const lane = laneOf(context.vantage, event.dir);
      const length = seconds(context.media.lastsMs(lane, event.bytes));
      const frames = `${length} in ${event.frames} ${event.frames === 1 ? 'frame' : 'frames'}`;
      const text = [frames, context.detail].filter(Boolean).join(', ');
      return renderer.rows(
        event.t,
        [lane === 'caller' ? audioToBot(renderer, text) : audioToCaller(renderer, text)],
        note,
      );
    }
    case 'playback': {
      const text = `playback ${ENDED[event.ended]}: ${describeHeard(event.heardMs, event.droppedMs)}`;
      return renderer.rows(event.t, between(renderer, text), note);
    }
    case 'violation': {
      const rule = [safe(event.clause), context.detail].filter(Boolean).join(' ');
      return renderer.annotation(event.t, `${rule}  ${safe(event.text)}`, event.fatal ? 'red' : 'yellow');
    }
    case 'end':
      return renderer.rows(event.t, bottom(renderer, safe(describeEnd(event, context.vantage))), note);
    case 'unknown':
      return renderer.rows(event.t, between(renderer, safe(event.of || 'a row without a kind')), note);
  }
}

/** How a playback ended, in one word. */
export const ENDED = { completed: 'completed', bargeIn: 'interrupted', disconnected: 'cut' };

/** `1.09 s heard, 1.31 s dropped` */
export function describeHeard(heardMs: number, droppedMs: number): string {
  return `${seconds(heardMs)} heard${droppedMs > 0 ? `, ${seconds(droppedMs)} dropped` : ''}`;
}

/** `GET /book  Upgrade  key=de*** signed` */
export function describeRequest(head: string): string {
  const { line, upgrade, key, signed } = requestFacts(head);
  const identity = [key !== undefined && `key=${key}`, signed && 'signed'].filter(Boolean).join(' ');
  return [line, upgrade && 'Upgrade', identity].filter(Boolean).join('  ');
}

function responseLane(renderer: LadderRenderer, status: number, name: string): string[] {
  return status === 101 ? [upgraded(renderer, '101')] : toCaller(renderer, { name });
}

/** The type of a message, its counters and its main content. @param more - appended text */
export function describeSent(sent: Skimmed, more = ''): ArrowText {
  if ('fault' in sent) return { name: sent.fault.type ?? 'text', detail: `malformed: ${sent.fault.reason}` };
  if ('unknown' in sent) {
    const { type, seq } = sent.unknown;
    return { name: type, seq: `seq ${seq}`, detail: 'unknown type' };
  }
  const { message } = sent;
  const said =
    sent.lane === 'caller' ? describeClientMessage(sent.message) : describeServerMessage(sent.message);
  const seq = 'clientseq' in message ? `seq ${message.seq}/${message.clientseq}` : `seq ${message.seq}`;
  return { name: message.type, seq, detail: [said, more].filter(Boolean).join('  ') };
}

/** `connection closed by the client  1000` */
export function describeEnd(
  {
    by,
    code,
    reason,
  }: { readonly by: 'self' | 'peer' | 'loss'; readonly code: number; readonly reason: string },
  vantage: Vantage,
): string {
  const who = (by === 'self') === (vantage === 'client') ? 'client' : 'server';
  const how = by === 'loss' ? 'connection lost' : `connection closed by the ${who}`;
  return `${how}  ${code}${reason ? ` ${reason}` : ''}`;
}
