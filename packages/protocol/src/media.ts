import { checkArgument } from '@hookline/runtime';
import type { MediaOffer, MediaParameter } from './messages/media.js';

/** The audio formats of the protocol: `PCMU` is µ-law, 1 byte per sample; `L16` is 16-bit PCM, 2 bytes per sample. */
export const MEDIA_FORMATS = ['PCMU', 'L16'] as const;
export type MediaFormat = (typeof MEDIA_FORMATS)[number];

/** The audio channels of the protocol: `external` is the caller, `internal` the agent. */
export const MEDIA_CHANNELS = ['external', 'internal'] as const;
export type MediaChannel = (typeof MEDIA_CHANNELS)[number];

/** The only sample rate of the protocol, in samples per second. */
export const MEDIA_RATE = 8000;

/** The media format that Audio Connector offers: µ-law at 8000 Hz, the caller's channel only. */
export const PCMU_EXTERNAL: MediaParameter = {
  type: 'audio',
  format: 'PCMU',
  channels: ['external'],
  rate: MEDIA_RATE,
};

function isKnown(offer: MediaOffer): offer is MediaParameter {
  return (
    offer.type === 'audio' &&
    offer.rate === MEDIA_RATE &&
    MEDIA_FORMATS.some((format) => format === offer.format) &&
    offer.channels.length >= 1 &&
    offer.channels.length <= 2 &&
    // The same channel twice is no layout of a frame.
    new Set(offer.channels).size === offer.channels.length &&
    offer.channels.every((channel) => MEDIA_CHANNELS.some((known) => known === channel))
  );
}

/**
 * Chooses one of the offered media formats: an offer with the external channel (the caller) before one without, PCMU
 * before L16, one channel before two, then the first offered.
 *
 * @returns a copy with the four fields of a media object only (AC-MEDIA-1), or undefined if no offer is supported
 */
export function chooseMedia(offers: readonly MediaOffer[]): MediaParameter | undefined {
  checkArgument('PROTOCOL_BAD_ARGUMENT', 'chooseMedia: offers', offers, 'list');
  // A bot needs the caller's audio; other offers are chosen only without it.
  const cost = ({ format, channels }: MediaParameter) =>
    (channels.includes('external') ? 0 : 4) + (format === 'PCMU' ? 0 : 2) + (channels.length - 1);
  let best: MediaParameter | undefined;
  for (const offer of offers) {
    if (isKnown(offer) && (!best || cost(offer) < cost(best))) best = offer;
  }
  return best && { type: best.type, format: best.format, channels: [...best.channels], rate: best.rate };
}

/** Whether two media formats have equal type, format, rate and channels, in the same order. */
export function sameMedia(a: MediaOffer, b: MediaOffer): boolean {
  checkArgument('PROTOCOL_BAD_ARGUMENT', 'sameMedia: a.channels', a?.channels, 'list');
  checkArgument('PROTOCOL_BAD_ARGUMENT', 'sameMedia: b.channels', b?.channels, 'list');
  return (
    a.type === b.type &&
    a.format === b.format &&
    a.rate === b.rate &&
    a.channels.length === b.channels.length &&
    a.channels.every((channel, index) => channel === b.channels[index])
  );
}

/** The bytes of one sample of all channels. The length of an audio frame is a multiple of it. */
export function bytesPerSample(media: MediaParameter): number {
  checkArgument('PROTOCOL_BAD_ARGUMENT', 'bytesPerSample: media.channels', media?.channels, 'list');
  return (media.format === 'PCMU' ? 1 : 2) * media.channels.length;
}

/** The bytes per millisecond of all channels. */
export function bytesPerMs(media: MediaParameter): number {
  checkArgument('PROTOCOL_BAD_ARGUMENT', 'bytesPerMs: media.channels', media?.channels, 'list');
  return (bytesPerSample(media) * media.rate) / 1000;
}
