import { ScenarioForm } from './definition.js';
import { PART_FACTS } from './parts.js';

/** Where the schema is published: what the first line of a scenario file names. */
export const SCHEMA_URL = 'https://unpkg.com/@hookline/scenario/schema/call.schema.json';

/** The first line of a scenario file, by which an editor finds the schema. */
export const SCHEMA_LINE = `# yaml-language-server: $schema=${SCHEMA_URL}`;

/** The JSON Schema (draft-07) of a document of a scenario file, for editors. */
export function scenarioSchema(): string {
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: SCHEMA_URL,
    title: 'A Hookline scenario',
    ...ScenarioForm,
  };
  // What only the checker of this package knows is left out; what was expected is a description where there is no other.
  return `${JSON.stringify(schema, (key, value) => (PART_FACTS.includes(key) ? undefined : described(value)))}\n`;
}

function described(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const expects: unknown = Reflect.get(value, 'expects');
  return typeof expects === 'string' && !('description' in value)
    ? { description: expects, ...value }
    : value;
}
