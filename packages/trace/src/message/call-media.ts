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

/** The media of a call: the expected ones until `opened` selects them. */
export interface CallMedia {
  readonly media: MediaParameter;
  /** Applies the media that `opened` selects; other messages are ignored. */
  see(sent: Skimmed): void;
  /** The duration of audio of one side, in milliseconds. Bot audio is always mono. */
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
 * One channel of a frame of the caller, as 8 kHz µ-law. The bytes of an incomplete sample are dropped. If the call had no
 * `external` channel, the caller's channel is the first.
 *
 * @param byteOrder - the byte order of L16; default `le`
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

/** The media in the header of a trace. */
export function headerMedia(header: TraceHeader): MediaParameter {
  checkArgument('TRACE_BAD_OPTION', 'headerMedia: header', header, 'object');
  const { codec, rate, channels } = header;
  return { type: 'audio', format: codec, rate, channels };
}
