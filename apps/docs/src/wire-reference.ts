import { CAUSES, type CauseEntry } from '@hookline/client';
import { createBot } from '@hookline/server';
import { cell, generatedPage, table } from './generated-page.js';
import { readSource } from './pages.js';

interface Clause {
  readonly level: string;
  readonly sentence: string;
  readonly basis: string;
  readonly source: string;
  readonly bound: 'client' | 'server' | 'both';
  readonly effect: string;
  readonly fix: string;
  readonly note?: string;
}

/** Reads the rules of the protocol, by id. */
export function readClauses(): Map<string, Clause> {
  const file: { clauses: Record<string, Clause> } = JSON.parse(
    readSource('packages/protocol/vectors/clauses.json'),
  );
  return new Map(Object.entries(file.clauses));
}

const SIDES = { client: 'Genesys Cloud, or the client in its place', server: 'the bot', both: 'both sides' };
const AREAS: Readonly<Record<string, string>> = {
  CONN: 'connection',
  AUTH: 'credentials',
  SIG: 'signature',
  MSG: 'messages',
  DUR: 'durations',
  OPEN: 'opening',
  MEDIA: 'media',
  AUDIO: 'audio',
  PAUSE: 'pause',
  PLAY: 'playback',
  BARGE: 'barge-in',
  EVENT: 'events',
  DTMF: 'keys',
  UPDATE: 'update',
  PING: 'ping',
  ERR: 'errors',
  DISC: 'disconnect',
  CLOSE: 'close',
  OUT: 'outputs',
  VAR: 'variables',
  PROBE: 'probe',
  RATE: 'rate limits',
  TIME: 'time limits',
};

/** One section per area with one entry per rule: its effect when broken, and the fix. */
export function clausesPage(): string {
  const areaOf = (id: string) => id.split('-')[1] ?? '';
  const rules = [...readClauses()];
  const sections = [...new Set(rules.map(([id]) => areaOf(id)))].map((area) =>
    [
      `## AC-${area}: ${AREAS[area] ?? area.toLowerCase()}`,
      ...rules
        .filter(([id]) => areaOf(id) === area)
        .map(([id, { level, sentence, basis, source, bound, effect, fix, note }]) =>
          [
            `### ${id}`,
            `**${level}.** ${sentence}`,
            [
              `- applies to: ${SIDES[bound]}`,
              `- basis: [\`${basis}\`](/known-and-assumed), ${source}`,
              `- effect if broken: ${effect}`,
              `- fix: ${fix}`,
              ...(note === undefined ? [] : [`- note: ${note}`]),
            ].join('\n'),
          ].join('\n\n'),
        ),
    ].join('\n\n'),
  );
  return generatedPage(
    'Clauses',
    'Every rule of the protocol by its id, as `hookline explain` prints it. Only a rule whose basis is `platform` is a fact about Genesys Cloud; see [what is known and what is assumed](/known-and-assumed). [The protocol](/reference/protocol) describes the same rules in the order of a call.',
    sections,
  );
}

interface Schema {
  readonly type?: string;
  readonly title?: string;
  readonly description?: string;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Schema[];
  readonly pattern?: string;
  readonly required?: readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly items?: Schema;
  readonly additionalProperties?: boolean | Schema;
}

/** Short description of a field's type. */
function typeOf(schema: Schema): string {
  if (schema.const !== undefined) return `\`${JSON.stringify(schema.const)}\``;
  if (schema.enum) return schema.enum.map((value) => `\`${JSON.stringify(value)}\``).join(', ');
  if (schema.anyOf) return schema.anyOf.map(typeOf).join(' or ');
  if (schema.type === 'array') return `array of ${schema.items ? typeOf(schema.items) : 'anything'}`;
  if (schema.type === 'object' && typeof schema.additionalProperties === 'object')
    return `object of ${typeOf(schema.additionalProperties)}`;
  return schema.type ?? 'any JSON';
}

/** The fields of an object, including nested ones, as table rows. */
function fieldRows(schema: Schema, prefix = ''): string[][] {
  return Object.entries(schema.properties ?? {}).flatMap(([name, field]) => {
    const path = `${prefix}${name}`;
    const inner = field.type === 'array' ? field.items : field;
    const about = [field.title, field.description].filter((text) => text !== undefined).join(' ');
    return [
      [`\`${path}\``, schema.required?.includes(name) ? 'yes' : '', typeOf(field), cell(about)],
      ...fieldRows(inner ?? {}, field.type === 'array' ? `${path}[].` : `${path}.`),
    ];
  });
}

