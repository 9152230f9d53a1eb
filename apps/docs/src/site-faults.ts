import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join, posix, sep } from 'node:path';

const ENTITIES: Readonly<Record<string, string>> = {
  '&amp;': '&',
  '&quot;': '"',
  '&#39;': "'",
  '&lt;': '<',
  '&gt;': '>',
};
const decodeEntities = (text: string) =>
  text.replace(/&(?:amp|quot|#39|lt|gt);/g, (entity) => ENTITIES[entity] ?? entity);

/** Finds the values of an attribute on the given tags. */
function attributes(html: string, tags: string, name: string): string[] {
  return [...html.matchAll(new RegExp(`<(?:${tags})\\b[^>]*?\\s${name}="([^"]*)"`, 'g'))].map(
    ([, value = '']) => decodeEntities(value),
  );
}

/** Matches what stylesheets and scripts load from another host: fonts, icons, modules. */
const EXTERNAL_LOAD =
  /(?:url\(|@import\s*|\bimport\(|\bfetch\(|\bfrom\s*)\s*['"`]?(?:https?:)?\/\/[^\s'"`)]+/g;

/**
 * Checks a built site: reports links to missing pages and headings, and anything that a browser would load from another
 * host.
 * @param outDir the folder of the site, which is served at `/`
 */
export function siteFaults(outDir: string): string[] {
  const files = readdirSync(outDir, { recursive: true, encoding: 'utf8' }).map((path) =>
    path.split(sep).join('/'),
  );
  const read = (path: string) => readFileSync(join(outDir, path), 'utf8');
  const pages = new Map(
    files
      .filter((path) => path.endsWith('.html'))
      .map((path) => {
        // Script content is text, not tags.
        const html = read(path).replace(/<script\b[^>]*>[\s\S]*?<\/script>/g, (script) =>
          script.slice(0, script.indexOf('>') + 1),
        );
        return [
          path,
          {
            html,
            ids: new Set([...html.matchAll(/\sid="([^"]*)"/g)].map(([, id = '']) => decodeEntities(id))),
          },
        ] as const;
      }),
  );

  const deadLinks = [...pages].flatMap(([path, { html }]) =>
    [...new Set(attributes(html, 'a', 'href'))].flatMap((href) => {
      if (/^[a-z]+:|^\/\//i.test(href)) return [];
      const [file = '', hash = ''] = decodeURI(href).split('#');
      const target =
        file === ''
          ? path
          : posix.join(file.startsWith('/') ? '' : posix.dirname(path), file).replace(/^\/|^$/, '');
      const page = pages.get(target === '' || target.endsWith('/') ? `${target}index.html` : target);
      if (!page)
        return existsSync(join(outDir, target)) && target !== ''
          ? []
          : [`${path}: ${href} is a link to a missing page`];
      return hash === '' || page.ids.has(hash) ? [] : [`${path}: ${href} is a link to a missing heading`];
    }),
  );

  const pageLoads = [...pages].flatMap(([path, { html }]) =>
    [...attributes(html, 'script|img|source|iframe|video|audio', 'src'), ...attributes(html, 'link', 'href')]
      .filter((url) => /^(?:https?:)?\/\//.test(url))
      .map((url) => `${path} loads ${url} from another host`),
  );
  const assetLoads = files
    .filter((path) => /\.(?:css|js)$/.test(path))
    .flatMap((path) => [...read(path).matchAll(EXTERNAL_LOAD)].map(([found]) => `${path} has ${found}`));
  return [...deadLinks, ...pageLoads, ...assetLoads];
}
