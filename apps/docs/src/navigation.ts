import type { DefaultTheme } from 'vitepress';
import { linkTargets } from './links.js';
import { type Page, publicPackages, readSource } from './pages.js';

/** A section of docs/index.md, a role or a purpose, with its list. */
export interface Section {
  readonly title: string;
  readonly items: readonly { readonly title: string; readonly about: string; readonly link: string }[];
}

const INDEX: Page = { source: 'docs/index.md', route: 'index' };

/** Parses the sections of docs/index.md, each a bold line and a list, for the sidebar and the home page. */
export function sections(pages: readonly Page[]): Section[] {
  const targets = linkTargets(pages);
  return readSource(INDEX.source)
    .split(/^\*\*(?=.*\*\*)/m)
    .slice(1)
    .map((part) => ({
      title: part.slice(0, part.indexOf('**')),
      items: [...part.matchAll(/^- \[([^\]]+)\]\(([^)]+)\)(?:: (.*))?$/gm)].map(
        ([, title = '', href = '', about = '']) => ({
          title: title.replaceAll('`', ''),
          about,
          link: targets.hrefOf(INDEX, href) ?? href,
        }),
      ),
    }));
}

/** The reference pages that are generated when the site is built. */
export const GENERATED = [
  { title: 'Every verb and option', link: '/reference/command' },
  { title: 'Exit codes', link: '/reference/exit-codes' },
  { title: 'Environment variables', link: '/reference/environment' },
  { title: 'Clauses', link: '/reference/clauses' },
  { title: 'Messages', link: '/reference/messages' },
  { title: 'Causes of the failure path', link: '/reference/causes' },
  { title: 'Metrics', link: '/reference/metrics' },
] as const;

/** The sidebar: docs/index.md, then the packages and the examples. */
export function sidebar(
  pages: readonly Page[],
  api: readonly DefaultTheme.SidebarItem[],
): DefaultTheme.SidebarItem[] {
  const entries = (items: Section['items']) => items.map(({ title, link }) => ({ text: title, link }));
  const groups = sections(pages).map(({ title, items }) => ({
    text: title.replace(/,.*/, ''),
    collapsed: true,
    items: [
      ...entries(items),
      ...(title.startsWith('Reference') ? GENERATED.map(({ title: text, link }) => ({ text, link })) : []),
    ],
  }));
  const examples = pages.filter(({ route }) => route.startsWith('examples/'));
  return [
    { text: 'Start', link: '/start' },
    ...groups,
    ...(api.length > 0 ? [{ text: 'API', collapsed: true, items: [...api] }] : []),
    {
      text: 'Packages',
      collapsed: true,
      items: publicPackages().map(({ name, folder }) => ({ text: name, link: `/${folder}` })),
    },
    {
      text: 'Examples',
      collapsed: true,
      items: examples.map(({ route }) => ({ text: route.replace('examples/', ''), link: `/${route}` })),
    },
  ];
}

/** The home page: tagline, one card per role, and docs/index.md below. */
export function homePage(pages: readonly Page[]): string {
  const [, tagline = ''] = /^\*\*(.*)\*\*$/m.exec(readSource('README.md')) ?? [];
  const roles = sections(pages).filter(({ title }) => title.startsWith('You '));
  const frontmatter = {
    layout: 'home',
    editLink: false,
    hero: {
      name: 'Hookline',
      tagline,
      actions: [
        { theme: 'brand', text: 'Start', link: '/start' },
        { theme: 'alt', text: 'Something is wrong', link: '/troubleshooting' },
      ],
    },
    features: roles.map(({ title, items }) => ({
      title,
      details: items.map((item) => item.title).join(' · '),
      link: items[0]?.link,
    })),
  };
  // Replaces the last lines of docs/index.md, on building the site, by the pages that only the site has.
  const list = readSource(INDEX.source)
    .replace(/^# .*\n+By role:\n/, '')
    .replace(
      /\n`npm run docs`[\s\S]*$/,
      GENERATED.map(({ title, link }) => `- [${title}](${link})\n`).join(''),
    );
  // JSON is valid YAML.
  return `---\n${JSON.stringify(frontmatter)}\n---\n\n${list}`;
}
