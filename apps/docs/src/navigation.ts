import type { DefaultTheme } from 'vitepress';
import { linkTargets } from './links.js';
import { type Page, publicPackages, readSource } from './pages.js';

/** A role or a purpose of docs/index.md, with what stands under it. */
export interface Section {
  readonly title: string;
  readonly items: readonly { readonly title: string; readonly about: string; readonly link: string }[];
}

const INDEX: Page = { source: 'docs/index.md', route: 'index' };

/** The sections of docs/index.md: a line in bold, and the list below it. The sidebar and the home page are made of them. */
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

/** The pages of the reference that are written when the site is built. */
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

/** The home page: what Hookline is, one card a role, and docs/index.md below them. */
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
  // The reference ends with what only the site has, where docs/index.md tells how the site is made.
  const list = readSource(INDEX.source)
    .replace(/^# .*\n+By role:\n/, '')
    .replace(
      /\n`npm run docs`[\s\S]*$/,
      GENERATED.map(({ title, link }) => `- [${title}](${link})\n`).join(''),
    );
  // YAML takes JSON.
  return `---\n${JSON.stringify(frontmatter)}\n---\n\n${list}`;
}
