import type { TSchema } from '@sinclair/typebox';

/** A JSON Schema, or a part of one, as plain data. */
export type JsonSchema = { [keyword: string]: unknown };

/** The pattern that matches every name; `additionalProperties` expresses it more simply. */
const ANY_NAME = '^(.*)$';

/** Converts a TypeBox schema to the JSON Schema 2020-12 keywords that code generators support best. */
export function jsonSchema(schema: TSchema): JsonSchema {
  return plain(JSON.parse(JSON.stringify(schema)));
}

function plain(schema: JsonSchema): JsonSchema {
  const { properties, items, anyOf, patternProperties, ...rest } = schema;
  const options = Array.isArray(anyOf) ? anyOf.map(asSchema) : undefined;
  return {
    ...rest,
    ...(options && asEnum(options)),
    ...(isObject(patternProperties) && asMap(patternProperties)),
    ...(isObject(properties) &&
      !isObject(rest['additionalProperties']) && { properties: mapValues(properties) }),
    ...(isObject(items) && { items: plain(items) }),
  };
}

/** A union of fixed strings becomes an enumeration. */
function asEnum(options: JsonSchema[]): JsonSchema {
  const values = options.map((option) => option['const']);
  if (values.some((value) => value === undefined)) return { anyOf: options.map(plain) };
  return { type: 'string', enum: values };
}

function asMap(patterns: JsonSchema): JsonSchema {
  const [pattern = '', ...more] = Object.keys(patterns);
  const values = patterns[pattern];
  if (pattern !== ANY_NAME || more.length > 0 || !isObject(values)) {
    throw new Error(`json-schema: cannot say ${JSON.stringify(patterns)} with additionalProperties`);
  }
  return { additionalProperties: Object.keys(values).length === 0 ? true : plain(values) };
}

function mapValues(properties: JsonSchema): JsonSchema {
  return Object.fromEntries(Object.entries(properties).map(([key, value]) => [key, plain(asSchema(value))]));
}

function asSchema(value: unknown): JsonSchema {
  if (!isObject(value)) throw new Error(`json-schema: expected a schema, got ${JSON.stringify(value)}`);
  return value;
}

/** Whether a value is an object of JSON. */
export function isObject(value: unknown): value is JsonSchema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
