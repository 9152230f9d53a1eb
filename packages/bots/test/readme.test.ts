import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';

const read = (path: string) => readFileSync(new URL(`../${path}`, import.meta.url), 'utf8');

it('the parrot in the README equals the source', () => {
  const [, shown] = /```typescript\n([\s\S]*?)```/.exec(read('README.md')) ?? [];
  expect(shown).toMatch(/^export function parrot/);
  expect(read('src/parrot.ts')).toContain(shown);
});
