import { createServer } from 'node:http';
import { expect, it } from 'vitest';
import { drainTogether } from './drains.js';

/** A second copy of the module, like that of the CJS build. */
const COPY = './drains.js?copy';

it('bots of two builds of the package on one server drain together, also if one fails', async () => {
  const copy: { readonly drainTogether: typeof drainTogether } = await import(COPY);
  expect(copy.drainTogether).not.toBe(drainTogether);
  const server = createServer();
  const seen: string[] = [];
  const drain = (name: string, drained: () => Promise<void>) => () => {
    seen.push(name);
    return drained();
  };
  const failing = drain('fails', () => Promise.reject(new Error('broken')));
  let end = () => {};
  const slow = drain('slow', () => new Promise((resolve) => (end = resolve)));
  const drainAll = drainTogether(server, failing);
  copy.drainTogether(server, slow);
  drainTogether(
    createServer(),
    drain('on another server', async () => {}),
  );
  const over = drainAll().then(() => seen.push('over'));
  expect(seen).toEqual(['fails', 'slow']);
  await new Promise(setImmediate);
  expect(seen).not.toContain('over');
  end();
  await over;
});
