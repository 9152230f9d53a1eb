import type { CallMedia } from '../message/call-media.js';
import { PlayedTime } from '../message/played-time.js';
import type { MessageReader, Skimmed } from '../message/skim-message.js';
import { laneOf, type Vantage } from '../vantage.js';
import { latency, seconds } from './cells.js';
import { describeHeard, type LadderEvent } from './row.js';

/** What earlier events add to the row of an event. */
export interface Annotation {
  readonly note?: string;
  readonly detail?: string;
}

/** What is known of a finished playback. */
export interface HeardAudio {
  readonly heardMs: number;
  readonly droppedMs: number;
}

/** Returns for each event, in order, its relation to earlier ones. */
export type Annotate = (event: LadderEvent, heard?: HeardAudio) => Annotation;

/** Creates an annotator. `media` receives what `opened` selects. */
export function createAnnotate(vantage: Vantage, media: CallMedia, readMessage: MessageReader): Annotate {
  /** Times of pending requests: the upgrade, `open`, pings by their `seq`, `close`. */
  const requestedAt = new Map<string, number>();
  let opened: number | undefined;
  const played = new PlayedTime();

  const since = (what: string, t: number): Annotation => {
    const start = requestedAt.get(what);
    requestedAt.delete(what);
    return start === undefined ? {} : { note: latency(t - start) };
  };

  const message = (t: number, sent: Skimmed, heard: HeardAudio | undefined): Annotation => {
    if (!('message' in sent)) return {};
    const playedMs = played.message(t, sent);
    switch (sent.message.type) {
      case 'open':
      case 'close':
        requestedAt.set(sent.message.type, t);
        return {};
      case 'ping':
        requestedAt.set(`ping ${sent.message.seq}`, t);
        return {};
      case 'opened':
        opened ??= t;
        media.see(sent);
        return since('open', t);
      case 'pong':
        return since(`ping ${sent.message.clientseq}`, t);
      case 'closed':
        return since('close', t);
      case 'playback_completed':
        if (heard) return { detail: describeHeard(heard.heardMs, heard.droppedMs) };
        return playedMs === undefined ? {} : { detail: `${seconds(playedMs)} played` };
      default:
        return {};
    }
  };

  return (event, heard) => {
    switch (event.kind) {
      case 'request':
        requestedAt.set('upgrade', event.t);
        return {};
      case 'response':
        return since('upgrade', event.t);
      case 'message':
        return message(event.t, readMessage(laneOf(vantage, event.dir), event.text), heard);
      case 'audio': {
        if (laneOf(vantage, event.dir) === 'caller') return {};
        played.botAudio(media.lastsMs('bot', event.bytes));
        if (opened === undefined) return {};
        const note = `first audio ${latency(event.t - opened)}`;
        opened = undefined;
        return { note };
      }
      default:
        return {};
    }
  };
}
