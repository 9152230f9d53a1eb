import { Duration } from '../src/messages/duration.js';
import { BargeIn, BotTurnResponse } from '../src/messages/event.js';
import { MediaParameter } from '../src/messages/media.js';
import { Participant } from '../src/messages/open.js';
import { Uuid } from '../src/primitives.js';
import { isObject, type JsonSchema, jsonSchema } from './json-schema.js';
import type { DocumentedMessage } from './messages.js';

const DIALECT = 'https://json-schema.org/draft/2020-12/schema';
const HOME = 'https://github.com/hookline/hookline/blob/main/packages/protocol/schema/';

/** The name of the one file that holds every message. */
export const BUNDLE = 'audio-connector.schema.json';

/** Schemas that several messages share, by their name in the bundle. */
const SHARED = {
  uuid: jsonSchema(Uuid),
  duration: jsonSchema(Duration),
  mediaParameter: jsonSchema(MediaParameter),
  participant: jsonSchema(Participant),
};

/** `schema/*.schema.json`: a file for each message, each complete in itself, and the bundle. */
export function schemaFiles(messages: readonly DocumentedMessage[]): Map<string, string> {
  const files = new Map<string, JsonSchema>(
    messages.map((message) => [
      `${message.type}.schema.json`,
      { $schema: DIALECT, $id: `${HOME}${message.type}.schema.json`, ...messageSchema(message) },
    ]),
  );
  files.set(BUNDLE, bundle(messages));
  return new Map(
    [...files].map(([name, schema]) => [`schema/${name}`, `${JSON.stringify(schema, undefined, 2)}\n`]),
  );
}

/** The schema of one message, complete in itself. */
export function messageSchema({ type, sender, schema, about, examples }: DocumentedMessage): JsonSchema {
  return {
    title: type,
    description: `Sent by the ${sender}. ${about}`,
    ...jsonSchema(schema),
    examples,
  };
}

function bundle(messages: readonly DocumentedMessage[]): JsonSchema {
  const refs = (sender: 'client' | 'server') =>
    messages.filter((message) => message.sender === sender).map(({ type }) => ({ $ref: `#/$defs/${type}` }));
  return {
    $schema: DIALECT,
    $id: HOME + BUNDLE,
    title: 'AudioHook protocol version 2 as Genesys Cloud Audio Connector speaks it',
    description: 'Every text message, of the client (Genesys Cloud) and of the server (the bot).',
    anyOf: [{ $ref: '#/$defs/clientMessage' }, { $ref: '#/$defs/serverMessage' }],
    $defs: {
      clientMessage: { description: 'A message that Genesys Cloud sends.', oneOf: refs('client') },
      serverMessage: { description: 'A message that the bot sends.', oneOf: refs('server') },
      ...Object.fromEntries(messages.map((message) => [message.type, shared(messageSchema(message))])),
      bargeIn: {
        title: 'barge_in',
        description: 'An entity of `event`: the client discards all bot audio that it has not played.',
        ...jsonSchema(BargeIn),
      },
      botTurnResponse: {
        title: 'bot_turn_response',
        description: 'An entity of `event`: the result of a bot turn, for reporting in Genesys Cloud.',
        ...jsonSchema(BotTurnResponse),
      },
      uuid: SHARED.uuid,
      duration: SHARED.duration,
      mediaParameter: shared(SHARED.mediaParameter),
      participant: shared(SHARED.participant, SHARED.participant),
    },
  };
}

/** Replaces shared parts of a schema by references; `root` is not replaced by itself. */
function shared(schema: JsonSchema, root: JsonSchema = schema): JsonSchema {
  const walk = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(walk);
    return isObject(value) ? (reference(value) ?? inner(value)) : value;
  };
  const reference = ({ title, ...bare }: JsonSchema): JsonSchema | undefined => {
    const text = JSON.stringify(bare);
    const found = Object.entries(SHARED).find(([, part]) => part !== root && JSON.stringify(part) === text);
    return found && { $ref: `#/$defs/${found[0]}`, ...(title === undefined ? {} : { title }) };
  };
  const inner = (value: JsonSchema): JsonSchema =>
    Object.fromEntries(
      Object.entries(value).map(([key, part]) => [key, key === 'examples' ? part : walk(part)]),
    );
  return inner(schema);
}
