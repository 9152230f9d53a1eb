import type { TSchema } from '@sinclair/typebox';
import { type ClientMessage, clientMessages, type ServerMessage, serverMessages } from './messages/index.js';

const schemas: Readonly<Record<string, TSchema>> = { ...clientMessages, ...serverMessages };

/**
 * The fields of a message that the protocol as we know it does not have, as JSON pointers in the order they stand.
 * Both sides ignore such fields (AC-MSG-11); a list that is not empty says that the other side is newer than we
 * are, or misspells. What is free by contract, such as the data of an event entity or the names of variables, is
 * not looked into.
 */
export function unknownFields(message: ClientMessage | ServerMessage): string[] {
  const schema = schemas[message.type];
  return schema ? [...unknown(schema, message, '')] : [];
}

function* unknown(schema: TSchema, value: unknown, path: string): Generator<string> {
  if (Array.isArray(value)) {
    const items: TSchema | undefined = schema['items'];
    for (const [index, item] of value.entries()) if (items) yield* unknown(items, item, `${path}/${index}`);
    return;
  }
  const properties: Readonly<Record<string, TSchema>> | undefined = schema['properties'];
  if (!properties || typeof value !== 'object' || value === null) return;
  // A map: its names are the sender's.
  if (typeof schema['additionalProperties'] === 'object') return;
  for (const [name, inner] of Object.entries(value)) {
    const field = `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (known) yield* unknown(known, inner, field);
    else yield field;
  }
}
