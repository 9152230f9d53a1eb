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
  const found: string[] = [];
  if (schema) look(schema, message, '', found);
  return found;
}

function look(schema: TSchema, value: unknown, path: string, found: string[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    const items: TSchema | undefined = schema['items'];
    if (items) for (const [index, item] of value.entries()) look(items, item, `${path}/${index}`, found);
    return;
  }
  const properties: Readonly<Record<string, TSchema>> | undefined = schema['properties'];
  // A map: its names are the sender's.
  if (!properties || typeof schema['additionalProperties'] === 'object') return;
  for (const [name, inner] of Object.entries(value)) {
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
    // Most fields are numbers and texts, which hold none.
    if (known && (typeof inner !== 'object' || inner === null)) continue;
    const field = `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (known) look(known, inner, field, found);
    else found.push(field);
  }
}
