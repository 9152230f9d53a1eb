import { createHmac } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { Parser } from '@asyncapi/parser';
import { describe, expect, it } from 'vitest';
import { artifacts } from '../scripts/artifacts.js';
import { fill } from '../scripts/document/fill.js';
import { yaml } from '../scripts/yaml.js';
import { CLIENT_STATES, clauses, SERVER_STATES } from '../src/index.js';
import { clientMessages, serverMessages } from '../src/messages/index.js';

const root = new URL('../', import.meta.url);
const generated = artifacts(root);
const types = [...Object.keys(clientMessages), ...Object.keys(serverMessages)];

describe('the generated files', () => {
  it.each([...generated.keys()])(
    'contain %s as generated from the sources (else: npm run generate -w @hookline/protocol)',
    (path) => {
      expect(readFileSync(new URL(path, root), 'utf8')).toBe(generated.get(path));
    },
  );

  it('are the only files in schema/', () => {
    const expected = [...types.map((type) => `${type}.schema.json`), 'audio-connector.schema.json'];
    expect(readdirSync(new URL('schema/', root)).sort()).toEqual(expected.sort());
  });
});

describe('each schema', () => {
  it.each(types)('of %s names its dialect and itself, describes every field and gives an example', (type) => {
    const schema = JSON.parse(generated.get(`schema/${type}.schema.json`) ?? '');
    expect(schema).toMatchObject({
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      $id: expect.stringMatching(new RegExp(`/${type}\\.schema\\.json$`)),
      description: expect.stringMatching(/^Sent by the (?:client|server)\. .+\.$/),
    });
    expect(schema.examples.length).toBeGreaterThan(0);
    expect(schema.examples.every((example: { type: string }) => example.type === type)).toBe(true);
    const parameters = Object.entries<{ title?: string; description?: string }>(
      schema.properties.parameters.properties,
    );
    const silent = parameters.filter(([, field]) => !field.title && !field.description).map(([name]) => name);
    expect(silent).toEqual([]);
  });

  it('of a message allows later fields', () => {
    for (const type of types) {
      const schema = JSON.parse(generated.get(`schema/${type}.schema.json`) ?? '');
      expect([schema.additionalProperties, schema.properties.parameters.additionalProperties]).toEqual([
        undefined,
        undefined,
      ]);
    }
  });
});

describe('the bundle', () => {
  const bundle = JSON.parse(generated.get('schema/audio-connector.schema.json') ?? '');

  it('contains every message, and only valid references', () => {
    expect(Object.keys(bundle.$defs)).toEqual(expect.arrayContaining(types));
    const refs = [...JSON.stringify(bundle).matchAll(/"\$ref":"#\/\$defs\/(\w+)"/g)].map(
      ([, name]) => name ?? '',
    );
    expect(refs.length).toBeGreaterThan(types.length);
    for (const name of refs) expect(bundle.$defs).toHaveProperty(name);
  });

  it('references shared schemas instead of repeating them', () => {
    expect(bundle.$defs.ping.properties.id.$ref).toBe('#/$defs/uuid');
    expect(bundle.$defs.ping.properties.position.$ref).toBe('#/$defs/duration');
    expect(bundle.$defs.open.properties.parameters.properties.participant.$ref).toBe('#/$defs/participant');
    expect(bundle.$defs.opened.properties.parameters.properties.media.items.$ref).toBe(
      '#/$defs/mediaParameter',
    );
  });
});

describe('vectors/clauses.json', () => {
  const file = JSON.parse(generated.get('vectors/clauses.json') ?? '');

  it('contains exactly the rules', () => {
    expect(Object.entries(file.clauses).map(([id, rest]) => ({ id, ...Object(rest) }))).toEqual(clauses);
  });

  it.each(['messages', 'sessions', 'signatures', 'durations'])(
    'contains the basis of each refusal of %s, so that an assumption fails no bot',
    (name) => {
      const { reject } = JSON.parse(readFileSync(new URL(`vectors/${name}.json`, root), 'utf8'));
      expect(reject.length).toBeGreaterThan(0);
      for (const { clause } of reject) {
        expect(['platform', 'sample', 'third-party', 'assumed']).toContain(file.clauses[clause]?.basis);
      }
    },
  );
});

describe('asyncapi.yaml', () => {
  it('is a valid AsyncAPI 3.0 document', async () => {
    const { document, diagnostics } = await new Parser().parse(generated.get('asyncapi.yaml') ?? '');
    expect(
      diagnostics
        .filter(({ severity }) => severity <= 1)
        .map(({ message, path }) => [path.join('.'), message]),
    ).toEqual([]);
    expect(document?.version()).toBe('3.0.0');
    const messages =
      document
        ?.allMessages()
        .all()
        .map((message) => message.name()) ?? [];
    expect([...new Set(messages)].sort()).toEqual([...types, 'callerAudio', 'botAudio'].sort());
    expect(document?.operations().filterByReceive()).toHaveLength(1);
    expect(document?.operations().filterBySend()).toHaveLength(1);
  }, 60_000);
});

describe('PROTOCOL.md', () => {
  const document = generated.get('PROTOCOL.md') ?? '';

  it('draws exactly the states of the legality tables', () => {
    const diagrams = [...document.matchAll(/```mermaid\n([\s\S]*?)```/g)].map(([, diagram = '']) => diagram);
    const drawn = diagrams.map((diagram) => {
      const ends = [...diagram.matchAll(/^ {2}(\S+) --> (\w+|\[\*\])/gm)].flatMap(
        ([, from = '', to = '']) => [from, to],
      );
      return [...new Set(ends)].filter((name) => name !== '[*]').sort();
    });
    expect(drawn).toEqual([[...CLIENT_STATES].sort(), [...SERVER_STATES].sort()]);
  });

  it('lists every rule', () => {
    for (const { id } of clauses) expect(document).toContain(`| ${id} |`);
  });

  it('gives a signature example that a shell recomputes', () => {
    const base = /```\n("@request-target"[\s\S]*?)\n```/.exec(document)?.[1] ?? '';
    const secret = /printf %s '([^']+)'/.exec(document)?.[1] ?? '';
    const printed = /base\.txt \| base64\n(\S+)/.exec(document)?.[1];
    expect(createHmac('sha256', Buffer.from(secret, 'base64')).update(base).digest('base64')).toBe(printed);
  });

  it('has a marker for each generated part, and a part for each marker', () => {
    const marked = '<!-- generated: a -->\nold\n<!-- /generated -->';
    expect(fill(marked, { a: 'new' })).toBe('<!-- generated: a -->\n\nnew\n\n<!-- /generated -->');
    expect(() => fill(marked, {})).toThrow('nothing generates the part a');
    expect(() => fill(marked, { a: 'new', b: 'lost' })).toThrow('no place for b');
  });
});

describe('yaml', () => {
  it.each([
    [{ a: 1, b: [true, null] }, 'a: 1\nb:\n  - true\n  - null\n'],
    [[{ a: 'x', b: {} }, []], '- a: x\n  b: {}\n- []\n'],
    [
      { no: 'no', two: '2', colon: 'a: b', blank: ' x', empty: '' },
      '"no": "no"\ntwo: "2"\ncolon: "a: b"\nblank: " x"\nempty: ""\n',
    ],
    [{ line: 'a\nb', gone: undefined }, 'line: "a\\nb"\n'],
  ])('writes %j', (value, text) => {
    expect(yaml(value)).toBe(text);
  });
});
