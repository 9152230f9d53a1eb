import type { MediaParameter } from '@hookline/protocol';
import { checkOptionNames } from '@hookline/runtime';
import { createCallMedia } from '../message/call-media.js';
import { readMessage } from '../message/read-message.js';
import { type Lane, laneOf, type Vantage } from '../vantage.js';
import { createAnnotate, type HeardAudio } from './annotate.js';
import { seconds } from './cells.js';
import { printable } from './escape.js';
import { describeEnd, describeHeard, describeRequest, describeSent, ENDED, type LadderEvent } from './row.js';
import { statusText } from './upgrade-head.js';

/** The description of an event: the text of its ladder row, without the drawing. */
export interface RowDescription {
  /** The sender; undefined if it has none. */
  readonly lane?: Lane;
  /** The type of a message, or the kind of any other event. */
  readonly type: string;
  /** `1`, or `1/1` for `seq` and `clientseq`. */
  readonly seq?: string;
  /** The main content in a few words, escaped for printing; may be empty. */
  readonly detail: string;
  /** What earlier events add, such as `24 ms` or `first audio 379 ms`. */
  readonly note?: string;
  /** Why a message is malformed. */
  readonly fault?: string;
  /** How long audio lasts, in milliseconds. */
  readonly audioMs?: number;
}

/**
 * Describes events one by one, in chronological order. Does not mask credentials: pass masked events.
 *
 * @param heard - for a `playback_completed`: the event `playback` before it, which then needs no row of its own
 */
export type DescribeRow = (event: LadderEvent, heard?: HeardAudio) => RowDescription;

/** Whose events are described. */
export interface RowDescriberOptions {
  readonly vantage: Vantage;
  /** The media until `opened` selects it; default µ-law, the external channel. */
  readonly media?: MediaParameter;
}

/** @throws HooklineError `TRACE_BAD_OPTION` for an option that does not exist */
export function createRowDescriber(options: RowDescriberOptions): DescribeRow {
  checkOptionNames<RowDescriberOptions>('TRACE_BAD_OPTION', 'createRowDescriber: ', options ?? null, {
    vantage: true,
    media: true,
  });
  const { vantage } = options;
  const media = createCallMedia(options.media);
  const annotate = createAnnotate(vantage, media, readMessage);
  const safe = (text: string) => printable(text, true);

  return (event, heard) => {
    const { note, detail: more } = annotate(event, heard);
    const said = note === undefined ? {} : { note };
    switch (event.kind) {
      case 'request':
        return { lane: 'caller', type: 'request', detail: safe(describeRequest(event.head)), ...said };
      case 'response': {
        const detail = statusText(event.status, event.head);
        return { lane: 'bot', type: 'response', detail: safe(detail), ...said };
      }
      case 'message': {
        const sent = readMessage(laneOf(vantage, event.dir), event.text);
        const { name, seq, detail = '' } = describeSent(sent, more);
        const fault = 'fault' in sent ? safe(sent.fault.reason) : undefined;
        return {
          lane: sent.lane,
          type: safe(name),
          ...(seq === undefined ? {} : { seq: seq.replace(/^seq /, '') }),
          detail: safe(detail),
          ...said,
          ...(fault === undefined ? {} : { fault }),
        };
      }
      case 'audio': {
        const lane = laneOf(vantage, event.dir);
        const audioMs = media.lastsMs(lane, event.bytes);
        const frames = `${event.frames} ${event.frames === 1 ? 'frame' : 'frames'}`;
        return { lane, type: 'audio', detail: `${seconds(audioMs)} in ${frames}`, ...said, audioMs };
      }
      case 'playback': {
        const detail = `${ENDED[event.ended]}: ${describeHeard(event.heardMs, event.droppedMs)}`;
        return { type: 'playback', detail };
      }
      case 'violation':
        return { type: 'violation', detail: safe(`${event.clause}  ${event.text}`) };
      case 'end':
        return { type: 'end', detail: safe(describeEnd(event, vantage)) };
      case 'unknown':
        return { type: safe(event.of || 'unknown'), detail: '' };
    }
  };
}
