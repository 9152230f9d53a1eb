import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { commandPage, environmentPage, exitCodesPage, parseHelp, verbHelp } from './command-reference.js';
import { linkTargets } from './links.js';
import { GENERATED, homePage, sections, sidebar } from './navigation.js';
import { listPages, publicPackages, readSource, routeOf, slugOf } from './pages.js';
import { siteFaults } from './site-faults.js';
import { causesPage, clausesPage, messagesPage, metricsPage } from './wire-reference.js';

const names: Record<'flags' | 'metrics', Record<string, string[]>> &
  Record<'environment' | 'causes' | 'clauses', string[]> & { exitCodes: Record<string, number> } = JSON.parse(
  readSource('scripts/public-names.json'),
);
const pages = listPages();

describe('the pages', () => {
  it('have unique routes in lower case', () => {
    const routes = pages.map(({ route }) => route);
    expect(routes.filter((route, index) => routes.indexOf(route) !== index)).toEqual([]);
    expect(routes.filter((route) => !/^[a-z0-9/-]+$/.test(route))).toEqual([]);
  });

  it('include the README of every public package and of every example', () => {
    const sources = new Set(pages.map(({ source }) => source));
    expect(publicPackages().filter(({ folder }) => !sources.has(`${folder}/README.md`))).toEqual([]);
    expect(sources).toContain('packages/protocol/PROTOCOL.md');
    expect(sources).toContain('apps/go-bot/README.md');
    expect(sources).not.toContain('packages/server/AGENTS.md');
  });

  it('are refused if no rule matches', () => {
    expect(() => routeOf('packages/a/deep/down.md')).toThrow('no route in apps/docs/src/pages.ts fits');
  });

  it('have the same heading anchors as GitHub', () => {
    expect(slugOf('401, though key and secret are right')).toBe('401-though-key-and-secret-are-right');
    expect(slugOf("The bot's voice is choppy")).toBe('the-bots-voice-is-choppy');
  });
});

describe('a link', () => {
  const targets = linkTargets(pages);
  const page = { source: 'packages/load/README.md', route: 'packages/load' };
  it.each([
    ['../../docs/load.md', '/load'],
    ['../server/README.md#operations', '/packages/server#operations'],
    ['../../docs/index.md', '/'],
    ['../../deploy', '/deploy'],
    ['https://github.com/hookline/hookline/blob/main/packages/scenario/README.md#x', '/packages/scenario#x'],
    ['https://www.npmjs.com/package/@hookline/vad', '/packages/vad'],
    ['LICENSE', 'https://github.com/hookline/hookline/blob/main/packages/load/LICENSE'],
    ['src', 'https://github.com/hookline/hookline/tree/main/packages/load/src'],
    ['https://www.artillery.io', undefined],
    ['#options', undefined],
    ['/reference/command', undefined],
  ])('%s points to %s', (href, expected) => {
    expect(targets.hrefOf(page, href)).toBe(expected);
  });

  it('to a missing file fails the build', () => {
    expect(() => targets.hrefOf(page, '../gone/README.md')).toThrow(
      'packages/load/README.md: the link ../gone/README.md points to packages/gone/README.md, which is not in the repository.',
    );
  });
});

describe('the navigation', () => {
  it('links to existing pages only, and to each page of docs/', () => {
    const known = new Set([...pages.map(({ route }) => `/${route}`), ...GENERATED.map(({ link }) => link)]);
    const links = sidebar(pages, []).flatMap(({ link, items = [] }) => [
      link,
      ...items.map((item) => item.link),
    ]);
    const found = links.filter((link) => link !== undefined);
    expect(found.filter((link) => !known.has(link))).toEqual([]);
    const docs = pages.filter(({ source, route }) => source.startsWith('docs/') && route !== 'index');
    expect(docs.filter(({ route }) => !found.includes(`/${route}`))).toEqual([]);
  });

  it('has a card for each role on the home page', () => {
    const roles = sections(pages).filter(({ title }) => title.startsWith('You '));
    expect(roles.length).toBeGreaterThanOrEqual(5);
    const home = homePage(pages);
    for (const { title, items } of roles)
      expect(home).toContain(`{"title":"${title}","details":"${items[0]?.title}`);
    expect(home).toMatch(
      /- \[The test vectors\]\(.*\)\n- \[Every verb and option\]\(\/reference\/command\)\n/,
    );
    expect(home).not.toContain('npm run docs');
  });
});

