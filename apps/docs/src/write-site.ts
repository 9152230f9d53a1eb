import { copyFileSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { DefaultTheme } from 'vitepress';
import { writeApi } from './api.js';
import { commandPage, environmentPage, exitCodesPage } from './command-reference.js';
import { linkTargets } from './links.js';
import { homePage, sidebar } from './navigation.js';
import { listPages, type Page, ROOT, readSource } from './pages.js';
import { causesPage, clausesPage, messagesPage, metricsPage, readClauses } from './wire-reference.js';

/** The written site, as needed by the VitePress configuration. */
export interface Site {
  readonly pages: readonly Page[];
  readonly clauseIds: readonly string[];
  readonly sidebar: DefaultTheme.SidebarItem[];
}

/**
 * Writes every page to a folder, which is emptied first: the repository's Markdown files at their routes, and the reference
 * generated from code. With `api` TypeDoc adds the API of the packages, which takes most of the time.
 */
export async function writeSite(folder: string, options: { readonly api: boolean }): Promise<Site> {
  rmSync(folder, { recursive: true, force: true });
  const pages = listPages();
  const write = (route: string, text: string) => {
    const path = join(folder, `${route}.md`);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
  };
  for (const page of pages) {
    if (page.route === 'index') continue;
    const text = readSource(page.source);
    // The target of the theme's `editLink`.
    write(page.route, `---\nsource: ${page.source}\n---\n\n${text}`);
    copyImages(page, text, folder);
  }
  write('index', homePage(pages));
  write('reference/command', commandPage());
  write('reference/exit-codes', exitCodesPage());
  write('reference/environment', environmentPage());
  write('reference/clauses', clausesPage());
  write('reference/messages', messagesPage());
  write('reference/causes', causesPage());
  write('reference/metrics', metricsPage());
  const api = options.api ? await writeApi(folder) : [];
  return { pages, clauseIds: [...readClauses().keys()], sidebar: sidebar(pages, api) };
}

/** Copies the images of a page to where `siteLinks` links them. */
function copyImages(page: Page, text: string, folder: string): void {
  const targets = linkTargets([]);
  for (const [, src = ''] of text.matchAll(/!\[[^\]]*\]\(([^)\s]+)\)/g)) {
    const image = targets.imageOf(page, src);
    if (image === undefined) continue;
    const target = join(folder, 'public/files', image);
    mkdirSync(dirname(target), { recursive: true });
    copyFileSync(join(ROOT, image), target);
  }
}
