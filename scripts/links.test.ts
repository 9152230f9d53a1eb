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

/** The text of a page without code. */
function prose(path: string): string {
  return readFileSync(join(root, path), 'utf8')
    .replace(/^( *)```[\s\S]*?^\1```/gm, '')
    .replace(/`[^`\n]*`/g, '');
}

/** The anchors that GitHub creates for the headings of a page. */
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

const links = (path: string) => [...prose(path).matchAll(/\]\(([^)\s]+)\)/g)].map(([, link = '']) => link);
/** The repository path of a GitHub link. Files of a tarball link in this way to files that it does not contain. */
const inRepository = (link: string) =>
  /^https:\/\/github\.com\/hookline\/hookline\/(?:blob|tree)\/main\/(.*)$/.exec(link)?.[1];

/** The dead links of a page. */
function deadLinks(path: string): string[] {
  return links(path).flatMap((link) => {
    const own = inRepository(link);
    if (own === undefined && /^[a-z]+:/.test(link)) return [];
    const [file = '', anchor] = (own ?? link).split('#');
    const target = file === '' ? path : own === undefined ? join(dirname(path), file) : file;
    if (!existsSync(join(root, target))) return [`${link}: there is no ${target}`];
    if (anchor === undefined || statSync(join(root, target)).isDirectory()) return [];
    return anchors(target).has(anchor) ? [] : [`${link}: ${target} has no heading #${anchor}`];
  });
}

/** The Markdown files and the other files of a package's tarball. */
function shipped(folder: string) {
  const { files = [] }: { files?: string[] } = JSON.parse(
    readFileSync(join(root, folder, 'package.json'), 'utf8'),
  );
  const holds = (path: string) =>
    ['package.json', 'README.md', 'LICENSE', ...files].some(
      (entry) => path === `${folder}/${entry}` || path.startsWith(`${folder}/${entry}/`),
    );
  return { holds, pages: pages.filter((path) => holds(path) && !path.includes('/templates/')) };
}

describe('links between pages', () => {
  it.each(pages)('%s links only to existing files and headings', (path) => {
    expect(deadLinks(path)).toEqual([]);
  });

  it.each(
    [...new Set(pages.flatMap((path) => /^packages\/[^/]+/.exec(path)?.[0] ?? []))].filter((folder) =>
      existsSync(join(root, folder, 'package.json')),
    ),
  )('%s links by path only to files of its tarball', (folder) => {
    const { holds, pages } = shipped(folder);
    const leaving = pages.flatMap((path) =>
      // npm shows images from the repository.
      links(path)
        .filter((link) => !/^([a-z]+:|#)/.test(link) && !/\.(png|svg)$/.test(link))
        .map((link) => join(dirname(path), link.split('#')[0] ?? ''))
        .filter((target) => !holds(target))
        .map((target) => `${path} links to ${target}: use its address at GitHub`),
    );
    expect(leaving).toEqual([]);
  });

  it('the README lists every package', () => {
    const readme = readFileSync(join(root, 'README.md'), 'utf8');
    const packages = pages.filter((path) => /^packages\/[^/]+\/README\.md$/.test(path));
    expect(packages.filter((path) => !readme.includes(`(${path})`))).toEqual([]);
  });

  it('every page of docs is linked from docs/index.md, directly or indirectly', () => {
    const index = readFileSync(join(root, 'docs/index.md'), 'utf8');
    const docs = pages.filter((path) => /^docs\/[^/]+\.md$/.test(path) && path !== 'docs/index.md');
    expect(docs.filter((path) => !index.includes(`(${path.slice(5)})`))).toEqual([]);
  });
});
