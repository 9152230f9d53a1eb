import { sine, writeWav } from '@hookline/audio';
import { Resampler } from '@hookline/audio/resample';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { wavTranscoder } from './wav-transcoder.js';

describe('the transcoder of a WAV file', () => {
  afterEach(() => void vi.restoreAllMocks());

  it('releases a resampler that is ready only after the playback was stopped', async () => {
    const create = vi.spyOn(Resampler, 'create');
    const transcoder = wavTranscoder({ format: 'PCMU', byteOrder: 'le' }, () => {});
    const data = sine({ hz: 430, ms: 20, rate: 24_000 });
    const converted = transcoder.push(writeWav({ codec: 'pcm16', rate: 24_000, channels: 1, data }));
    transcoder.close();
    expect(await converted).toHaveLength(0);
    const resampler = await create.mock.results[0]?.value;
    expect(() => resampler.process(new Int16Array(1))).toThrow(
      expect.objectContaining({ code: 'AUDIO_CLOSED' }),
    );
  });
});
