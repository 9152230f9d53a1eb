import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { CAUSES, type CauseEntry } from '../src/index.js';

const page = readFileSync(new URL('../docs/what-architect-sees.md', import.meta.url), 'utf8');

function row([cause, entry]: [string, CauseEntry]): string {
  const { errorType, errorTypeBeforeOpened, exitCode, words } = entry;
  const type = errorTypeBeforeOpened
    ? `\`${errorType}\`, before \`opened\` \`${errorTypeBeforeOpened}\``
    : `\`${errorType}\``;
  return `\`${cause}\` | ${type} | ${exitCode} | ${words}`;
}

/** A table row without the padding that a formatter adds. */
const plain = (line: string) => line.replace(/^\| *| *\|$/g, '').replace(/ *\| */g, ' | ');

describe('the page about causes in Architect', () => {
  it('has exactly the rows of the table of causes', () => {
    const rows = page
      .split('\n')
      .filter((line) => /^\| `[a-z-]+` +\| `[A-Z]/.test(line))
      .map(plain);
    expect(rows).toEqual(Object.entries(CAUSES).map(row));
  });
});
