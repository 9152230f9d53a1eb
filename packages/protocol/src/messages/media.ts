import { type Static, Type } from '@sinclair/typebox';
import { MEDIA_CHANNELS, MEDIA_FORMATS, MEDIA_RATE } from '../media.js';

/** The schema of a selected media format, with exactly these fields. */
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

/** The schema of an offered media format. Wider than `MediaParameter`, so that an offer of a newer platform is skipped rather than refused. */
export const MediaOffer = Type.Object(
  { type: Type.String(), format: Type.String(), channels: Type.Array(Type.String()), rate: Type.Number() },
  { description: 'An offered media format; a server passes over the ones it does not know.' },
);
export type MediaOffer = Static<typeof MediaOffer>;
