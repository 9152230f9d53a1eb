import { expect, it, vi } from 'vitest';
import { loadOnce } from './load-once.js';

const failed = (cause: unknown) => new Error('The thing could not be loaded.', { cause });

it('loads once for all calls', async () => {
  const load = vi.fn(async () => ({}));
  const once = loadOnce(load, failed);
  const [first, second] = await Promise.all([once(), once()]);
  expect(await once()).toBe(first);
  expect(second).toBe(first);
  expect(load).toHaveBeenCalledTimes(1);
});

it('reports what could not be loaded and why, and tries again at the next call', async () => {
  const cause = new Error('no such file');
  const load = vi.fn<() => Promise<string>>().mockRejectedValueOnce(cause).mockResolvedValueOnce('there');
  const once = loadOnce(load, failed);
  await expect(once()).rejects.toMatchObject({ message: 'The thing could not be loaded.', cause });
  expect(await once()).toBe('there');
});
