import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { verifies } from '#verifies';
import vectors from '../vectors/media.json' with { type: 'json' };
import {
  bytesPerMs,
  bytesPerSample,
  chooseMedia,
  MEDIA_CHANNELS,
  MEDIA_FORMATS,
  type MediaChannel,
  PCMU_EXTERNAL,
  sameMedia,
} from './media.js';
import { type MediaOffer, MediaParameter } from './messages/media.js';
import { validator } from './validator.js';

const offers: fc.Arbitrary<MediaOffer> = fc.record({
  type: fc.constantFrom('audio', 'audio', 'video'),
  format: fc.constantFrom(...MEDIA_FORMATS, 'OPUS'),
  channels: fc.array(fc.constantFrom(...MEDIA_CHANNELS, 'third'), { maxLength: 3 }),
  rate: fc.constantFrom(8000, 8000, 16_000),
});

describe('chooseMedia', () => {
  it.each(vectors.cases)(verifies('AC-MEDIA-4', 'decides on $name'), ({ offers, chosen }) => {
    expect(chooseMedia(offers)).toEqual(chosen === null ? undefined : offers[chosen]);
  });

  it('does not choose an offer that has a channel twice', () => {
    const offer = (channels: MediaChannel[]): MediaOffer => ({ ...PCMU_EXTERNAL, channels });
    for (const channel of MEDIA_CHANNELS) expect(chooseMedia([offer([channel, channel])])).toBeUndefined();
    expect(chooseMedia([offer(['internal', 'internal']), offer(['internal', 'external'])])).toEqual(
      offer(['internal', 'external']),
    );
  });

  it('chooses one of the offers, unchanged, that may be selected', () => {
    const parameter = validator(MediaParameter);
    fc.assert(
      fc.property(fc.array(offers), (all) => {
        const chosen = chooseMedia(all);
        if (!chosen) return;
        expect(all.some((offer) => sameMedia(offer, chosen))).toBe(true);
        expect(parameter.check(chosen)).toBe(true);
      }),
    );
  });

  it('omits fields of an offer that a media object does not have', () => {
    expect(chooseMedia([{ ...PCMU_EXTERNAL, bitrate: 64_000 } as MediaOffer])).toEqual(PCMU_EXTERNAL);
  });
});

describe('sameMedia', () => {
  it.each([
    { type: 'video' },
    { format: 'L16' },
    { rate: 16_000 },
    { channels: ['internal'] },
    { channels: ['external', 'internal'] },
    { channels: [] },
  ])('distinguishes %j from PCMU external', (change) => {
    expect(sameMedia(PCMU_EXTERNAL, { ...PCMU_EXTERNAL, ...change })).toBe(false);
    expect(sameMedia({ ...PCMU_EXTERNAL, ...change }, PCMU_EXTERNAL)).toBe(false);
  });

  it('compares the order of channels', () => {
    const both = { ...PCMU_EXTERNAL, channels: ['external', 'internal'] };
    expect(sameMedia(both, { ...both, channels: ['internal', 'external'] })).toBe(false);
    expect(sameMedia(both, { ...both, channels: [...both.channels] })).toBe(true);
  });
});

describe('the size of audio', () => {
  it.each([
    ['PCMU', ['external'], 1, 8],
    ['PCMU', ['external', 'internal'], 2, 16],
    ['L16', ['external'], 2, 16],
    ['L16', ['external', 'internal'], 4, 32],
  ] as const)('of %s %j is %i bytes a sample and %i a millisecond', (format, channels, sample, ms) => {
    const media: MediaParameter = { type: 'audio', format, channels: [...channels], rate: 8000 };
    expect([bytesPerSample(media), bytesPerMs(media)]).toEqual([sample, ms]);
  });
});
