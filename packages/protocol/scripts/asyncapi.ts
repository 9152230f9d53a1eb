import { MAX_BOT_FRAME_BYTES } from '../src/limits.js';
import { Uuid } from '../src/primitives.js';
import { FRAME_MS } from '../src/timers.js';
import { jsonSchema } from './json-schema.js';
import type { DocumentedMessage } from './messages.js';
import { messageSchema } from './schema-files.js';

const string = (description: string) => ({ type: 'string', description });
const uuid = (description: string) => ({ ...jsonSchema(Uuid), description });

/** The upgrade request in AsyncAPI's WebSocket binding. */
const handshake = {
  method: 'GET',
  headers: {
    type: 'object',
    required: ['Audiohook-Organization-Id', 'Audiohook-Session-Id', 'Audiohook-Correlation-Id', 'X-API-KEY'],
    properties: {
      'Audiohook-Organization-Id': uuid('The organization; the same as organizationId in open.'),
      'Audiohook-Session-Id': uuid('The session; the id of every message.'),
      'Audiohook-Correlation-Id': uuid('For tracing.'),
      'X-API-KEY': string('The API key of the integration.'),
      Signature: string('The signature, if the integration has a client secret.'),
      'Signature-Input': string('The components that the signature covers, and its parameters.'),
    },
  },
  bindingVersion: '0.1.0',
};

const audio = (name: string, title: string, summary: string) => ({
  name,
  title,
  summary,
  contentType: 'application/octet-stream',
  payload: {
    type: 'string',
    format: 'binary',
    description: 'Samples of the negotiated media, with no header.',
  },
});

/** The contract as an AsyncAPI 3.0 document, from the perspective of the bot, which is the server. */
export function asyncApi(messages: readonly DocumentedMessage[]): object {
  const of = (sender: 'client' | 'server') => messages.filter((message) => message.sender === sender);
  const refs = (types: readonly string[]) =>
    types.map((type) => ({ $ref: `#/channels/call/messages/${type}` }));
  const components = {
    ...Object.fromEntries(
      messages.map((message) => [
        message.type,
        {
          name: message.type,
          title: message.type,
          summary: message.about,
          contentType: 'application/json',
          payload: messageSchema(message),
        },
      ]),
    ),
    callerAudio: audio(
      'callerAudio',
      'Caller audio',
      `A binary frame of what the caller says: ${FRAME_MS} ms as a rule, of any length by contract.`,
    ),
    botAudio: audio(
      'botAudio',
      'Bot audio',
      `A binary frame of what the bot says: at most ${MAX_BOT_FRAME_BYTES} bytes, played in order.`,
    ),
  };
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Genesys Cloud Audio Connector: AudioHook protocol version 2',
      version: '2',
      description:
        'The protocol between Genesys Cloud (the client) and a bot (the server). PROTOCOL.md has the rules and the basis of each. Not affiliated with Genesys; Genesys, Genesys Cloud and AudioHook are trademarks of Genesys.',
      license: { name: 'MIT', url: 'https://opensource.org/license/mit' },
    },
    defaultContentType: 'application/json',
    servers: {
      bot: {
        host: 'bots.example.com',
        pathname: '/v1',
        protocol: 'wss',
        description: 'Your server: the Base Connection URI of the integration.',
        security: [
          { $ref: '#/components/securitySchemes/apiKey' },
          { $ref: '#/components/securitySchemes/signature' },
        ],
      },
    },
    channels: {
      call: {
        address: '/{connectorId}',
        title: 'One call',
        description:
          'One connection per call. The Connector ID is appended unchanged and may contain a path and a query.',
        parameters: {
          connectorId: {
            description: 'The Connector ID of the Call Audio Connector action; empty in a probe.',
          },
        },
        messages: Object.fromEntries(
          Object.keys(components).map((name) => [name, { $ref: `#/components/messages/${name}` }]),
        ),
        bindings: { ws: handshake },
      },
    },
    operations: {
      receiveFromGenesys: {
        action: 'receive',
        channel: { $ref: '#/channels/call' },
        title: 'Messages of Genesys Cloud',
        messages: refs([...of('client').map(({ type }) => type), 'callerAudio']),
      },
      sendToGenesys: {
        action: 'send',
        channel: { $ref: '#/channels/call' },
        title: 'Messages of the bot',
        messages: refs([...of('server').map(({ type }) => type), 'botAudio']),
      },
    },
    components: {
      messages: components,
      securitySchemes: {
        apiKey: {
          type: 'httpApiKey',
          name: 'X-API-KEY',
          in: 'header',
          description: 'On every upgrade request.',
        },
        signature: {
          type: 'httpApiKey',
          name: 'Signature',
          in: 'header',
          description:
            'HTTP message signature with hmac-sha256 over request target, authority and the AudioHook headers; with Signature-Input. On every upgrade request of an integration that has a client secret.',
        },
      },
    },
  };
}
