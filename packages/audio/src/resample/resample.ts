import { Resampler, type ResamplerOptions } from './resampler.js';

/**
 * Changes the rate of samples that are all there: `Resampler` in one step.
 *
 * @returns round(samples × to / from) samples; `pcm` itself when the rates are the same
 * @throws AudioError as `Resampler.create`
 */
export async function resample(pcm: Int16Array, options: ResamplerOptions): Promise<Int16Array> {
  const resampler = await Resampler.create(options);
  const head = resampler.process(pcm);
  const tail = resampler.flush();
  if (tail.length === 0) return head;
  const out = new Int16Array(head.length + tail.length);
  out.set(head);
  out.set(tail, head.length);
  return out;
}