/** Each message: who sends it, its parameters, and an example that the test vectors accept. */
export function messagesPage(): string {
  const order: string[] = [
    ...readSource('packages/protocol/PROTOCOL.md').matchAll(/^\| `(\w+)` \| [A-Z]/gm),
  ].map(([, type = '']) => type);
  const vectors: { accept: { message?: { type: string; parameters: object } }[] } = JSON.parse(
    readSource('packages/protocol/vectors/messages.json'),
  );
  const sections = order.map((type) => {
    const schema: Schema = JSON.parse(readSource(`packages/protocol/schema/${type}.schema.json`));
    const rows = fieldRows(schema.properties?.['parameters'] ?? {});
    const examples = vectors.accept.flatMap(({ message }) => (message?.type === type ? message : []));
    // The most complete example is the most useful; the longest ones only test limits.
    const example = examples
      .filter((message) => JSON.stringify(message).length < 2000)
      .sort((a, b) => Object.keys(b.parameters).length - Object.keys(a.parameters).length)[0];
    return [
      `## ${type}`,
      schema.description ?? '',
      rows.length > 0 ? table(['parameter', 'required', 'type', 'meaning'], rows) : '`parameters` is `{}`.',
      ...(example ? [`\`\`\`json\n${JSON.stringify(example, undefined, 2)}\n\`\`\``] : []),
      `[JSON Schema](https://github.com/hookline/hookline/blob/main/packages/protocol/schema/${type}.schema.json)`,
    ].join('\n\n');
  });
  const [ofClient = '', ofServer = ''] = ['ping', 'pong'].map(envelope);
  return generatedPage(
    'Messages',
    'Every message with its parameters, from the JSON Schemas of [`@hookline/protocol`](/packages/protocol), which also has them as `asyncapi.yaml`. [The protocol](/reference/protocol) says when each may be sent.',
    [
      '## The envelope',
      `Fields of every client message:\n\n${ofClient}`,
      `Fields of every server message:\n\n${ofServer}`,
      ...sections,
    ],
  );
}

/** The envelope fields, which are the same for all messages of one side. */
function envelope(type: string): string {
  const { required = [], properties = {} }: Schema = JSON.parse(
    readSource(`packages/protocol/schema/${type}.schema.json`),
  );
  const fields = Object.entries(properties).filter(([name]) => name !== 'parameters');
  const described = {
    ...Object.fromEntries(fields),
    type: { type: 'string', description: 'The type of the message.' },
  };
  return table(['field', 'required', 'type', 'meaning'], fieldRows({ required, properties: described }));
}

/** The causes of the failure path: meaning, `errorType` in the flow, and exit code. */
export function causesPage(): string {
  const entries: [string, CauseEntry][] = Object.entries(CAUSES);
  return generatedPage(
    'Causes of the failure path',
    'The `cause` of a failed call, which is exact, and the `errorType` that the flow receives, which is assumed except for the one that was reported: see [what Architect sees](/what-architect-sees#failure).',
    entries.map(([cause, { words, errorType, errorTypeBeforeOpened, exitCode }]) =>
      [
        `## ${cause}`,
        words,
        [
          `- \`errorType\`: \`${errorType}\`${errorTypeBeforeOpened === undefined ? '' : `; \`${errorTypeBeforeOpened}\` before \`opened\``}`,
          `- [exit code](/reference/exit-codes): ${exitCode}`,
        ].join('\n'),
      ].join('\n\n'),
    ),
  );
}

/** The metrics of a bot's `/metrics`: name, kind, labels, meaning. */
export function metricsPage(): string {
  const text = createBot({ auth: { key: 'c2VjcmV0' } }, async () => {}).metrics();
  const rows = [...text.matchAll(/^# HELP (\S+) (.*)\n# TYPE \S+ (\S+)\n((?:[^#].*\n?)*)/gm)].map(
    ([, name = '', help = '', kind = '', samples = '']) => {
      const values = [...samples.matchAll(/\{(?!le=)(\w+)="([^"]*)"\}/g)];
      const label = values[0]?.[1];
      const labels =
        label === undefined ? '' : `\`${label}\`: ${values.map(([, , value]) => `\`${value}\``).join(', ')}`;
      return [`\`${name}\``, kind, help, labels];
    },
  );
  return generatedPage(
    'Metrics',
    'What `bot.metrics()` and `/metrics` of [`@hookline/server`](/packages/server#operations) report, in Prometheus’s text format. Durations are in seconds. [Operations](/operations#what-to-monitor) says what to monitor.',
    [table(['name', 'kind', 'meaning', 'labels'], rows)],
  );
}
