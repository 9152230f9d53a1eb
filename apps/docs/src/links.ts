import { existsSync, statSync } from 'node:fs';
import { join, posix } from 'node:path';
import type { MarkdownRenderer } from 'vitepress';
import { type Page, publicPackages, REPOSITORY, ROOT } from './pages.js';

type Token = ReturnType<MarkdownRenderer['parse']>[number];
type MakeToken = (type: string, tag: string, nesting: -1 | 0 | 1) => Token;

/** Resolves links and images of pages. */
export interface LinkTargets {
  /** @returns the href for the site, or undefined when it stays as it is. @throws Error when there is no such file */
  hrefOf(page: Page, href: string): string | undefined;
  /** The path of an image of a page in the repository, or undefined when it is not a relative one. */
  imageOf(page: Page, src: string): string | undefined;
}

/** Resolves links as they are written for the repository and for npm to pages of the site. */
export function linkTargets(pages: readonly Page[]): LinkTargets {
  const routes = new Map(pages.map(({ source, route }) => [source, route === 'index' ? '' : route]));
  const packages = new Map(publicPackages().map(({ name, folder }) => [name, `${folder}/README.md`]));
  const fileOf = (page: Page, path: string) =>
    path === '' ? page.source : posix.join(posix.dirname(page.source), path);

  /** The file behind an absolute link to the repository or to an npm package. */
  function ownFile(href: string): string | undefined {
    const [, ofRepository] =
      /^https:\/\/github\.com\/hookline\/hookline\/(?:blob|tree)\/main\/([^#?]*)/.exec(href) ?? [];
    const [, name = ''] = /^https:\/\/www\.npmjs\.com\/package\/((?:@[\w-]+\/)?[\w-]+)/.exec(href) ?? [];
    return ofRepository ?? packages.get(name);
  }

  return {
    hrefOf(page, href) {
      const [path = '', anchor] = href.split('#');
      const hash = anchor === undefined ? '' : `#${anchor}`;
      // Links written only for the site, by `homePage`.
      if (path.startsWith('/')) return undefined;
      const isAbsolute = /^[a-z]+:/i.test(href);
      if (!isAbsolute && path === '') return undefined;
      const file = isAbsolute ? ownFile(href) : fileOf(page, path);
      if (file === undefined) return undefined;
      const route = routes.get(file) ?? routes.get(posix.join(file, 'README.md'));
      if (route !== undefined) return `/${route}${hash}`;
      if (!existsSync(join(ROOT, file)))
        throw new Error(
          `${page.source}: the link ${href} points to ${file}, which is not in the repository.`,
        );
      const kind = statSync(join(ROOT, file)).isDirectory() ? 'tree' : 'blob';
      return `${REPOSITORY}/${kind}/main/${file}${hash}`;
    },
    imageOf: (page, src) => (/^([a-z]+:|\/)/i.test(src) ? undefined : fileOf(page, src)),
  };
}

const CLAUSE = /\bAC-[A-Z]+-\d+\b/g;

/** Links each clause id in running text to its entry in the reference. */
function linkClauses(tokens: readonly Token[], known: ReadonlySet<string>, make: MakeToken): Token[] {
  let isInLink = false;
  return tokens.flatMap((token) => {
    if (token.type === 'link_open') isInLink = true;
    if (token.type === 'link_close') isInLink = false;
    if (token.type !== 'text' || isInLink) return [token];
    const parts: Token[] = [];
    const text = (content: string) => {
      if (content !== '') parts.push(Object.assign(make('text', '', 0), { content }));
    };
    let end = 0;
    for (const { 0: id, index } of token.content.matchAll(CLAUSE)) {
      if (!known.has(id)) continue;
      text(token.content.slice(end, index));
      const open = make('link_open', 'a', 1);
      open.attrSet('href', `/reference/clauses#${id.toLowerCase()}`);
      parts.push(open);
      text(id);
      parts.push(make('link_close', 'a', -1));
      end = index + id.length;
    }
    text(token.content.slice(end));
    return parts;
  });
}

/** markdown-it plugin: rewrites links to routes of the site, and links each clause id. */
export function siteLinks(md: MarkdownRenderer, pages: readonly Page[], clauseIds: Iterable<string>): void {
  const targets = linkTargets(pages);
  const byRoute = new Map(pages.map((page) => [`${page.route}.md`, page]));
  const known = new Set(clauseIds);
  md.core.ruler.push('site-links', (state) => {
    const page = byRoute.get(String(state.env.relativePath));
    const make: MakeToken = (type, tag, nesting) => new state.Token(type, tag, nesting);
    let isInHeading = false;
    for (const token of state.tokens) {
      if (token.type === 'heading_open') isInHeading = true;
      if (token.type === 'heading_close') isInHeading = false;
      if (!token.children) continue;
      for (const child of token.children) {
        if (!page) continue;
        const href = child.type === 'link_open' ? child.attrGet('href') : undefined;
        if (href) child.attrSet('href', targets.hrefOf(page, decodeURI(href)) ?? href);
        const src = child.type === 'image' ? child.attrGet('src') : undefined;
        const image = src ? targets.imageOf(page, decodeURI(src)) : undefined;
        if (image !== undefined) child.attrSet('src', `/files/${image}`);
      }
      if (!isInHeading) token.children = linkClauses(token.children, known, make);
    }
  });
}
