import { type Static, Type } from '@sinclair/typebox';

/** The audio formats of the protocol. */
export const MEDIA_FORMATS = ['PCMU', 'L16'] as const;
export type MediaFormat = (typeof MEDIA_FORMATS)[number];

/** Whose audio a channel carries: `external` is the caller, `internal` the agent's side. */
export const MEDIA_CHANNELS = ['external', 'internal'] as const;
export type MediaChannel = (typeof MEDIA_CHANNELS)[number];

/** Samples a second: the only rate of the protocol. */
export const MEDIA_RATE = 8000;

/** A media format that was selected: exactly these fields. */
export const MediaParameter = Type.Object(
  {
    type: Type.Literal('audio'),
    format: Type.Union(MEDIA_FORMATS.map((format) => Type.Literal(format))),
    channels: Type.Array(Type.Union(MEDIA_CHANNELS.map((channel) => Type.Literal(channel))), {
      minItems: 1,
      maxItems: 2,
    }),
    rate: Type.Literal(MEDIA_RATE),
  },
  {
    additionalProperties: false,
    description: 'A media format: PCMU or L16 at 8000 Hz, one or two channels.',
  },
);
export type MediaParameter = Static<typeof MediaParameter>;

/** A media format that is offered. Wider than `MediaParameter`, so that an offer from a newer platform is passed over instead of refused. */
export const MediaOffer = Type.Object(
  { type: Type.String(), format: Type.String(), channels: Type.Array(Type.String()), rate: Type.Number() },
  { description: 'An offered media format; a server passes over the ones it does not know.' },
);
export type MediaOffer = Static<typeof MediaOffer>;

/** What Audio Connector offers: the caller's channel, µ-law. */
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
    offer.channels.every((channel) => MEDIA_CHANNELS.some((known) => known === channel))
  );
}

/**
 * Which of the offers a bot takes: one with the external channel before one without, PCMU before L16, one channel
 * before two, then the order of the offers. Holds the four fields of a media object and nothing else that the offer may have had (AC-MEDIA-1).
 * Undefined when none will do.
 */
export function chooseMedia(offers: readonly MediaOffer[]): MediaParameter | undefined {
  // The caller's audio is what a bot is for; without it there is only what there is.
  const cost = ({ format, channels }: MediaParameter) =>
    (channels.includes('external') ? 0 : 4) + (format === 'PCMU' ? 0 : 2) + (channels.length - 1);
  let best: MediaParameter | undefined;
  for (const offer of offers) {
    if (isKnown(offer) && (!best || cost(offer) < cost(best))) best = offer;
  }
  return best && { type: best.type, format: best.format, channels: [...best.channels], rate: best.rate };
}

/** Whether two media formats are the same in type, format, rate and the order of channels. */
export function sameMedia(a: MediaOffer, b: MediaOffer): boolean {
  return (
    a.type === b.type &&
    a.format === b.format &&
    a.rate === b.rate &&
    a.channels.length === b.channels.length &&
    a.channels.every((channel, index) => channel === b.channels[index])
  );
}

/** Bytes of one sample of all channels: an audio frame is a multiple of it. */
export function bytesPerSample(media: MediaParameter): number {
  return (media.format === 'PCMU' ? 1 : 2) * media.channels.length;
}

/** Bytes of one millisecond of all channels. */
export function bytesPerMs(media: MediaParameter): number {
  return (bytesPerSample(media) * media.rate) / 1000;
}
