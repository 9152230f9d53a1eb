import { type ByteOrder, bytesPerBlock, deinterleave, TELEPHONE_RATE, toMulaw } from '@hookline/audio';
import {
  bytesPerMs,
  chooseMedia,
  type MediaChannel,
  type MediaParameter,
  PCMU_EXTERNAL,
} from '@hookline/protocol/light';
import { checkArgument } from '@hookline/runtime';
import type { TraceHeader } from '../format/header.js';
import type { Lane } from '../vantage.js';
import type { Skimmed } from './skim-message.js';

/** What the bytes of a call's audio are: as expected until `opened` says it. */
export interface CallMedia {
  readonly media: MediaParameter;
  /** Applies the media that `opened` selects; other messages are ignored. */
  see(sent: Skimmed): void;
  /** How long audio of one side lasts, in milliseconds. The bot's is mono whatever the caller's is. */
  lastsMs(lane: Lane, bytes: number): number;
}

/** @param expected - default µ-law, the external channel */
export function createCallMedia(expected: MediaParameter = PCMU_EXTERNAL): CallMedia {
  let media = expected;
  return {
    get media() {
      return media;
    },
    see(sent) {
      if (sent.lane !== 'bot' || !('message' in sent) || sent.message.type !== 'opened') return;
      media = chooseMedia(sent.message.parameters.media) ?? media;
    },
    lastsMs(lane, bytes) {
      const perMs = bytesPerMs(media);
      return bytes / (lane === 'caller' ? perMs : perMs / media.channels.length);
    },
  };
}

/**
 * One channel of a frame of the caller, as 8 kHz µ-law; bytes that are no whole sample are left out. The caller's own
 * channel is the first where the call had no `external`.
 *
 * @param byteOrder - of L16; default `le`
 */
export function channelMulaw(
  frame: Uint8Array,
  media: MediaParameter,
  channel: MediaChannel,
  byteOrder: ByteOrder = 'le',
): Uint8Array {
  checkArgument('TRACE_BAD_OPTION', 'channelMulaw: frame', frame, 'bytes');
  checkArgument('TRACE_BAD_OPTION', 'channelMulaw: media', media, { channels: 'list' });
  const { format, channels } = media;
  const layout = {
    format,
    byteOrder,
    rate: TELEPHONE_RATE,
    channels: channels.length === 2 ? 2 : 1,
  } as const;
  const whole = frame.subarray(0, frame.length - (frame.length % bytesPerBlock(layout)));
  return toMulaw(deinterleave(whole, layout, Math.max(0, channels.indexOf(channel))), layout);
}

/** The media that the header of a trace expects. */
export function headerMedia(header: TraceHeader): MediaParameter {
  checkArgument('TRACE_BAD_OPTION', 'headerMedia: header', header, 'object');
  const { codec, rate, channels } = header;
  return { type: 'audio', format: codec, rate, channels };
}