describe('the reference', () => {
  it('has every verb with every flag', () => {
    const text = commandPage();
    const found = Object.fromEntries(
      [...verbHelp()].map(([verb, { lists }]) => [
        verb,
        (lists.get('Options') ?? []).flatMap(([term]) => /--[\w-]+/.exec(term)?.[0] ?? []),
      ]),
    );
    for (const [verb, flags] of Object.entries(names.flags)) {
      expect(text).toContain(`\n## ${verb}\n`);
      expect(
        flags.filter(
          (flag) => !found[verb]?.includes(flag) && !found[verb]?.includes(`--no-${flag.slice(2)}`),
        ),
        verb,
      ).toEqual([]);
    }
  });

  it('parses a long term and a wrapped text of a help', () => {
    const help = parseHelp(
      'Usage: hookline x [options]\n\ndo\nmuch\n\nOptions:\n  --a-very-long-term-of-an-option <value>\n      what it\n      does\n  -b  more\n\nExamples:\n  hookline x\n',
    );
    expect(help.about).toBe('do much');
    expect(help.lists.get('Options')).toEqual([
      ['--a-very-long-term-of-an-option <value>', 'what it does'],
      ['-b', 'more'],
    ]);
    expect(help.examples).toEqual(['hookline x']);
    expect(() => parseHelp('nothing')).toThrow('expected "Usage: …", got "nothing"');
  });

  it.each([
    ['exit codes', exitCodesPage, () => Object.values(names.exitCodes).map((code) => `| ${code} |`)],
    ['environment variables', environmentPage, () => names.environment.map((name) => `\`${name}\``)],
    ['clauses', clausesPage, () => names.clauses.map((id) => `### ${id}\n`)],
    ['causes', causesPage, () => names.causes.map((cause) => `## ${cause}\n`)],
    [
      'metrics',
      metricsPage,
      () => Object.entries(names.metrics).map(([name, kind]) => `| \`${name}\` | ${kind} |`),
    ],
    [
      'messages',
      messagesPage,
      () => ['open', 'opened', 'disconnect', 'playback_completed', 'updated'].map((type) => `## ${type}\n`),
    ],
  ])('has all %s', (_, page, expected) => {
    const text = page();
    expect(expected().filter((part) => !text.includes(part))).toEqual([]);
    expect(text).not.toContain('undefined');
  });
});

describe('a site with faults', () => {
  const folder = mkdtempSync(join(tmpdir(), 'hookline-site-'));
  afterAll(() => rmSync(folder, { recursive: true, force: true }));
  const write = (path: string, text: string) => {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  };

  it('reports dead links and resources of other hosts', () => {
    write(
      'index.html',
      '<a class="x" href="/a/b.html#here">1</a><a href="/a/b.html#gone">2</a><a href="/gone.html">3</a>',
    );
    write(
      'a/b.html',
      '<h2 id="here">h</h2><a href="../index.html">4</a><a href="https://example.com/">5</a><a href="b.html">6</a>',
    );
    write(
      'c.html',
      '<link rel="stylesheet" href="https://cdn.example/x.css"><script src="//cdn.example/x.js"></script><img src="/a.png">',
    );
    write('a.css', '@font-face { src: url(https://fonts.example/a.woff2) } b { background: url(/a.png) }');
    write('a.js', 'const page = "see https://example.com/"; import("https://cdn.example/y.js")');
    expect(siteFaults(folder).sort()).toEqual([
      'a.css has url(https://fonts.example/a.woff2',
      'a.js has import("https://cdn.example/y.js',
      'c.html loads //cdn.example/x.js from another host',
      'c.html loads https://cdn.example/x.css from another host',
      'index.html: /a/b.html#gone is a link to a missing heading',
      'index.html: /gone.html is a link to a missing page',
    ]);
  });
});
