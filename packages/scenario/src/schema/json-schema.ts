import { ScenarioForm } from './definition.js';
import { PART_FACTS } from './parts.js';

/** The URL of the published schema, named in the first line of a scenario file. */
export const SCHEMA_URL = 'https://unpkg.com/@hookline/scenario/schema/call.schema.json';

/** The first line of a scenario file, which tells an editor where the schema is. */
export const SCHEMA_LINE = `# yaml-language-server: $schema=${SCHEMA_URL}`;

/** Returns the JSON Schema (draft-07) of a scenario document as text, for editors. */
export function scenarioSchema(): string {
  const schema = {
    $schema: 'http://json-schema.org/draft-07/schema#',
    $id: SCHEMA_URL,
    title: 'A Hookline scenario',
    ...ScenarioForm,
  };
  // Facts for the checker of this package are omitted; `expects` becomes the description if there is none.
  return `${JSON.stringify(schema, (key, value) => (PART_FACTS.includes(key) ? undefined : described(value)))}\n`;
}

function described(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const expects: unknown = Reflect.get(value, 'expects');
  return typeof expects === 'string' && !('description' in value)
    ? { description: expects, ...value }
    : value;
}
