import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('..', import.meta.url));
const pages = execFileSync('git', ['ls-files', '--cached', '--others', '--exclude-standard', '*.md'], {
  cwd: root,
  encoding: 'utf8',
})
  .split('\n')
  .filter((path) => path !== '' && existsSync(join(root, path)));

/** The text of a page without its code. */
function prose(path: string): string {
  return readFileSync(join(root, path), 'utf8')
    .replace(/^( *)```[\s\S]*?^\1```/gm, '')
    .replace(/`[^`\n]*`/g, '');
}

/** The anchors that GitHub gives to the headings of a page. */
function anchors(path: string): Set<string> {
  const seen = new Map<string, number>();
  return new Set(
    [
      ...readFileSync(join(root, path), 'utf8')
        .replace(/^( *)```[\s\S]*?^\1```/gm, '')
        .matchAll(/^#+ (.*)$/gm),
    ].map(([, heading = '']) => {
      const plain = heading
        .replace(/\[([^\]]*)\]\([^)]*\)/g, '$1')
        .toLowerCase()
        .replace(/[^\p{L}\p{N}\s_-]/gu, '')
        .trim()
        .replace(/\s/g, '-');
      const count = seen.get(plain) ?? 0;
      seen.set(plain, count + 1);
      return count === 0 ? plain : `${plain}-${count}`;
    }),
  );
}

/** What is wrong with the links of a page. */
function deadLinks(path: string): string[] {
  return [...prose(path).matchAll(/\]\(([^)\s]+)\)/g)].flatMap(([, link = '']) => {
    if (/^[a-z]+:/.test(link)) return [];
    const [file = '', anchor] = link.split('#');
    const target = file === '' ? path : join(dirname(path), file);
    if (!existsSync(join(root, target))) return [`${link}: there is no ${target}`];
    if (anchor === undefined || statSync(join(root, target)).isDirectory()) return [];
    return anchors(target).has(anchor) ? [] : [`${link}: ${target} has no heading #${anchor}`];
  });
}

describe('links between pages', () => {
  it.each(pages)('%s leads only to files and headings that are there', (path) => {
    expect(deadLinks(path)).toEqual([]);
  });

  it('every package stands in the README', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const packages = pages.filter((path) => /^packages\/[^/]+\/README\.md$/.test(path));
    expect(packages.filter((path) => !readme.includes(`(${path})`))).toEqual([]);
  });

  it('every page of docs is reached from docs/index.md', () => {
    const index = readFileSync(join(root, 'docs/index.md'), 'utf8');
    const docs = pages.filter((path) => /^docs\/[^/]+\.md$/.test(path) && path !== 'docs/index.md');
    expect(docs.filter((path) => !index.includes(`(${path.slice(5)})`))).toEqual([]);
  });
});
