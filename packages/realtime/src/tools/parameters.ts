import { messageOf } from '@hookline/runtime';
import { RealtimeError } from '../error.js';
import { isObject, schemaFault } from './json-schema-check.js';
import type { StandardSchema, Tool } from './tool.js';

/** The arguments of a tool, or a message for the model about what is wrong with them. */
export type ReadArguments = { readonly value: unknown } | { readonly fault: string };

/** Maximum number of characters of arguments that are accepted. */
const MAX_ARGUMENT_CHARS = 65_536;

/** The schema of a tool's arguments for the service, and the parser for received arguments. */
export interface ParameterReader {
  readonly schema: Readonly<Record<string, unknown>>;
  read(json: string): Promise<ReadArguments>;
}

const NO_ARGUMENTS = { type: 'object', properties: {} };

/** @throws RealtimeError `REALTIME_BAD_TOOL` */
export function parameterReader(name: string, tool: Tool): ParameterReader {
  const { parameters } = tool;
  if (parameters === undefined) return { schema: NO_ARGUMENTS, read: async (json) => parse(json) };
  if (isStandard(parameters)) {
    return {
      schema: tool.schema ?? schemaOf(name, parameters),
      async read(json) {
        const parsed = parse(json);
        return 'fault' in parsed ? parsed : standardResult(parameters, parsed.value);
      },
    };
  }
  if (!isObject(parameters) || parameters['type'] !== 'object') {
    throw new RealtimeError(
      'REALTIME_BAD_TOOL',
      `tools.${name}.parameters is not a schema of an object; expected a TypeBox Type.Object(…), a JSON Schema with type "object", or a Standard Schema.`,
    );
  }
  // TypeBox adds symbols to its schemas; JSON drops them.
  const schema: unknown = JSON.parse(JSON.stringify(parameters));
  if (!isObject(schema))
    throw new RealtimeError('REALTIME_BAD_TOOL', `tools.${name}.parameters is not JSON.`);
  return {
    schema,
    async read(json) {
      const parsed = parse(json);
      if ('fault' in parsed) return parsed;
      const fault = schemaFault(schema, parsed.value);
      return fault === undefined ? parsed : { fault };
    },
  };
}

function parse(json: string): ReadArguments {
  if (json.length > MAX_ARGUMENT_CHARS) {
    return {
      fault: `the arguments have ${json.length} characters; at most ${MAX_ARGUMENT_CHARS} are allowed`,
    };
  }
  try {
    const value: unknown = json.trim() === '' ? {} : JSON.parse(json);
    return isObject(value) ? { value } : { fault: 'the arguments are not a JSON object' };
  } catch {
    return { fault: 'the arguments are not valid JSON' };
  }
}

function isStandard(parameters: unknown): parameters is StandardSchema {
  // Schemas of some libraries are functions.
  const holder = typeof parameters === 'function' || isObject(parameters) ? parameters : {};
  return '~standard' in holder;
}

async function standardResult(schema: StandardSchema, value: unknown): Promise<ReadArguments> {
  const result = await schema['~standard'].validate(value);
  if (!result.issues) return { value: result.value };
  const first = result.issues[0];
  const path = first?.path?.map((step) => (isObject(step) ? step['key'] : step)).join('.');
  return { fault: `${path || 'the arguments'}: ${first?.message ?? 'not valid'}` };
}

/** Gets the JSON Schema of a Standard Schema, from the standard's extension or from the method that libraries share. */
function schemaOf(name: string, schema: StandardSchema): Readonly<Record<string, unknown>> {
  const found =
    attempt(() => schema['~standard'].jsonSchema?.input({ target: 'draft-07' })) ?? method(schema);
  if (isObject(found) && found['type'] === 'object') return found;
  throw new RealtimeError(
    'REALTIME_BAD_TOOL',
    `tools.${name}.parameters is a Standard Schema of ${schema['~standard'].vendor} without a JSON Schema of an object, which the model needs: add \`schema\`, such as z.toJSONSchema(parameters).`,
  );
}

function method(schema: StandardSchema): unknown {
  for (const key of ['toJSONSchema', 'toJsonSchema']) {
    const make: unknown = Reflect.get(schema, key);
    if (typeof make === 'function') return attempt(() => make.call(schema));
  }
  return undefined;
}

function attempt(make: () => unknown): unknown {
  try {
    return make();
  } catch (error) {
    throw new RealtimeError(
      'REALTIME_BAD_TOOL',
      `a schema could not be converted to JSON Schema: ${messageOf(error)}`,
      {
        cause: error,
      },
    );
  }
}
