import { checkArgument } from '@hookline/runtime';
import type { TSchema } from '@sinclair/typebox';
import { type ClientMessage, clientMessages, type ServerMessage, serverMessages } from './messages/index.js';

const schemas: Readonly<Record<string, TSchema>> = { ...clientMessages, ...serverMessages };

/**
 * Lists the fields of a message that the protocol does not define, as JSON pointers in the order of the message.
 *
 * Both sides ignore such fields (AC-MSG-11). A non-empty list means that the peer speaks a newer version or misspells a
 * field. Values without a fixed schema, such as the data of an event entity or the variables, are not searched.
 */
export function unknownFields(message: ClientMessage | ServerMessage): string[] {
  checkArgument('PROTOCOL_BAD_ARGUMENT', 'unknownFields: message', message, { type: 'text' });
  const schema = schemas[message.type];
  const found: string[] = [];
  if (schema) collectUnknown(schema, message, '', found);
  return found;
}

function collectUnknown(schema: TSchema, value: unknown, path: string, found: string[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (Array.isArray(value)) {
    const items: TSchema | undefined = schema['items'];
    if (items)
      for (const [index, item] of value.entries()) collectUnknown(items, item, `${path}/${index}`, found);
    return;
  }
  const properties: Readonly<Record<string, TSchema>> | undefined = schema['properties'];
  // A map: the sender chooses the names.
  if (!properties || typeof schema['additionalProperties'] === 'object') return;
  for (const [name, inner] of Object.entries(value)) {
    const known = Object.hasOwn(properties, name) ? properties[name] : undefined;
    // Numbers and strings contain no fields.
    if (known && (typeof inner !== 'object' || inner === null)) continue;
    const field = `${path}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`;
    if (known) collectUnknown(known, inner, field, found);
    else found.push(field);
  }
}
