import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitepress';
import { siteLinks } from '../src/links.js';
import { REPOSITORY, slugOf } from '../src/pages.js';
import { siteFaults } from '../src/site-faults.js';
import { writeSite } from '../src/write-site.js';

const path = (relative: string) => fileURLToPath(new URL(relative, import.meta.url));
/** Rewritten at every start; below `dist`, which git ignores. */
const PAGES = path('../dist/pages');

/** `vitepress build --no-api` omits the API reference, which takes most of the build time. */
export default async () => {
  const site = await writeSite(PAGES, { api: !process.argv.includes('--no-api') });
  return defineConfig({
    title: 'Hookline',
    description:
      'For Genesys Cloud Audio Connector: call your bot, build your bot, prove your bot, with no Genesys org.',
    lang: 'en-GB',
    srcDir: 'dist/pages',
    outDir: 'dist/site',
    cacheDir: 'dist/cache',
    // Title of a page in the browser's tab.
    titleTemplate: ':title · Hookline',
    head: [['link', { rel: 'icon', href: 'data:,' }]],
    markdown: {
      anchor: { slugify: slugOf },
      config: (md) => siteLinks(md, site.pages, site.clauseIds),
    },
    // The theme would fetch unknown link icons from another host. There are no such links, so the component is removed.
    vite: {
      plugins: [
        {
          name: 'no-icons-of-other-hosts',
          enforce: 'pre',
          resolveId: (id) => (id.endsWith('/VPSocialLink.vue') ? '\0no-icon' : undefined),
          load: (id) => (id === '\0no-icon' ? 'export default { render: () => null };' : undefined),
        },
      ],
    },
    buildEnd({ outDir }) {
      const faults = siteFaults(outDir);
      if (faults.length > 0) throw new Error(`The site has ${faults.length} faults:\n${faults.join('\n')}`);
    },
    themeConfig: {
      search: { provider: 'local' },
      outline: [2, 3],
      nav: [
        { text: 'Start', link: '/start' },
        { text: 'Troubleshooting', link: '/troubleshooting' },
        { text: 'Reference', link: '/reference/command', activeMatch: '^/reference/' },
        { text: 'GitHub', link: REPOSITORY },
      ],
      sidebar: [...site.sidebar],
      editLink: {
        pattern: ({ frontmatter }) =>
          `https://github.com/hookline/hookline/edit/main/${frontmatter['source']}`,
      },
      footer: {
        message:
          'MIT. Not affiliated with Genesys; passing a Hookline check is not a Genesys certification. Genesys, Genesys Cloud and AudioHook are trademarks of Genesys.',
      },
    },
  });
};
