import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { phrase } from '@hookline/bots';
import { afterAll, expect, test } from 'vitest';
import { readScenarios, renderProblems, SCHEMA_LINE, scenarioSchema } from '../src/index.js';

const read = (path: string) => readFileSync(new URL(path, import.meta.url), 'utf8');
const readme = read('../README.md');
const blocks = (language: string) =>
  [...readme.matchAll(new RegExp(`\`\`\`${language}\\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, text = '']) => text,
  );

const folder = mkdtempSync(join(tmpdir(), 'hookline-scenario-readme-'));
mkdirSync(join(folder, 'audio'));
for (const name of ['table-for-two', 'friday']) {
  writeFileSync(join(folder, 'audio', `${name}.wav`), phrase('table').bytes);
}
writeFileSync(join(folder, 'cases.csv'), 'pin,disposition\n1234,match\n99,no_match\n');
afterAll(() => rmSync(folder, { recursive: true }));

test('the README contains files that can be run', async () => {
  const [book = '', cases = ''] = blocks('yaml');
  const one = await readScenarios(book, join(folder, 'book.call.yaml'));
  expect([renderProblems(one.problems), one.scenarios.length]).toEqual(['', 1]);
  const two = await readScenarios(cases, join(folder, 'cases.call.yaml'));
  expect([renderProblems(two.problems), two.scenarios.length]).toEqual(['', 2]);
  expect(book.startsWith(SCHEMA_LINE)).toBe(true);
});

test('the README shows an error as it is reported', async () => {
  const text = `version: 1\nname: a\nsteps:\n${'  - hangup\n'.repeat(8)}  - dtmf: 0123\n`;
  const { problems } = await readScenarios(text, 'book.call.yaml');
  expect(readme).toContain(`\`\`\`
${renderProblems(problems)}
\`\`\``);
});

test('the published schema is the one that validates files; npm run generate writes it', () => {
  expect(read('../schema/call.schema.json')).toBe(scenarioSchema());
});
